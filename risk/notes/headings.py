"""Headings that are not listed: what their own words say of what stands below them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from risk.notes.sides import GENERAL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from risk.notes.mentions import Clause

#: States that a heading can give to the list below it.
_STATES = frozenset(
    {"planned", "offered", "refused", "denied", "omitted", "contraindicated", "failed", "stopped", "helped", "done"}
)
#: Words of headings over what is planned, and of those over what was.
_PLANNED = frozenset(
    {
        *("plan", "plans", "planned", "proposed", "anticipated", "orders", "ordered", "referrals", "recs"),
        *("recommended", "recommendation", "recommendations", "suggested", "advised", "consideration", "considered"),
    }
)
_PAST = frozenset(
    {"previous", "prior", "last", "past", "response", "history", "completed", "failed", "tried", "insurance", "health"}
)


def names_plan(title: Sequence[str]) -> bool:
    """Whether the words of a heading call what stands below it planned: "Treatments planned", "Plan of care today"."""
    return not _PLANNED.isdisjoint(title) and _PAST.isdisjoint(title)


def heading_state(title: Sequence[str], clauses: Sequence[Clause], *, over_list: bool) -> str | None:
    """State of a heading: over a list by what it says ("Not doing:", "Declined:"), before text by a word; None if none.

    ``clauses`` is the title, read; a name of a treatment in it makes it an entry.
    """
    if any(one.detail not in GENERAL for clause in clauses for one in clause.mentions):
        return None
    if not over_list:
        return "planned" if names_plan(title) else None
    told = [cue.cue.state for clause in clauses for cue in clause.cues if cue.cue.state in _STATES]
    return next(
        (state for state in told if state != "done"), "done" if told else "planned" if names_plan(title) else None
    )
