"""CLM001: a service line that points to a diagnosis the claim does not have."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from risk.claims.examples import claim, line
from risk.claims.tables import ClaimBatch
from risk.rules._rule import Reason, Severity, rule
from risk.rules._stacked import no_offenders, stacked
from risk.rules.claim_data._pointers import REQUIRES, point_to_what_is_there

if TYPE_CHECKING:
    from risk.reference import Reference


@rule(
    "CLM001",
    severity=Severity.REJECT,
    certain="always",
    reason=Reason.CLAIM_DATA,
    carc="16",
    rarc="M76",
    cite="837P guide 005010X222A1, SV107: a pointer names a diagnosis of the claim's HI segment",
    message="Line {line_number} points to diagnosis {dx_position}, which the claim does not have.",
    fix="Point the line to the diagnosis that the record gives as its reason, or add that diagnosis to the claim.",
    fix_kind="data",
    repair=point_to_what_is_there,
    requires=REQUIRES,
    good=[claim(lines=[line("99213", pointers=[1, 2])], dx=["M54.16", "M48.061"])],
    bad=[
        claim(lines=[line("99213", pointers=[2])]),
        claim(lines=[line("99213", modifiers=["25"]), line("62323", pointers=[1, 4])], dx=["M54.16", "M48.061"]),
    ],
)
def dx_pointer_to_nothing(batch: ClaimBatch, _reference: Reference) -> pd.DataFrame:
    """Service line that points to a diagnosis the claim does not have.

    The payer cannot tell why the service was given and returns the claim. Usual cause: a diagnosis was taken off the
    claim, or the list reordered, after the lines had been pointed.
    """
    lines, diagnoses = batch.service_lines, batch.diagnoses
    keys = lines["claim_key"].to_numpy()
    of_claim, positions = diagnoses["claim_key"].to_numpy(), diagnoses["dx_position"].to_numpy(dtype="int64")
    highest = np.zeros(len(batch), dtype="int64")
    np.maximum.at(highest, of_claim, positions)
    count = np.bincount(of_claim, minlength=len(batch))
    gaps = (count != highest)[keys]  # below the highest position, only the pairs themselves can tell
    offending = []
    for pointed in batch.pointers.T:
        nowhere = pointed > highest[keys]
        suspects = np.flatnonzero(gaps & (pointed > 0) & ~nowhere)
        if len(suspects):
            known = pd.MultiIndex.from_arrays([of_claim, positions])
            nowhere[suspects] = ~pd.MultiIndex.from_arrays([keys[suspects], pointed[suspects]]).isin(known)
        nowhere &= count[keys] > 0  # no diagnosis at all is another rule's finding
        if nowhere.any():
            offending.append(batch.lines_where(nowhere, "line_number").assign(dx_position=pointed[nowhere]))
    if not offending:
        return no_offenders()
    return stacked(offending).sort_values(["claim_key", "line_number"], kind="stable")
