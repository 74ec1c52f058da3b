"""The note with blanks, filled with the normalised values of a reviewed note: elements and states, never its words."""

from __future__ import annotations

import re
from importlib.resources import files
from typing import TYPE_CHECKING

from risk.notes.elements import INVASIVE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from risk.notes.elements import Element
    from risk.notes.review import Asked, NoteReview

_BLANK = re.compile(r"\{(\w+)\|([^}]*)\}")
_DOTTED = re.compile(r"[A-Z]\d[0-9A-Z]\.")
_GIVEN = ("asserted", "done", "done_failed", "done_helped")
#: What came of a treatment, as the note with blanks says it.
_OUTCOMES = {
    "done": "result not stated",
    "done_failed": "without lasting benefit",
    "done_helped": "helped",
}


def filled_template(asked: Asked, reviews: Sequence[NoteReview]) -> str:
    """The note with blanks; with the review of a note, filled as far as that goes.

    What was only copied from an earlier note fills nothing. Where procedures are asked for, what their policies want
    and the note does not show follows as a list.
    """
    elements = [one for review in reviews for one in review.elements if not one.copied]
    text = (files("risk.notes") / "data" / "template.txt").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    page = [_BLANK.sub(lambda blank: _fill(blank[1], blank[2], elements), line) for line in lines]
    return "\n".join([*page, *_wanted(asked, reviews)]) + "\n"


def _fill(slot: str, blank: str, elements: Sequence[Element]) -> str:
    values = ", ".join(dict.fromkeys(_SLOTS[slot](elements)))
    return values or f"[{blank}]"


def _wanted(asked: Asked, reviews: Sequence[NoteReview]) -> list[str]:
    met = {
        (check.scope, check.requirement.name)
        for review in reviews
        for check in review.checks
        if check.status in ("met", "not_applicable")
    }
    lines = []
    for title in dict.fromkeys(title for title, codes, _ in asked.requirements if codes):
        own = [(codes, one) for scope, codes, one in asked.requirements if scope == title]
        still = [f"- {one.asks}: [{one.question}]" for _, one in own if (title, one.name) not in met]
        if still:
            lines += ["", f"FOR {', '.join(own[0][0])}: {title.upper()} ({own[0][1].source})", *still]
    return [*lines, *([""] if asked.remarks else []), *asked.remarks]


def _values(name: str, states: Iterable[str] = _GIVEN) -> Callable[[Sequence[Element]], list[str]]:
    wanted = tuple(states)
    return lambda elements: [one.value for one in elements if one.element == name and one.state in wanted]


def _with_negatives(*names: str) -> Callable[[Sequence[Element]], list[str]]:
    """Values with what was asked for and denied, or tested and negative."""
    return lambda elements: [
        one.value if one.state in _GIVEN else f"no {one.value}"
        for one in elements
        if one.element in names and one.state in (*_GIVEN, "denied")
    ]


def _tests(*names: str) -> Callable[[Sequence[Element]], list[str]]:
    return lambda elements: [
        f"{one.value} {'negative' if one.state == 'denied' else 'positive'}"
        for one in elements
        if one.element in names and one.state in ("asserted", "denied")
    ]


def _neurological(elements: Sequence[Element]) -> list[str]:
    signs = ("straight leg raise", "Spurling")
    own = [one for one in elements if one.element == "neurological"]
    return [
        *_with_negatives("neurological")([one for one in own if one.value not in signs]),
        *_tests("neurological")([one for one in own if one.value in signs]),
    ]


def _treatments(elements: Sequence[Element]) -> list[str]:
    """Conservative treatments given, each with how long and what came of it."""
    lasted: dict[str, str] = {}
    for one in elements:
        if one.element == "treatment_duration" and one.state in _OUTCOMES:
            name, weeks, unit = one.value.rsplit(" ", 2)
            lasted.setdefault(name, f"{weeks} {unit}")
    return [
        " ".join(
            (one.value, *([f"for {lasted[one.value]}"] if one.value in lasted else []), f"({_OUTCOMES[one.state]})")
        )
        for one in elements
        if one.element == "treatment" and one.state in _OUTCOMES and one.value not in INVASIVE
    ]


def _procedures_had(elements: Sequence[Element]) -> list[str]:
    had = [
        f"{one.value} ({_OUTCOMES[one.state]})"
        for one in elements
        if one.element == "treatment" and one.state in _OUTCOMES and one.value in INVASIVE and one.value != "surgery"
    ]
    return [*had, *_values("site", _OUTCOMES)(elements)]


def _declined(elements: Sequence[Element]) -> list[str]:
    return [
        f"{one.value} ({one.state})"
        for one in elements
        if one.element == "treatment" and one.state in ("refused", "contraindicated")
    ]


def _history(elements: Sequence[Element]) -> list[str]:
    operated = [one for one in elements if one.element == "treatment" and one.value == "surgery"]
    return [
        *_with_negatives("history")(elements),
        *("prior surgery" for one in operated if one.state in _GIVEN),
        *("no prior surgery" for one in operated if one.state == "denied"),
    ]


def _evaluations(elements: Sequence[Element]) -> list[str]:
    return [
        f"{one.value} ({'planned' if one.state == 'planned' else 'done'})"
        for one in elements
        if one.element == "evaluation" and one.state in ("planned", *_GIVEN)
    ]


def _diagnoses(elements: Sequence[Element]) -> list[str]:
    return [value for value in _values("diagnosis")(elements) if not _DOTTED.match(value)]


def _codes(elements: Sequence[Element]) -> list[str]:
    return [value for value in _values("diagnosis")(elements) if _DOTTED.match(value)]


def _planned(elements: Sequence[Element]) -> list[str]:
    return [one.value for one in elements if one.element in ("treatment", "imaging") and one.state == "planned"]


_PLACED = ("asserted", "planned", *_GIVEN)
_SLOTS: dict[str, Callable[[Sequence[Element]], list[str]]] = {
    "location": _values("location"),
    "duration": _values("duration"),
    "onset": _values("onset"),
    "character": _values("character"),
    "severity": _values("severity"),
    "scale": _values("scale"),
    "symptoms": _with_negatives("symptom"),
    "activities": _values("activity"),
    "eased": _values("activity", ["eases"]),
    "treatments": _treatments,
    "injections": _procedures_had,
    "relief": _values("relief"),
    "relief_duration": _values("relief_duration"),
    "declined": _declined,
    "response": _values("intractable"),
    "history": _history,
    "examination": _with_negatives("examination"),
    "provocation": _tests("provocation_test"),
    "neurological": _neurological,
    "imaging": _values("imaging"),
    "imaging_findings": _with_negatives("imaging_finding"),
    "diagnosis": _diagnoses,
    "codes": _codes,
    "plan": _planned,
    "procedure": _values("site", ["planned"]),
    "guidance": _values("guidance", _PLACED),
    "purpose": _values("block_purpose", _PLACED),
    "evaluations": _evaluations,
    "education": _values("education"),
    "follow_up": lambda elements: [value for value in _values("follow_up")(elements) if value != "untimed"],
}
