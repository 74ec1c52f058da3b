"""What a note documents of what is asked for, what it lacks, and what to ask the clinician."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from risk.notes.criteria import Judged, judge
from risk.notes.elements import Element, note_elements
from risk.notes.legibility import Legibility, legibility
from risk.reference.documentation import Requirement, load_documentation
from risk.reference.procedures import load_procedures

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

#: Whose policies are shown where no payer is named; no other payer's are held.
DEFAULT_PAYER_TYPE = "medicare"


@dataclass(frozen=True, slots=True)
class Check:
    """One requirement held against a note; ``scope`` is "any note" or the policy's title, ``procedures`` its codes.

    ``status``: met; missing; below or above the figure; not_met (found only in a state that does not count: planned,
    refused, someone else's …); copied (only in copied text); contradicted; not_applicable. ``found`` are places in the
    list of elements.
    """

    scope: str
    procedures: tuple[str, ...]
    requirement: Requirement
    status: str
    found: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class NoteReview:
    """A note as reviewed: its elements, the checks on them, remarks on procedures, and how legible it is. No text."""

    elements: tuple[Element, ...]
    checks: tuple[Check, ...]
    remarks: tuple[str, ...]
    legibility: Legibility


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of a note: requirements by scope and procedures, and remarks where nothing can be asked."""

    requirements: tuple[tuple[str, tuple[str, ...], Requirement], ...]
    remarks: tuple[str, ...]


def asked_for(procedures: Sequence[str], payer_type: str | None, on: date | None) -> Asked:
    """Requirements of any note, then those of the policies on the given procedures, each policy once."""
    documentation = load_documentation()
    facts = load_procedures().facts
    remarks: list[str] = []
    by_title: dict[str, list[str]] = {}
    policies = {}
    for code in dict.fromkeys(procedures):
        family = facts["family"].get(code)
        known = documentation.policies_for(str(family), payer_type or DEFAULT_PAYER_TYPE)
        if not known:
            of_payer = f" of a {payer_type} payer" if payer_type not in (None, DEFAULT_PAYER_TYPE) else ""
            remarks.append(
                f"{code}: no documentation policy{of_payer} with a source is held; any note's elements apply"
            )
        for one in known:
            if on is not None and one.since is not None and on < one.since:
                remarks.append(f"{code}: the policy on {one.title} is in force since {one.since}, after {on}")
            elif one.not_covered:
                remarks.append(f"{code}: not covered, whatever the note says ({one.source})")
            else:
                policies[one.title] = one
                by_title.setdefault(one.title, []).append(code)
    required: list[tuple[str, tuple[str, ...], Requirement]] = [("any note", (), one) for one in documentation.general]
    for title, codes in by_title.items():
        required += [(title, tuple(codes), one) for one in policies[title].requirements]
    return Asked(tuple(required), tuple(remarks))


def review_note(text: str, asked: Asked, on: date | None) -> NoteReview:
    """Review one note; the text is not kept. ``on`` is the date of service, by which diagnosis codes are judged."""
    elements = tuple(note_elements(text))
    checks = []
    for scope, procedures, requirement in asked.requirements:
        judged: Judged = judge(requirement, elements, on)
        checks.append(Check(scope, procedures, requirement, judged.status, judged.found))
    return NoteReview(elements, tuple(checks), asked.remarks, legibility(text))
