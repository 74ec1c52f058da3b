"""LCD004: radiofrequency of the sacroiliac joint, which the contractors do not cover."""

from __future__ import annotations

from typing import TYPE_CHECKING

from risk.claims.examples import claim, line
from risk.rules._rule import Reason, Severity, rule

if TYPE_CHECKING:
    import pandas as pd

    from risk.claims.tables import ClaimBatch
    from risk.reference import Reference


@rule(
    "LCD004",
    severity=Severity.DENY,
    reason=Reason.MEDICAL_NECESSITY,
    carc="50",
    rarc="N115",
    cite="Contractors' policies on the sacroiliac joint (L39455, L39475, L39462): radiofrequency is not covered",
    message="Line {line_number}: Medicare's contractors do not cover {procedure_code}, whatever the diagnosis.",
    fix="Check the contractor's policy, and whether the patient signed an advance notice before the service "
    "(modifier GA). A notice cannot be made up afterwards.",
    fix_kind="documentation",
    payer_types=("medicare", "medicare_advantage"),
    good=[
        claim(payer_type="medicare", dx=["M46.1"], lines=[line("27096")]),
        claim(payer_type="commercial", dx=["M46.1"], lines=[line("64625")]),
    ],
    bad=[claim(payer_type="medicare", dx=["M46.1"], lines=[line("64625")])],
)
def sacroiliac_radiofrequency_not_covered(batch: ClaimBatch, reference: Reference) -> pd.DataFrame:
    """Radiofrequency of the sacroiliac joint for a Medicare patient.

    The policies on sacroiliac procedures name it as not reasonable and necessary, so it is denied whatever the
    diagnosis. Usual cause: a plan of care made for a payer that covers it.
    """
    chosen = reference.procedures.of_family(batch.service_lines["procedure_code"], "sacroiliac_radiofrequency")
    return batch.lines_where(chosen, "procedure_code")
