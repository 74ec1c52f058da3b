"""The rules on pairs, add-ons, bilateral modifiers and units, beyond their own examples."""

import pandas as pd
import pytest

from risk.claims.examples import batch_of, claim, line
from risk.reference import load_reference
from risk.rules import catalogue, run_rules
from risk.rules.procedures._units import daily_units


def found(claims, *rules):
    findings = run_rules(batch_of(*claims), load_reference(), [catalogue()[one] for one in rules])
    return list(zip(findings["claim_key"], findings["line_number"], findings["rule_id"], strict=True))


PAIR_RULES = ("PTP001", "PTP002", "IMG001", "EM001")


def test_each_bundled_line_has_one_finding_of_the_rule_that_says_most():
    session = [line("62323"), line("64483"), line("77003"), line("99213"), line("62322")]
    assert found([claim(lines=session)], *PAIR_RULES) == [
        (0, 2, "PTP001"),
        (0, 3, "IMG001"),
        (0, 4, "EM001"),
        (0, 5, "PTP002"),
    ]


def test_an_add_on_is_told_once_as_lacking_its_primary_or_as_never_payable_beside_the_other():
    rules = (*PAIR_RULES, "ADD001")
    assert found([claim(lines=[line("62323"), line("64484")])], *rules) == [(0, 2, "ADD001")]
    complete = claim(lines=[line("62323"), line("64483"), line("64484")])
    assert found([complete], *rules) == [(0, 2, "PTP001"), (0, 3, "PTP001")]
    assert found([claim(lines=[line("64625"), line("64484")])], *rules) == [(0, 2, "PTP002")]
    assert found([claim(lines=[line("64625"), line("64484")])], "ADD001") == [(0, 2, "ADD001")]


def test_guidance_is_told_as_a_pair_when_the_imaging_rule_is_not_run():
    assert found([claim(lines=[line("62323"), line("77003")])], "PTP001") == [(0, 2, "PTP001")]


def test_a_line_bundled_into_two_others_has_one_finding_and_a_bypass_of_one_pair_leaves_the_other():
    twice = claim(lines=[line("62323"), line("27096"), line("64483")])
    assert found([twice], "PTP001") == [(0, 1, "PTP001"), (0, 3, "PTP001")]
    other = claim(lines=[line("62323", modifiers=["59"]), line("27096"), line("64483")])
    assert (0, 3, "PTP001") in found([other], "PTP001")


def test_the_message_names_both_codes_and_lines():
    findings = run_rules(
        batch_of(claim(lines=[line("64483"), line("62323")])), load_reference(), [catalogue()["PTP001"]]
    )
    assert findings["message"].tolist() == ["Line 1: 64483 is bundled into 62323 on line 2 of the same day."]


@pytest.mark.parametrize("rule_id", ["PTP002", "IMG001"])
def test_dropping_the_line_mends_the_finding_and_the_total(rule_id):
    one = catalogue()[rule_id]
    batch = batch_of(claim(), one.bad[0])
    findings = run_rules(batch, load_reference(), [one])
    mended = one.repair(batch, findings)
    assert run_rules(mended, load_reference(), [one]).empty
    assert mended.claims["total_charge_cents"].tolist() == [20000, 20000]


def test_an_add_on_needs_its_own_primary_on_its_own_day():
    assert found([claim(lines=[line("64490"), line("64492"), line("64495")])], "ADD001") == [(0, 3, "ADD001")]
    assert found([claim(lines=[line("64483", day=1), line("64484", day=2)])], "ADD001") == [(0, 2, "ADD001")]
    assert found([claim(lines=[line("64483")]), claim(lines=[line("64484")])], "ADD001") == [(1, 1, "ADD001")]


UNIT_RULES = ("MUE001", "MUE002", "BIL002", "DUP001", "DUP002")


def test_sides_on_two_lines_are_not_an_excess_but_two_lines_of_one_side_are():
    sides = claim(lines=[line("64493", modifiers=["LT"]), line("64493", modifiers=["RT"])])
    same = claim(lines=[line("64493", modifiers=["LT"]), line("64493", modifiers=["LT", "KX"])])
    assert found([sides, same], "MUE001") == [(1, 2, "MUE001")]


