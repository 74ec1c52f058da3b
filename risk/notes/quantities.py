"""Numbers with a meaning: how long ("6 wks", "three months"), and how much relief ("50-60% relief")."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from risk.notes.tokens import ENDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from risk.notes.lexicon import Lexicon

#: Relief in per cent at which the policies call an injection a success (LCD L39240, L38801, L39462: at least 50 %).
RELIEF_THAT_COUNTS = 50.0
_BETWEEN = frozenset({"+", "full", "consecutive", "continuous", "more", "or", "total"})
_RELIEF_BEFORE, _RELIEF_BEFORE_IN_NOTES = 6, 14
#: Words before "9 months ago" among which, in a whole note, one of onset makes it a duration.
_BACK_TO_ONSET = 14
_RELIEF_AFTER = 3


@dataclass(frozen=True, slots=True)
class Quantity:
    """What a number said: a fact with its detail, the token place after it, and the outcome it stands for, if any.

    A number that is a date, an age or a rate has no state, and a fact ("interval") only where a whole note is read; its
    tokens are passed over together.
    """

    until: int
    fact: str = ""
    detail: str = ""
    state: str = ""


def read_quantity(words: Sequence[str], at: int, number: float, lexicon: Lexicon) -> Quantity | None:
    """Read what follows the number at a token place; None where it is neither a duration nor a percentage."""
    follow = at + 1
    if follow >= len(words):
        return None
    if words[follow] in ("%", "percent", "pct"):
        return _relief(words, at, follow + 1, number, lexicon)
    while follow < len(words) - 1 and words[follow] in _BETWEEN:
        follow += 1
    if (weeks := lexicon.units.get(words[follow])) is None:
        return None
    until = follow + 1
    in_weeks = f"{round(number * weeks, 1):g}"
    if _is_date_or_age(words, at, until, lexicon):
        return Quantity(until, "interval", in_weeks) if lexicon.scores else Quantity(until)
    return Quantity(until, "duration", in_weeks)


def number_of(word: str, lexicon: Lexicon) -> float | None:
    """Value of a word that is a number, else None; of a range its lower end: what the record supports for certain."""
    if word in lexicon.numbers:
        return float(lexicon.numbers[word])
    digits = re.match(r"\d+(?:\.\d+)?", word)
    return float(digits.group()) if digits else None


def _is_date_or_age(words: Sequence[str], at: int, until: int, lexicon: Lexicon) -> bool:
    before = words[at - 1] if at else ""
    after = words[until] if until < len(words) else ""
    if after == "ago":
        return not lexicon.onset.intersection(words[max(0, at - (_BACK_TO_ONSET if lexicon.scores else 8)) : at])
    return before in lexicon.not_duration_before or after in lexicon.not_duration_after


def _lasts(words: Sequence[str], at: int, lexicon: Lexicon) -> bool:
    """Whether a percentage lasts for a time, as relief does: "ESI - 50% x 6 wks"."""
    ahead = words[at : at + 3]
    return (
        len(ahead) > 2
        and ahead[0] in ("x", "for")
        and number_of(ahead[1], lexicon) is not None
        and ahead[2] in lexicon.units
    )


def _relief(words: Sequence[str], at: int, until: int, percent: float, lexicon: Lexicon) -> Quantity | None:
    """Per cent of relief, where a word of relief stands near in the same sentence; other percentages say nothing."""
    after = words[until : until + _RELIEF_AFTER]
    ends = next((place for place, word in enumerate(after) if word in ENDS), len(after))
    named = next((place for place, word in enumerate(after[:ends]) if word in lexicon.relief), None)
    if named is not None:
        until += named + 1
    else:
        before = list(words[max(0, at - (_RELIEF_BEFORE_IN_NOTES if lexicon.scores else _RELIEF_BEFORE)) : at])
        while any(word in ENDS for word in before):
            before.pop(0)
        if not lexicon.relief.intersection(before) and not (lexicon.scores and _lasts(words, until, lexicon)):
            return None
    below = bool(lexicon.below.intersection(words[max(0, at - 2) : at]))
    state = "helped" if percent >= RELIEF_THAT_COUNTS and not below else "failed"
    return Quantity(until, "relief_percent", f"{percent:g}", state)
