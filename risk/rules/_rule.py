"""What a rule is: a query for offending rows, with everything about it declared in one place.

A rule lives in ``risk/rules/<category>/<defect>.py`` and nowhere else. The function takes the batch and the reference
data and returns one row per offence: ``claim_key``, ``line_number`` where the offence is on a line, and whatever the
message template names. No row means nothing is wrong. The docstring's first line is the title; the rest says why
payers deny it and the usual cause.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from string import Formatter
from typing import Literal, TypeAlias, get_args

import pandas as pd

from risk.claims.examples import Claim
from risk.claims.tables import PAYER_TYPES, ClaimBatch
from risk.errors import RuleError
from risk.reference.published.imported import Imported

Offenders: TypeAlias = pd.DataFrame
#: Takes the batch and the reference data; with ``history=True`` the past claims as well, a third ClaimBatch.
Query = Callable[..., Offenders]
#: From a batch and the rule's own findings on it to the batch with those places mended, claims in the same order.
Repair = Callable[[ClaimBatch, pd.DataFrame], ClaimBatch]
FixKind = Literal["data", "documentation"]
Status = Literal["preview", "stable", "retired"]
#: When a reject is certain: whatever the claim was read from, or where the claim says what every 837 says.
Certain = Literal["never", "837", "always"]

#: Columns a message may never name: they identify a patient.
IDENTIFYING = frozenset({"member_id", "patient_birth_date", "subscriber_birth_date", "note_text"})


class Severity(StrEnum):
    """How a payer acts on the defect; the order is from worst to mildest."""

    REJECT = "reject"  # the payer's front end returns the claim: it is never adjudicated
    DENY = "deny"  # adjudicated and denied, as a rule
    REVIEW = "review"  # often denied or pended; a person should look


class Reason(StrEnum):
    """Why an initial denial happens; the vocabulary of the output."""

    ELIGIBILITY = "eligibility"
    CLAIM_DATA = "claim_data"
    AUTHORIZATION = "authorization"
    CODING = "coding"
    BUNDLING = "bundling"
    MEDICAL_NECESSITY = "medical_necessity"
    FREQUENCY = "frequency"
    DOCUMENTATION = "documentation"
    TIMELY_FILING = "timely_filing"
    DUPLICATE = "duplicate"
    PROVIDER = "provider"
    COORDINATION_OF_BENEFITS = "coordination_of_benefits"


@dataclass(frozen=True)
class Rule:
    """One rule and every fact about it.

    ``carc`` and ``rarc`` are the codes a payer would answer with (``rarc`` may be empty). ``cite`` is the source as
    built in; ``cite_imported``, where there is one, is what a finding cites instead if the offending row has an
    ``edition``, the imported one that told of it: a template that names ``{edition}``. ``since``/``until`` bound the
    dates of service the rule holds for; ``payer_types`` the payers (empty: all). ``unless`` names rules whose finding
    on the same claim and line makes this one pointless. ``preview`` rules are shown but do not move the risk.
    ``repair`` exists where the fix is mechanical, so that its effect can be scored; what a repair leaves as it is, it
    leaves to a person. ``requires`` belongs to a repair that is right only where something holds that the claim does
    not show: one of the answers to what the fix asks, or a supposition. ``across_claims`` marks rules that
    compare a claim with the others of its batch, ``history`` those that look at the patient's past claims too: their
    query takes a third argument, the claims of the history (an empty batch where there is none). ``imported`` are
    editions of published tables that the examples are judged with, for rules that speak only where such were imported.
    ``certain`` is declared of a reject that the claim itself proves against a published standard which every front end
    applies (guide, code set, check digit), with no payer's discretion and no guess of ours in it: ``always``, or
    ``837`` where the defect may be a gap of the file and only a claim that says what every 837 says proves it.
    """

    id: str
    name: str
    category: str
    severity: Severity
    reason: Reason
    carc: str
    rarc: str
    cite: str
    message: str
    fix: str
    fix_kind: FixKind
    query: Query = field(repr=False)
    title: str
    explanation: str
    good: tuple[Claim, ...] = field(repr=False)
    bad: tuple[Claim, ...] = field(repr=False)
    status: Status = "stable"
    since: date | None = None
    until: date | None = None
    payer_types: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    cite_imported: str = ""
    repair: Repair | None = field(default=None, repr=False)
    requires: str = ""
    across_claims: bool = False
    history: bool = False
    imported: tuple[Imported, ...] = field(default=(), repr=False)
    certain: Certain = "never"

    @property
    def certain_reject(self) -> Certain:
        """When a claim with this defect is never adjudicated, for certain; a preview or a lowered severity: never."""
        return self.certain if self.severity is Severity.REJECT and self.status == "stable" else "never"

    @property
    def message_fields(self) -> list[str]:
        """Columns the message template names."""
        return [name for _, name, _, _ in Formatter().parse(self.message) if name]


def rule(
    rule_id: str,
    *,
    severity: Severity,
    reason: Reason,
    carc: str,
    rarc: str = "",
    cite: str,
    message: str,
    fix: str,
    fix_kind: FixKind,
    good: Sequence[Claim],
    bad: Sequence[Claim],
    status: Status = "stable",
    since: date | None = None,
    until: date | None = None,
    payer_types: Sequence[str] = (),
    unless: Sequence[str] = (),
    cite_imported: str = "",
    repair: Repair | None = None,
    requires: str = "",
    across_claims: bool = False,
    history: bool = False,
    imported: Sequence[Imported] = (),
    certain: Certain = "never",
) -> Callable[[Query], Rule]:
    """Declare the decorated query as a rule; the catalogue finds it by itself.

    A rule with ``history`` compares claims, so it is one of ``across_claims`` too.

    Raises :class:`risk.errors.RuleError` when the declaration is incomplete.
    """

    def declare(query: Query) -> Rule:
        lines = inspect.cleandoc(query.__doc__ or "").splitlines()
        name = query.__name__
        declared = Rule(
            id=rule_id,
            name=name,
            category=query.__module__.split(".")[-2],
            severity=severity,
            reason=reason,
            carc=carc,
            rarc=rarc,
            cite=cite,
            message=message,
            fix=fix,
            fix_kind=fix_kind,
            query=query,
            title=lines[0].rstrip(".") if lines else "",
            explanation="\n".join(lines[1:]).strip(),
            good=tuple(good),
            bad=tuple(bad),
            status=status,
            since=since,
            until=until,
            payer_types=tuple(payer_types),
            unless=tuple(unless),
            cite_imported=cite_imported,
            repair=repair,
            requires=requires,
            across_claims=across_claims or history,
            history=history,
            imported=tuple(imported),
            certain=certain,
        )
        _check(declared)
        return declared

    return declare


def _check(declared: Rule) -> None:
    identifying = IDENTIFYING.intersection(declared.message_fields)
    problems = {
        "an id of two to four capital letters and three digits": not re.fullmatch(r"[A-Z]{2,4}\d{3}", declared.id),
        "a severity and a reason of their lists, a fix_kind and a status of theirs": not (
            isinstance(declared.severity, Severity)
            and isinstance(declared.reason, Reason)
            and declared.fix_kind in get_args(FixKind)
            and declared.status in get_args(Status)
        ),
        "a title and an explanation in the docstring": not (declared.title and declared.explanation),
        "a citation, a message, a fix and a CARC": not all(
            (declared.cite, declared.message, declared.fix, declared.carc)
        ),
        "at least one good and one bad claim": not (
            declared.good and declared.bad and all(isinstance(one, Claim) for one in declared.good + declared.bad)
        ),
        "a cite_imported that names {edition} and nothing else": bool(declared.cite_imported)
        and [name for _, name, _, _ in Formatter().parse(declared.cite_imported) if name is not None] != ["edition"],
        "a certain of its list, never unless the severity is reject": declared.certain not in get_args(Certain)
        or (declared.certain != "never" and declared.severity is not Severity.REJECT),
        "a repair beside requires": bool(declared.requires) and declared.repair is None,
        "known payer types": bool(set(declared.payer_types) - set(PAYER_TYPES)),
        "a message that names nothing identifying": bool(identifying),
    }
    for expected, broken in problems.items():
        if broken:
            raise RuleError(f"rule {declared.id} ({declared.name})", f"expected {expected}")
