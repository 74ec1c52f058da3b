"""What a chain of verbs says of its treatment: the state by each sort of head, and what an outer head makes of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from risk.notes.verb_chain import Link

#: Moods in which what is said is still to come.
_TO_COME = frozenset({"future", "wish", "should", "can", "to", "gerund"})
#: Sorts of heads that say that something was done.
_DONE = frozenset({"deed", "begin", "finish"})
#: Sorts whose meaning a doubt does not change.
_CERTAIN = frozenset({"refuse", "cancel", "avoid"})
#: States of a patient's treatment that can be told of a clinician's as well: he will not have it, we will not order it.
_PATIENT, _CLINICIAN = "patient", "clinician"


def chain_state(links: Sequence[Link], subject: str) -> str:
    """State that a chain gives, from the innermost head outwards; "" if none. ``subject``: patient, clinician or ""."""
    state = _state(links[-1], subject)
    for outer, inner in zip(links[-2::-1], links[:0:-1], strict=True):
        state = _under(outer, inner, state, subject)
    return state


def _state(link: Link, subject: str) -> str:
    """State by one head alone."""
    if link.negated and (link.mood == "could" or (link.mood == "can" and link.sort in ("finish", "afford"))):
        return _not_able(link.sort)
    if link.mood in ("perhaps", "could") and link.sort not in _CERTAIN:
        return "hypothetical"
    tell = _BY_SORT.get(link.sort)
    return tell(link, subject) if tell else _UNLESS_NEGATED.get(link.sort, ("", ""))[link.negated]


def _not_able(sort: str) -> str:
    """What could not be carried through had been begun; what could not be begun or paid for was not."""
    if sort == "finish":
        return "failed"
    return "omitted" if sort in _DONE or sort == "afford" else ""


def _declined(subject: str) -> str:
    return "denied" if subject == _CLINICIAN else "refused"


def _deed(link: Link, subject: str) -> str:
    if link.negated:
        if link.mood in ("future", "wish"):
            return _declined(subject)
        if link.mood in ("should", "can"):
            return "contraindicated"
        return "failed" if link.sort == "finish" and link.form != "participle" else "denied"
    to_come = link.mood in _TO_COME or (link.form == "base" and not link.mood)
    begins = link.sort == "begin" and link.form in ("ing", "third")  # "is starting PT", "PT starts Monday"
    return "planned" if to_come or begins else "done"


def _plan(link: Link, _: str) -> str:
    if link.mood == "wish" and link.been:
        return "conditional"  # "would be recommended"
    return "denied" if link.negated else "planned"


def _put_off(link: Link, subject: str) -> str:
    """By the patient a refusal for now; by the clinician, in the passive or in a telegram a plan for later."""
    if link.negated:
        return ""
    telegraphic = link.form in ("base", "past|participle") and not link.mood and subject != _PATIENT
    return "planned" if link.passive or telegraphic or subject == _CLINICIAN else "refused"


def _avoid(link: Link, _: str) -> str:
    if link.negated:
        return ""
    return "contraindicated" if link.mood in ("should", "") and link.form == "base" else "refused"


def _consider(link: Link, subject: str) -> str:
    if link.negated:
        return _declined(subject)
    if link.mood == "wish" and link.been:
        return "conditional"
    return "offered" if subject == _PATIENT or link.kind == "quality" else "planned"


def _stop(link: Link, _: str) -> str:
    if link.negated:
        return ""
    return "done" if link.mood in _TO_COME or link.form == "base" else "stopped"


def _gain(link: Link, _: str) -> str:
    if link.mood in _TO_COME:
        return "denied" if link.negated else "planned"  # "would not benefit from"
    return "failed" if link.negated else "helped"


def _help(link: Link, _: str) -> str:
    if link.mood in _TO_COME or link.form == "ing":
        return ""
    return "failed" if link.negated else "helped"


def _worsen(link: Link, _: str) -> str:
    return "" if link.negated or link.mood in _TO_COME or link.form in ("base", "ing") else "failed"


_BY_SORT: dict[str, Callable[[Link, str], str]] = {
    **dict.fromkeys(_DONE, _deed),
    "plan": _plan,
    "put_off": _put_off,
    "avoid": _avoid,
    "consider": _consider,
    "stop": _stop,
    "gain": _gain,
    "help": _help,
    "worsen": _worsen,
}
#: States of the other sorts, said and negated.
_UNLESS_NEGATED = {
    "go_on": ("done", "stopped"),
    "none": ("", "denied"),
    "offer": ("offered", "denied"),
    "want": ("planned", "refused"),
    "refuse": ("refused", ""),
    "cancel": ("denied", ""),
    "afford": ("", "omitted"),
    "judge": ("", "doubted"),
}


def _under(outer: Link, inner: Link, state: str, subject: str) -> str:
    """State of an inner head under the head it depends on: "declined to have", "has yet to start", "began taking"."""
    if outer.sort == "yet":
        return "omitted"
    if outer.sort == "unable" or (outer.sort == "able" and outer.negated):
        return "failed" if inner.sort == "finish" else "omitted"
    if outer.sort == "able":
        return "planned" if outer.mood in _TO_COME else "done"
    if outer.sort == "want":
        if outer.negated or inner.negated or inner.sort in ("put_off", "avoid"):
            return "refused"
        return "offered" if inner.sort == "consider" else state
    if outer.sort == "plan":
        if outer.negated:
            return "denied"
        return "contraindicated" if inner.negated or inner.sort == "avoid" else state
    if outer.sort == "go_on" and inner.sort not in _DONE:
        return state  # "continues to refuse"
    if outer.sort in _DONE:
        return _state(replace(outer, sort=inner.sort), subject) if inner.sort in _DONE else state
    return _state(outer, subject)
