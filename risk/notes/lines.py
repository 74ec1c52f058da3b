"""Lines of a note that are sentences of their own, and boxes that were not ticked."""

from __future__ import annotations

import re

#: Longest line of a note whose lines are all entries of a form; prose is wrapped at more.
_FORM = 60
#: Width beyond which a line is a paragraph; and the share of the width that a line of wrapped prose fills at least.
_WIDEST, _FILLED = 100, 0.7
#: An empty box up to the next box or the end of the line.
_UNTICKED = re.compile(r"(?:\[\s*\]|\(\s\)|[\u2610\u25a1])[^\[\n\u2610\u25a1\u2611\u2612]{0,60}")


def with_line_ends(text: str) -> str:
    """The note with a full stop's duty done by line breaks that end an entry; of the same length.

    A break ends an entry unless its line is about as long as the note is wide: then the sentence may go on below.
    """
    lines = text.split("\n")
    width = min(max(map(len, lines)), _WIDEST)
    wrapped = width * _FILLED if width > _FORM else width + 1
    ended = ["\n" if len(line.rstrip()) >= wrapped else ";" for line in lines[:-1]]
    return "".join(part for pair in zip(lines, [*ended, ""], strict=True) for part in pair)


def unticked_stretches(text: str) -> list[tuple[int, int]]:
    """Stretches of a note that stand behind an empty box: they say nothing, neither yes nor no."""
    return [match.span() for match in _UNTICKED.finditer(text)]
