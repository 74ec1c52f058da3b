"""CLM004: a date of service after the submission, or an end before the start."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from risk.claims.examples import claim, line
from risk.rules._rule import Reason, Severity, rule
from risk.rules._stacked import stacked

if TYPE_CHECKING:
    from risk.claims.tables import ClaimBatch
    from risk.reference import Reference


@rule(
    "CLM004",
    severity=Severity.REJECT,
    certain="always",
    reason=Reason.CLAIM_DATA,
    carc="16",
    rarc="M52",
    cite="837 guides 005010X222A1 and 005010X223A2, DTP 472; payers' front ends refuse services that are still to come",
    message="Line {line_number}: {first} is {relation} {second}.",
    fix="Correct the date from the record of the encounter.",
    fix_kind="data",
    good=[claim(lines=[line("99213", day=3)]), claim(submission_date=None)],
    bad=[
        claim(lines=[line("99213", date_of_service="2027-10-01")]),
        claim(lines=[line("99213", day=9, service_to_date=pd.Timestamp(2026, 10, 2).date())]),
    ],
)
def service_date_out_of_order(batch: ClaimBatch, _reference: Reference) -> pd.DataFrame:
    """Date of service after the submission, or an end before the start.

    The front end returns such a claim. Usual cause: a year or month mistyped, or the two dates exchanged.
    """
    lines = batch.service_lines
    started, ended = lines["service_from_date"].to_numpy(), lines["service_to_date"].to_numpy()
    sent = batch.claims["submission_date"].to_numpy()[lines["claim_key"].to_numpy()]
    backwards = ended < started
    future = (started > sent) | ((ended > sent) & ~backwards)
    if not (backwards | future).any():
        return batch.lines_where(backwards, "line_number")
    late_start = pd.Series(np.where(started > sent, started, ended)[future])
    return stacked(
        [
            batch.lines_where(backwards, "line_number").assign(
                first="the last date of service", relation="before the first one,", second=started[backwards]
            ),
            batch.lines_where(future, "line_number").assign(
                first=("the date of service " + late_start.dt.strftime("%Y-%m-%d").astype("str")).array,
                relation="after the submission on",
                second=sent[future],
            ),
        ]
    )
