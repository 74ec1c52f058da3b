"""DX001: a diagnosis code of no edition."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from risk.claims.examples import claim, line
from risk.rules._rule import Reason, Severity, rule
from risk.rules.diagnosis._dated import diagnoses_with_status

if TYPE_CHECKING:
    import pandas as pd

    from risk.claims.tables import ClaimBatch
    from risk.reference import Reference

#: What stands in a code's place may be anything, a name too: only what looks like a code is shown.
_LOOKS_LIKE_A_CODE = r"[A-Z]\d[0-9A-Z][0-9A-Z.]{0,5}"


@rule(
    "DX001",
    severity=Severity.REJECT,
    certain="always",
    reason=Reason.CLAIM_DATA,
    carc="16",
    rarc="M76",
    cite="45 CFR 162.1002 (ICD-10-CM as the code set); ICD-10-CM tabular lists and addenda FY2021 to FY2027",
    message="Diagnosis {dx_position} ({shown}) is not a code of any ICD-10-CM edition from FY2021 to FY2027.",
    fix="Compare the code with the record: look for a digit mistaken for a letter, a swapped pair or an ICD-9 code.",
    fix_kind="data",
    since=date(2015, 10, 1),  # until then ICD-9-CM was the code set (45 CFR 162.1002)
    good=[
        claim(dx=["M54.16", "G89.29"]),
        claim(dx=["E11.9"], lines=[line("99213", date_of_service="2028-01-05")], submission_date=date(2028, 1, 10)),
        claim(dx=["T07.XXXA"]),
        claim(dx=["724.2"], lines=[line("99213", date_of_service="2015-09-30")]),
    ],
    bad=[claim(dx=["M54.1O"]), claim(dx=["724.2"]), claim(dx=["M54.16", "M5499"]), claim(dx=["NOTACODE"])],
)
def unknown_diagnosis_code(batch: ClaimBatch, reference: Reference) -> pd.DataFrame:
    """Diagnosis code that does not exist.

    The payer's front end returns the claim before anyone reads it. Usual cause: a typing error, a code of ICD-9, or a
    code that was read from a picture list years old. Codes that may belong to an edition not known here are left alone.
    """
    found = diagnoses_with_status(batch, reference, "unknown")
    if found.empty:
        return found
    shaped = found["code"].str.fullmatch(_LOOKS_LIKE_A_CODE)
    return found.assign(shown=found["code"].where(shaped, "not shown, it does not look like a code"))
