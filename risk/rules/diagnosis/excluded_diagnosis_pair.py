"""DX005: two diagnoses that an Excludes1 note keeps apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from risk.claims.examples import claim
from risk.reference.icd10 import dotted
from risk.rules._rule import Reason, Severity, rule
from risk.rules.diagnosis._dated import conditions_of, dates_judged_on

if TYPE_CHECKING:
    import pandas as pd

    from risk.claims.tables import ClaimBatch
    from risk.reference import Reference


@rule(
    "DX005",
    severity=Severity.DENY,
    reason=Reason.CODING,
    carc="16",
    rarc="M76",
    cite="ICD-10-CM guideline I.A.12.a (Excludes1) and the tabular list of April 2026",
    message=(
        "Diagnoses {dx_position} and {other_position}: {code} is not reported together with {other_code} "
        "(Excludes1 note at {noted_at}) unless the two conditions are unrelated."
    ),
    fix="Keep the code the record supports; keep both only where the record shows two unrelated conditions.",
    fix_kind="data",
    good=[
        claim(dx=["M54.16", "G89.29"]),
        claim(dx=["M54.50", "M54.2"]),
        claim(dx=["E11.9", "I10", "E78.5"]),
        claim(dx=["G89.4", "R52"]),
    ],
    bad=[
        claim(dx=["M54.50", "M54.41"]),
        claim(dx=["M51.16", "M54.16"]),
        claim(dx=["M51.26", "M54.50"]),
        claim(dx=["R52", "M54.9"]),
        claim(dx=["G89.29", "G89.4"]),
    ],
)
def excluded_diagnosis_pair(batch: ClaimBatch, reference: Reference) -> pd.DataFrame:
    """Two diagnoses that exclude each other.

    An Excludes1 note says that one code already covers the other, or that both cannot be true of one patient at once:
    sciatica is part of a disc disorder with radiculopathy, low back pain part of lumbago with sciatica. Payers edit for
    it. Usual cause: a symptom kept on the list beside the diagnosis that explains it.
    """
    listed = conditions_of(batch)
    pairs = reference.icd10.excludes1_conflicts(listed, dates_judged_on(batch, listed["claim_key"]))
    if pairs.empty:
        return pairs
    pairs = pairs[~_chronic_with_unspecified(pairs, reference) & _both_in_force(pairs, batch, reference)]
    return pairs.assign(
        code=dotted(pairs["dx_code"]), other_code=dotted(pairs["other_dx_code"]), noted_at=dotted(pairs["noted_at"])
    )


def _chronic_with_unspecified(pairs: pd.DataFrame, reference: Reference) -> pd.Series:
    """Whether a pair is G89 with R52, which DX006 reports in words of its own."""
    groups = reference.dx_groups
    either = [
        groups.matches("pain_g89", pairs[one]) & groups.matches("unspecified_pain", pairs[other])
        for one, other in (("dx_code", "other_dx_code"), ("other_dx_code", "dx_code"))
    ]
    return either[0] | either[1]


def _both_in_force(pairs: pd.DataFrame, batch: ClaimBatch, reference: Reference) -> pd.Series:
    """Whether DX001, DX002 and DX003 leave both codes of each pair alone."""
    dates = dates_judged_on(batch, pairs["claim_key"])
    one, other = (reference.icd10.has_status(pairs[c], dates, "valid", "undated") for c in ("dx_code", "other_dx_code"))
    return one & other
