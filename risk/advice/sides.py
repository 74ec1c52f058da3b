"""Sides as records abbreviate them ("RLE", "L knee", "sciatica (R)", "b/l"), spelled out before a text is read.

A single letter is a side only before a paired part of the body or a condition of one side, in brackets, or as the last
word of an item; "L5", "L spine" and initials are left alone. "R>L" is both sides, the right one worse.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

_SIDES = {"r": "right", "rt": "right", "l": "left", "lt": "left", "b": "bilateral", "bl": "bilateral"}
_LIMBS = {"le": "leg", "ue": "arm", "les": "legs", "ues": "arms"}

#: What has a side, or stands between a side and what has one.
_SIDED = "|".join(
    [
        *("legs?", "arms?", "thighs?", "calf", "calves", "foot", "feet", "hands?", "handed", "wrists?", "elbows?"),
        *("forearms?", "shoulders?", "knees?", "hips?", "ankles?", "heels?", "(?:big |great )?toes?", "fingers?"),
        *("thumbs?", "buttocks?", "groin", "ears?", "eyes?", "breasts?", "chest wall", "flank", "le", "ue"),
        *("(?:lower |upper )?limbs?", "(?:lower|upper) extremit(?:y|ies)", "lower leg", "upper arm", "low(?:er)? back"),
        *(
            "sided?",
            "sij?",
            "sacroiliac",
            "sciatica?",
            "carpal",
            "trochanteric",
            "rotator",
            "trapezius",
            "paraspinals?",
        ),
        *(r"[clst]\d\d?", r"(?:cervical |thoracic |lumbar |lumbosacral )?radicul\w*"),
    ]
)
_ABBREVIATED = re.compile(
    rf"\b(?P<limb>[rlb][lu]es?)\b"
    rf"|\b(?P<before>rt|lt|bl|[rlb])\b\.?(?=[\s-]+(?:{_SIDED})\b)"
    r"|\((?P<bracket>rt|lt|[rl])\)"
    r"|\b(?P<both>b/l|r\s?[/<>]\s?l|l\s?[/<>]\s?r)\b"
    r"|\b(?P<limbs>(?-i:LEs|UEs))\b"
    r"|(?<=[a-z,;:–-] )(?P<last>(?-i:[RL]))(?=\s*(?:[,;)\n]|\.?\s*$))",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Spelled:
    """A text with its sides spelled out; ``starts`` and ``shifts`` lead from its places back to the original's."""

    text: str
    starts: tuple[int, ...]
    shifts: tuple[int, ...]

    def place(self, at: int) -> int:
        """Place in the original of a character that is no part of a side that was spelled out."""
        before = bisect_right(self.starts, at)
        return at - self.shifts[before - 1] if before else at


def spelled_out(text: str) -> Spelled:
    """Spell out the sides of a text."""
    parts: list[str] = []
    starts: list[int] = []
    shifts: list[int] = []
    done = length = 0
    for match in _ABBREVIATED.finditer(text):
        words = _words(match)
        parts += (text[done : match.start()], words)
        length += match.start() - done + len(words)
        done = match.end()
        starts.append(length)
        shifts.append(length - done)
    return Spelled("".join([*parts, text[done:]]), tuple(starts), tuple(shifts))


def _words(match: re.Match[str]) -> str:
    if match.lastgroup == "both":
        return "bilateral"
    side = match[match.lastgroup or 0].lower()
    if match.lastgroup == "limbs":
        return _LIMBS[side]
    return f"{_SIDES[side[0]]} {_LIMBS[side[1:]]}" if match.lastgroup == "limb" else _SIDES[side]
