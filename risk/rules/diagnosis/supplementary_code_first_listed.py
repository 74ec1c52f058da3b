"""DX011: a code that only adds to another, first-listed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from risk.claims.examples import claim
from risk.reference.icd10 import dotted
from risk.rules._rule import Reason, Severity, rule
from risk.rules.diagnosis._dated import first_listed_where, in_force

if TYPE_CHECKING:
    import pandas as pd

    from risk.claims.tables import ClaimBatch
    from risk.reference import Reference


@rule(
    "DX011",
    severity=Severity.DENY,
    reason=Reason.CODING,
    carc="16",
    rarc="MA63",
    cite="ICD-10-CM tabular list, notes at B95-B97, R29.7, R65.1, R65.2, Z16, Z17, Z19, Z37 and Z3A; guidelines "
    "I.C.1.d.4, I.C.15.b.5, I.C.18.g and I.C.18.i; Medicare Code Editor v43, edit 9",
    message="The first-listed diagnosis {code} ({description}) only adds to another diagnosis and never comes first.",
    fix="Report the disease, delivery or visit that the code belongs to first.",
    fix_kind="data",
    good=[
        claim(dx=["N39.0", "B96.20"]),
        claim(dx=["A41.9", "R65.20"]),
        claim(dx=["O80", "Z37.0", "Z3A.39"]),
        claim(dx=["C50.911", "Z17.0"]),
    ],
    bad=[
        claim(dx=["B96.20", "N39.0"]),
        claim(dx=["R65.21", "A41.9"]),
        claim(dx=["Z3A.39", "O80", "Z37.0"]),
        claim(dx=["Z17.0"]),
    ],
)
def supplementary_code_first_listed(batch: ClaimBatch, reference: Reference) -> pd.DataFrame:
    """Code that only adds to another diagnosis, first-listed.

    The germ of an infection, severe sepsis, receptor status, weeks of pregnancy and outcome of delivery say more about
    a diagnosis that stands before them. Payers deny the claim for its principal diagnosis. Usual cause: codes sorted by
    the system, or the result of a laboratory put first.
    """
    secondary = reference.dx_groups.of_group(batch.diagnoses["dx_code"], "secondary_only")
    found = first_listed_where(batch, secondary)
    if found.empty:
        return found
    found = found[in_force(found, batch, reference)]
    return found.assign(code=dotted(found["dx_code"]), description=reference.icd10.describe(found["dx_code"]))
