"""One requirement held against the elements of a note."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from risk.reference.documentation import GIVEN

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from risk.notes.elements import Element
    from risk.reference.documentation import Requirement

#: The number of a value, before its unit: "physical therapy 8 weeks", "80%", "7/10", "3".
_NUMBER = re.compile(r"(\d+(?:\.\d+)?)(?: weeks|%|/10)?$")
_LEVEL = re.compile(r"[CTLS]\d{1,2}")
_SIDES = ("left", "right")
_DOTTED = re.compile(r"[A-Z]\d[0-9A-Z]\.")
#: States of a place that an injection has, is to have or had.
_SITE_STATES = ("asserted", "planned", *GIVEN)


@dataclass(frozen=True, slots=True)
class Judged:
    """Status of a requirement (:class:`risk.notes.review.Check`) and the places of the elements that tell it."""

    status: str
    found: tuple[int, ...] = ()


def judge(requirement: Requirement, elements: Sequence[Element], on: date | None) -> Judged:
    """Judge one requirement; ``on`` is the date of service, None where it is not known."""
    if requirement.when and not _given(requirement.when, elements):
        return Judged("not_applicable")
    if requirement.unless and _given(requirement.unless, elements):
        return Judged("not_applicable")
    named = tuple(
        place
        for place, one in enumerate(elements)
        if _is_named(one, requirement.elements) and one.value not in requirement.excepted
    )
    if requirement.agrees_with:
        return _agreement(requirement.agrees_with, elements, named)
    if requirement.codes:
        return _codes(elements, named, on)
    given = tuple(place for place in named if elements[place].state in requirement.states)
    if requirement.for_each and (without := _without(requirement, elements, given)):
        return Judged("below" if given else "missing", without)
    if requirement.absent:
        return _absence(requirement, elements, named, given)
    fresh = tuple(place for place in given if not elements[place].copied)
    if _suffices(requirement, [elements[place] for place in fresh]):
        values = {elements[place].value for place in fresh}
        above = requirement.most is not None and len(values) > requirement.most
        return Judged("above" if above else "met", fresh)
    if _suffices(requirement, [elements[place] for place in given]):
        return Judged("copied", given)
    if given:
        return Judged("below", given)
    return Judged("not_met", named) if named else Judged("missing")


def number_of_value(value: str) -> float | None:
    """Number of a value ("8 weeks", "80%", "3"), None where it has none."""
    match = _NUMBER.search(value)
    return float(match[1]) if match else None


def _is_named(one: Element, names: Sequence[tuple[str, str]]) -> bool:
    return any(one.element == element and value in ("", one.value) for element, value in names)


def _given(names: Sequence[tuple[str, str]], elements: Sequence[Element]) -> bool:
    return any(_is_named(one, names) and one.state in GIVEN for one in elements)


def _suffices(requirement: Requirement, found: Sequence[Element]) -> bool:
    numbers = [number for one in found if (number := number_of_value(one.value)) is not None]
    if requirement.least is not None:
        return max(numbers, default=0.0) >= requirement.least
    counted = len({one.value for one in found if number_of_value(one.value) is None or requirement.count == 1})
    return max(counted, *numbers, 0) >= requirement.count if requirement.count > 1 else counted >= requirement.count


def _without(requirement: Requirement, elements: Sequence[Element], given: Sequence[int]) -> tuple[int, ...]:
    """Places of what failed and has none of the elements asked for: a treatment whose duration is not told."""
    told = [elements[place].value for place in given if not elements[place].copied]
    return tuple(
        place
        for place, one in enumerate(elements)
        if one.element == requirement.for_each
        and one.state == "done_failed"
        and not one.copied
        and one.value not in requirement.excepted
        and not any(value.startswith(f"{one.value} ") for value in told)
    )


def _absence(
    requirement: Requirement, elements: Sequence[Element], named: Sequence[int], given: Sequence[int]
) -> Judged:
    if given:
        return Judged("contradicted", tuple(given))
    denied = tuple(place for place in named if elements[place].state == "denied")
    if denied or requirement.silence_is_fine:
        return Judged("met", denied)
    return Judged("missing", tuple(named))


def _agreement(site: str, elements: Sequence[Element], findings: Sequence[int]) -> Judged:
    """Whether imaging shows something at each place treated; nothing to compare where either has no level."""
    sites = [place for place, one in enumerate(elements) if one.element == site and one.state in _SITE_STATES]
    sites = [place for place in sites if _LEVEL.search(elements[place].value)]
    shown = [place for place in findings if elements[place].state in GIVEN and _LEVEL.search(elements[place].value)]
    if not sites or not shown:
        return Judged("not_applicable")
    agreeing = {
        place: [other for other in shown if _agree(elements[place].value, elements[other].value)] for place in sites
    }
    if all(agreeing.values()):
        return Judged("met", tuple(sorted({other for others in agreeing.values() for other in others})))
    return Judged("contradicted", (*sites, *shown))


def _agree(site: str, finding: str) -> bool:
    """Whether a level is shared and the sides, where both are said, are not opposite."""
    sides = [{side for side in _SIDES if side in value.split()} for value in (site, finding)]
    return bool(set(_LEVEL.findall(site)) & set(_LEVEL.findall(finding))) and (
        not all(sides) or bool(sides[0] & sides[1])
    )


def _codes(elements: Sequence[Element], named: Sequence[int], on: date | None) -> Judged:
    """Whether the codes among the diagnoses are billable on the date, or, without one, in the newest edition."""
    places = tuple(place for place in named if _DOTTED.match(elements[place].value))
    if not places:
        return Judged("not_applicable")
    from risk.reference.icd10 import LAST_KNOWN_DATE, load_icd10  # seconds, where the code set was never compiled

    codes = pd.Series([elements[place].value.replace(".", "") for place in places], dtype="str")
    dates = pd.Series([pd.Timestamp(on or LAST_KNOWN_DATE)] * len(codes), dtype="datetime64[s]")
    statuses = load_icd10().status(codes, dates)
    wrong = tuple(place for place, status in zip(places, statuses, strict=True) if status not in ("valid", "undated"))
    return Judged("contradicted", wrong) if wrong else Judged("met", places)
