"""Elements of documentation in a whole note: the reader's facts, put together as a reviewer reads them.

A duration belongs to the treatment it stands beside, to the relief it follows, to the follow-up, or else to the pain; a
level and a side belong to a finding of imaging or to the place of an injection.
"""

from __future__ import annotations

import sys
from bisect import bisect_right
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from risk.notes.copied import copied_stretches
from risk.notes.diagnosis_codes import codes_in
from risk.notes.examined import examined
from risk.notes.lexicon import load_element_lexicon
from risk.notes.lines import unticked_stretches, with_line_ends
from risk.notes.placed import Placed, placed_facts
from risk.notes.sentences import NoteReader

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

#: Treatments that are given at a place and at once, not over weeks.
INVASIVE = ("injection", "radiofrequency", "spinal cord stimulation", "surgery")
_AT_A_SITE = ("injection", "radiofrequency")
#: Causes that a picture cannot show.
_NOT_SEEN = ("radiculopathy", "neurogenic claudication", "zoster", "complex regional pain syndrome", "post-laminectomy")
_RENAMED = {"cause": "diagnosis", "radicular_symptom": "symptom"}
#: Provocation tests whose names are plain words: tests only beside another.
_TESTS_BY_COMPANY = ("compression", "distraction")
#: A return that is no follow-up unless its time is told: "he returns", "return to work".
_RETURN = "return"
#: What describes an injection, and so shares its state.
_OF_INJECTION = ("guidance", "block_purpose")
#: Words before a duration that lead back to what lasted so long: "exercise for 12 weeks".
_AFTER_ITS_TREATMENT = ("for", "x", "lasting")
#: Words behind a duration of relief: "3 days of relief".
_OF_RELIEF = tuple(("of", noun) for noun in ("relief", "benefit", "improvement", "help"))
#: Words before a duration of what wore off: "lasted 9 months", "returned after 3 weeks".
_LASTED = ("lasted", "lasting", "lasts", "after", "about", "only", "approximately", "nearly", "almost")
#: Words between the items of a list.
_IN_LIST = 3
#: What hurts, and words between it and how long it has.
_HURTS, _HURTS_WINDOW = ("location", "radicular_symptom", "symptom", "character"), 3
#: Words between a treatment and the time to it: "epidural in two weeks".
_IN_WEEKS = 2
#: Words between a treatment and a duration of it; between a follow-up and its time.
_TREATMENT_WINDOW, _FOLLOW_UP_WINDOW, _PURPOSE_WINDOW = 7, 4, 6


@dataclass(frozen=True, slots=True)
class Element:
    """One element as a note has it: what, its normalised value, its state, its place in characters, whether copied.

    ``value`` is of our own words and the numbers of the note ("physical therapy", "6 weeks", "8/10", "L4-L5 right"),
    never a quotation. States as :func:`risk.notes.note_facts` has them; ``eases`` is an activity that helps.
    """

    element: str
    value: str
    state: str
    start: int
    end: int
    copied: bool = False


def note_elements(text: str) -> list[Element]:
    """Elements of one note in the order of their places. The note is not kept."""
    lexicon = load_element_lexicon()
    by_line = with_line_ends(text, lexicon.sections)
    facts = placed_facts(text, by_line, NoteReader(lexicon).facts_of(by_line))
    copied, unticked = copied_stretches(text), unticked_stretches(text)
    found = {
        Element(name, value, state, start, end, _within(start, copied))
        for name, value, state, start, end in (*_elements(facts), *codes_in(text))
        if not _within(start, unticked)
    }
    return sorted(found, key=lambda one: (one.start, one.end, one.element, one.value, one.state))


def _within(place: int, stretches: Sequence[tuple[int, int]]) -> bool:
    before = bisect_right(stretches, (place, sys.maxsize)) - 1
    return before >= 0 and place < stretches[before][1]


Found = tuple[str, str, str, int, int]


def _elements(facts: Sequence[Placed]) -> Iterator[Found]:
    sentences: dict[int, list[Placed]] = {}
    for fact in facts:
        if fact.state != "unsaid":
            sentences.setdefault(fact.sentence, []).append(fact)
    pictured, heading = False, -1  # whether the sentence before tells what imaging shows, and the heading above it
    for own in sentences.values():
        imaged = any(one.fact == "imaging" and one.state == "asserted" for one in own)
        also = pictured and own[0].heading == heading and _goes_on(own)
        pictured, heading = imaged or also or own[0].in_imaging, own[0].heading
        yield from _of_sentence(own, pictured=pictured)


