"""DX003: a diagnosis code that needs more characters."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from risk.claims.columns import map_unique
from risk.claims.examples import claim
from risk.claims.tables import ClaimBatch
from risk.rules._rule import Reason, Severity, rule
from risk.rules.diagnosis._dated import diagnoses_with_status, listed_codes

if TYPE_CHECKING:
    import pandas as pd

    from risk.reference import Reference


@rule(
    "DX003",
    severity=Severity.REJECT,
    certain="always",
    reason=Reason.CLAIM_DATA,
    carc="16",
    rarc="M81",
    cite="ICD-10-CM guidelines I.B.2 (level of detail) and I.C.19.a (seventh character)",
    message="Diagnosis {dx_position}: {code} is a heading, not a complete code. Complete codes under it: {billable}.",
    fix="Report the full code that the record supports; an injury needs its seventh character.",
    fix_kind="data",
    since=date(2015, 10, 1),  # until then ICD-9-CM was the code set (45 CFR 162.1002)
    good=[claim(dx=["M54.16"]), claim(dx=["S33.5XXA"]), claim(dx=["I10"]), claim(dx=["B20"])],
    bad=[claim(dx=["M54.1"]), claim(dx=["M54.16", "E11"]), claim(dx=["S33.5"]), claim(dx=["S72.001"])],
)
def truncated_diagnosis_code(batch: ClaimBatch, reference: Reference) -> pd.DataFrame:
    """Diagnosis code that is a heading, not a billable code.

    A category or subcategory names a family of conditions; only its last level is a diagnosis. The front end returns
    the claim. Usual cause: a problem list that stops early, or an injury without its seventh character.
    """
    found = diagnoses_with_status(batch, reference, "header")
    if found.empty:
        return found
    below = map_unique(found["dx_code"], lambda codes: [_billable(code, reference) for code in codes])
    return found.assign(billable=below)


def _billable(code: str, reference: Reference) -> str:
    return listed_codes(reference.icd10.billable_descendants(code)) or "none in the newest edition"
