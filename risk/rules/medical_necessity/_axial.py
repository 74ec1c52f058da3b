"""Epidurals whose diagnoses tell of pain in the spine alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from risk.reference._remember import remember_last
from risk.rules.medical_necessity._pointed import lines_with_dx_groups

if TYPE_CHECKING:
    import pandas as pd

    from risk.claims.tables import ClaimBatch
    from risk.reference import Reference

#: Diagnosis groups that say where or how long it hurts, and nothing of a nerve root.
PAIN_ALONE = ("axial_back_pain", "nonspecific_pain", "pain_symptom", "chronic_pain")

#: Diagnosis groups that the policies support, or do not speak of.
_OTHERWISE = ("epidural_supported", "epidural_other_purpose")


@remember_last
def epidurals_for_pain_alone(batch: ClaimBatch, reference: Reference) -> pd.DataFrame:
    """Epidural lines that point to axial pain and to no diagnosis the policies support: rows of ``service_lines``.

    There is no closed list of covered diagnoses for epidurals: a line that points to no pain code at all is left out,
    and so is one with a reason the policies do not speak of (cancer, fracture, pain after surgery). Diagnoses that
    have nothing to do with the pain (diabetes, hypertension) change nothing.
    """
    families = ("epidural_interlaminar", "epidural_transforaminal")
    chosen = reference.procedures.of_family(batch.service_lines["procedure_code"], *families)
    lines = batch.lines_where(chosen, "procedure_code")
    if lines.empty:
        return lines
    lines = lines_with_dx_groups(batch, reference, lines, *_OTHERWISE, *PAIN_ALONE)
    return lines[lines[list(PAIN_ALONE)].any(axis=1) & ~lines[list(_OTHERWISE)].any(axis=1)]
