"""FRQ002: more facet joint block sessions in a region within a year than the contractors cover."""

from __future__ import annotations

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
LIMITS = {"diagnostic": "facet_diagnostic", "therapeutic": "facet_therapeutic"}


@rule(
    "FRQ002",
    severity=Severity.DENY,
    reason=Reason.FREQUENCY,
    carc="151",
    rarc="N640",
    cite="Contractors' policies on facet procedures (L38773, L33930, L35936, L38801, L34892, L38765, L38841): four "
    "diagnostic sessions, told by KX, and four therapeutic ones per region in a rolling 12 months",
    message="Line {line_number}: {procedure_code} is {kind} facet block session {session} of a year at the "
    "{region} spine; Medicare's contractors cover {sessions} {kind} ones.",
    fix="Look for earlier sessions of the patient with other providers as well, and check whether each was diagnostic "
    "or therapeutic: KX belongs on those that the record says were diagnostic, and on no other. If this one is beyond "
    "the limit, ask what in the record made it necessary; expect a denial, and tell the patient before the service "
    "(ABN) that it may not be covered.",
    fix_kind="documentation",
    payer_types=PAYER_TYPES,
    unless=("DUP001",),
    history=True,
    good=[
        claim(
            payer_type="medicare",
            dx=["M47.816"],
            lines=[line("64493", day=1)],
            past=[
                claim(
                    payer_type="medicare",
                    dx=["M47.816"],
                    lines=[*sessions_on("64493", 1, 2, 3, 4, modifiers=["KX"]), *sessions_on("64493", 5, 6, 7)],
                )
            ],
        ),
        claim(
            payer_type="medicare",
            dx=["M47.816"],
            lines=[line("64493", day=1)],
            past=[
                claim(
                    payer_type="medicare",
                    dx=["M47.816"],
                    lines=[line("64490", month=9), *sessions_on("64493", 1, 2, 3)],
                )
            ],
        ),
        claim(
            payer_type="commercial",
            dx=["M47.816"],
            lines=[line("64493", day=1)],
            past=[claim(payer_type="commercial", dx=["M47.816"], lines=sessions_on("64493", 1, 2, 3, 4))],
        ),
    ],
    bad=[
        claim(
            payer_type="medicare",
            dx=["M47.816"],
            lines=[line("64493", day=1)],
            past=[claim(payer_type="medicare", dx=["M47.816"], lines=sessions_on("64493", 1, 2, 3, 4))],
        ),
        claim(
            payer_type="medicare",
            dx=["M47.816"],
            lines=[line("64493", day=1, modifiers=["KX"])],
            past=[
                claim(payer_type="medicare", dx=["M47.816"], lines=sessions_on("64493", 1, 2, 3, 4, modifiers=["KX"]))
            ],
        ),
    ],
)
def facet_blocks_beyond_limit(batch: ClaimBatch, reference: Reference, past: ClaimBatch) -> pd.DataFrame:
    """Facet joint blocks beyond the yearly limit of their kind and region.

    Medicare's contractors cover four diagnostic and four therapeutic block sessions per region in a rolling twelve
    months. KX tells a diagnostic one; without it a session counts as therapeutic. Counted are the patient's days of
    service, on this batch and in the history, whoever billed them: the day itself and the 364 before it. Usual cause:
    KX left off diagnostic blocks, or blocks repeated without a step to radiofrequency.
    """
    found = {kind: sessions_beyond(limit, batch, past, reference) for kind, limit in LIMITS.items()}
    return stacked(lines.assign(kind=kind) for kind, lines in found.items() if len(lines))
