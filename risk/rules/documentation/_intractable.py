"""Claims whose notes call pain intractable, and what stands behind the word."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from risk.claims.columns import one_of, rows_where
from risk.notes import note_facts
from risk.reference._remember import remember_last

if TYPE_CHECKING:
    from risk.claims.tables import ClaimBatch
    from risk.reference import Reference

#: Chapters whose codes name no cause of pain: symptoms (R), external causes (V–Y), factors influencing health (Z).
_NO_CAUSE = ("R", "V", "W", "X", "Y", "Z")
_PAIN = ("nonspecific_pain", "pain_symptom", "pain_g89")
_CAUSES = ("structural_cause", "radicular", "epidural_supported", "sacroiliac_supported")


@remember_last
def intractable_pain(batch: ClaimBatch, reference: Reference) -> pd.DataFrame:
    """Claims whose own notes assert intractable pain, one row each.

    Columns: ``claim_key``; ``line_number`` of the first line note that asserts it, null where a note of the claim does;
    ``cause`` and ``failed_treatment``, whether the claim or its notes show one. Intractable epilepsy, migraine and
    headache have codes that say so and are left out; so is what is intractable but no pain.
    """
    facts = note_facts(batch)
    intractable = one_of(facts["fact"], ["intractable"]) & one_of(facts["state"], ["asserted"])
    asserted = rows_where(facts, intractable & one_of(facts["detail"], ["pain", "unspecified"]))
    if asserted.empty:
        return asserted
    diagnoses = batch.diagnoses[batch.diagnoses["claim_key"].isin(asserted["claim_key"])]
    coded = diagnoses.loc[
        reference.dx_groups.matches("intractable_headache_epilepsy", diagnoses["dx_code"]), "claim_key"
    ]
    asserted = asserted[(asserted["detail"] == "pain") | ~asserted["claim_key"].isin(coded)]
    where = asserted.sort_values(["claim_key", "line_number"], kind="stable", na_position="first")
    found = where.drop_duplicates("claim_key")[["claim_key", "line_number"]].reset_index(drop=True)
    noted = facts.loc[(facts["fact"] == "cause") & (facts["state"] == "asserted"), "claim_key"]
    treated = facts[(facts["fact"] == "treatment") & facts["state"].isin(["done_failed", "contraindicated"])]
    return found.assign(
        cause=found["claim_key"].isin(noted) | found["claim_key"].isin(_claims_with_cause(diagnoses, reference)),
        failed_treatment=found["claim_key"].isin(treated["claim_key"]),
    )


def _claims_with_cause(diagnoses: pd.DataFrame, reference: Reference) -> pd.Series:
    """Claims with a diagnosis that causes spinal pain, or a principal diagnosis that is a condition, not a symptom."""
    groups = reference.dx_groups
    codes = diagnoses["dx_code"]
    causes = pd.Series(False, index=diagnoses.index)
    for group in _CAUSES:
        causes |= groups.matches(group, codes)
    condition = (diagnoses["dx_position"] == 1).astype(bool) & ~codes.str.startswith(_NO_CAUSE)
    for group in _PAIN:
        condition &= ~groups.matches(group, codes)
    return diagnoses.loc[causes | condition, "claim_key"]
