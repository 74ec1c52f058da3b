"""What a note is asked to document, by procedure and payer: ``data/documentation.toml``, with its sources."""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

from risk.errors import ReferenceDataError
from risk.reference._shipped import shipped_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_FILE = "documentation.toml"
#: States in which an element is there, unless a requirement says otherwise.
GIVEN = ("asserted", "done", "done_failed", "done_helped")
_GENERAL_SOURCE = "elements of a note on spinal pain, as reviewers ask for them"


@dataclass(frozen=True, slots=True)
class Requirement:
    """One thing to document; the keys of ``documentation.toml`` (its head describes them).

    ``elements`` are pairs of element and value, the value "" where any counts; ``least`` and ``most`` are None where
    there is no figure.
    """

    name: str
    asks: str
    question: str
    elements: tuple[tuple[str, str], ...]
    states: tuple[str, ...]
    excepted: tuple[str, ...]
    least: float | None
    count: int
    most: int | None
    absent: bool
    silence_is_fine: bool
    for_each: str
    agrees_with: str
    codes: bool
    when: tuple[tuple[str, str], ...]
    unless: tuple[tuple[str, str], ...]
    source: str


@dataclass(frozen=True, slots=True)
class Policy:
    """What payers of some types ask for procedures of some families, from a day on."""

    title: str
    families: tuple[str, ...]
    payer_types: tuple[str, ...]
    since: date | None
    not_covered: bool
    source: str
    requirements: tuple[Requirement, ...]


@dataclass(frozen=True, slots=True)
class Documentation:
    """Elements of any note, and the policies, in the order of the file."""

    general: tuple[Requirement, ...]
    policies: tuple[Policy, ...]
    version: str

    def policies_for(self, family: str, payer_type: str) -> list[Policy]:
        """Policies on a family of procedures for a type of payer, whenever they began."""
        return [one for one in self.policies if family in one.families and payer_type in one.payer_types]


@cache
def load_documentation() -> Documentation:
    """Load the shipped requirements; raises :class:`risk.errors.ReferenceDataError` for what is none."""
    return parse_documentation(shipped_bytes(_FILE))


def parse_documentation(content: bytes) -> Documentation:
    """Parse requirements as TOML; errors as for :func:`load_documentation`."""
    try:
        data = tomllib.loads(content.decode("utf-8"))
        general = tuple(_requirement(one, _GENERAL_SOURCE) for one in data["general"])
        policies = tuple(_policy(one) for one in data["policy"])
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError, TypeError) as problem:
        raise ReferenceDataError(_FILE, "expected requirements as its head describes them") from problem
    return Documentation(general, policies, hashlib.sha256(content).hexdigest()[:12])


def _policy(entry: Mapping[str, Any]) -> Policy:
    return Policy(
        title=entry["title"],
        families=tuple(entry["families"]),
        payer_types=tuple(entry["payer_types"]),
        since=entry.get("from"),
        not_covered=entry.get("not_covered", False),
        source=entry["source"],
        requirements=tuple(_requirement(one, entry["source"]) for one in entry.get("requirement", ())),
    )


def _requirement(entry: Mapping[str, Any], source: str) -> Requirement:
    return Requirement(
        name=entry["name"],
        asks=entry["asks"],
        question=entry["question"],
        elements=_named(entry["elements"]),
        states=tuple(entry.get("states", GIVEN)),
        excepted=tuple(entry.get("except", ())),
        least=entry.get("at_least"),
        count=entry.get("count", 1),
        most=entry.get("most"),
        absent=entry.get("absent", False),
        silence_is_fine=entry.get("silence") == "fine",
        for_each=entry.get("for_each", ""),
        agrees_with=entry.get("agrees_with", ""),
        codes=entry.get("codes", False),
        when=_named(entry.get("when", ())),
        unless=_named(entry.get("unless", ())),
        source=entry.get("source", source),
    )


def _named(texts: Iterable[str]) -> tuple[tuple[str, str], ...]:
    pairs = (text.partition(":") for text in texts)
    return tuple((element, value) for element, _, value in pairs)