def _goes_on(own: Sequence[Placed]) -> bool:
    """Whether a sentence can go on telling what imaging shows: findings at their levels, or what was not seen."""
    causes = [one for one in own if one.fact == "cause"]
    only = all(one.fact in ("cause", "level", "side", "exam_quality") for one in own)
    return only and (any(one.fact == "level" for one in own) or all(one.state == "denied" for one in causes))


def _of_sentence(own: Sequence[Placed], *, pictured: bool) -> Iterator[Found]:
    findings = [one for one in own if one.fact == "cause" and pictured and one.detail not in _NOT_SEEN]
    treated = [one for one in own if one.fact == "treatment" and one.detail in _AT_A_SITE]
    places = _places(own, findings, treated)
    times = {x for one in own if one.fact == "follow_up" and (x := _time_before(one, own))}
    yield from examined(own)
    for one in own:
        if one in findings:
            for place in places.get(one, [""]):
                yield _found(one, "imaging_finding", f"{one.detail} {place}".strip())
        elif one.fact == "imaging" and one.state == "asserted" and _at_follow_up(one, own):
            yield (one.fact, one.detail, "planned", one.start, one.end)
        elif one.fact == "treatment":
            yield ("treatment", one.detail, _treatment_state(one, own), one.start, one.end)
            for place in places.get(one, []):
                yield _found(one, "site", place)
        elif one.fact == "duration":
            if one not in times:
                yield from _duration(one, own)
        elif one.fact == "relief_percent":
            yield _found(one, _relief_of(own), f"{one.detail}%")
        elif one.fact == "follow_up":
            if (time := _time_of(one, own)) != _RETURN and one.state != "denied":
                yield _found(one, "follow_up", time)
        elif one.fact == "provocation_test" and one.detail in _TESTS_BY_COMPANY and one.until - one.at == 1:
            if any(x.fact in ("provocation_test", "provocation_count") and x.detail != one.detail for x in own):
                yield _found(one, one.fact, one.detail)
        elif one.fact == "block_purpose":
            injected = _nearest(one, treated, _PURPOSE_WINDOW)
            if injected or one.until - one.at > 1:  # "diagnostic block"; "for diagnostic purposes"
                state = injected.state if injected else one.state
                yield (one.fact, one.detail, state, one.start, one.end)
        elif one.fact == "guidance":
            injected = _nearest(one, treated, len(own) + one.at)
            yield (one.fact, one.detail, injected.state if injected else one.state, one.start, one.end)
        elif one.fact not in ("level", "side", "interval", "as_needed", "exam_subject", "exam_quality"):
            yield _found(one, _RENAMED.get(one.fact, one.fact), one.detail)


def _treatment_state(one: Placed, own: Sequence[Placed]) -> str:
    """State of a treatment; "return 2 weeks after the injection" and "ESI in 2 weeks" speak of one to come."""
    to_come = (
        one.detail in INVASIVE and one.state == "done" and any(x.fact == "follow_up" and x.at < one.at for x in own)
    )
    in_weeks = one.state == "done" and any(
        x.fact == "interval" and x.follows in ("in", "within") and 0 <= x.at - one.until <= _IN_WEEKS for x in own
    )
    return "planned" if to_come or in_weeks else one.state


def _at_follow_up(one: Placed, own: Sequence[Placed]) -> bool:
    """Whether a picture is to be taken at a follow-up, named before it with its time: "f/u 4 wks w/ x-ray"."""
    return any(
        x.fact == "follow_up" and x.at < y.at < one.at and one.at - y.until <= _FOLLOW_UP_WINDOW
        for x in own
        for y in own
        if y.fact in ("interval", "duration")
    )


def _relief_of(own: Sequence[Placed]) -> str:
    """Relief by a procedure, unless the sentence speaks of other treatments alone."""
    treatments = [x.detail for x in own if x.fact == "treatment"]
    return "relief" if not treatments or any(x in INVASIVE for x in treatments) else "relief_by_care"


def _found(one: Placed, element: str, value: str) -> Found:
    return element, value, one.state, one.start, one.end


