"""NEC004: an epidural for another payer whose diagnoses tell of axial pain alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from risk.claims.examples import claim, line
from risk.rules._rule import Reason, Severity, rule
from risk.rules.medical_necessity._axial import epidurals_for_pain_alone

if TYPE_CHECKING:
    import pandas as pd

    from risk.claims.tables import ClaimBatch
    from risk.reference import Reference


@rule(
    "NEC004",
    severity=Severity.REVIEW,
    reason=Reason.MEDICAL_NECESSITY,
    carc="50",
    cite="Commercial guidelines on epidurals ask for radicular pain as Medicare's contractors do; criteria "
    "vary by plan",
    message="Line {line_number}: the diagnoses of {procedure_code} name pain but no nerve root; many plans cover "
    "an epidural for nerve-root pain only.",
    fix="Ask what the record says of the legs or arms: radiating pain, dermatome, examination, imaging, and "
    "for how long. If it supports radicular pain, claudication or post-laminectomy pain, that diagnosis "
    "is coded and pointed to; if the pain is axial, check the plan's criteria before sending the claim.",
    fix_kind="documentation",
    payer_types=("commercial", "medicaid", "workers_comp", "tricare", "other"),
    good=[
        claim(dx=["M54.12"], lines=[line("62321")]),
        claim(payer_type="medicare", dx=["M54.50"], lines=[line("62323")]),
    ],
    bad=[claim(dx=["M54.50"], lines=[line("62323")])],
)
def epidural_for_axial_pain_other_payers(batch: ClaimBatch, reference: Reference) -> pd.DataFrame:
    """Epidural injection for pain in the spine alone, outside Medicare.

    Plans that manage spinal injections ask for radicular pain too, though their criteria differ and are not all public.
    Usual cause: the nerve root is in the note but not among the pointed diagnoses.
    """
    return epidurals_for_pain_alone(batch, reference)
