"""What is in a store, in numbers: nothing that tells of one patient or claim."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from risk.past.files import reading
from risk.past.frames import row


@dataclass(frozen=True)
class Contents:
    """Counts of a store.

    Attributes
    ----------
    path, size
        Where it is, and its bytes.
    claims, lines, answered, denied
        Claims, their service lines, claims with a known outcome, those of them denied at first.
    remits, waiting
        Remits, and those of them whose claim id no claim has.
    served, submitted, known
        First and last day of service, of submission and on which an outcome was known; None where there is none.
    groups
        Year of submission (None: unknown), payer type, claims, claims with a known outcome, denied ones.
    """

    path: Path
    size: int
    claims: int
    lines: int
    answered: int
    denied: int
    remits: int
    waiting: int
    served: tuple[date | None, date | None]
    submitted: tuple[date | None, date | None]
    known: tuple[date | None, date | None]
    groups: tuple[tuple[int | None, str | None, int, int, int], ...]


def contents_of(path: Path) -> Contents:
    """Count what is in a store; raises :class:`risk.errors.InputError` as :func:`risk.past.files.opened` does."""
    with reading(path) as (connection, _):
        totals = row(
            connection,
            """SELECT count(*), count(denied), count(*) FILTER (denied), min(service_date), max(service_date),
            min(submitted_on), max(submitted_on), min(known_on), max(known_on) FROM claims""",
        )
        (lines,) = row(connection, "SELECT count(*) FROM lines")
        remits, waiting = row(
            connection,
            """SELECT count(*), count(*) FILTER (claim_id IS NULL OR claim_id NOT IN (
            SELECT claim_id FROM claims WHERE claim_id IS NOT NULL)) FROM remit_claims""",
        )
        groups = connection.execute(
            """SELECT year(submitted_on) AS year, payer_type, count(*), count(denied), count(*) FILTER (denied)
            FROM claims GROUP BY ALL ORDER BY year NULLS LAST, payer_type NULLS LAST"""
        ).fetchall()
    claims, answered, denied, *days = totals
    return Contents(
        path,
        path.stat().st_size,
        claims,
        lines,
        answered,
        denied,
        remits,
        waiting,
        (days[0], days[1]),
        (days[2], days[3]),
        (days[4], days[5]),
        tuple(groups),
    )
