"""FRQ004: more trigger point sessions within a year than the contractors cover."""

from __future__ import annotations

from typing import TYPE_CHECKING

from risk.claims.examples import claim, line
from risk.rules._rule import Reason, Severity, rule
from risk.rules.frequency._sessions import PAYER_TYPES, sessions_beyond, sessions_on

if TYPE_CHECKING:
    import pandas as pd

    from risk.claims.tables import ClaimBatch
    from risk.reference import Reference


@rule(
    "FRQ004",
    severity=Severity.DENY,
    reason=Reason.FREQUENCY,
    carc="151",
    rarc="N640",
    cite="Noridian L34211 and sister policies on trigger point injections: three sessions in a rolling 12 months",
    message="Line {line_number}: {procedure_code} is trigger point session {session} of a year; "
    "Medicare's contractors cover {sessions}.",
    fix="Look for earlier sessions of the patient with other providers as well. If this one is beyond the limit, ask "
    "what in the record made it necessary; expect a denial, and tell the patient before the service (ABN) that it may "
    "not be covered.",
    fix_kind="documentation",
    payer_types=PAYER_TYPES,
    unless=("DUP001",),
    history=True,
    good=[
        claim(
            payer_type="medicare",
            dx=["M79.18"],
            lines=[line("20553", day=1)],
            past=[claim(payer_type="medicare", dx=["M79.18"], lines=[line("20553", month=2), line("20553", month=6)])],
        ),
        claim(
            payer_type="medicare",
            dx=["M79.18"],
            lines=[line("20553", day=1)],
            past=[
                claim(
                    payer_type="medicare",
                    dx=["M79.18"],
                    lines=[line("20553", date_of_service="2025-10-01"), line("20553", month=2), line("20553", month=6)],
                )
            ],
        ),
        claim(
            payer_type="commercial",
            dx=["M79.18"],
            lines=[line("20553", day=1)],
            past=[
                claim(
                    payer_type="commercial",
                    dx=["M79.18"],
                    lines=sessions_on("20553", 2, 4, 6),
                )
            ],
        ),
    ],
    bad=[
        claim(
            payer_type="medicare",
            dx=["M79.18"],
            lines=[line("20553", day=1)],
            past=[
                claim(
                    payer_type="medicare",
                    dx=["M79.18"],
                    lines=[line("20553", month=2), line("20552", month=4), line("20553", month=6)],
                )
            ],
        ),
        claim(
            payer_type="medicare",
            dx=["M79.18"],
            lines=[line("20552", day=1), line("20552", day=8), line("20552", day=15), line("20552", day=22)],
        ),
    ],
)
def trigger_points_beyond_limit(batch: ClaimBatch, reference: Reference, past: ClaimBatch) -> pd.DataFrame:
    """Trigger point injections beyond the yearly limit.

    Medicare's contractors cover three sessions of trigger point injections in a rolling twelve months, however many
    muscles each has. Counted are the patient's days of service, on this batch and in the history, whoever billed them:
    the day itself and the 364 before it. Usual cause: injections at every visit.
    """
    return sessions_beyond("trigger_point", batch, past, reference)
