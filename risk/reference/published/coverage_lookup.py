"""Looking up which articles hold for a procedure in a state on a day, and which diagnoses are on their lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from risk.reference.published.coverage import COVERED, NEVER, TABLES, VERSIONS
from risk.reference.published.lookups import Table, day_number

Array = np.ndarray[Any, Any]

_BASE = 36  # of dx_number: a code without its last character is its number divided by this
_SHORTEST, _LONGEST = 3, 7  # characters of a diagnosis code


@dataclass(frozen=True, eq=False)
class CoverageArticles:
    """Editions of the three tables of articles, the earliest first; editions that lack a table are left out."""

    articles: Sequence[Table] = ()
    procedures: Sequence[Table] = ()
    diagnoses: Sequence[Table] = ()

    @classmethod
    def of_tables(cls, tables: Mapping[str, Sequence[Table]]) -> CoverageArticles:
        """Editions from imported tables by name."""
        by_name = [{one.edition.name: one for one in tables.get(name, ())} for name in TABLES]
        names = sorted(set.intersection(*(set(own) for own in by_name)))
        return cls(*([own[name] for name in names] for own in by_name))

    def __bool__(self) -> bool:
        return bool(self.articles)

    @cached_property
    def versions(self) -> pd.DataFrame:
        """Every version of every article: document, edition (position of the newest that has it), effective, ends.

        A version ends where it says, and where a later one begins. Where versions between the two were never imported,
        and where a later edition has none of the article, it is known to be in force up to the day of the last edition
        that has it, and no longer.
        """
        parts = [
            pd.DataFrame({name: one.columns[name] for name in ("document", "effective", "ends")}).assign(edition=at)
            for at, one in enumerate(self.articles)
            if one.columns
        ]
        if not parts:
            return pd.DataFrame(columns=["document", "effective", "ends", "edition"], dtype=np.int64)
        found = pd.concat(parts).astype(np.int64).drop_duplicates("document", keep="last").sort_values("document")
        seen = np.array([day_number(one.edition.begins) for one in self.articles])[found["edition"]]
        article, version = found["document"] // VERSIONS, found["document"] % VERSIONS
        is_last = article != article.shift(-1)
        follows = ~is_last & (version.shift(-1) == version + 1)
        goes_on = is_last & (found["edition"] == len(self.articles) - 1)
        ends = found["ends"].where(follows | goes_on, np.minimum(found["ends"], seen))
        before_next = (found["effective"].shift(-1) - 1).where(~is_last, ends)
        return found.assign(ends=np.minimum(ends, before_next).astype(np.int64)).reset_index(drop=True)

    def holding(self, asked: pd.DataFrame) -> pd.DataFrame:
        """Documents that name each procedure in force in its state on its day.

        Parameters
        ----------
        asked
            Columns row (of the caller), code, state, kind and day, all numbers.

        Returns
        -------
        pandas.DataFrame
            One row per row and document: row, document, lists (closed for the procedure), whole.
        """
        parts = []
        for at, (articles, procedures) in enumerate(zip(self.articles, self.procedures, strict=True)):
            newest = self.versions.loc[self.versions["edition"] == at, ["document", "effective", "ends"]]
            if newest.empty or not procedures.columns:
                continue
            named = _rows_with(procedures, "code", asked["code"]).merge(newest, on="document")
            areas = pd.DataFrame({name: articles.columns[name] for name in ("document", "state", "kind", "whole")})
            areas = areas[areas["document"].isin(named["document"]) & areas["state"].isin(asked["state"])]
            found = asked.merge(named.merge(areas, on="document"), on=["code", "state", "kind"])
            in_force = (found["effective"] <= found["day"]) & (found["day"] <= found["ends"])
            parts.append(found.loc[in_force, ["row", "document", "lists", "whole"]])
        columns = ["row", "document", "lists", "whole"]
        return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns, dtype=np.int64)

    def listed(self, documents: Array, dx: Array) -> tuple[Array, Array]:
        """Whether each diagnosis supports a procedure by its document, and whether it never does: bools.

        A diagnosis supports where it, its category or, since a code that is cut short is another's fault, a code that
        begins with it is on the list of what does. Only the very code is one that never does.

        Parameters
        ----------
        documents
            As :meth:`holding` gives them.
        dx
            Numbers of the codes (:func:`risk.reference.published.lookups.dx_number`).
        """
        supports, never = np.zeros((2, len(dx)), dtype=bool)
        edition = self.versions.set_index("document")["edition"]
        for document in np.unique(documents).tolist():
            rows = np.flatnonzero(documents == document)
            columns = self.diagnoses[int(edition[document])].columns
            if not columns:
                continue
            begin, end = np.searchsorted(columns["document"], [document, document + 1])
            own, lists = columns["dx"][begin:end], columns["lists"][begin:end]
            covered = own[lists & COVERED != 0]
            supports[rows] = np.isin(dx[rows], _shortened(covered))
            for shorter in range(1, _LONGEST - _SHORTEST + 1):
                category = dx[rows] // _BASE**shorter
                supports[rows] |= np.isin(np.where(category >= _BASE**_SHORTEST, category, -1), covered)
            never[rows] = np.isin(dx[rows], own[lists & NEVER != 0]) & ~supports[rows]
        return supports, never


def _shortened(codes: Array) -> Array:
    """Codes, and what they begin with down to the category."""
    parts = [codes // _BASE**shorter for shorter in range(_LONGEST - _SHORTEST + 1)]
    every = np.concatenate(parts)
    return np.unique(every[every >= _BASE**_SHORTEST])


def _rows_with(table: Table, column: str, values: pd.Series) -> pd.DataFrame:
    """Rows of a table, sorted by a column, that have one of the values there."""
    wanted = np.unique(values.to_numpy())
    begin, end = (np.searchsorted(table.columns[column], wanted, side=side) for side in ("left", "right"))
    places = np.concatenate([np.arange(first, last) for first, last in zip(begin, end, strict=True)] or [begin])
    return pd.DataFrame({name: values[places] for name, values in table.columns.items()})
