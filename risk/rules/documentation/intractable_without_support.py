"""DOC001: the note says intractable, and shows no cause or no treatment that failed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from risk.claims.columns import rows_where
from risk.claims.examples import claim, line
from risk.rules._rule import Reason, Severity, rule
from risk.rules.documentation._intractable import intractable_pain

if TYPE_CHECKING:
    from risk.claims.tables import ClaimBatch
    from risk.reference import Reference

_MISSING = {
    (False, False): "neither a cause nor a treatment that was tried and failed",
    (False, True): "no cause",
    (True, False): "no treatment that was tried and failed",
}


@rule(
    "DOC001",
    severity=Severity.REVIEW,
    reason=Reason.DOCUMENTATION,
    carc="252",
    rarc="N706",
    cite=(
        "ICD-10-CM tabular list April 2026: only G40, G43 and G44 have an axis for intractable (refractory, "
        "pharmacoresistant, poorly controlled); guideline I.C.6.b.1: code the definite cause; LCD L39240 and "
        "NCD 160.7: conservative care that failed"
    ),
    message=(
        "The note calls the pain intractable or resistant to treatment, but the claim and its notes show {missing}."
    ),
    fix=(
        "Ask the clinician: what, if known, causes the pain; which treatments were tried, when and for how "
        "long, and what came of each? Send the record that shows it. Intractable back pain has no code; its "
        "cause has."
    ),
    fix_kind="documentation",
    good=[
        claim(dx=["M48.061"], note="Intractable low back pain. Failed 8 weeks of PT and NSAIDs."),
        claim(dx=["M51.26"], note="INTRACTABLE LBP FROM L4-5 HNP ON MRI, NO RELIEF FROM 12 WKS PT, GABAPENTIN"),
        claim(dx=["M54.50"], note="Patient denies intractable pain. Will start NSAIDs."),
        claim(dx=["M54.50"], note="Back pain, not intractable."),
        claim(dx=["M54.50"], note="Mother had intractable back pain."),
        claim(dx=["G43.919"], note="Intractable migraine."),
        claim(dx=["R11.2"], note="Intractable nausea and vomiting."),
    ],
    bad=[
        claim(dx=["M54.50"], note="Intractable low back pain."),
        claim(dx=["M54.16"], note="INTRACTABLE RADICULAR PAIN, WILL START NSAIDS AND PT"),
        claim(dx=["M54.9"], note="Intractable back pain, failed physical therapy and NSAIDs."),
        claim(dx=["G89.29", "M54.50"], lines=[line("99213", note="Pain refractory to medication, no change.")]),
        claim(dx=["M48.061"], note="Pain is intractable. If PT fails, will consider surgery."),
    ],
)
def intractable_without_support(batch: ClaimBatch, reference: Reference) -> pd.DataFrame:
    """Pain called intractable without a cause or without failed treatment.

    Intractable means that the pain withstood treatment, and the record has to show which treatment and what the pain
    comes from. Reviewers ask for the record, or deny for want of it, where the word stands alone. A plan is not a
    failure: "will start NSAIDs" and "physical therapy recommended" say what has not been tried yet. Usual cause: a
    template sentence, or a problem list carried forward.

    Cause: a diagnosis of the claim, or a cause that a note states. Failed treatment: one that a note of the claim says
    was done without relief or cannot be given. Intractable epilepsy, migraine and headache are codes of their own.
    """
    found = intractable_pain(batch, reference)
    if found.empty:
        return found
    found = rows_where(found, ~(found["cause"].to_numpy() & found["failed_treatment"].to_numpy()))
    if found.empty:
        return found
    shown = [_MISSING[pair] for pair in zip(found["cause"], found["failed_treatment"], strict=True)]
    return found[["claim_key", "line_number"]].assign(missing=pd.Series(shown, index=found.index, dtype="str"))
