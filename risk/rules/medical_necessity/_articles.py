"""Invented articles of the coverage database, for the examples of the rules that speak only of imported ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa

from risk.reference.published.codes import numbers_of
from risk.reference.published.coverage import COVERED, NEVER, TABLES, VERSIONS
from risk.reference.published.coverage_areas import INSTITUTIONAL, PROFESSIONAL, state_number
from risk.reference.published.imported import Columns, Imported
from risk.reference.published.lookups import OPEN_END, day_number, dx_number


@dataclass(frozen=True)
class Article:
    """One version of an article for both kinds of claim.

    Parameters
    ----------
    number, version
        Without the A before it.
    states
        Two letters each.
    procedures
        Codes whose lists of diagnoses are closed.
    covered, never
        Diagnoses on either list, without the dot.
    effective
        First day, ISO.
    """

    number: int
    version: int
    states: tuple[str, ...]
    procedures: tuple[str, ...]
    covered: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    effective: str = "2026-01-01"

    @property
    def document(self) -> int:
        """Number of the version."""
        return self.number * VERSIONS + self.version


def edition_of(day: date, *articles: Article) -> list[Imported]:
    """Tables of an export of a day, as its importer gives them."""
    areas, procedures, diagnoses = [], [], []
    for one in articles:
        holds = [(state_number(state), kind) for state in one.states for kind in (PROFESSIONAL, INSTITUTIONAL)]
        areas += [(one.document, *area, 1, day_number(one.effective), int(OPEN_END)) for area in holds]
        lists = (COVERED if one.covered else 0) | (NEVER if one.never else 0)
        codes = numbers_of(pa.array(one.procedures, pa.large_string())).tolist()
        procedures += [(code, one.document, lists) for code in codes]
        diagnoses += [(one.document, dx_number(code), COVERED) for code in one.covered]
        diagnoses += [(one.document, dx_number(code), NEVER) for code in one.never]
    columns = (
        _columns(areas, "document", "state", "kind", "whole", "effective", "ends"),
        _columns(procedures, "code", "document", "lists"),
        _columns(diagnoses, "document", "dx", "lists"),
    )
    return [
        Imported(table, day.isoformat(), (day, day), own, ["example"])
        for table, own in zip(TABLES, columns, strict=True)
    ]


def _columns(rows: Sequence[tuple[int, ...]], *names: str) -> Columns:
    return dict(zip(names, np.array(sorted(rows), dtype=np.int64).reshape(-1, len(names)).T.copy(), strict=True))


#: Procedures that no built-in rule speaks of: an article on one, with a list of either kind.
EXAMPLES = edition_of(
    date(2026, 9, 28),
    Article(99901, 3, ("CO", "NM"), ("95910",), covered=("G5601", "G5603", "M5412")),
    Article(99902, 1, ("CO",), ("82306",), never=("Z0000", "R5383")),
)
