"""DX012: a sequela before the condition it left."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from risk.claims.columns import holds
from risk.claims.examples import claim
from risk.reference.icd10 import dotted
from risk.rules._rule import Reason, Severity, rule
from risk.rules.diagnosis._dated import conditions_of, first_listed_where, in_force

if TYPE_CHECKING:
    import pandas as pd

    from risk.claims.tables import ClaimBatch
    from risk.reference import Reference


@rule(
    "DX012",
    severity=Severity.REVIEW,
    reason=Reason.CODING,
    carc="16",
    rarc="MA63",
    cite="ICD-10-CM guidelines I.B.10 and I.C.19.a: the condition that was left first, the sequela code second",
    message="The first-listed diagnosis {code} is a sequela: the condition that it left comes first{others}.",
    fix="Report the condition treated now (pain, scar, stiffness, deformity) first and the sequela after it.",
    fix_kind="data",
    good=[
        claim(dx=["M25.631", "S52.531S"]),
        claim(dx=["L90.5", "T22.211S", "X10.0XXS"]),
        claim(dx=["S52.531D"]),
        claim(dx=["I69.351"]),  # names the condition itself
        claim(dx=["T86.11", "S52.531S"]),
    ],
    bad=[
        claim(dx=["S52.531S", "M25.631"]),
        claim(dx=["S06.0X1S"]),
        claim(dx=["B91", "M62.81"]),
        claim(dx=["M80.08XS", "M40.04"]),
    ],
)
def sequela_first_listed(batch: ClaimBatch, reference: Reference) -> pd.DataFrame:
    """Code of an old injury or disease (sequela) as the first-listed diagnosis.

    Nobody treats the injury any more, only what it left: that condition comes first, and the code with the seventh
    character S tells where it came from. The exception, a sequela followed by a manifestation, is left alone. Usual
    cause: the code of the injury carried on with S in place of D, or the condition never coded.
    """
    groups = reference.dx_groups
    codes = batch.diagnoses["dx_code"]
    found = first_listed_where(batch, _is_sequela(codes, reference) | groups.of_group(codes, "sequela_of_disease"))
    if found.empty:
        return found
    found = found[in_force(found, batch, reference)]
    listed = conditions_of(batch)
    listed = listed[listed["claim_key"].isin(found["claim_key"])]
    second = listed[listed.groupby("claim_key").cumcount() == 1]
    manifest = second.loc[groups.matches("manifestation", second["dx_code"]), "claim_key"]
    found = found[~found["claim_key"].isin(manifest)]
    past = _is_sequela(listed["dx_code"], reference) | groups.of_group(listed["dx_code"], "sequela_of_disease")
    past |= groups.of_group(listed["dx_code"], "external_cause")
    alone = ~found["claim_key"].isin(listed.loc[~past, "claim_key"])
    others = np.where(alone, ", and no such condition is on the claim", "")
    return found.assign(code=dotted(found["dx_code"]), others=others)


def _is_sequela(codes: pd.Series, reference: Reference) -> NDArray[np.bool_]:
    """Whether the title of each code ends in "sequela", external causes aside: bool, aligned with ``codes``."""
    titled = holds(codes, lambda code: reference.icd10.title(code).endswith(", sequela"))
    return titled & ~reference.dx_groups.of_group(codes, "external_cause")
