"""Facts of a note with the sentence, the part of it and the word they stand at."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from itertools import accumulate
from typing import TYPE_CHECKING

from risk.notes.tokens import ENDS, PARTS, tokenize

if TYPE_CHECKING:
    from collections.abc import Sequence

    from risk.notes.sentences import Fact

_IMAGING_HEADING = re.compile(r"\s*(?:imaging|radiology|mri|x[- ]?rays?|ct)\b[^:.\n]{0,40}:", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Placed:
    """One fact; ``at``/``until`` are word places, ``sentence`` and ``segment`` number sentences and their parts.

    ``in_imaging``: the sentence stands under a heading of imaging. ``follows`` is the word before, which is the note's.
    """

    fact: str
    detail: str
    state: str
    start: int
    end: int
    at: int
    until: int
    sentence: int
    segment: int
    in_imaging: bool
    follows: str = field(repr=False)

    def distance(self, other: Placed) -> int:
        """Words between this fact and another of the same sentence."""
        return max(other.at - self.until, self.at - other.until, 0)


def placed_facts(text: str, facts: Sequence[Fact]) -> list[Placed]:
    """Facts of :meth:`risk.notes.sentences.NoteReader.facts_of` with where they stand among the words of the note."""
    tokens = tokenize(text)
    starts, ends = tokens.places()
    sentences = list(accumulate((word in ENDS for word in tokens.words), initial=0))
    segments = list(accumulate((word in PARTS or word in ENDS for word in tokens.words), initial=0))
    opens = {0: 0} | {sentences[place + 1]: ends[place] for place, word in enumerate(tokens.words) if word in ENDS}
    placed = []
    for fact, detail, state, start, end in facts:
        at = bisect_right(starts, start) - 1
        until = bisect_right(starts, end - 1)
        sentence = sentences[at]
        imaging = _IMAGING_HEADING.match(text, opens[sentence]) is not None
        follows = tokens.words[at - 1] if at else ""
        placed.append(Placed(fact, detail, state, start, end, at, until, sentence, segments[at], imaging, follows))
    return placed
