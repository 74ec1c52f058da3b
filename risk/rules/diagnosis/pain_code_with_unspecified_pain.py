"""DX006: unspecified pain beside a code that says what kind of pain it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from risk.claims.examples import claim
from risk.reference.icd10 import dotted
from risk.rules._rule import Reason, Severity, rule
from risk.rules.diagnosis._dated import conditions_of, conditions_where

if TYPE_CHECKING:
    import pandas as pd

    from risk.claims.tables import ClaimBatch
    from risk.reference import Reference


@rule(
    "DX006",
    severity=Severity.DENY,
    reason=Reason.CODING,
    carc="16",
    rarc="M76",
    cite="ICD-10-CM tabular list: G89 Excludes1 generalized pain NOS (R52), R52 Excludes1 G89.-; guideline I.C.6.b",
    message="Diagnosis {unspecified_position} is R52 (unspecified pain), which may not be reported together with "
    "{code} (diagnosis {dx_position}).",
    fix="Take R52 off the claim where the record says what kind of pain it is; otherwise take the G89 code off.",
    fix_kind="data",
    good=[claim(dx=["G89.29", "M54.16"]), claim(dx=["R52"]), claim(dx=["G89.4", "M54.50"])],
    bad=[claim(dx=["G89.29", "R52"]), claim(dx=["I10", "R52", "G89.4"])],
)
def pain_code_with_unspecified_pain(batch: ClaimBatch, reference: Reference) -> pd.DataFrame:
    """Chronic or acute pain (G89) together with unspecified pain (R52).

    G89 says what kind of pain it is, R52 that nothing is known about it: each excludes the other. Usual cause: R52 left
    on the list from an earlier visit.
    """
    groups = reference.dx_groups
    unspecified = conditions_where(batch, groups.of_group(batch.diagnoses["dx_code"], "unspecified_pain"))
    if unspecified.empty:
        return unspecified
    listed = conditions_of(batch)
    listed = listed[listed["claim_key"].isin(unspecified["claim_key"])]
    kind = listed[groups.matches("pain_g89", listed["dx_code"])].drop_duplicates("claim_key")
    first = unspecified.drop_duplicates("claim_key")[["claim_key", "dx_position"]]
    found = kind.merge(first.rename(columns={"dx_position": "unspecified_position"}), on="claim_key")
    return found.assign(code=dotted(found["dx_code"]))
