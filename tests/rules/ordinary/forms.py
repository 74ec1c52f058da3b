"""How an ordinary claim is written down: the kinds of bill, places, payers and patients the specialties share.

Each module beside this one holds ``SPECIALTIES``: by the name of a specialty its claims, by a name that says what was
done. To add one, write it there; nothing else has to know of it.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from risk.claims.examples import Claim, Line, claim, line

#: Places of service (CMS): what the claims of more than one specialty need.
TELEHEALTH, TELEHEALTH_AT_HOME, HOME = "02", "10", "12"
INPATIENT, OUTPATIENT, EMERGENCY, SURGICAL_CENTRE = "21", "22", "23", "24"
AMBULANCE, DIALYSIS, LABORATORY = "41", "65", "81"

#: First two digits of the types of bill of a stay: hospital, swing bed, nursing facility, religious institution.
INPATIENT_BILLS = ("11", "18", "21", "41")

NEWBORN = {"patient_birth_date": date(2026, 10, 1), "subscriber_relationship_code": "19"}
INFANT = {"patient_birth_date": date(2026, 8, 1), "subscriber_relationship_code": "19"}
TODDLER = {"patient_birth_date": date(2024, 6, 2), "subscriber_relationship_code": "19"}
CHILD = {"patient_birth_date": date(2022, 5, 3), "subscriber_relationship_code": "19"}
SCHOOLCHILD = {"patient_birth_date": date(2017, 3, 8), "subscriber_relationship_code": "19"}
MOTHER = {"patient_birth_date": date(1995, 2, 1)}
MAN = {"patient_sex": "M"}


def private(*lines: Line, dx: list[str], **columns: Any) -> Claim:
    """A professional claim to a commercial payer, from the office."""
    return claim(lines=lines, dx=dx, **columns)


def medicare(*lines: Line, dx: list[str], **columns: Any) -> Claim:
    """A professional claim to original Medicare, from the office, of a patient of 76 years."""
    return claim(lines=lines, dx=dx, **({"payer_type": "medicare", "patient_birth_date": date(1950, 1, 9)} | columns))


def advantage(*lines: Line, dx: list[str], **columns: Any) -> Claim:
    """The same to a Medicare Advantage plan."""
    return medicare(*lines, dx=dx, **({"payer_type": "medicare_advantage"} | columns))


def medicaid(*lines: Line, dx: list[str], **columns: Any) -> Claim:
    """A professional claim to Medicaid, from the office."""
    return claim(lines=lines, dx=dx, **({"payer_type": "medicaid"} | columns))


def bill(bill_type: str, *lines: Line, dx: list[str], **columns: Any) -> Claim:
    """An institutional claim to Medicare: no place of service, the frequency that the bill type ends with."""
    facts: dict[str, Any] = {
        "claim_kind": "institutional",
        "payer_type": "medicare",
        "patient_birth_date": date(1950, 1, 9),
        "bill_type_code": bill_type,
        "place_of_service_code": None,
        "claim_frequency_code": bill_type[-1],
    }
    if bill_type[:2] in INPATIENT_BILLS:
        facts["admission_date"] = date(2026, 10, 1)
    return claim(lines=lines, dx=dx, **(facts | columns))


def revenue(code: str, procedure: str | None = None, **columns: Any) -> Line:
    """A line of an institutional claim: a revenue code, with a procedure or without, and no pointers."""
    return line(procedure, revenue_center_code=code, pointers=(), **columns)  # type: ignore[arg-type]
