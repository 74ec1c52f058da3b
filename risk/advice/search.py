"""Conditions by the words of the tabular list: what the guide has no term for."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from heapq import nsmallest
from typing import Any, NamedTuple

import numpy as np

from risk.advice.full_text import full_text
from risk.advice.index import searched_code, significant
from risk.reference.icd10 import Icd10

#: Share of the words, by rarity, that a wording has to have to be looked at, and codes that are ranked.
_LEAST_RECALL, _RANKED = 0.2, 200
#: What an unmatched word of a wording counts against it, in the weight of a word of middling rarity.
_EXTRA_WEIGHT = 3.0
#: How much more it counts that a wording has all words than that it has no others (van Rijsbergen's F, beta squared).
_BETA_SQUARED = 3.0
_SIDES = ("left", "right", "bilateral")

#: Chapters for records of the mother and of the newborn alone (guidelines I.C.15.a and I.C.16.a): beginnings of a code,
#: and of words one of which has to stand in the record.
_RECORDS_OF = {
    "O": (
        "pregnan",
        "trimester",
        "matern",
        "puerper",
        "postpart",
        "gestation",
        "deliver",
        "obstetr",
        "labor",
        "abortion",
    ),
    "P": ("newborn", "neonat", "perinat", "birth", "prematur", "infant", "fetal", "fetus"),
}


Array = np.ndarray[Any, Any]


@dataclass(frozen=True, order=True)
class Hit:
    """A code whose wording fits some words.

    Attributes
    ----------
    code
        A billable code; of one with a seventh character the first of those the date allows, initial encounter first.
    wording
        Title or inclusion term of the tabular list that fits.
    recall
        Share of the words, by rarity, that the wording has.
    fit
        Recall and what the wording says beyond the words, in one: 1 is the same.
    within
        Whether the words have all that the wording says.
    matched
        How many of the words the wording has.
    seventh
        Whether the seventh character is still open.
    unspecified, unspecified_side
        Whether the title leaves something, or the side, unspecified.
    """

    code: str
    wording: str
    recall: float
    fit: float
    within: bool = False
    matched: int = 0
    seventh: bool = False
    unspecified: bool = False
    unspecified_side: bool = False


class _Fit(NamedTuple):
    """How a wording fits, as in :class:`Hit`."""

    wording: str
    recall: float
    fit: float
    within: bool
    matched: int


class Search:
    """Full-text search over the codes that are valid on a date."""

    def __init__(self, icd10: Icd10, on: date) -> None:
        self._icd10, self._on = icd10, on
        self._text = full_text(icd10)
        self._known: dict[str, Array] = {}  # its keys are words of a record: they go with this object

    def knows(self, word: str) -> bool:
        """Whether any title or inclusion term has the word, in some form."""
        return len(self._rows_with(word)) > 0

    def knows_any(self, text: str) -> bool:
        """Whether any title or inclusion term has one of the words."""
        return any(map(self.knows, text.split()))

    def title_words(self) -> frozenset[str]:
        """As :attr:`risk.advice.full_text.FullText.title_words`."""
        return self._text.title_words

    def hits(self, words: Sequence[str], limit: int, without: Sequence[str] = ()) -> list[Hit]:
        """Codes that fit the words best, each code once; a word that no wording has counts as the rarest of all.

        Of codes that fit alike those come first that say "without" what the record denies, then unspecified ones.
        """
        denied = [re.compile(rf"\bwithout [^,]*\b{re.escape(word)}") for word in without]

        def order(one: tuple[str, _Fit]) -> tuple[float, int, bool, str]:
            title = self._text.titles[one[0]].lower()
            told = sum(pattern.search(title) is not None for pattern in denied)
            return (-one[1].fit, -told, not self._is_unspecified(one[0]), one[0])

        best = nsmallest(_RANKED, self._fits(words).items(), key=lambda one: (-one[1].fit, one[0]))
        return self._billable(sorted(best, key=order), _sides(words), limit)

    def general(self, words: Sequence[str], limit: int) -> list[Hit]:
        """Codes whose wording says nothing that the words do not, the one that says most first."""
        within = [one for one in self._fits(words).items() if one[1].within]
        return self._billable(sorted(within, key=lambda one: (-one[1].recall, one[0])), _sides(words), limit)

    def _fits(self, words: Sequence[str]) -> dict[str, _Fit]:
        """How the best wording of each code fits, where it has a fair share of the words."""
        rows = {word: self._rows_with(word) for word in dict.fromkeys(words)}
        weights = {word: math.log(len(self._text.wordings) / max(len(own), 1)) for word, own in rows.items()}
        whole = sum(weights.values())
        gained = np.zeros(len(self._text.wordings) + 1)
        for word, own in rows.items():
            gained[own] += weights[word]
        looked_at = np.flatnonzero(gained >= max(_LEAST_RECALL * whole, 1e-9))
        has = {word: np.isin(looked_at, own) for word, own in rows.items() if len(own)}
        stems = {word: significant(word) for word in has}
        found: dict[str, _Fit] = {}
        for at, row in enumerate(looked_at.tolist()):
            code, required, wording = self._text.wordings[row - 1]
            if code[0] in _RECORDS_OF and not any(word.startswith(_RECORDS_OF[code[0]]) for word in weights):
                continue
            own_words = [word for word, present in has.items() if present[at]]
            extra = len(required.difference(*(stems[word] for word in own_words))) * _EXTRA_WEIGHT
            part = float(gained[row])
            fit = (1 + _BETA_SQUARED) * part / (_BETA_SQUARED * whole + part + extra)
            if code not in found or fit > found[code].fit:
                found[code] = _Fit(wording, part / whole, fit, not extra, len(own_words))
        return found

    def _billable(self, best: Sequence[tuple[str, _Fit]], sides: set[str], limit: int) -> list[Hit]:
        """Hits as codes of the date; codes of a side other than the one named are left out."""
        hits: list[Hit] = []
        for code, fitting in best:
            if len(hits) == limit:
                break
            valid = self._valid(code)
            if not valid or (len(sides) == 1 and self._contradicts(valid[0], sides)):
                continue
            initial = next((one for one in valid if one.endswith("A")), valid[0])
            sideless = self._text.sides.get(initial) == "unspecified"
            open_seventh, unspecified = valid != [code], self._is_unspecified(code)
            hits.append(Hit(initial, *fitting, open_seventh, unspecified, sideless))
        return hits

    def _valid(self, code: str) -> list[str]:
        """The code, or those of its seventh characters, that are valid on the date."""
        if code in self._text.valid_on(self._on):
            return [code]
        below = self._icd10.billable_descendants(code, self._on)
        return [
            one
            for one in below
            if one in self._text.valid_on(self._on) and searched_code(one, self._text.titles) == code
        ]

    def _is_unspecified(self, code: str) -> bool:
        title = self._text.titles[code].lower()
        return "unspecified" in title or "not specified" in title

    def _contradicts(self, code: str, sides: set[str]) -> bool:
        stated = self._text.sides.get(code)
        return stated in _SIDES and stated not in sides

    def _rows_with(self, word: str) -> Array:
        """Numbers, from one, of the wordings that have a word."""
        if word not in self._known:
            asked = "SELECT rowid FROM wording WHERE wording MATCH ?"
            found = [row[0] for row in self._text.index.execute(asked, (f'"{word}"',))] if word.isalnum() else []
            self._known[word] = np.array(found, dtype="int64")
        return self._known[word]


def _sides(words: Sequence[str]) -> set[str]:
    return {word for word in words if word in _SIDES}
