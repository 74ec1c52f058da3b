"""A clause of a note as it is read: what is mentioned, and the cues around it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from risk.notes.lexicon import Cue

#: Facts that measure others: no cue speaks of them alone.
MEASURES = frozenset(
    {"duration", "relief_percent", "interval", "severity", "scale", "level", "side", "exam_subject", "exam_quality"}
)
#: Detail of a treatment that is named by "the first one", "the last one".
NAMED_BEFORE = "named before"
#: Details of mentions that count only where the note gives what they need.
NEEDS_SUBJECT, NEEDS_TREATMENT = "needs subject", "needs treatment"


@dataclass(slots=True)
class Mention:
    """One mention of a fact; ``at``/``until`` are token places, ``segment`` counts commas and brackets before it."""

    fact: str
    detail: str
    at: int
    until: int
    segment: int
    cue: Cue | None = None
    agent: bool = False  # who speaks, not what is done: "the surgeon recommended a fusion"
    label: bool = False  # the name of an entry: "Injection: will decide after PT"
    listed: bool = False  # alone between commas: an item of a list, which shares its "no"


@dataclass(slots=True)
class CueAt:
    """A cue in its place; ``side`` is resolved to before or after, ``limit`` the token up to which it holds."""

    cue: Cue
    at: int
    until: int
    segment: int
    side: str
    limit: int | None = None
    refers_back: bool = False  # a pronoun stands for what was named before


@dataclass(slots=True)
class Clause:
    """A stretch of a note in which a cue can govern a mention; ``section`` is the state its heading sets."""

    section: str
    at: int = 0
    until: int = 0
    to_come: bool = False  # what is named here comes after something that is itself to come
    mentions: list[Mention] = field(default_factory=list)
    cues: list[CueAt] = field(default_factory=list)
    alternatives: list[int] = field(default_factory=list)  # places of "or" and "nor"
    entry: bool = False  # it begins with a label of its own, which names no treatment: "Therapy: …"
    fragment: bool = False  # treatments and nothing else: it goes on with what was said before
