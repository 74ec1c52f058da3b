"""Ordinary claims, of other specialties and of this one: the rules on procedures and payers have nothing to say."""

from dataclasses import replace

import pytest

from risk.claims.examples import batch_of, claim, line
from risk.reference import load_reference
from risk.rules import run_rules, select_rules

CATEGORIES = ("procedures", "medical_necessity", "authorization", "timely_filing", "duplicate")

ORDINARY = {
    "office visit": claim(),
    "visit with an electrocardiogram": claim(dx=["I10"], lines=[line("99214", modifiers=["25"]), line("93000")]),
    "visit with a joint injection": claim(
        dx=["M17.11"],
        lines=[line("99213", modifiers=["25"]), line("20610", modifiers=["RT"]), line("J3301", quantity=4.0)],
    ),
    "both knees injected": claim(dx=["M17.0"], lines=[line("20610", modifiers=["50"])]),
    "laboratory panel": claim(dx=["E11.9"], lines=[line("80053"), line("83036"), line("85025"), line("36415")]),
    "therapy": claim(
        dx=["M54.50"],
        lines=[line("97110", modifiers=["GP"], quantity=2.0), line("97140", modifiers=["GP", "59"]), line("97530")],
    ),
    "therapy course": claim(dx=["M54.50"], lines=[line("97110", day=day) for day in (1, 3, 8, 10)]),
    "emergency department": claim(dx=["R07.9"], place_of_service_code="23", lines=[line("99284"), line("93010")]),
    "chest film": claim(dx=["R05.9"], lines=[line("71046")]),
    "repeated chest film": claim(dx=["J18.9"], lines=[line("71046"), line("71046", modifiers=["76"])]),
    "colonoscopy": claim(dx=["Z12.11"], place_of_service_code="24", lines=[line("45378", modifiers=["33"])]),
    "cataract surgery": claim(
        payer_type="medicare", dx=["H25.11"], place_of_service_code="24", lines=[line("66984", modifiers=["RT"])]
    ),
    "immunisation": claim(dx=["Z23"], lines=[line("90471"), line("90686")]),
    "psychotherapy": claim(dx=["F33.1"], lines=[line("90837")]),
    "labour analgesia": claim(dx=["O80"], place_of_service_code="21", lines=[line("01967", quantity=90.0)]),
    "emergency bill of a hospital": claim(
        payer_type="medicare",
        claim_kind="institutional",
        bill_type_code="131",
        place_of_service_code=None,
        dx=["R07.9"],
        lines=[
            line("99284", modifiers=["25"], revenue_center_code="0450"),
            line("96374", revenue_center_code="0450"),
            line("J1885", revenue_center_code="0636", quantity=2.0),
            line("J1885", revenue_center_code="0636", quantity=2.0),
        ],
    ),
    "inpatient bill": claim(
        payer_type="medicare",
        claim_kind="institutional",
        bill_type_code="111",
        place_of_service_code=None,
        dx=["I21.4"],
        lines=[line(None, revenue_center_code="0120", quantity=3.0, pointers=())],
    ),
    "transforaminal epidural, two levels, both sides": claim(
        payer_type="medicare",
        dx=["M54.16"],
        lines=[line("64483", modifiers=["50"]), line("64484", modifiers=["50"])],
    ),
    "facet block with its second level": claim(
        payer_type="medicare",
        dx=["M47.816"],
        lines=[line("64493", modifiers=["RT", "KX"]), line("64494", modifiers=["RT", "KX"])],
    ),
    "trigger points with a visit": claim(
        payer_type="medicare", dx=["M79.18"], lines=[line("20553"), line("99213", modifiers=["25"])]
    ),
    "sacroiliac injection": claim(payer_type="medicare", dx=["M46.1"], lines=[line("27096", modifiers=["LT"])]),
    "pump refill": claim(dx=["G89.4"], lines=[line("62370"), line("J2274", quantity=20.0)]),
}


@pytest.mark.parametrize("name", ORDINARY)
def test_an_ordinary_claim_draws_no_finding(name):
    findings = run_rules(batch_of(ORDINARY[name]), load_reference(), select_rules(CATEGORIES))
    assert findings["message"].tolist() == []


def test_the_ordinary_claims_of_different_patients_draw_no_finding_together():
    apart = [replace(one, values=one.values | {"member_id": name}) for name, one in ORDINARY.items()]
    findings = run_rules(batch_of(*apart), load_reference(), select_rules(CATEGORIES))
    assert findings["message"].tolist() == []
