"""DOC003: the note supports intractable pain, and the principal diagnosis is a nonspecific pain code all the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from risk.claims.examples import claim
from risk.reference.icd10 import dotted
from risk.rules._rule import Reason, Severity, rule
from risk.rules.documentation._intractable import intractable_pain

if TYPE_CHECKING:
    import pandas as pd

    from risk.claims.tables import ClaimBatch
    from risk.reference import Reference


@rule(
    "DOC003",
    severity=Severity.REVIEW,
    reason=Reason.CODING,
    carc="16",
    rarc="M81",
    cite=(
        "ICD-10-CM tabular list April 2026: no code of M54 or G89 says intractable; guideline I.C.6.b.1: a "
        "known definite diagnosis is coded, not the pain, unless the encounter is for pain control"
    ),
    message=(
        "The note calls the pain intractable, but the principal diagnosis {dx_code} names no cause. "
        "Intractable back pain has no code of its own in ICD-10-CM: it is told by the code of its cause."
    ),
    fix="Ask the clinician whether a cause of the pain is established, and which; code it if the record says so.",
    fix_kind="documentation",
    good=[
        claim(dx=["M48.061"], note="Intractable back pain from L4-5 stenosis, failed PT and NSAIDs."),
        claim(dx=["M54.9"], note="Back pain, not intractable."),
        claim(dx=["M54.9"]),
    ],
    bad=[
        claim(dx=["M54.9"], note="Intractable back pain from L4-5 stenosis, failed PT and NSAIDs."),
        claim(dx=["M54.50", "M51.16"], note="INTRACTABLE LBP, TRIED AND FAILED PT, NSAIDS, GABAPENTIN"),
    ],
    unless=["DOC001"],
)
def intractable_coded_nonspecific(batch: ClaimBatch, reference: Reference) -> pd.DataFrame:
    """Intractable pain under a nonspecific principal diagnosis.

    Nothing in M54 or G89 says intractable, so a nonspecific code (M54.9, M54.50, R52, G89.29) loses what the record
    holds, and payers ask for a code of higher specificity or deny the procedure. Usual cause: the symptom was picked
    first, and the cause stands second or only in the note.

    Where the word itself is unsupported, DOC001 says so instead.
    """
    found = intractable_pain(batch, reference)
    if found.empty:
        return found
    keys, diagnoses = found["claim_key"].to_numpy(), batch.diagnoses
    vague = reference.dx_groups.of_group(diagnoses["dx_code"], "nonspecific_pain")
    principal = diagnoses["dx_position"].to_numpy(dtype="int64", na_value=0) == 1
    offending = batch.diagnoses_where(vague & principal & np.isin(diagnoses["claim_key"].to_numpy(), keys))
    if offending.empty:
        return offending
    numbers = found["line_number"].array.take(np.searchsorted(keys, offending["claim_key"].to_numpy()))
    return offending[["claim_key"]].assign(line_number=numbers, dx_code=dotted(offending["dx_code"]))
