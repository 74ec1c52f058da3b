"""Claims that say what only an 837 can: who pays first, accidents, numbers of claims replaced, admissions."""

from datetime import date

from risk.claims.examples import line
from tests.rules.ordinary.forms import bill, medicare, private, revenue

PRIMARY = {"payer_responsibility_code": "P", "assignment_code": "A"}
SECONDARY = PRIMARY | {"payer_responsibility_code": "S"}


def paid(payer_type: str, cents: int) -> dict[str, list[dict[str, object]]]:
    """What the first payer said of the claim."""
    payer = {"payer_responsibility_code": "P", "payer_type": payer_type, "payer_id": "FIRST"}
    return {"other_payers": [payer | {"paid_cents": cents, "adjudication_date": date(2026, 10, 20)}]}


SPECIALTIES = {
    "claims as an 837 carries them": {
        "visit": private(line("99213"), dx=["I10"], **PRIMARY),
        "replacement of a claim": private(
            line("99213"), dx=["I10"], claim_frequency_code="7", original_claim_number="2026100100001", **PRIMARY
        ),
        "void of a claim": private(
            line("99214"), dx=["I10"], claim_frequency_code="8", original_claim_number="2026100100002", **PRIMARY
        ),
        "secondary claim after Medicare paid": private(
            line("62323"), dx=["M54.16"], tables=paid("medicare", 12000), **SECONDARY
        ),
        "secondary claim after the first payer paid nothing": private(
            line("99213"), dx=["E11.9"], tables=paid("commercial", 0), **SECONDARY
        ),
        "injury in a car": private(
            line("99203"),
            dx=["S13.4XXA", "V43.52XA"],
            accident_cause_code="AA",
            accident_state="CO",
            accident_date=date(2026, 9, 30),
            **PRIMARY,
        ),
        "work injury": private(
            line("99213"), dx=["S33.5XXA"], payer_type="workers_comp", accident_cause_code="EM", **PRIMARY
        ),
        "inpatient stay": bill(
            "111",
            revenue("0120", quantity=3.0, service_to_date=date(2026, 10, 4)),
            revenue("0250", quantity=42.0),
            dx=["I21.4", "I10"],
            admission_date=date(2026, 10, 1),
            **PRIMARY,
        ),
        "service excluded by law, with a voluntary notice": medicare(
            line("97140", modifiers=["GP", "GX", "GY"]), dx=["M54.50"]
        ),
    },
}
