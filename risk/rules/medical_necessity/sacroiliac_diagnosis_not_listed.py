"""NEC003: a sacroiliac injection outside the published list of diagnoses."""

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
    "NEC003",
    severity=Severity.REVIEW,
    reason=Reason.MEDICAL_NECESSITY,
    carc="50",
    rarc="N115",
    cite="Noridian article A59244 with L39462 (secondary transcription); other contractors' lists differ",
    message="Line {line_number}: none of the diagnoses of {procedure_code} is on the list that one Medicare "
    "contractor publishes for it (Noridian, A59244).",
    fix="Ask what the record names as the cause of the pain and how it was established. A listed diagnosis "
    "may be coded only if it is documented; contractors' lists differ, so check the one for the state.",
    fix_kind="documentation",
    status="preview",
    payer_types=("medicare",),
    unless=("DX004",),  # unspecified pain: the same defect, and the surer rule
    good=[
        claim(payer_type="medicare", dx=["M46.1"], lines=[line("27096")]),
        claim(payer_type="commercial", dx=["M54.16"], lines=[line("27096")]),
    ],
    bad=[claim(payer_type="medicare", dx=["M54.16"], lines=[line("27096")])],
)
def sacroiliac_diagnosis_not_listed(batch: ClaimBatch, reference: Reference) -> pd.DataFrame:
    """Sacroiliac injection for a diagnosis that is not listed.

    The contractor's article lists the diagnoses that support the injection, and none of them is pointed to. Shown as a
    preview: one contractor's list, at second hand. Usual cause: back pain coded before the joint was examined.
    """
    chosen = reference.procedures.of_family(batch.service_lines["procedure_code"], "sacroiliac")
    lines = batch.lines_where(chosen, "procedure_code")
    if lines.empty:
        return lines
    lines = reference.coverage.without_lists(batch, lines)
    lines = lines_with_dx_groups(batch, reference, lines, "sacroiliac_supported")
    return lines[~lines["sacroiliac_supported"]]
