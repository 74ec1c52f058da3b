"""FRQ003: more facet radiofrequency sessions in a region within a year than the contractors cover."""

from __future__ import annotations

from typing import TYPE_CHECKING

from risk.claims.examples import claim, line
from risk.rules._rule import Reason, Severity, rule
from risk.rules.frequency._sessions import PAYER_TYPES, sessions_beyond

if TYPE_CHECKING:
    import pandas as pd

    from risk.claims.tables import ClaimBatch
    from risk.reference import Reference


@rule(
    "FRQ003",
    severity=Severity.DENY,
    reason=Reason.FREQUENCY,
    carc="151",
    rarc="N640",
    cite="Contractors' policies on facet procedures (L38773, L33930, L35936, L38801, L34892, L38765, L38841): two "
    "radiofrequency sessions per region in a rolling 12 months",
    message="Line {line_number}: {procedure_code} is facet radiofrequency session {session} of a year at the {region} "
    "spine; Medicare's contractors cover {sessions}.",
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
            dx=["M47.816"],
            lines=[line("64635", day=1)],
            past=[claim(payer_type="medicare", dx=["M47.816"], lines=[line("64635", month=3)])],
        ),
        claim(
            payer_type="medicare",
            dx=["M47.816"],
            lines=[line("64635", day=1)],
            past=[claim(payer_type="medicare", dx=["M47.816"], lines=[line("64633", month=2), line("64635", month=3)])],
        ),
        claim(
            payer_type="medicare",
            dx=["M47.816"],
            lines=[line("64635", day=1)],
            past=[
                claim(
                    payer_type="medicare",
                    dx=["M47.816"],
                    lines=[line("64635", date_of_service="2025-10-01"), line("64635", month=3)],
                )
            ],
        ),
        claim(
            payer_type="commercial",
            dx=["M47.816"],
            lines=[line("64635", day=1)],
            past=[
                claim(payer_type="commercial", dx=["M47.816"], lines=[line("64635", month=2), line("64635", month=6)])
            ],
        ),
    ],
    bad=[
        claim(
            payer_type="medicare",
            dx=["M47.816"],
            lines=[line("64635", day=1)],
            past=[claim(payer_type="medicare", dx=["M47.816"], lines=[line("64635", month=2), line("64635", month=6)])],
        ),
        claim(
            payer_type="medicare",
            dx=["M47.816"],
            lines=[line("64635", day=1), line("64635", day=15)],
            past=[claim(payer_type="medicare", dx=["M47.816"], lines=[line("64635", month=3)])],
        ),
    ],
)
def facet_radiofrequency_beyond_limit(batch: ClaimBatch, reference: Reference, past: ClaimBatch) -> pd.DataFrame:
    """Facet radiofrequency beyond the yearly limit of its region.

    Medicare's contractors cover two radiofrequency sessions per region in a rolling twelve months. Counted are the
    patient's days of service, on this batch and in the history, whoever billed them: the day itself and the 364 before
    it. Usual cause: the two sides done on two days, twice in a year.
    """
    return sessions_beyond("facet_radiofrequency", batch, past, reference)
