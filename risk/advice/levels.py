"""Levels of the spine as records write them ("L4-5", "L5/S1", "C6 root"), and the region each belongs to.

Regions are those of the fifth characters of M40–M54; cervical discs have levels of their own (titles and inclusion
terms of M50.1 and M50.2 in the tabular list, April 2026).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

#: Fifth character of a region in M43, M47, M48, M53 and M54, and in M51 from thoracic to lumbosacral.
REGION_DIGITS = {
    "occipito-atlanto-axial": "1",
    "cervical": "2",
    "cervicothoracic": "3",
    "thoracic": "4",
    "thoracolumbar": "5",
    "lumbar": "6",
    "lumbosacral": "7",
    "sacral": "8",
}

#: Which part of the spine a region is of: what stands in one part may belong together.
PARTS = {
    "occipito-atlanto-axial": "neck",
    "cervical": "neck",
    "high cervical": "neck",
    "C4-C5": "neck",
    "C5-C6": "neck",
    "C6-C7": "neck",
    "cervicothoracic": "neck",
    "thoracic": "middle",
    "thoracolumbar": "middle",
    "lumbar": "low",
    "lumbosacral": "low",
    "sacral": "low",
    "low back": "low",
}

#: Characters after M50.0 to M50.9 by cervical region or level.
NECK_CHARACTERS = {
    "cervical": "0",
    "high cervical": "1",
    "C4-C5": "21",
    "C5-C6": "22",
    "C6-C7": "23",
    "cervicothoracic": "3",
    "occipito-atlanto-axial": "1",
}

_VERTEBRAE = [
    f"{letter}{number}" for letter, last in (("C", 7), ("T", 12), ("L", 5), ("S", 1)) for number in range(1, last + 1)
]
_SINGLE = {"C": "cervical", "T": "thoracic", "L": "lumbar", "S": "lumbosacral"}


def region_digit(region: str) -> str:
    """Fifth character of a region or level; "" for one that is not told exactly."""
    return REGION_DIGITS.get(region) or (REGION_DIGITS["cervical"] if PARTS.get(region) == "neck" else "")


def level_terms() -> Iterator[dict[str, Any]]:
    """Terms of the lexicon for every level, in the form of ``terms.toml``.

    Two vertebrae are a level; one alone, or a root, stands for its region.
    """
    for upper, lower in pairwise(_VERTEBRAE):
        yield {"fact": "level", "detail": _region_between(upper, lower), "words": _spellings(upper, lower)}
    for vertebra in (*_VERTEBRAE, "C8"):
        yield {"fact": "region", "detail": _SINGLE[vertebra[0]], "words": [vertebra.lower()]}


def _spellings(upper: str, lower: str) -> list[str]:
    ends = [lower.lower()] + ([lower[1:]] if lower[0] == upper[0] else [])
    return [f"{upper.lower()}{joint}{end}" for end in ends for joint in ("-", "/")]


def _region_between(upper: str, lower: str) -> str:
    pair = f"{upper}-{lower}"
    if pair in PARTS:
        return pair
    if upper[0] == lower[0] == "C":
        return "occipito-atlanto-axial" if upper == "C1" else "high cervical" if upper in ("C2", "C3") else "cervical"
    between = {"C7-T1": "cervicothoracic", "T12-L1": "thoracolumbar", "L5-S1": "lumbosacral"}
    return between.get(pair) or _SINGLE[lower[0]]
