"""NEC005: trigger-point injections outside the published list of diagnoses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from risk.claims.examples import claim, line
from risk.rules._rule import Reason, Severity, rule
from risk.rules.medical_necessity._pointed import lines_with_dx_groups

if TYPE_CHECKING:
    import pandas as pd

    from risk.claims.tables import ClaimBatch
    from risk.reference import Reference


@rule(
    "NEC005",
    severity=Severity.REVIEW,
    reason=Reason.MEDICAL_NECESSITY,
    carc="50",
    rarc="N115",
    cite="Noridian article A57701 with L34211 (secondary transcription); other contractors' lists differ",
    message="Line {line_number}: none of the diagnoses of {procedure_code} is on the list that one Medicare "
    "contractor publishes for it (Noridian, A57701).",
    fix="Ask what the record names as the cause of the pain and how it was established. A listed diagnosis "
    "may be coded only if it is documented; contractors' lists differ, so check the one for the state.",
    fix_kind="documentation",
    status="preview",
    payer_types=("medicare",),
    unless=("DX004",),  # unspecified pain: the same defect, and the surer rule
    good=[
        claim(payer_type="medicare", dx=["M79.18"], lines=[line("20552")]),
        claim(payer_type="commercial", dx=["M47.812"], lines=[line("20552")]),
    ],
    bad=[claim(payer_type="medicare", dx=["M47.812"], lines=[line("20552")])],
)
def trigger_point_diagnosis_not_listed(batch: ClaimBatch, reference: Reference) -> pd.DataFrame:
    """Trigger-point injection for a diagnosis that is not listed.

    The contractor's article lists myalgia by site and tension-type headache. Shown as a preview: one contractor's list,
    at second hand. Usual cause: the region's pain coded instead of the muscle finding.
    """
    chosen = reference.procedures.of_family(batch.service_lines["procedure_code"], "trigger_point")
    lines = batch.lines_where(chosen, "procedure_code")
    if lines.empty:
        return lines
    lines = reference.coverage.without_lists(batch, lines)
    lines = lines_with_dx_groups(batch, reference, lines, "trigger_point_supported")
    return lines[~lines["trigger_point_supported"]]
