"""Modifiers that cannot go with their code or with each other, and procedures told as telehealth."""

import pytest

from risk.claims.examples import batch_of, claim, line
from risk.reference import load_reference
from risk.rules import catalogue, run_rules

MODIFIER_RULES = [one for rule_id, one in catalogue().items() if rule_id.startswith("MOD")]


def found(*claims, rules=MODIFIER_RULES):
    findings = run_rules(batch_of(*claims), load_reference(), rules)
    return list(zip(findings["claim_key"], findings["line_number"], findings["rule_id"], strict=True))


@pytest.mark.parametrize("code", ["20553", "62323", "64636", "77003", "72148", "80053", "J3301", "36415"])
def test_modifier_25_is_told_on_procedures_tests_and_drugs(code):
    assert found(claim(lines=[line("99213"), line(code, modifiers=["RT", "KX", "25"])])) == [(0, 2, "MOD001")]


@pytest.mark.parametrize(
    "code", ["99213", "99285", "92014", "59426", "90832", "G0439", "99291", "98941", "97161", "90471", "0275T", "1000F"]
)
def test_modifier_25_is_left_alone_where_the_code_may_be_a_visit_or_is_in_no_range(code):
    assert found(claim(lines=[line(code, modifiers=["25"])])) == []


@pytest.mark.parametrize("code", ["99202", "99215", "99231", "99245", "99283", "99306", "99350", "99396"])
@pytest.mark.parametrize("modifier", ["59", "XE", "XP", "XS", "XU"])
def test_the_modifiers_of_procedures_are_told_on_visits(code, modifier):
    assert found(claim(lines=[line(code, modifiers=["25", modifier])])) == [(0, 1, "MOD002")]


def test_the_first_of_two_such_modifiers_is_named_and_the_pair_is_not_told_again():
    findings = run_rules(
        batch_of(claim(lines=[line("99213", modifiers=["KX", "XU", "59"])])), load_reference(), MODIFIER_RULES
    )
    assert findings["message"].tolist() == ["Line 1: visit 99213 carries modifier XU, which is for procedures."]


def test_without_59_the_line_keeps_its_other_modifiers_in_order_and_nothing_else_changes():
    one = catalogue()["MOD003"]
    lines = [line("64493", modifiers=["RT", "59", "XS", "KX"]), line("20553", modifiers=["59"])]
    batch = batch_of(claim(lines=lines), claim())
    findings = run_rules(batch, load_reference(), [one])
    mended = one.repair(batch, findings)
    assert run_rules(mended, load_reference(), [one]).empty
    modifiers = mended.service_lines[["modifier_1", "modifier_2", "modifier_3", "modifier_4"]]
    assert modifiers.iloc[0, :3].tolist() == ["RT", "XS", "KX"]
    assert modifiers.iloc[0, 3:].isna().all()
    assert modifiers.iloc[1, 0] == "59"
    assert mended.claims.equals(batch.claims)


@pytest.mark.parametrize(
    ("modifiers", "rule_id"),
    [(["26", "TC"], "MOD004"), (["TC", "RT", "26"], "MOD004"), (["JZ", "JW"], "MOD005")],
)
def test_what_excludes_each_other_is_told_in_any_order_and_only_on_one_line(modifiers, rule_id):
    code = "J0897" if rule_id == "MOD005" else "72148"
    apart = [line(code, modifiers=[one]) for one in modifiers]
    assert found(claim(lines=[line("99213"), line(code, modifiers=modifiers)]), claim(lines=apart)) == [(0, 2, rule_id)]


def test_a_voluntary_notice_beside_a_required_one_concerns_medicare_alone():
    both = [line("97140", modifiers=["GP", "GX", "GZ"])]
    assert found(claim(payer_type="medicare", lines=both), claim(lines=both)) == [(0, 1, "MOD006")]
    assert found(claim(payer_type="medicare", lines=[line("97140", modifiers=["GX", "GY"])])) == []


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        ({"place_of_service_code": "02"}, "place 02"),
        ({"place_of_service_code": "10"}, "place 10"),
        ({"modifiers": ["RT", "GT"]}, "by its modifier"),
        ({"modifiers": ["93"], "place_of_service_code": None}, "by its modifier"),
    ],
)
def test_a_procedure_at_a_distance_is_told_with_what_says_so(columns, told):
    batch = batch_of(claim(place_of_service_code=None, lines=[line("64493", **columns)]))
    (message,) = run_rules(batch, load_reference(), [catalogue()["SET002"]])["message"]
    assert message.endswith(f"telehealth ({told}).")


@pytest.mark.parametrize("code", ["62323", "64636", "63685", "77003", "96372", "20552"])
def test_every_kind_of_hands_on_procedure_is_meant(code):
    assert found(claim(place_of_service_code="02", lines=[line(code)]), rules=[catalogue()["SET002"]])


@pytest.mark.parametrize("code", ["99213", "90837", "97110", "99443", "62368"])
def test_what_can_be_done_at_a_distance_is_left_alone(code):
    told = claim(place_of_service_code="10", lines=[line(code, modifiers=["95"])])
    assert found(told, rules=[catalogue()["SET002"]]) == []
