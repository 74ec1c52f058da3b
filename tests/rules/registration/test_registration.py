"""When a gap in the registration is a defect of the claim, and when of the file it came in."""

from datetime import date

import pytest

from risk.claims.examples import batch_of, claim, line
from risk.reference import load_reference
from risk.rules import catalogue, run_rules

GAPS = {
    "REG001": "member_id",
    "REG002": "patient_birth_date",
    "REG003": "patient_sex",
    "PRV002": "billing_npi",
    "CLM006": "place_of_service_code",
}
RULES = [catalogue()[rule_id] for rule_id in GAPS]


def found(*claims):
    return run_rules(batch_of(*claims), load_reference(), RULES)["rule_id"].tolist()


@pytest.mark.parametrize(("rule_id", "column"), GAPS.items())
def test_one_gap_in_a_complete_claim_is_found_by_its_rule_alone(rule_id, column):
    assert found(claim(**{column: None})) == [rule_id]


@pytest.mark.parametrize("column", GAPS.values())
def test_two_gaps_say_that_the_file_has_no_such_columns(column):
    for other in set(GAPS.values()) - {column}:
        assert found(claim(**{column: None, other: None})) == []


@pytest.mark.parametrize("column", GAPS.values())
def test_a_claim_is_judged_the_same_alone_as_among_others(column):
    gap = claim(**{column: None})
    assert found(claim(), gap, claim()) == found(gap)


def test_an_institutional_claim_has_its_place_in_the_bill_type():
    institutional = {"claim_kind": "institutional", "bill_type_code": "131", "place_of_service_code": None}
    assert found(claim(**institutional)) == []
    assert found(claim(**institutional, member_id=None)) == ["REG001"]


@pytest.mark.parametrize(
    ("born", "expected"),
    [(date(2026, 10, 1), 0), (date(2026, 10, 2), 1), (date(1904, 1, 1), 0), (date(1903, 1, 1), 1)],
)
def test_nobody_is_born_after_the_service_or_lives_for_ever(born, expected):
    batch = batch_of(claim(patient_birth_date=born, lines=[line("99213", day=9), line("20610", day=1)]))
    messages = run_rules(batch, load_reference(), [catalogue()["REG004"]])["message"]
    assert len(messages) == expected
    assert not messages.str.contains(str(born)).any()
