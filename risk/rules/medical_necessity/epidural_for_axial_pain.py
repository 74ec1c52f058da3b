"""NEC001: a Medicare epidural whose diagnoses tell of axial pain alone."""

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
    "NEC001",
    severity=Severity.DENY,
    reason=Reason.MEDICAL_NECESSITY,
    carc="50",
    rarc="N115",
    cite="Contractors' policies on epidurals (L39015, L39240, L36920, L39036, L33906, L39054): radicular pain, "
    "claudication, post-laminectomy pain or zoster; axial pain alone is excluded",
    message="Line {line_number}: the diagnoses of {procedure_code} name pain but no reason that Medicare's "
    "contractors cover an epidural for: nerve-root pain, claudication, pain after laminectomy, or zoster.",
    fix="Ask what the record says of the legs or arms: radiating pain, dermatome, examination, imaging, and "
    "for how long. If it supports radicular pain, claudication or post-laminectomy pain, that diagnosis "
    "is coded and pointed to; if the pain is axial, the injection is not covered for it.",
    fix_kind="documentation",
    payer_types=("medicare", "medicare_advantage"),
    good=[
        claim(payer_type="medicare", dx=["M54.16"], lines=[line("62323")]),
        claim(payer_type="medicare", dx=["M51.16", "M54.50"], lines=[line("64483", pointers=[1, 2])]),
        claim(payer_type="medicare", dx=["M96.1"], lines=[line("62323")]),
        claim(payer_type="medicare", dx=["G89.3", "C79.51"], lines=[line("62323", pointers=[1, 2])]),
        claim(payer_type="commercial", dx=["M54.50"], lines=[line("62323")]),
    ],
    bad=[
        claim(payer_type="medicare", dx=["M54.50"], lines=[line("62323")]),
        claim(payer_type="medicare_advantage", dx=["G89.29", "M54.50"], lines=[line("64483", pointers=[1, 2])]),
        claim(payer_type="medicare", dx=["M54.50", "M54.16"], lines=[line("62323", pointers=[1])]),
    ],
)
def epidural_for_axial_pain(batch: ClaimBatch, reference: Reference) -> pd.DataFrame:
    """Epidural injection for pain in the spine alone.

    The policies cover an epidural for pain that comes from a nerve root; pain in the back or neck alone is excluded,
    and the diagnoses the line points to are what the payer sees. Usual cause: the nerve root is in the note but not
    among the pointed diagnoses, or a symptom code kept from the first visit.
    """
    return epidurals_for_pain_alone(batch, reference)
