"""Ordinary claims that say what only an 837 can say: the whole catalogue has nothing to say of them."""

from datetime import date

import pytest

from risk.claims.examples import batch_of, claim, line
from risk.reference import load_reference
from risk.rules import run_rules

OF_837 = {"payer_responsibility_code": "P", "assignment_code": "A"}
STAY = {"claim_kind": "institutional", "bill_type_code": "111", "place_of_service_code": None}
PAID = {"paid_cents": 12000, "adjudication_date": date(2026, 10, 20)}
MEDICARE = {"payer_responsibility_code": "P", "payer_type": "medicare", "payer_id": "MEDICAREB"}

ORDINARY = {
    "visit": claim(**OF_837),
    "replacement": claim(claim_frequency_code="7", original_claim_number="2026100100001", **OF_837),
    "void": claim(claim_frequency_code="8", original_claim_number="2026100100001", **OF_837),
    "injury in a car": claim(
        lines=[line("99203")],
        dx=["S13.4XXA", "V43.52XA"],
        accident_cause_code="AA",
        accident_state="CO",
        accident_date=date(2026, 9, 30),
        **OF_837,
    ),
    "work injury": claim(dx=["S33.5XXA"], payer_type="workers_comp", accident_cause_code="EM", **OF_837),
    "secondary claim after the primary paid": claim(
        lines=[line("62323")],
        tables={"other_payers": [MEDICARE | PAID]},
        **(OF_837 | {"payer_responsibility_code": "S"}),
    ),
    "primary claim with a second payer behind it": claim(
        tables={"other_payers": [{"payer_responsibility_code": "S", "payer_type": "medicaid", "payer_id": "STATE"}]},
        **OF_837,
    ),
    "inpatient stay": claim(
        lines=[
            line(None, revenue_center_code="0120", pointers=(), quantity=3.0, service_to_date=date(2026, 10, 4)),
            line(None, revenue_center_code="0250", pointers=(), quantity=42.0),
        ],
        dx=["I21.4", "I10"],
        admission_date=date(2026, 10, 1),
        claim_frequency_code="1",
        **STAY,
        **OF_837,
    ),
}


@pytest.mark.parametrize("name", ORDINARY)
def test_an_ordinary_claim_of_an_837_draws_no_finding(name):
    assert run_rules(batch_of(ORDINARY[name]), load_reference())["message"].tolist() == []
