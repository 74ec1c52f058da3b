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

_HEADING = re.compile(
    r"(?:^|(?<=\n)|(?<=[.;] ))[ \t]*([a-z][a-z /&-]{0,40})[^:.\n]{0,20}:|\n[ \t]*\n(?=\S)", re.IGNORECASE
)
_IMAGING = re.compile(
    r"(?:imaging|radiology|mri|x[- ]?rays?|ct|diagnostic imaging|imaging studies|studies)\b", re.IGNORECASE
)
#: Words after which a sentence is cut, however it goes on: a list without an end is no sentence.
_LONGEST_SENTENCE = 200


@dataclass(frozen=True, slots=True)
class Placed:
    """One fact; ``at``/``until`` are word places, ``sentence`` and ``segment`` number sentences and their parts.

    ``heading`` numbers the headings; ``in_imaging``: it is one of imaging.
    ``follows`` is the word before, ``leads`` the two behind, the note's own.
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
    heading: int
    follows: str = field(repr=False)
    leads: tuple[str, ...] = field(repr=False)

    def distance(self, other: Placed) -> int:
        """Words between this fact and another of the same sentence."""
        return max(other.at - self.until, self.at - other.until, 0)


def placed_facts(text: str, by_line: str, facts: Sequence[Fact]) -> list[Placed]:
    """Facts of :meth:`risk.notes.sentences.NoteReader.facts_of` with where they stand among the words of the note.

    ``by_line`` is the note as :func:`risk.notes.lines.with_line_ends` has it, from which the facts were read.
    """
    tokens = tokenize(by_line)
    starts, _ = tokens.places()
    sentences = _sentence_numbers(tokens.words)
    segments = list(accumulate((word in PARTS or word in ENDS for word in tokens.words), initial=0))
    headings = [(match.start(), bool(_IMAGING.match(match[1] or ""))) for match in _HEADING.finditer(text)]
    heading_starts = [start for start, _ in headings]
    placed = []
    for fact, detail, state, start, end in facts:
        at = bisect_right(starts, start) - 1
        until = bisect_right(starts, end - 1)
        sentence = sentences[at]
        under = bisect_right(heading_starts, start) - 1
        imaging = under >= 0 and headings[under][1]
        leads = tuple(tokens.words[until : until + 2])
        follows = tokens.words[at - 1] if at else ""
        placed.append(
            Placed(fact, detail, state, start, end, at, until, sentence, segments[at], imaging, under, follows, leads)
        )
    return placed


def _sentence_numbers(words: Sequence[str]) -> list[int]:
    """Number of the sentence of each word."""
    numbers, number, length = [], 0, 0
    for word in words:
        numbers.append(number)
        length += 1
        if word in ENDS or length == _LONGEST_SENTENCE:
            number, length = number + 1, 0
    return numbers
