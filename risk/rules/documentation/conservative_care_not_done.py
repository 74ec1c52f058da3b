"""DOC002: a procedure that comes after failed conservative care, and a note that says the care is still to come."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from risk.claims.columns import one_of, rows_where
from risk.claims.examples import claim, line
from risk.notes import note_facts
from risk.rules._rule import Reason, Severity, rule

if TYPE_CHECKING:
    import pandas as pd

    from risk.claims.tables import ClaimBatch
    from risk.reference import Reference

#: Families of which a national or local policy wants conservative care first, with the policy.
POLICIES = {
    "epidural_interlaminar": "LCD L39240",
    "epidural_transforaminal": "LCD L39240",
    "facet_injection": "LCD L38801",
    "facet_radiofrequency": "LCD L38801",
    "sacroiliac": "LCD L39462",
    "trigger_point": "LCD L34211",
    "cord_stimulator": "NCD 160.7",
}
#: Treatments that are no conservative care: the procedures themselves.
_INVASIVE = ("injection", "radiofrequency", "spinal cord stimulation", "surgery")
_STILL_TO_COME = {
    "planned": "planned",
    "offered": "offered",
    "refused": "refused",
    "denied": "not done",
    "hypothetical": "only a possibility",
}
_DONE = ("done", "done_failed", "done_helped", "contraindicated")


@rule(
    "DOC002",
    severity=Severity.REVIEW,
    reason=Reason.MEDICAL_NECESSITY,
    carc="50",
    rarc="N115",
    cite=(
        "LCD L39240, L39015, L36920 (epidural: 4 weeks of conservative care), L38801 (facet), L39462 "
        "(sacroiliac), L34211 (trigger point); NCD 160.7 (cord stimulator: last resort)"
    ),
    message="Line {line_number}: payers cover {procedure_code} after conservative care has failed (Medicare: "
    "{policy}), but by the note it has not been given yet: {treatment} ({state}).",
    fix=(
        "Ask the clinician: which conservative treatments has the patient had, from when to when, and with "
        "what result? Send the record that shows it; if none was completed, the policy is not met."
    ),
    fix_kind="documentation",
    good=[
        claim(lines=[line("62323")], note="Failed 8 weeks of physical therapy and NSAIDs."),
        claim(lines=[line("64493")], dx=["M47.816"], note="PT X 12 WKS W/O RELIEF, WILL CONTINUE HEP"),
        claim(lines=[line("62323")], note="NSAIDs contraindicated, physical therapy recommended after the injection."),
        claim(lines=[line("62323")], note="Repeat injection planned in 3 months."),
        claim(lines=[line("99213")], note="Will start physical therapy."),
    ],
    bad=[
        claim(lines=[line("62323")], note="Will start NSAIDs and physical therapy."),
        claim(lines=[line("64483", modifiers=["RT"])], note="Physical therapy recommended, patient declined."),
        claim(lines=[line("64493", note="PT NOT TRIED")], dx=["M47.816"]),
        claim(lines=[line("20552")], dx=["M79.18"], note="If home exercise fails, will try massage."),
    ],
)
def conservative_care_not_done(batch: ClaimBatch, reference: Reference) -> pd.DataFrame:
    """Procedure billed while the note says conservative care is only planned, offered, refused or not done.

    Coverage of spinal injections, denervation and stimulators begins where conservative care has failed, or could not
    be given. A note that only announces it is read by a reviewer as proof that the condition is not met. Usual cause:
    the plan of an earlier visit copied into the note that goes with the claim.

    Silent where the notes mention a conservative treatment that was done, whatever came of it.
    """
    facts = note_facts(batch)
    care = rows_where(facts, one_of(facts["fact"], ["treatment"]) & ~one_of(facts["detail"], _INVASIVE))
    if care.empty:
        return care
    keys = care["claim_key"].to_numpy()
    done = np.isin(keys, keys[one_of(care["state"], _DONE)])
    pending = rows_where(care, one_of(care["state"], _STILL_TO_COME) & ~done)
    if pending.empty:
        return pending
    claims, first = np.unique(pending["claim_key"].to_numpy(), return_index=True)
    lines = batch.service_lines
    concerned = np.isin(lines["claim_key"].to_numpy(), claims)
    concerned &= reference.procedures.of_family(lines["procedure_code"], *POLICIES)
    found = batch.lines_where(concerned, "procedure_code")
    if found.empty:
        return found
    noted = pending.take(first[np.searchsorted(claims, found["claim_key"].to_numpy())])
    family = reference.procedures.fact("family", found["procedure_code"])
    return found.assign(
        treatment=noted["detail"].array,
        state=noted["state"].map(_STILL_TO_COME).array,
        policy=family.map(POLICIES),
    )
