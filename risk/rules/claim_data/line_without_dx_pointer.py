"""CLM008: a service line that points to no diagnosis, on a claim whose other lines do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from risk.claims.examples import claim, line
from risk.claims.said import says_what_an_837_says
from risk.claims.tables import NO_POINTER, ClaimBatch
from risk.rules._rule import Reason, Severity, rule
from risk.rules.claim_data._pointers import REQUIRES, point_to_what_is_there

if TYPE_CHECKING:
    import pandas as pd

    from risk.reference import Reference


@rule(
    "CLM008",
    severity=Severity.REJECT,
    certain="always",
    reason=Reason.CLAIM_DATA,
    carc="16",
    rarc="M76",
    cite="837P guide 005010X222A1, SV107-1: each line points to at least one diagnosis",
    message="Line {line_number} points to no diagnosis.",
    fix="Point the line to the diagnosis that the record gives as its reason.",
    fix_kind="data",
    repair=point_to_what_is_there,
    requires=REQUIRES,
    good=[claim(lines=[line("99213"), line("20610")]), claim(lines=[line("99213", pointers=[])])],
    bad=[
        claim(lines=[line("99213"), line("20610", pointers=[])]),
        claim(lines=[line("99213", pointers=[])], payer_responsibility_code="P", assignment_code="A"),
    ],
)
def line_without_dx_pointer(batch: ClaimBatch, _reference: Reference) -> pd.DataFrame:
    """Service line that points to no diagnosis.

    The payer cannot tell why the service was given. Usual cause: a line added by hand after coding. Counts only where
    another line of the claim has a pointer, or the claim says what every 837 says, so that files without the column can
    be scored.
    """
    unpointed = (batch.pointers == NO_POINTER).all(axis=1)
    if unpointed.any():
        expected = batch.professional & (batch.has_pointers | says_what_an_837_says(batch))
        unpointed &= expected[batch.service_lines["claim_key"]]
    return batch.lines_where(unpointed, "line_number")
