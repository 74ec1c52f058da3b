"""FRQ001: more epidural sessions in a region within a year than the contractors cover."""

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
    "FRQ001",
    severity=Severity.DENY,
    reason=Reason.FREQUENCY,
    carc="151",
    rarc="N640",
    cite="Contractors' policies on epidurals (L39015, L39240, L36920, L39036, L33906, L39054): four sessions per "
    "region in a rolling 12 months",
    message="Line {line_number}: {procedure_code} is epidural session {session} of a year at the {region} "
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
            lines=[line("62323", day=1)],
            past=[
                claim(
                    payer_type="medicare",
                    lines=sessions_on("62323", 1, 4, 7),
                )
            ],
        ),
        claim(
            payer_type="medicare",
            lines=[line("62323", day=1)],
            past=[
                claim(
                    payer_type="medicare",
                    lines=[
                        line("62323", date_of_service="2025-10-01"),
                        line("62323", month=1),
                        line("62323", month=4),
                        line("62323", month=7),
                    ],
                )
            ],
        ),
        claim(
            payer_type="medicare",
            lines=[line("62323", day=1)],
            past=[
                claim(
                    payer_type="medicare",
                    lines=[line("62321", month=2), *sessions_on("62323", 1, 4, 7)],
                )
            ],
        ),
        claim(
            payer_type="commercial",
            lines=[line("62323", day=1)],
            past=[
                claim(
                    payer_type="commercial",
                    lines=sessions_on("62323", 1, 3, 4, 7),
                )
            ],
        ),
    ],
    bad=[
        claim(
            payer_type="medicare",
            lines=[line("62323", day=1)],
            past=[
                claim(
                    payer_type="medicare",
                    lines=[
                        line("62323", date_of_service="2025-10-02"),
                        line("62323", month=1),
                        line("62323", month=4),
                        line("62323", month=7),
                    ],
                )
            ],
        ),
        claim(
            payer_type="medicare",
            lines=sessions_on("64483", 2, 4, 6, 8, 10),
        ),
        claim(
            payer_type="medicare_advantage",
            lines=[line("62323", day=1)],
            past=[
                claim(
                    payer_type="medicare_advantage",
                    lines=[*sessions_on("64483", 1, 3), *sessions_on("62323", 5, 7)],
                )
            ],
        ),
    ],
)
def epidural_sessions_beyond_limit(batch: ClaimBatch, reference: Reference, past: ClaimBatch) -> pd.DataFrame:
    """Epidural sessions beyond the yearly limit of their region.

    Medicare's contractors cover four epidural sessions per region, cervical-thoracic and lumbar-sacral, in a rolling
    twelve months; interlaminar and transforaminal ones count together. Counted are the patient's days of
    service, on this batch and in the history, whoever billed them: the day itself and the 364 before it.
    Diagnostic root blocks (KX) do not count. Usual cause: injections on a schedule, or earlier ones elsewhere.
    """
    return sessions_beyond("epidural", batch, past, reference)
