"""What searches of one code set share: wordings, titles and sides, and the codes of a date; no words of a record."""

from __future__ import annotations

import re
import sqlite3
from datetime import date
from functools import cached_property, lru_cache

import pandas as pd

from risk.advice.index import open_index
from risk.reference.icd10 import Icd10

_SMALL_LETTERS = re.compile(r"\b[a-z]{6,}\b")


class FullText:
    """Tables over a code set, each made when it is first asked for; get one with :func:`full_text`."""

    def __init__(self, icd10: Icd10) -> None:
        self._icd10 = icd10
        self._valid: dict[date, frozenset[str]] = {}

    @cached_property
    def index(self) -> sqlite3.Connection:
        """The full text, as :func:`risk.advice.index.open_index`."""
        return open_index(self._icd10)

    @cached_property
    def wordings(self) -> list[tuple[str, frozenset[str], str]]:
        """Code, stems that have to be there, and text of every wording, in the order of their numbers from one."""
        rows = self.index.execute("SELECT code, stems, title FROM wording ORDER BY rowid")
        return [(code, frozenset(stems.split()), title) for code, stems, title in rows]

    @cached_property
    def title_words(self) -> frozenset[str]:
        """Words of six letters and more in titles and inclusion terms; names have a capital, and are left out."""
        return frozenset(word for _, _, title in self.wordings for word in _SMALL_LETTERS.findall(title))

    @cached_property
    def titles(self) -> dict[str, str]:
        """Title of every code and heading."""
        nodes = self._icd10.nodes
        return dict(zip(nodes["code"].tolist(), nodes["description"].tolist(), strict=True))

    @cached_property
    def sides(self) -> dict[str, str]:
        """Side of every code that states one, unspecified ones among them."""
        codes = self._icd10.nodes["code"]
        sides = self._icd10.side(codes).dropna()
        return dict(zip(codes.loc[sides.index].tolist(), sides.tolist(), strict=True))

    def valid_on(self, on: date) -> frozenset[str]:
        """Codes that are billable on a date."""
        if on not in self._valid:
            codes = self._icd10.nodes["code"]
            valid = self._icd10.has_status(codes, pd.Series(pd.Timestamp(on), index=codes.index), "valid")
            self._valid[on] = frozenset(codes[valid])
        return self._valid[on]


@lru_cache(maxsize=2)
def full_text(icd10: Icd10) -> FullText:
    """Tables of a code set, shared by all searches in it."""
    return FullText(icd10)
