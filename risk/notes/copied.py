"""Which stretches of a note say of themselves that they were copied from an earlier one.

Only what the note calls copied counts: that two visits read alike is no proof. A stretch begins at such words and ends
where the note says that it speaks of today, at an empty line, or, where text follows the words on their line, at the
end of that line.
"""

from __future__ import annotations

import re

#: "Copied from", "carried forward": copied wherever it stands. "Prior note:": only as a heading.
_BEGINS = re.compile(
    r"""
    \b(?:copied|carried|carry|copy|pulled|brought|cut\ and\ pasted)[ -](?:forward|over|from)\b
    | [\[(](?:copied|carried\ forward|copy)[\])]
    | \b(?:copied|cloned|imported)\ (?:in\ )?from\b
    | \b(?:per|from)\ (?:the\ |my\ |our\ )?(?:last|prior|previous|earlier)\ (?:visit\ |clinic\ )?
      (?:note|visit|encounter|hpi)\b
    | \b(?:per|from)\ (?:the\ |my\ )?note\ (?:of|from|dated)\b
    | \b(?:prior|previous|last|earlier)\ (?:visit\ |clinic\ )?(?:note|visit|hpi|plan|encounter|assessment)
      (?=[^.\n:]{0,50}:)
    """,
    re.IGNORECASE | re.VERBOSE,
)
_ENDS = re.compile(
    r"""
    \n\s*\n
    | (?<=[.\n])\s+(?:[a-z]+\ ){0,3}today\b(?!\s*\.)
    | \b(?:today(?:'s\ (?:visit|note|exam))?|now|current(?:ly)?|update|updated
      |this\ visit|current\ visit|interval\ (?:history|hx|update)
      |since\ (?:then|last\ visit)|end\ of\ (?:copied|prior|previous)[^.\n:]{0,30})\s*(?:\([^)\n]{0,30}\)\s*)?:
    """,
    re.IGNORECASE | re.VERBOSE,
)


def copied_stretches(text: str) -> list[tuple[int, int]]:
    """Stretches of a note (first and one-past-last character) that it calls copied, in order, without overlap."""
    found: list[tuple[int, int]] = []
    done = 0
    for begins in _BEGINS.finditer(text):
        if begins.start() < done:
            continue
        ends = _ENDS.search(text, begins.end())
        done = ends.start() if ends else len(text)
        line_end = text.find("\n", begins.end())
        told = re.sub(r"^[^:\])\n]{0,50}[:\])]+", "", text[begins.end() : line_end if line_end >= 0 else len(text)])
        if 0 <= line_end < done and told.strip():
            done = line_end
        found.append((begins.start(), done))
    return found
