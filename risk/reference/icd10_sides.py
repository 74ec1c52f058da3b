"""Sides of ICD-10-CM codes, read from their descriptions.

There is no laterality field in the code set. Codes that differ in the side alone have the same description once the
words for the side are taken out; a group of such codes within one category that holds a right and a left one has a
laterality axis, and only then does "unspecified" in a member mean an unspecified side. M47, M48, M51, M54.1x and M54.5x
have no such group, and so no side (ICD-10-CM tabular list, April 2026).
"""

from __future__ import annotations

import re
from collections import defaultdict

import pandas as pd

#: What ``nodes["side"]`` counts into; "none" means the code has no laterality axis.
SIDES = ("none", "right", "left", "bilateral", "unspecified")

#: Unspecified sites whose sided siblings are worded differently, so that no stripping finds them.
BY_HAND = {
    # Pain in unspecified limb: the siblings name the arm or the leg.
    "M79609": ("M79601", "M79602", "M79604", "M79605"),
    # Pain in unspecified joint: the siblings name the joint.
    "M2550": tuple(f"M255{joint}{side}" for joint in "1234567" for side in "12"),
}

_SIDE_WORD = re.compile(r"\b(?:right|left|bilateral|unspecified|sides?)\b")
_NOT_WORD = re.compile(r"[^a-z0-9]+")
_PLURAL = re.compile(r"s\b")


def sided_groups(descriptions: pd.Series) -> pd.DataFrame:
    """Side and group of the codes that belong to a laterality axis.

    Parameters
    ----------
    descriptions
        Descriptions of billable codes, indexed by code without dot.

    Returns
    -------
    One row per code that has a side, indexed by code: ``side`` (index into ``SIDES``) and ``side_group``, equal for
    codes that differ in the side alone and −1 where there are none.
    """
    members: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for code, description in descriptions.items():
        words = description.lower()
        if (side := _side_of(words)) is not None:
            members[f"{code[:3]} {_without_side(words)}"][side].append(code)
    # "Bilateral" leaves no doubt, with or without a group (M17.0 beside "unilateral …, right knee").
    rows: list[tuple[str, int, int]] = []
    for number, (_, by_side) in enumerate(sorted(members.items())):
        if by_side["right"] and by_side["left"]:
            rows += [(code, SIDES.index(side), number) for side, codes in by_side.items() for code in codes]
        else:
            rows += [(code, SIDES.index("bilateral"), -1) for code in by_side["bilateral"]]
    found = pd.DataFrame(rows, columns=["code", "side", "side_group"]).set_index("code")
    for unspecified in BY_HAND:
        if unspecified in descriptions.index:
            found.loc[unspecified] = [SIDES.index("unspecified"), -1]
    return found


def _side_of(words: str) -> str | None:
    named = set(_SIDE_WORD.findall(words))
    if "bilateral" in named or {"right", "left"} <= named:
        return "bilateral"
    return next((side for side in ("right", "left", "unspecified") if side in named), None)


def _without_side(words: str) -> str:
    plain = _NOT_WORD.sub(" ", _SIDE_WORD.sub(" ", words))
    return " ".join(_PLURAL.sub("", plain).split())
