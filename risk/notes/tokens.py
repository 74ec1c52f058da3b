"""Words and marks of a note with their places in the original text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import accumulate

#: Marks that end a sentence; a line break does where a list item, a heading or an empty line follows.
ENDS = frozenset(".;!?\n")
#: Marks that part the items of a list.
PARTS = frozenset(",()")

#: The whole is one group, so that a split keeps the tokens; the commonest come first.
_TOKEN = re.compile(
    r"""(
    [a-z][a-z]+(?:'[a-z]+)?
    | [.,:%;!?()&+<>⊖]
    | (?<=/)\d+(?=\s?to\s?\d+/)                                       # the 10 of "8/10 to 3/10"
    | \d+(?:\.\d+)?(?:\s?(?:-|–|to)\s?\d+(?:\.\d+)?)?               # 6, 2.5, 6-8, 6 to 8
    | [a-z]/[a-z]?(?![a-z])                                           # w/o, s/p, c/o, w/
    | d/c'd | t&f | e\.g\. | i\.e\.
    | [a-z](?:'[a-z]+)?
    | /
    | \n\s*\n | \n(?=\s*(?:[-*•]|\d+[.)]|[a-z][a-z\ /]{0,30}:))        # a line break that means something
    | (?<=\s)[-–—](?=\s)                                              # a dash between two words parts them
    )""",
    re.VERBOSE,
)
_DASHES = frozenset("-–—")
#: A full stop after one of these ends no sentence.
_ABBREVIATIONS = frozenset(
    {"incl", "approx", "vs", "dr", "mr", "mrs", "ms", "dx", "hx", "sx", "tx", "rt", "lt", "bilat", "esp"}
)


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of one text: lower-case ``words``, and the ``parts`` of the text (gap, token, gap, token, …, gap)."""

    words: list[str]
    parts: list[str] = field(repr=False)

    def places(self) -> tuple[list[int], list[int]]:
        """First and one-past-last character of each word."""
        bounds = list(accumulate(map(len, self.parts)))
        return bounds[:-1:2], bounds[1::2]


def tokenize(text: str) -> Tokens:
    """Split a text into words and marks; hyphens inside words part them, other marks are passed over."""
    parts = _TOKEN.split(_lower(text))
    words = parts[1::2]
    if "\n" in text or not (_DASHES.isdisjoint(words) and _ABBREVIATIONS.isdisjoint(words)):
        return _settle(parts)
    return Tokens(words, parts)


def _settle(parts: list[str]) -> Tokens:
    """Tokens where line breaks and dashes become their marks and full stops of abbreviations fall into the gaps."""
    words: list[str] = []
    kept = parts[:1]
    for word, gap in zip(parts[1::2], parts[2::2], strict=True):
        if word == "." and words and words[-1] in _ABBREVIATIONS:
            kept[-1] += word + gap
            continue
        words.append("\n" if word[0] == "\n" else "," if word in _DASHES else word)
        kept += (word, gap)
    return Tokens(words, kept)


def words_of(text: str) -> list[str]:
    """Words of a lexicon phrase, split as a note is."""
    return tokenize(text).words


def _lower(text: str) -> str:
    """Lower case of the same length, so that places in it are places in the text."""
    lowered = text.lower().replace("’", "'")
    if len(lowered) == len(text):
        return lowered
    return "".join(one.lower() if len(one.lower()) == 1 else one for one in text).replace("’", "'")
