"""Duplicates across the batch and inside one claim."""

from datetime import date

import pytest

from risk.claims.examples import batch_of, claim, line
from risk.reference import load_reference
from risk.rules import catalogue, run_rules


def findings_of(*claims):
    return run_rules(batch_of(*claims), load_reference(), [catalogue()[one] for one in ("DUP001", "DUP002")])


def found(*claims):
    findings = findings_of(*claims)
    return list(zip(findings["claim_key"], findings["line_number"], findings["rule_id"], strict=True))


def test_the_later_claim_is_told_and_names_the_earlier():
    findings = findings_of(claim(claim_id="A-1"), claim(claim_id="B-2"), claim(claim_id="C-3"))
    assert findings["claim_key"].tolist() == [1, 2]
    assert findings["message"].tolist() == ["Line 1: 99213 is already billed on line 1 of claim A-1."] * 2


def test_only_the_line_that_repeats_is_told():
    assert found(claim(lines=[line("99213")]), claim(lines=[line("20553"), line("99213")])) == [(1, 2, "DUP001")]


@pytest.mark.parametrize(
    "change",
    [
        {"member_id": "OTHER"},
        {"member_id": None},
        {"payer_id": "SECONDARY"},
        {"billing_npi": "1679576722"},
        {"rendering_npi": "1679576722"},
        {"claim_frequency_code": "7"},
        {"claim_frequency_code": "8"},
        {"claim_kind": "institutional", "bill_type_code": "131"},
        {"lines": [line("99213", day=2)]},
        {"lines": [line("99214")]},
        {"lines": [line("99213", modifiers=["25"])]},
        {"lines": [line("99213", service_from_date=None)]},
    ],
    ids=str,
)
def test_what_differs_is_no_duplicate(change):
    assert found(claim(), claim(**change)) == []


def test_the_order_of_the_modifiers_does_not_matter():
    one, other = line("64483", modifiers=["RT", "KX"]), line("64483", modifiers=["KX", "RT"])
    assert found(claim(lines=[one]), claim(lines=[other])) == [(1, 1, "DUP001")]


@pytest.mark.parametrize("modifier", ["76", "77", "91", "59", "XE"])
def test_a_repeat_modifier_says_that_the_service_was_done_again(modifier):
    again = claim(lines=[line("71046", modifiers=[modifier])])
    assert found(again, again) == []


def test_two_members_without_an_id_are_not_one():
    nobody = claim(member_id=None)
    assert found(nobody, nobody) == []


def test_lines_of_one_claim_with_other_amounts_are_for_review():
    assert found(claim(lines=[line("20553"), line("20553", quantity=2.0)])) == [(0, 2, "DUP002")]
    assert found(claim(lines=[line("20553"), line("20553")])) == [(0, 2, "DUP001")]


def test_drugs_and_hospital_lines_may_take_several_lines():
    assert found(claim(lines=[line("J3301"), line("J3301", quantity=3.0)])) == []
    assert found(claim(lines=[line("S5000"), line("S5000")])) == []
    bill = {"claim_kind": "institutional", "bill_type_code": "131"}
    assert found(claim(lines=[line("96374"), line("96374")], **bill)) == []


def found_after(past, *claims):
    rules = [catalogue()[one] for one in ("DUP001", "DUP002")]
    return run_rules(batch_of(*claims), load_reference(), rules, past=batch_of(*past))


def test_a_claim_of_the_history_is_the_earlier_one_and_is_named():
    past = [claim(claim_id="OTHER", member_id="SOMEBODY"), claim(claim_id="PAST-1")]
    findings = found_after(past, claim(claim_id="A-1", lines=[line("20553"), line("99213")]), claim(claim_id="B-2"))
    assert findings[["claim_key", "line_number"]].to_numpy().tolist() == [[0, 2], [1, 1]]
    texts = [f"Line {number}: 99213 is already billed on line 1 of claim PAST-1." for number in (2, 1)]
    assert findings["message"].tolist() == texts


def test_where_the_earlier_claim_stands_makes_no_difference():
    first, second = claim(claim_id="A-1"), claim(claim_id="B-2")
    assert found_after([first], second)["message"].tolist() == findings_of(first, second)["message"].tolist()


@pytest.mark.parametrize(
    "change",
    [{"member_id": None}, {"member_id": "OTHER"}, {"claim_frequency_code": "8"}, {"lines": [line("99213", day=2)]}],
    ids=str,
)
def test_what_differs_in_the_history_is_no_duplicate(change):
    assert found_after([claim(**({"claim_id": "PAST-1"} | change))], claim()).empty


def test_a_claim_that_is_in_the_history_too_is_not_its_own_duplicate():
    assert found_after([claim()], claim()).empty


def test_a_repeat_within_a_claim_is_told_as_before_beside_a_history():
    findings = found_after([claim(claim_id="PAST-1", lines=[line("99214")])], claim(lines=[line("20553")] * 2))
    assert findings[["line_number", "rule_id"]].to_numpy().tolist() == [[2, "DUP001"]]


LATER = date(2027, 1, 20)


def test_a_claim_of_the_history_that_was_submitted_later_is_not_the_earlier_one():
    assert found_after([claim(claim_id="LATER", submission_date=LATER)], claim()).empty
    same_day = found_after([claim(claim_id="SAME-DAY")], claim())
    assert same_day["message"].tolist() == ["Line 1: 99213 is already billed on line 1 of claim SAME-DAY."]


def test_beside_a_later_claim_of_the_history_a_repeat_within_the_batch_is_told_as_before():
    later = claim(claim_id="LATER", submission_date=LATER)
    findings = found_after([later], claim(claim_id="A-1"), claim(claim_id="B-2"))
    alone = findings_of(claim(claim_id="A-1"), claim(claim_id="B-2"))
    assert findings[["claim_key", "message"]].to_numpy().tolist() == alone[["claim_key", "message"]].to_numpy().tolist()


def test_of_several_claims_of_the_history_the_one_submitted_first_is_named():
    past = [claim(claim_id=f"PAST-{day}", submission_date=date(2026, 10, day)) for day in (9, 7, 8)]
    for some in (past, past[::-1]):
        assert "of claim PAST-7." in found_after(some, claim(submission_date=LATER))["message"].item()