def test_an_excess_on_a_repeated_line_is_told_once_as_a_duplicate():
    assert found([claim(lines=[line("64493"), line("64493")])], *UNIT_RULES) == [(0, 2, "DUP001")]


def test_modifier_50_with_two_units_is_told_once():
    assert found([claim(lines=[line("64493", modifiers=["50"], quantity=2.0)])], *UNIT_RULES) == [(0, 1, "BIL002")]


def test_further_levels_have_their_own_limit():
    assert found([claim(lines=[line("64483"), line("64484", quantity=4.0)])], *UNIT_RULES) == []
    assert found([claim(lines=[line("64483"), line("64484", quantity=5.0)])], *UNIT_RULES) == [(0, 2, "MUE002")]


def test_units_without_a_quantity_or_a_known_limit_are_left_alone():
    assert found([claim(lines=[line("64483", quantity=None), line("80053", quantity=9.0)])], *UNIT_RULES) == []


def test_units_of_two_days_do_not_add_up_and_of_one_they_do():
    apart = claim(lines=[line("64483"), line("64484", quantity=3.0), line("64484", day=2, quantity=3.0)])
    together = claim(lines=[line("64483"), line("64484", quantity=3.0), line("64484", quantity=2.0)])
    assert found([apart, together], "MUE001", "MUE002") == [(1, 3, "MUE002")]


def test_units_taken_back_on_another_day_hide_no_excess():
    one = claim(lines=[line("64484", quantity=5.0), line("64484", day=2, quantity=-4.0)])
    assert found([one], "MUE001", "MUE002") == [(0, 1, "MUE002")]


def test_units_of_a_day_add_up_by_side():
    lines = batch_of(
        claim(
            lines=[
                line("64483", modifiers=["LT"], quantity=2.0),
                line("64483", modifiers=["RT"]),
                line("64483", modifiers=["50"]),
                line("64483", day=2),
                line("20553", modifiers=["LT"]),
                line("20553", modifiers=["RT"]),
            ]
        )
    ).service_lines
    units = daily_units(load_reference(), lines).set_index(["procedure_code", "service_from_date"])["units"]
    assert units.to_dict() == {
        ("64483", pd.Timestamp("2026-10-01")): 3.0,
        ("64483", pd.Timestamp("2026-10-02")): 1.0,
        ("20553", pd.Timestamp("2026-10-01")): 2.0,
    }


def test_a_new_patient_visit_is_a_matter_of_the_practitioner_alone():
    lines = [line("99203"), line("20552")]
    hospital = claim(claim_kind="institutional", bill_type_code="131", lines=lines)
    assert found([claim(lines=lines), hospital], "EM002") == [(0, 1, "EM002")]


def test_a_new_patient_visit_beside_an_injection_into_the_muscle_is_bundled_and_not_questioned_too():
    visit = [line("96372"), line("99203")]
    assert found([claim(lines=visit)], *PAIR_RULES, "EM002") == [(0, 2, "EM001")]
    assert found([claim(lines=[line("96372"), line("99203", modifiers=["25"])])], *PAIR_RULES, "EM002") == []


def test_a_nurse_visit_beside_an_injection_is_never_paid_and_no_modifier_25_is_asked_for():
    assert found([claim(lines=[line("96372"), line("99211", modifiers=["25"])])], *PAIR_RULES) == [(0, 2, "PTP002")]


def test_two_visits_are_a_pair_of_their_own_kind():
    assert found([claim(lines=[line("99213"), line("99214")])], *PAIR_RULES) == [(0, 1, "PTP001")]


def test_guidance_beside_an_injection_that_includes_it_is_told_once():
    guided = claim(lines=[line("62323"), line("77003")])
    alone = claim(lines=[line("77003", modifiers=["26"])])
    assert found([guided, alone], "IMG001", "ADD001") == [(0, 2, "IMG001"), (1, 1, "ADD001")]


def test_an_add_on_names_its_primaries_or_the_first_of_many():
    batch = batch_of(claim(lines=[line("64484")]), claim(lines=[line("64494")]), claim(lines=[line("77003")]))
    messages = run_rules(batch, load_reference(), [catalogue()["ADD001"]])["message"].tolist()
    assert "its primary (64483) is not" in messages[0]
    assert "its primary (64490 or 64493) is not" in messages[1]
    assert "its primary (61050, 61055, 62267, 62273 or 10 more) is not" in messages[2]
