"""LCD003: an epidural for radicular pain billed as done without imaging."""

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
    "LCD003",
    severity=Severity.DENY,
    reason=Reason.MEDICAL_NECESSITY,
    carc="50",
    rarc="N115",
    cite="Contractors' policies on epidurals (L39015, L39240, L36920, L33906): CT or fluoroscopy with contrast",
    message="Line {line_number}: {procedure_code} is an epidural without imaging, which Medicare's contractors do "
    "not cover for this diagnosis.",
    fix="Ask whether the procedure note shows CT or fluoroscopic guidance with contrast, and stored images. "
    "The line must describe what was done; without imaging the contractors do not cover it.",
    fix_kind="documentation",
    unless=("PTP002",),
    payer_types=("medicare", "medicare_advantage"),
    good=[
        claim(payer_type="medicare", lines=[line("62323")]),
        claim(payer_type="medicare", dx=["G89.18"], lines=[line("62322")]),
        claim(payer_type="commercial", lines=[line("62322")]),
    ],
    bad=[claim(payer_type="medicare", lines=[line("62322")])],
)
def epidural_without_imaging(batch: ClaimBatch, reference: Reference) -> pd.DataFrame:
    """Epidural for nerve-root pain, billed as done without imaging.

    The policies cover an epidural for radicular pain, claudication, post-laminectomy pain or zoster only under CT or
    fluoroscopy. Injections for other ends (after surgery, in labour) are not meant. Usual cause: the code without
    imaging left in a template.
    """
    codes = batch.service_lines["procedure_code"]
    epidurals = reference.procedures.of_family(codes, "epidural_interlaminar")
    unseen = epidurals & ~reference.procedures.flagged("imaging_included", codes)
    lines = batch.lines_where(unseen, "procedure_code")
    if lines.empty:
        return lines
    lines = lines_with_dx_groups(batch, reference, lines, "epidural_supported")
    return lines[lines["epidural_supported"]]
