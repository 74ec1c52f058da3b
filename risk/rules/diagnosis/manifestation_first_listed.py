"""DX009: a manifestation before the disease it belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from risk.claims.examples import claim
from risk.reference.icd10 import dotted
from risk.rules._rule import Reason, Severity, rule
from risk.rules.diagnosis._dated import conditions_of, first_listed_where, in_force

if TYPE_CHECKING:
    import pandas as pd

    from risk.claims.tables import ClaimBatch
    from risk.reference import Reference


@rule(
    "DX009",
    severity=Severity.DENY,
    reason=Reason.CODING,
    carc="16",
    rarc="MA63",
    cite="ICD-10-CM guideline I.A.13 (etiology and manifestation) and the code-first notes of the tabular list; "
    "Medicare Code Editor v43, edit 6",
    message="The first-listed diagnosis {code} is a manifestation: the code of the disease behind it comes "
    "first{others}.",
    fix="Report the disease that the record names first and the manifestation after it; ask the clinician where the "
    "record names none.",
    fix_kind="data",
    good=[
        claim(dx=["G30.9", "F02.80"]),
        claim(dx=["N18.6", "D63.1"]),
        claim(dx=["C34.91", "J91.0"]),
        claim(dx=["E11.42"]),  # a combination code holds disease and manifestation
        claim(dx=["M47.26", "E11.22", "N18.31"]),
    ],
    bad=[
        claim(dx=["F02.80", "G30.9"]),
        claim(dx=["D63.1"]),
        claim(dx=["M49.86", "A23.9"]),
        claim(dx=["G55", "C79.51"]),
    ],
)
def manifestation_first_listed(batch: ClaimBatch, reference: Reference) -> pd.DataFrame:
    """Manifestation as the first-listed diagnosis.

    Some codes name only what a disease does to an organ ("in diseases classified elsewhere"). The disease has a code of
    its own, and it comes first even when the manifestation is what was treated. Medicare returns hospital claims; many
    plans deny. Usual cause: the code of the treated organ picked alone, as for dementia, anaemia or an effusion.
    """
    groups = reference.dx_groups
    found = first_listed_where(batch, groups.of_group(batch.diagnoses["dx_code"], "manifestation"))
    if found.empty:
        return found
    found = found[in_force(found, batch, reference)]
    listed = conditions_of(batch)
    listed = listed[listed["claim_key"].isin(found["claim_key"])]
    diseases = listed.loc[~groups.matches("manifestation", listed["dx_code"]), "claim_key"]
    alone = ~found["claim_key"].isin(diseases)
    others = np.where(alone, ", and only manifestations are on the claim", "")
    return found.assign(code=dotted(found["dx_code"]), others=others)
