"""Lines of a note that are sentences of their own, and boxes that were not ticked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from risk.notes.headings import names_plan

if TYPE_CHECKING:
    from collections.abc import Container

#: Longest line of a note whose lines are all entries of a form; prose is wrapped at more.
_FORM = 60
#: Width beyond which a line is a paragraph; and the share of the width that a line of wrapped prose fills at least.
_WIDEST, _FILLED = 100, 0.7
#: An empty box up to the next box, the end of the sentence or of the line.
_UNTICKED = re.compile(r"(?:\[\s*\]|\(\s\)|[\u2610\u25a1])(?:[^\[\n\u2610\u25a1\u2611\u2612.]|\.(?!\s)){0,60}")


#: What a test or a symptom is called negative by: "(-) Gaenslen", "Gaenslen -", ", -numbness", "SLR -ve".
_MINUS = re.compile(
    r"""
    \([-\u2013\u2212]\)
    | (?<=[a-z][ ])[-\u2013\u2212](?=[ ]?(?:[,;)\n]|\.(?:\s|$)|$|(?:b/l|bilat\w*|on\ the|left|right|[lr]t?)\b))
    | (?<=[,;:.][ ])[-\u2013\u2212](?=[a-z])
    | (?<=,[ ])[-\u2013\u2212](?=[ ][a-z])
    | (?<=:[ ])[-\u2013\u2212](?=[ ]?[a-z][^\n.;]*,[ ]?[-+])
    | (?<![\w])[-\u2013\u2212]ve\b
    """,
    re.IGNORECASE | re.VERBOSE,
)
#: The sign that stands for it among the words.
NEGATIVE = "\u2296"
#: A heading at the beginning of a line and a mark behind it that is no colon.
_MARKED = re.compile(r"\s*([a-z][a-z/&]{0,20})(\)|\s[-\u2013\u2014](?=\s))", re.IGNORECASE)
#: Words of a line, those of a heading that are written small, marks that no heading has, and words of the longest.
_WORD = re.compile(r"[A-Za-z]+")
_SMALL = ("and", "of", "for", "the", "with")
_NO_TITLE = re.compile(r"[.,;:\d?!]")
_LONGEST_TITLE = 5
#: A mark that a list item begins with.
_BULLET = re.compile(r"[\s\-*\u2022#=_]*")


def with_line_ends(text: str, headings: Container[str] = ()) -> str:
    """The note with a full stop's duty done by line breaks that end an entry; of the same length.

    A break ends an entry unless its line is about as long as the note is wide: then the sentence may go on below. A
    line that is a heading and nothing else ends in a colon. Minus signs that call a test negative become ``NEGATIVE``.
    """
    lines = [_with_colon(line, headings) for line in text.split("\n")]
    width = min(max(map(len, lines)), _WIDEST)
    wrapped = width * _FILLED if width > _FORM else width + 1
    ended = [_end(line, wrapped, headings) for line in lines[:-1]]
    joined = "".join(part for pair in zip(lines, [*ended, ""], strict=True) for part in pair)
    return _MINUS.sub(lambda match: NEGATIVE.center(len(match[0])), joined)


def _with_colon(line: str, headings: Container[str]) -> str:
    """A line that begins with a heading and another mark, with a colon instead: "P) MRI.", "Plan - PT"."""
    mark = _MARKED.match(line)
    if mark is None or mark[1].lower() not in headings:
        return line
    return f"{line[: mark.start(2)]}{':'.ljust(len(mark[2]))}{line[mark.end(2) :]}"


def _is_title(line: str) -> bool:
    """Whether a line is a heading over a plan by its look: "PLAN / RECOMMENDATIONS", "Plan of Treatment"."""
    words = _WORD.findall(line)
    looks = all(word[0].isupper() or word in _SMALL for word in words) and not _NO_TITLE.search(line)
    return 0 < len(words) <= _LONGEST_TITLE and looks and names_plan([word.lower() for word in words])


def _end(line: str, wrapped: float, headings: Container[str]) -> str:
    title = _BULLET.sub("", line, count=1).rstrip(" -=_*#")
    if title and (title.lower() in headings or _is_title(title)):
        return ":"
    return "\n" if len(line.rstrip()) >= wrapped else ";"


def unticked_stretches(text: str) -> list[tuple[int, int]]:
    """Stretches of a note that stand behind an empty box: they say nothing, neither yes nor no."""
    return [match.span() for match in _UNTICKED.finditer(text)]
