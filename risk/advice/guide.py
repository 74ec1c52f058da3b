"""The guide as data: rules from what a record says to codes, and the questions it asks. See ``data/guide.toml``."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from typing import Any

from risk.errors import ReferenceDataError

_FILES = ("terms.toml", "abbreviations.toml", "stop_words.toml", "guide.toml", "questions.toml", "changes.toml")
_SIDES = ("right", "left", "bilateral", "unknown")


@dataclass(frozen=True)
class GuideRule:
    """One rule; the keys of ``[[rule]]`` in ``guide.toml``, documents spelled out.

    ``codes`` are by side where the codes have one, else under ``""``.
    """

    codes: Mapping[str, tuple[str, ...]]
    why: str
    document: tuple[str, ...]
    source: str
    condition: str = ""
    needs: frozenset[str] = frozenset()
    any_of: frozenset[str] = frozenset()
    without: frozenset[str] = frozenset()
    parts: frozenset[str] = frozenset()
    unknown: str = ""
    when: str = ""
    payers: str = ""

    def holds(self, signs: frozenset[str], part: str | None) -> bool:
        """Whether a record with these signs, about a part of the spine, is what the rule is about.

        Where the part is not told, a rule for certain parts holds only if it has a code for that, or "none" among them.
        """
        if self.parts and (part or "none") not in self.parts and (part is not None or not self.unknown):
            return False
        return self.needs <= signs and not self.without & signs and (not self.any_of or bool(self.any_of & signs))


@dataclass(frozen=True)
class Question:
    """One question; the keys of ``[[question]]`` in ``questions.toml``."""

    id: str
    ask: str
    why: str
    relevant: frozenset[str]
    yes: frozenset[str]
    no: frozenset[str]


@dataclass(frozen=True)
class Change:
    """What people, and older guides, get wrong; the keys of ``[[change]]`` in ``changes.toml``."""

    note: str
    source: str
    any_of: frozenset[str]
    ended: str = ""
    typed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Guide:
    """All of it; build one with :func:`load_guide`."""

    rules: tuple[GuideRule, ...]
    questions: tuple[Question, ...]
    changes: tuple[Change, ...]
    groups: Mapping[str, frozenset[str]]
    regions: Mapping[str, str]
    merges: Mapping[str, Mapping[str, str]] = field(repr=False)
    pairs: Mapping[str, tuple[str, ...]] = field(repr=False)
    version: str = ""


@cache
def load_guide() -> Guide:
    """Load the guide; raises :class:`risk.errors.ReferenceDataError` for a rule without codes, reason or source."""
    folder = files("risk.advice") / "data"
    contents = {name: (folder / name).read_bytes() for name in _FILES}
    digest = hashlib.sha256(b"".join(contents.values())).hexdigest()[:12]
    guide, questions, changes = (tomllib.loads(contents[name].decode()) for name in _FILES[3:])
    return parse_guide(guide, questions, changes, f"guide-{digest}")


def parse_guide(
    guide: Mapping[str, Any], questions: Mapping[str, Any], changes: Mapping[str, Any], version: str
) -> Guide:
    """Build a guide from the parsed files; errors as for :func:`load_guide`."""
    documents = guide["documents"]
    return Guide(
        rules=tuple(
            rule for number, entry in enumerate(guide["rule"], start=1) for rule in _rules(number, entry, documents)
        ),
        questions=tuple(
            Question(one["id"], one["ask"], one["why"], *(frozenset(one[name]) for name in ("relevant", "yes", "no")))
            for one in questions["question"]
        ),
        changes=tuple(
            Change(
                one["note"],
                one["source"],
                frozenset(one.get("any", ())),
                one.get("ended", ""),
                tuple(one.get("typed", ())),
            )
            for one in changes["change"]
        ),
        groups={name: frozenset(members) for name, members in guide["groups"].items()},
        regions=guide["regions"],
        merges=guide["merges"],
        pairs={name: tuple(both) for name, both in guide["pairs"].items()},
        version=version,
    )


def _rules(number: int, entry: Mapping[str, Any], documents: Mapping[str, str]) -> Iterator[GuideRule]:
    """One rule for each condition of an entry."""
    missing = [name for name in ("codes", "why", "document", "source") if not entry.get(name)]
    if missing:
        raise ReferenceDataError(f"guide.toml, rule {number}", f"expected {', '.join(missing)}")
    codes = entry["codes"]
    if isinstance(codes, Mapping) and set(codes) != set(_SIDES):
        raise ReferenceDataError(f"guide.toml, rule {number}", f"expected codes for {', '.join(_SIDES)}")
    by_side = codes if isinstance(codes, Mapping) else {"": codes}
    rule = GuideRule(
        codes={side: _several(own) for side, own in by_side.items()},
        why=entry["why"],
        document=tuple(documents.get(name, name) for name in entry["document"]),
        source=entry["source"],
        needs=frozenset(entry.get("with", ())),
        any_of=frozenset(entry.get("any", ())),
        without=frozenset(entry.get("without", ())),
        parts=frozenset(entry.get("parts", ())),
        unknown=entry.get("unknown", ""),
        when=entry.get("when", ""),
        payers=entry.get("payers", ""),
    )
    for condition in _several(entry.get("condition", "")):
        yield replace(rule, condition=condition)


def _several(codes: str | Sequence[str]) -> tuple[str, ...]:
    return (codes,) if isinstance(codes, str) else tuple(codes)
