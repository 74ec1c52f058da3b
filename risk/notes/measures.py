"""Levels of the spine, sides, and scores: what stands beside an element of a whole note and measures it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from risk.notes.quantities import Quantity
from risk.notes.tokens import ENDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from risk.notes.lexicon import Lexicon

#: Letters that open a level (cervical, thoracic, lumbar, sacral) or stand for a side.
LETTERS = frozenset("ctlsr")
_VERTEBRAE = {"c": 8, "t": 12, "l": 6, "s": 5}
#: The vertebra below the last of a region.
_BELOW = {"c": "T", "t": "L", "l": "S"}
_RANGE = re.compile(r"(\d{1,2})(?:\s?[-–]\s?(\d{1,2}))?")
_SCORE_NAMES = frozenset(
    {
        "vas",
        "nrs",
        "nprs",
        "severity",
        "score",
        "level",
        "intensity",
        "worst",
        "average",
        "best",
        "avg",
        "rating",
        "scale",
    }
)
_OTHER_SCALES = frozenset({"odi", "ndi", "peg", "oswestry", "phq", "phq9", "gad", "gad7", "orisk", "ort", "bpi"})
#: Words passed over between a score's name and its number, and how far back the name may stand.
_BETWEEN = frozenset({":", "is", "was", "of", "a", "today", "now", "at", "currently", "rated", "about"})
_SCORE_WINDOW = 6
_TEST_WORDS = ("provoc", "sij", "maneuver")
#: Words after a count among which a test must be named: "3 of 6 SI provocation tests".
_TEST_WINDOW = 5
#: Words on each side, within the sentence, among which one makes a score of a number.
_SENTENCE_WINDOW = 40
_DATED = frozenset({"on", "dated", "of", "since", "mri", "ct"})


def read_letter(words: Sequence[str], at: int, lexicon: Lexicon) -> Quantity | None:
    """Read a level ("L4-5", "C5-C6", "L5") or a side ("R L4-5", "L leg") that a single letter opens.

    The detail of a level is written in full, "L4-L5"; None where the letter is neither.
    """
    letter = words[at]
    if letter in _VERTEBRAE and (found := _level(words, at)):
        if lexicon.scores and found.until < len(words) and words[found.until] in lexicon.scores.not_a_level:
            return Quantity(found.until)
        return found
    if letter in "lr" and lexicon.scores and at + 1 < len(words):
        after = words[at + 1]
        if after in lexicon.scores.sided or (after in _VERTEBRAE and _level(words, at + 1)):
            return Quantity(at + 1, "side", "left" if letter == "l" else "right")
    return None


def read_score(words: Sequence[str], at: int, number: float, lexicon: Lexicon) -> Quantity | None:
    """Read a pain score ("7/10", "7 out of 10", "VAS 7"), a muscle's strength ("4/5") or a count of positive tests.

    Only where the sentence has a word that makes it one; the same figures can be a date. Of a range the lower end.
    """
    if lexicon.scores is None:
        return None
    until, whole = _out_of(words, at)
    sentence = _sentence(words, at)
    dated = at > 0 and (words[at - 1] in _DATED or words[at - 1] == "/")
    if whole and any(word.startswith(_TEST_WORDS) for word in words[until : until + _TEST_WINDOW]):
        return Quantity(until, "provocation_count", f"{number:g}") if number <= float(whole) else None
    if whole == "10" and number <= 10 and not dated and lexicon.scores.pain.intersection(sentence):
        return Quantity(until, "severity", f"{number:g}/10")
    if whole == "5" and number <= 5 and not dated and lexicon.scores.strength.intersection(sentence):
        return Quantity(until, "neurological", "intact" if number == 5 and words[at + 1] != "-" else "weakness")
    if not whole and number <= 10 and _is_named_score(words, at, lexicon):
        return Quantity(at + 1, "severity", f"{number:g}/10")
    return None


def _is_named_score(words: Sequence[str], at: int, lexicon: Lexicon) -> bool:
    """Whether a bare number is a pain score by the words just before it: "VAS 7", "Severity: 8", "worst pain 9"."""
    before = [word for word in words[max(0, at - _SCORE_WINDOW) : at] if word not in _BETWEEN]
    after = words[at + 1] if at + 1 < len(words) else ""
    if not before or after in lexicon.units or after in ("%", "percent", "/", "-", "th", "of"):
        return False
    named = before[-1] in _SCORE_NAMES or (
        before[-1] == "pain"
        and before[-2:-1]
        in (["worst"], ["average"], ["least"], ["rates"], ["rated"], ["current"], ["usual"], ["baseline"])
    )
    return named and not _OTHER_SCALES.intersection(before)


def _out_of(words: Sequence[str], at: int) -> tuple[int, str]:
    """Place after "/10", "out of 10" or "of 6" behind a number, and what it is out of; "" where nothing follows."""
    place = at + 1
    if words[place : place + 1] == ["+"]:
        place += 1
    for joint in (["/"], ["out", "of"], ["of"]):
        if words[place : place + len(joint)] == joint:
            place += len(joint)
            if place < len(words) and (limit := re.match(r"\d{1,2}(?!\d)", _digits(words[place]))):
                dated = words[place + 1 : place + 2] == ["/"] and limit[0] == words[place]
                return (at, "") if dated else (place + 1, limit[0])
            return at, ""
    return at, ""


def _digits(word: str) -> str:
    return {"six": "6", "five": "5", "ten": "10"}.get(word, word)


def _sentence(words: Sequence[str], at: int) -> Sequence[str]:
    first, last = max(0, at - _SENTENCE_WINDOW), min(len(words), at + _SENTENCE_WINDOW)
    start = next((place + 1 for place in range(at - 1, first - 1, -1) if words[place] in ENDS), first)
    end = next((place for place in range(at, last) if words[place] in ENDS), last)
    return words[start:end]


def _level(words: Sequence[str], at: int) -> Quantity | None:
    """Level that begins with the letter at a place: one vertebra, or two neighbours; None where it is none."""
    letter = words[at]
    numbers = _RANGE.fullmatch(words[at + 1]) if at + 1 < len(words) else None
    if numbers is None:
        return None
    upper, lower = int(numbers[1]), int(numbers[2] or 0)
    if not lower and upper > _VERTEBRAE[letter] and upper % 10 == upper // 10 + 1:  # L45
        upper, lower = divmod(upper, 10)
    if not 1 <= upper <= _VERTEBRAE[letter]:
        return None
    until = at + 2
    if lower:  # L4-5, L5-1
        below = letter.upper() if lower > upper else _BELOW.get(letter, "S")
        return Quantity(until, "level", f"{letter.upper()}{upper}-{below}{lower}")
    if words[until : until + 1] in (["/"], ["on"]) and words[until + 1 : until + 2] and words[until + 1] in _VERTEBRAE:
        until += 1  # L5/S1, L4 on L5
    below_letter, number = (*words[until : until + 2], "", "")[:2]
    if below_letter == "/" and re.fullmatch(r"\d", number):  # L4/5
        return Quantity(until + 2, "level", f"{letter.upper()}{upper}-{letter.upper()}{number}")
    follows = (letter, upper + 1) if upper < _VERTEBRAE[letter] else ("", 0)
    if re.fullmatch(r"\d{1,2}", number) and (
        (below_letter, int(number)) == follows or (below_letter.upper() == _BELOW.get(letter) and number == "1")
    ):
        return Quantity(until + 2, "level", f"{letter.upper()}{upper}-{below_letter.upper()}{number}")
    return Quantity(at + 2, "level", f"{letter.upper()}{upper}")
