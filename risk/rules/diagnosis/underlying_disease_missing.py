"""DX010: a diagnosis without the disease it is reported with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from risk.claims.examples import claim
from risk.reference.icd10 import dotted
from risk.rules._rule import Reason, Severity, rule
from risk.rules.diagnosis._dated import conditions_of, in_force

if TYPE_CHECKING:
    import pandas as pd

    from risk.claims.tables import ClaimBatch
    from risk.reference import Reference


@rule(
    "DX010",
    severity=Severity.REVIEW,
    reason=Reason.CODING,
    carc="16",
    rarc="M76",
    cite="ICD-10-CM tabular list, code-first notes that close the list of diseases; guidelines I.A.13 and, "
    "for G89.3, I.C.6.b.5",
    message="Diagnosis {dx_position}: {code} is reported together with {companion} ({companion_codes}), which is not "
    "on the claim.",
    fix="Add the code of the disease that the record names; ask the clinician what is behind the condition where it "
    "names none.",
    fix_kind="documentation",
    unless=("DX009",),  # first-listed: the same defect, said more precisely
    good=[
        claim(dx=["N18.6", "D63.1", "Z99.2"]),
        claim(dx=["G89.3", "C79.51"]),
        claim(dx=["G89.3", "D32.1"]),
        claim(dx=["I25.110", "I25.82"]),
        claim(dx=["U07.1", "J12.82"]),
    ],
    bad=[
        claim(dx=["I12.9", "D63.1"]),
        claim(dx=["G89.3", "M54.16"]),
        claim(dx=["I25.82"]),
        claim(dx=["J96.01", "J12.82"]),
        claim(dx=["R18.8", "J91.0"]),
    ],
)
def underlying_disease_missing(batch: ClaimBatch, reference: Reference) -> pd.DataFrame:
    """Diagnosis that is only reported together with a certain disease, and the disease is not on the claim.

    Anaemia in chronic kidney disease needs the kidney disease, pain of a neoplasm the neoplasm. Reviewers read the
    pair as unproven where half of it is missing. Only notes that name every disease possible count. Usual cause: the
    disease is taken as known and left off, or is a history by now, and then the code no longer holds.
    """
    found = reference.dx_companions.missing(conditions_of(batch))
    if found.empty:
        return found
    found = found[in_force(found, batch, reference)].drop_duplicates(["claim_key", "dx_code"])
    return found.assign(code=dotted(found["dx_code"]))
