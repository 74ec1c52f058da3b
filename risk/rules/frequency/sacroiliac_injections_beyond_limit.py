"""FRQ005: more sacroiliac injection sessions within a year than the contractors cover."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pandas as pd

from risk.claims.examples import claim, line
from risk.rules._rule import Reason, Severity, rule
from risk.rules._stacked import stacked
from risk.rules.frequency._sessions import PAYER_TYPES, sessions_beyond, sessions_on

if TYPE_CHECKING:
    from risk.claims.tables import ClaimBatch
    from risk.reference import Reference

#: Kinds of session and their limits.
LIMITS = {"diagnostic": "sacroiliac_diagnostic", "therapeutic": "sacroiliac_therapeutic"}


@rule(
    "FRQ005",
    severity=Severity.DENY,
    reason=Reason.FREQUENCY,
    carc="151",
    rarc="N640",
    cite="Contractors' policies on sacroiliac procedures (L39455, L39475, L39462, L39383, L39402) and their articles "
    "(A59233, A59257, A59243, A59154): two diagnostic sessions, told by KX, and four therapeutic ones in a rolling "
    "12 months",
    message="Line {line_number}: {procedure_code} is {kind} sacroiliac session {session} of a year; Medicare's "
    "contractors cover {sessions} {kind} ones.",
    fix="Look for earlier sessions of the patient with other providers as well, and check whether each was diagnostic "
    "or therapeutic: KX belongs on those that the record says were diagnostic, and on no other. If this one is beyond "
    "the limit, ask what in the record made it necessary; expect a denial, and tell the patient before the service "
    "(ABN) that it may not be covered.",
    fix_kind="documentation",
    payer_types=PAYER_TYPES,
    since=date(2023, 3, 19),
    unless=("DUP001",),
    history=True,
    good=[
        claim(
            payer_type="medicare",
            dx=["M46.1"],
            lines=[line("27096", day=1)],
            past=[
                claim(
                    payer_type="medicare",
                    dx=["M46.1"],
                    lines=[*sessions_on("27096", 1, 2, modifiers=["KX"]), *sessions_on("27096", 3, 5, 7)],
                )
            ],
        ),
        claim(
            payer_type="medicare",
            dx=["M46.1"],
            lines=[line("64451", day=1, modifiers=["KX"])],
            past=[claim(payer_type="medicare", dx=["M46.1"], lines=sessions_on("64451", 9, modifiers=["KX"]))],
        ),
        claim(
            payer_type="medicare",
            dx=["M46.1"],
            lines=[line("27096", day=1)],
            past=[
                claim(
                    payer_type="medicare",
                    dx=["M46.1"],
                    lines=[line("27096", date_of_service="2025-10-01"), *sessions_on("27096", 3, 5, 7)],
                )
            ],
        ),
        claim(
            payer_type="commercial",
            dx=["M46.1"],
            lines=[line("27096", day=1)],
            past=[claim(payer_type="commercial", dx=["M46.1"], lines=sessions_on("27096", 1, 3, 5, 7))],
        ),
    ],
    bad=[
        claim(
            payer_type="medicare",
            dx=["M46.1"],
            lines=[line("27096", day=1)],
            past=[
                claim(
                    payer_type="medicare",
                    dx=["M46.1"],
                    lines=[*sessions_on("27096", 1, 3, 5), *sessions_on("64451", 7)],
                )
            ],
        ),
        claim(
            payer_type="medicare_advantage",
            dx=["M53.3"],
            lines=[line("27096", day=1, modifiers=["KX"])],
            past=[
                claim(payer_type="medicare_advantage", dx=["M53.3"], lines=sessions_on("27096", 2, 4, modifiers=["KX"]))
            ],
        ),
    ],
)
def sacroiliac_injections_beyond_limit(batch: ClaimBatch, reference: Reference, past: ClaimBatch) -> pd.DataFrame:
    """Sacroiliac injections beyond the yearly limit of their kind.

    Medicare's contractors cover two diagnostic sessions, whose lines carry KX, and four therapeutic ones in a rolling
    twelve months, of the joint and of its nerves together, on one side or both. Counted are the patient's days of
    service, on this batch and in the history, whoever billed them: the day itself and the 364 before it; a day without
    KX is therapeutic. Usual cause: injections on a schedule, or KX left off a diagnostic one.
    """
    found = {kind: sessions_beyond(limit, batch, past, reference) for kind, limit in LIMITS.items()}
    return stacked(lines.assign(kind=kind) for kind, lines in found.items() if len(lines))
