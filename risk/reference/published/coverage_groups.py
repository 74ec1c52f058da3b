"""Which procedures a list of diagnoses is for, told by the words above its groups.

The export lists an article's procedures and its diagnoses side by side; that a group of diagnoses belongs to some of
the procedures, or is no closed list, stands only in the paragraph above the group. What is not plain there counts as
no closed list.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from risk.reference.published.codes import numbers_of

_CODE = r"(?:\d{4}[0-9A-Z]|[A-CE-V]\d{4})"
_SPAN = re.compile(rf"\b({_CODE})\b(?:\s*(?:-|–|—|to|through|thru)\s*({_CODE})\b)?")
_TAG = re.compile(r"<[^>]*>")
#: Words of a list that is not closed, or not for all of the procedures it names.
_OPEN = re.compile(
    r"\b(?:all[- ]inclusive|exhaustive|not (?:be )?limited to|examples?|e\.g\.|such as|may include|exce(?:pt|ption)\w*|"
    r"exclud\w*|other than|(?:do|does) not (?:apply|require)|not (?:required|applicable)|any diagnos[ie]s)",
    re.IGNORECASE,
)
#: Words of a list of diagnoses that rule out under a condition only.
_CONDITION = re.compile(
    r"\b(?:unless|without|only|if|when|primary|principal|secondary|alone|modifiers?|screening|frequency|limit\w*)\b",
    re.IGNORECASE,
)

Array = np.ndarray[Any, Any]
Spans = list[tuple[int, int]]


@dataclass
class ListScope:
    """What the paragraphs above the groups of one list of one document say.

    Parameters
    ----------
    named
        Procedures that groups with diagnoses name, as spans of code numbers.
    exempt
        Procedures that groups without a diagnosis name: no list is for them.
    is_open
        Whether a paragraph says that its list is not closed, or has exceptions.
    """

    named: Spans = field(default_factory=list)
    exempt: Spans = field(default_factory=list)
    is_open: bool = False

    def add(self, paragraph: str, has_codes: bool, *, rules_out: bool) -> None:
        """Take in the paragraph above a group (HTML); ``rules_out`` where it lists what is never covered."""
        words = html.unescape(_TAG.sub(" ", html.unescape(paragraph)))
        (self.named if has_codes else self.exempt).extend(_spans(words))
        if has_codes:
            self.is_open |= bool(_OPEN.search(words)) or (rules_out and bool(_CONDITION.search(words)))

    def covers(self, codes: Array) -> Array:
        """Whether the list is a closed one for each procedure, by code number: bools."""
        if self.is_open:
            return np.zeros(len(codes), dtype=bool)
        answer = _within(codes, self.named) if self.named else np.ones(len(codes), dtype=bool)
        answer[_within(codes, self.exempt)] = False
        return answer


def _spans(words: str) -> Spans:
    found = [(first, last or first) for first, last in _SPAN.findall(words)]
    numbers = numbers_of(pa.array([code for span in found for code in span], pa.large_string())).tolist()
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def _within(codes: Array, spans: Iterable[tuple[int, int]]) -> Array:
    inside = np.zeros(len(codes), dtype=bool)
    for first, last in spans:
        inside |= (first <= codes) & (codes <= last)
    return inside
