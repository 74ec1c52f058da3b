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


def state_by_keyword(title: Sequence[str]) -> str | None:
    """State of a heading before text on its line, by a word of it: "Treatments planned: …"; None where it has none."""
    return "planned" if not _PLANNED.isdisjoint(title) and _PAST.isdisjoint(title) else None


def state_over_list(title: Sequence[str], clauses: Sequence[Clause]) -> str | None:
    """State of a heading over a list of lines: "Not doing:", "Next on the list:", "Declined:"; None where it has none.

    ``clauses`` is the title, read; a name of a treatment in it makes it an entry.
    """
    if any(one.detail not in GENERAL for clause in clauses for one in clause.mentions):
        return None
    told = [cue.cue.state for clause in clauses for cue in clause.cues if cue.cue.state in _STATES]
    return next((state for state in told if state != "done"), "done" if told else state_by_keyword(title))
