"""The rules on sessions and diagnoses, beyond their own examples."""

import pytest

from risk.claims.examples import batch_of, claim, line
from risk.reference import load_reference
from risk.rules import catalogue, run_rules


def found(one, *rules):
    findings = run_rules(batch_of(one), load_reference(), [catalogue()[name] for name in rules])
    return list(zip(findings["line_number"], findings["rule_id"], strict=True))


def medicare(*lines, dx=("M54.16",), **columns):
    return claim(payer_type="medicare", dx=dx, lines=lines, **columns)


def test_blocks_that_ncci_bundles_are_left_to_the_pair_rule_until_a_modifier_parts_them():
    assert found(medicare(line("64483"), line("20553")), "LCD001", "PTP001") == [(1, "PTP001")]
    assert found(medicare(line("64483", modifiers=["59"]), line("20553")), "LCD001", "PTP001") == [(2, "LCD001")]


def test_each_line_at_risk_of_a_mixed_session_is_told_once():
    session = medicare(line("62323"), line("64493"), line("64494"), line("20552"), dx=("M47.816",))
    assert found(session, "LCD001") == [(2, "LCD001"), (4, "LCD001")]


def test_a_radiofrequency_session_is_no_second_block():
    assert found(medicare(line("64635"), line("27096"), dx=("M47.816", "M46.1")), "LCD001") == []


def test_levels_are_counted_by_side_and_day():
    sides = [line("64636", modifiers=["LT"]), line("64636", modifiers=["RT"])]
    assert found(medicare(line("64635", modifiers=["50"]), *sides), "LCD002") == []
    assert found(medicare(line("64635"), line("64636", modifiers=["LT"], quantity=2.0)), "LCD002") == [(2, "LCD002")]
    days = [line("64483", day=1), line("64484", day=1), line("64483", day=20), line("64484", day=20)]
    assert found(medicare(*days), "LCD002") == []


@pytest.mark.parametrize("dx", [("M54.50",), ("M54.2",), ("M47.816",), ("G89.4",), ("M54.50", "M47.816")])
def test_an_epidural_for_axial_pain_is_told(dx):
    assert found(medicare(line("62323", pointers=range(1, len(dx) + 1)), dx=dx), "NEC001") == [(1, "NEC001")]


@pytest.mark.parametrize("dx", ["M54.16", "M51.16", "M48.062", "M96.1", "M54.41", "M50.122", "C79.51", "E11.9"])
def test_an_epidural_for_a_supported_or_another_diagnosis_is_left_alone(dx):
    assert found(medicare(line("62323"), dx=(dx,)), "NEC001") == []


def test_only_the_diagnoses_the_line_points_to_count():
    dx = ("M54.50", "M54.16")
    both = medicare(line("62323", pointers=[1]), line("64483", pointers=[2], day=9), dx=dx)
    assert found(both, "NEC001") == [(1, "NEC001")]


def test_an_institutional_line_takes_every_diagnosis_of_its_claim():
    bill = {"claim_kind": "institutional", "bill_type_code": "131"}
    assert found(medicare(line("62323", pointers=()), dx=("M54.50", "M54.16"), **bill), "NEC001") == []
    assert found(medicare(line("62323", pointers=()), dx=("M54.50",), **bill), "NEC001") == [(1, "NEC001")]


def test_a_line_without_a_diagnosis_is_left_to_the_claim_data_rules():
    rules = ("NEC001", "NEC002", "NEC003", "NEC005", "NEC006", "LCD003")
    codes = ("62323", "64493", "27096", "20552", "62322")
    unpointed = [line(code, pointers=()) for code in codes]
    assert found(medicare(line("99213"), *unpointed), *rules) == []


def test_lines_of_a_claim_without_any_pointer_take_every_diagnosis():
    assert found(medicare(line("62323", pointers=()), dx=("M54.50",)), "NEC001") == [(1, "NEC001")]
    assert found(medicare(line("62323", pointers=()), dx=("M54.50", "M54.16")), "NEC001") == []


def test_one_payer_is_told_by_one_of_the_two_epidural_rules():
    axial = [line("62323")]
    assert found(claim(payer_type="medicare", dx=["M54.50"], lines=axial), "NEC001", "NEC004") == [(1, "NEC001")]
    assert found(claim(payer_type="commercial", dx=["M54.50"], lines=axial), "NEC001", "NEC004") == [(1, "NEC004")]


@pytest.mark.parametrize(
    ("code", "dx", "speaks"),
    [
        ("27096", "M54.50", "DX004"),
        ("20552", "M54.50", "DX004"),
        ("64493", "M54.50", "DX004"),
        ("64493", "M54.16", "NEC002"),
        ("27096", "M54.16", "NEC003"),
        ("20552", "M54.16", "NEC005"),
        ("64493", "M51.360", "NEC006"),
    ],
)
def test_a_diagnosis_off_the_list_is_told_once_by_the_surest_rule(code, dx, speaks):
    rules = ("DX004", "NEC002", "NEC003", "NEC005", "NEC006")
    assert found(medicare(line(code), dx=(dx,)), *rules) == [(1, speaks)]


def test_the_fixes_name_no_code_to_use_instead():
    for one in catalogue().values():
        if one.category == "medical_necessity":
            assert one.fix_kind == "documentation"
            assert "Ask" in one.fix or "Check" in one.fix
            assert not any(word.strip(".,;()")[1:2].isdigit() and len(word) > 4 for word in one.fix.split()), one.id
