"""DX013: one diagnosis code twice on a claim."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from risk.claims.columns import numbered, rows_where
from risk.claims.examples import claim, line
from risk.reference.icd10 import dotted
from risk.rules._rule import Reason, Severity, rule
from risk.rules.diagnosis._dated import conditions_of, in_force
from risk.rules.diagnosis._merged import merge_repeated_diagnoses

if TYPE_CHECKING:
    from risk.claims.tables import ClaimBatch
    from risk.reference import Reference


@rule(
    "DX013",
    severity=Severity.REVIEW,
    reason=Reason.CLAIM_DATA,
    carc="16",
    rarc="M76",
    cite="ICD-10-CM guideline I.B.12 (each code once for an encounter); Medicare Code Editor, edit 3",
    message="Diagnosis {dx_position} repeats {code}, which is diagnosis {first_position} already.",
    fix="Take the repetition off and let its lines point to the first; a second side or site has a code of its own.",
    fix_kind="data",
    repair=merge_repeated_diagnoses,
    good=[
        claim(dx=["M54.16", "M54.17"]),
        claim(dx=["M25.561", "M25.562"]),
        claim(dx=["S52.532A", "S52.532D"]),
    ],
    bad=[
        claim(dx=["M54.16", "M54.16"]),
        claim(dx=["E11.9", "I10", "M54.16", "i10"], lines=[line("99213", pointers=(1, 2, 4))]),
    ],
)
def repeated_diagnosis(batch: ClaimBatch, reference: Reference) -> pd.DataFrame:
    """One diagnosis code twice on a claim.

    A code counts once, also for both sides of the body or two conditions that share it. Clearing houses return such
    claims, and the repetition takes a place another diagnosis may need. Usual cause: the problem list and the reason
    for the visit both copied in. The admitting diagnosis and the reason for the visit may repeat the final one.
    """
    listed = conditions_of(batch)
    key = ["claim_key", "dx_code"]
    codes = numbered(listed["dx_code"])
    repeated = pd.Index(listed["claim_key"].to_numpy() * (len(listed) + 1) + codes).duplicated()
    found = rows_where(listed, repeated & (codes >= 0))
    if found.empty:
        return found
    found = found[in_force(found, batch, reference)].drop_duplicates(key)
    first = listed[listed["claim_key"].isin(found["claim_key"])].drop_duplicates(key)
    found = found.merge(first[[*key, "dx_position"]].rename(columns={"dx_position": "first_position"}), on=key)
    return found.assign(code=dotted(found["dx_code"]))
