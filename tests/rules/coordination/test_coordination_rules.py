"""The rules on other payers, beyond their own examples."""

from datetime import date

import pytest

from risk.claims.examples import batch_of, claim, line
from risk.readers.claims_837 import read_claims_837
from risk.reference import load_reference
from risk.rules import catalogue, run_rules
from synthetic_data.write_837 import write_claims_837p

PRIMARY = {"payer_responsibility_code": "P", "payer_type": "medicare", "payer_id": "MEDICAREB"}
ADJUSTMENT = {"payer_position": 1, "group_code": "CO", "carc": "50", "adjustment_cents": 20000}


def keys(rule_id, *claims):
    return run_rules(batch_of(*claims), load_reference(), [catalogue()[rule_id]])["claim_key"].tolist()


def secondary(**tables):
    return claim(payer_responsibility_code="S", tables={"other_payers": [PRIMARY]} | tables)


@pytest.mark.parametrize(
    "decision",
    [
        {"other_payers": [PRIMARY | {"paid_cents": 0}]},
        {"other_payers": [PRIMARY | {"adjudication_date": date(2026, 10, 20)}]},
        {"other_payers": [PRIMARY | {"patient_liability_cents": 4000}]},
        {"prior_payments": [{"line_number": 1, "payer_id": "MEDICAREB", "paid_cents": 0}]},
        {"prior_adjustments": [ADJUSTMENT]},
    ],
)
def test_any_trace_of_the_first_payers_decision_is_enough(decision):
    assert keys("COB001", secondary(), secondary(**decision), secondary()) == [0, 2]


def test_a_primary_claim_needs_no_decision_of_those_that_come_after_it():
    after = PRIMARY | {"payer_responsibility_code": "S"}
    assert keys("COB001", claim(payer_responsibility_code="P", tables={"other_payers": [after]})) == []


def test_decisions_of_one_claim_say_nothing_of_another():
    decided = secondary(prior_adjustments=[ADJUSTMENT])
    assert keys("COB001", decided, decided, secondary()) == [2]


def test_a_secondary_claim_without_its_decision_is_found_in_a_file(tmp_path):
    path = tmp_path / "claims.837"
    decided = secondary(other_payers=[PRIMARY | {"paid_cents": 8000, "adjudication_date": date(2026, 10, 20)}])
    write_claims_837p(batch_of(secondary(), decided, claim()), path)
    batch = read_claims_837(path.read_bytes(), "claims.837").batch
    found = run_rules(batch, load_reference(), [catalogue()["COB001"], catalogue()["COB002"]])
    assert found[["claim_key", "rule_id"]].to_numpy().tolist() == [[0, "COB001"]]


def test_two_payers_in_one_place_are_told_once_for_each_place():
    crowd = [PRIMARY, PRIMARY, PRIMARY | {"payer_responsibility_code": "T"}]
    own = claim(payer_responsibility_code="T", tables={"other_payers": crowd})
    found = run_rules(batch_of(claim(), own), load_reference(), [catalogue()["COB002"]])
    assert found["claim_key"].tolist() == [1, 1]
    assert sorted(text[-4:] for text in found["message"]) == ["(P).", "(T)."]


def test_an_unknown_place_may_repeat_and_none_is_no_place():
    unknown = PRIMARY | {"payer_responsibility_code": "U"}
    blank = PRIMARY | {"payer_responsibility_code": None}
    assert keys("COB002", claim(payer_responsibility_code="U", tables={"other_payers": [unknown]})) == []
    assert keys("COB002", claim(tables={"other_payers": [blank, blank]})) == []


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"payer_type": "commercial"}, [0]),
        ({"payer_type": "medicaid", "payer_responsibility_code": "P"}, [0]),
        ({"payer_type": "workers_comp", "payer_responsibility_code": "P"}, []),
        ({"payer_type": "other"}, []),
        ({"payer_type": None}, []),
        ({"payer_type": "medicare", "payer_responsibility_code": "S"}, []),
    ],
)
def test_a_work_injury_is_questioned_where_a_health_plan_is_first(columns, expected):
    assert keys("COB003", claim(accident_cause_code="EM", lines=[line("99213")], **columns)) == expected