def _duration(one: Placed, own: Sequence[Placed]) -> Iterator[Found]:
    """What a duration is of: treatments in its part of the sentence, relief before it, or the pain."""
    value = f"{one.detail} weeks"
    relieved = [x for x in own if x.fact == "relief_percent" and x.at < one.at]
    treatments = [x for x in own if x.fact == "treatment"]
    courses = [x for x in treatments if x.detail not in INVASIVE]
    near = (
        []
        if _of_pain(one, own)
        else [x for x in courses if x.segment == one.segment]
        or [x for x in courses if one.distance(x) <= _TREATMENT_WINDOW and not _between(x, one, treatments)]
    )
    if (
        one.leads in _OF_RELIEF
        or (relieved and not any(relieved[-1].at < x.at < one.at for x in courses))
        or (not near and _relieved_by(one, own))
    ):
        yield _found(one, "relief_duration", value)
    elif near:
        led = one.follows in _AFTER_ITS_TREATMENT  # "exercise for 12 weeks", but "6 weeks of exercise"
        its_own = [x for x in near if (x.at < one.at) == led] if led or one.leads[:1] == ("of",) else []
        nearest = min(its_own or near, key=one.distance)
        named = [x for x in near if _listed(nearest, x, near)]
        for x in named:
            if x is nearest or (
                (x.at < one.at) == (nearest.at < one.at) and x.segment == nearest.segment == one.segment
            ):
                yield "treatment_duration", f"{x.detail} {value}", x.state, one.start, one.end
    elif any(x.detail in INVASIVE and x.state == "done_helped" and x.at < one.at for x in treatments):
        yield _found(one, "relief_duration", value)
    else:
        yield _found(one, "duration", value)


def _of_pain(one: Placed, own: Sequence[Placed]) -> bool:
    """Whether a duration follows what hurts, with no treatment before: "back pain for six months she tried PT"."""
    if one.follows not in _AFTER_ITS_TREATMENT:
        return False
    before = [x for x in own if x.at < one.at and x.segment == one.segment]
    hurts = any(x.fact in _HURTS and one.at - x.until <= _HURTS_WINDOW for x in before)
    return hurts and not any(x.fact == "treatment" for x in before)


def _listed(first: Placed, other: Placed, near: Sequence[Placed]) -> bool:
    """Whether treatments follow one another with hardly a word between: "6 weeks of PT, chiropractic and massage"."""
    low, high = sorted((first.at, other.at))
    between = sorted((x for x in near if low <= x.at <= high), key=lambda x: x.at)
    return all(right.at - left.until <= _IN_LIST for left, right in pairwise(between))


def _relieved_by(one: Placed, own: Sequence[Placed]) -> bool:
    """Whether what lasted so long is relief: a percentage of it, or an injection before, is named beside it."""
    if one.follows not in (*_LASTED, "for"):
        return False
    beside = any(x.fact == "relief_percent" and x.segment == one.segment for x in own)
    return beside or (
        one.follows in _LASTED
        and any(x.fact == "treatment" and x.detail in INVASIVE[:3] and x.at < one.at for x in own)
    )


def _between(first: Placed, second: Placed, others: Sequence[Placed]) -> bool:
    low, high = sorted((first.at, second.at))
    return any(low < x.at < high for x in others)


def _time_of(one: Placed, own: Sequence[Placed]) -> str:
    times = [x for x in own if x.fact in ("interval", "duration", "as_needed") and x.at > one.at]
    if one.detail == _RETURN:
        times = [x for x in times if x.fact != "duration"]
    after = _time_before(one, own) or _nearest(one, times, _FOLLOW_UP_WINDOW)
    if after is None:
        return one.detail
    return after.detail if after.fact == "as_needed" else f"{after.detail} weeks"


def _time_before(one: Placed, own: Sequence[Placed]) -> Placed | None:
    """Time that stands right before a follow-up: "6 week follow-up"."""
    if one.detail == _RETURN:
        return None
    return next((x for x in own if x.fact in ("interval", "duration") and x.until == one.at), None)


def _nearest(one: Placed, others: Sequence[Placed], window: int) -> Placed | None:
    return min((x for x in others if one.distance(x) <= window), key=one.distance, default=None)


def _places(own: Sequence[Placed], findings: Sequence[Placed], treated: Sequence[Placed]) -> dict[Placed, list[str]]:
    """Levels with their side, by the finding or the injection they are of; a side alone where there is no level."""
    levels: dict[Placed, list[str]] = {}
    sides: dict[Placed, list[str]] = {}
    for one in own:
        if one.fact not in ("level", "side"):
            continue
        here = [x for x in (*findings, *treated) if x.segment == one.segment]
        target = min(here or treated, key=one.distance, default=None)
        if target is not None:
            (levels if one.fact == "level" else sides).setdefault(target, []).append(one.detail)
    places: dict[Placed, list[str]] = {}
    for target in {**levels, **sides}:
        own_sides = dict.fromkeys(sides.get(target, []))
        side = next(iter(own_sides)) if len(own_sides) == 1 else ""
        named = [f"{level} {side}".strip() for level in dict.fromkeys(levels.get(target, [""]))]
        places[target] = [place for place in named if place]
    return {target: names for target, names in places.items() if names}
