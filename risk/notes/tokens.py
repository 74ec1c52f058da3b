"""Words and marks of a note with their places in the original text."""

from __future__ import annotations

import re
from dataclasses import dataclass

#: Marks that end a sentence; a line break does where a list item, a heading or an empty line follows.
ENDS = frozenset(".;!?\n")
#: Marks that part the items of a list.
PARTS = frozenset(",()")

_TOKEN = re.compile(
    r"""
    (?P<number>\d+(?:\.\d+)?(?:\s?(?:-|–|to)\s?\d+(?:\.\d+)?)?)       # 6, 2.5, 6-8, 6 to 8
    | [a-z]/[a-z]?(?![a-z])                                           # w/o, s/p, c/o, w/
    | d/c'd | t&f | e\.g\. | i\.e\.
    | [a-z]+(?:'[a-z]+)?
    | \n\s*\n | \n(?=\s*(?:[-*•]|\d+[.)]|[a-z][a-z\ /]{0,30}:))        # a line break that means something
    | (?<=\s)[-–—](?=\s)                                              # a dash between two words parts them
    | [%.,;:!?()/&+<>]
    """,
    re.VERBOSE,
)
#: A full stop after one of these ends no sentence.
_ABBREVIATIONS = frozenset(
    {"incl", "approx", "vs", "dr", "mr", "mrs", "ms", "dx", "hx", "sx", "tx", "rt", "lt", "bilat", "esp"}
)


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of one text, three lists of one length: lower-case words, first and one-past-last character."""

    words: list[str]
    starts: list[int]
    ends: list[int]


def tokenize(text: str) -> Tokens:
    """Split a text into words and marks; hyphens inside words part them, other marks are passed over."""
    words: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for match in _TOKEN.finditer(_lower(text)):
        word = match.group()
        if word[0] == "\n":
            word = "\n"
        elif word in ("-", "–", "—"):
            word = ","
        elif word == "." and words and words[-1] in _ABBREVIATIONS:
            continue
        words.append(word)
        starts.append(match.start())
        ends.append(match.end())
    return Tokens(words, starts, ends)


def words_of(text: str) -> list[str]:
    """Words of a lexicon phrase, split as a note is."""
    return tokenize(text).words


def _lower(text: str) -> str:
    """Lower case of the same length, so that places in it are places in the text."""
    lowered = text.lower().replace("’", "'")
    if len(lowered) == len(text):
        return lowered
    return "".join(one.lower() if len(one.lower()) == 1 else one for one in text).replace("’", "'")
