"""ADD001: an add-on code whose primary is not on the claim that day."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from risk.claims.columns import absent, one_of, rows_where
from risk.claims.examples import claim, line
from risk.reference.sessions import sessions_of
from risk.rules._rule import Reason, Severity, rule

_NAMED = 4  # primaries that are named; an edit may have dozens

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from risk.claims.tables import ClaimBatch
    from risk.reference import Reference


@rule(
    "ADD001",
    severity=Severity.DENY,
    reason=Reason.CODING,
    carc="107",
    rarc="N122",
    cite="NCCI add-on code edits, type 1, of 2024-06",
    cite_imported="{edition}, edits of type 1",
    message="Line {line_number}: {procedure_code} is an add-on code, and its primary ({primaries}) is not on this "
    "claim for that day.",
    fix="Put the primary procedure on the claim if it was done that day and the record shows it; correct the "
    "code if the first level was meant.",
    fix_kind="data",
    unless=("IMG001", "PTP002"),  # not payable that day even beside its primary
    good=[
        claim(lines=[line("64483"), line("64484")]),
        claim(lines=[line("64490"), line("64491"), line("64492")]),
        claim(lines=[line("64493"), line("64494")]),
        claim(lines=[line("64490"), line("64494")]),
        claim(lines=[line("62270"), line("64520", modifiers=["LT"]), line("77003")]),
        claim(lines=[line("22513"), line("22515")]),
    ],
    bad=[
        claim(lines=[line("64484")]),
        claim(lines=[line("62323"), line("64484", modifiers=["XS"])]),
        claim(lines=[line("20553"), line("77003")]),
        claim(lines=[line("64635", day=2), line("64636", day=3)]),
    ],
)
def add_on_without_primary(batch: ClaimBatch, reference: Reference) -> pd.DataFrame:
    """Add-on procedure without its primary.

    An add-on code is paid only beside one of its primary codes, on the same day and by the same practitioner. Usual
    cause: the first level is missing from the claim or went out on another one, or the wrong region's code.
    """
    procedures, lines = reference.procedures, batch.service_lines
    chosen = procedures.are_add_ons(lines["procedure_code"]) & ~absent(lines["service_from_date"])
    add_ons = batch.lines_where(chosen, "procedure_code", "service_from_date")
    if add_ons.empty:
        return add_ons
    primaries = procedures.primaries_of(add_ons)
    alone = ~_satisfied(batch, add_ons, primaries)
    found = rows_where(add_ons, alone)
    if found.empty:
        return found
    named = [_named(primaries[row]) for row in np.flatnonzero(alone)]
    return found.assign(primaries=named, edition=procedures.add_on_editions(found))


def _satisfied(batch: ClaimBatch, add_ons: pd.DataFrame, primaries: Sequence[tuple[str, ...]]) -> NDArray[np.bool_]:
    """Whether each add-on has one of its primaries on its claim and day, or needs none: bool, in row order."""
    concerned = np.isin(batch.service_lines["claim_key"], add_ons["claim_key"])
    lines = batch.lines_where(concerned, "procedure_code", "service_from_date")
    own, sessions = sessions_of(add_ons), sessions_of(lines)
    satisfied = np.zeros(len(add_ons), dtype=bool)
    kinds = {codes: number for number, codes in enumerate(dict.fromkeys(primaries))}
    kind = np.array([kinds[codes] for codes in primaries])
    for codes, number in kinds.items():
        asking = kind == number
        satisfied[asking] = np.isin(own[asking], sessions[one_of(lines["procedure_code"], codes)]) if codes else True
    return satisfied


def _named(codes: tuple[str, ...]) -> str:
    """The first few of the codes: ``64490 or 64493``, ``61050, 61055, 62267, 62273 or 10 more``."""
    shown = codes if len(codes) <= _NAMED else (*codes[:_NAMED], f"{len(codes) - _NAMED} more")
    return " or ".join(filter(None, (", ".join(shown[:-1]), shown[-1])))
