"""The payer-terms file: TOML to entries, every fault told with the file and the entry it is in."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from risk.claims.tables import PAYER_TYPES
from risk.errors import ReferenceDataError

if TYPE_CHECKING:
    from collections.abc import Callable

Anchor = Literal["service", "first", "last"]
Requirement = Literal["required", "likely", "not_required"]
NumberOn = Literal["claim", "facility_claim"]

HINT = "see docs/payer_terms.md"
CODE = r"[A-Z0-9]{5}"
CODE_RANGE = r"(\d{5})-(\d{5})"
ANY_TEXT = r".*\S.*"


class Payer(NamedTuple):
    """Whom a claim goes to, as it says; what it does not say is empty."""

    payer_id: str
    payer_name: str
    payer_type: str


@dataclass(frozen=True)
class PayerScope:
    """Payers an entry holds for. Empty conditions hold for all; names and ids are alternatives."""

    payer_types: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    payer_ids: tuple[str, ...] = ()

    def holds(self, payer: Payer) -> bool:
        """Whether the entry is of a payer: of one of its types, and of one of its names or ids where it has any."""
        if self.payer_types and payer.payer_type not in self.payer_types:
            return False
        named = self.names_payer(payer.payer_id) or self.names_payer(payer.payer_name)
        return named or payer.payer_id in self.payer_ids or not (self.names or self.payer_ids)

    def names_payer(self, text: str) -> bool:
        """Whether one of the names occurs in the text as whole words, letter case and punctuation aside."""
        words = f" {_plain(text)} "
        return any(f" {_plain(name)} " in words for name in self.names)


@dataclass(frozen=True)
class FilingTerm:
    """How long a claim may take to arrive: ``days`` or calendar ``years`` (the other is 0) from its anchor date."""

    scope: PayerScope
    days: int
    years: int
    anchor: Anchor
    source: str


@dataclass(frozen=True)
class AuthorizationTerm:
    """Procedures that want an authorisation, where, and for which dates of service (null: unbounded).

    ``number_on`` is the claim that has to carry the number: the one at hand, or the facility's of the same service.
    ``without`` says what the payer does if it is absent; empty where it simply denies.
    """

    scope: PayerScope
    program: str
    procedures: frozenset[str]
    places: tuple[str, ...]
    bill_types: tuple[str, ...]
    states: tuple[str, ...]
    since: date | None
    until: date | None
    requirement: Requirement
    number_on: NumberOn
    without: str
    source: str


def parse_payer_terms(content: bytes, name: str) -> tuple[list[FilingTerm], list[AuthorizationTerm]]:
    """Entries of a payer-terms file, in order.

    Raises :class:`risk.errors.ReferenceDataError`, located, for anything that is not as docs/payer_terms.md says.
    """
    try:
        document = tomllib.loads(content.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise ReferenceDataError(name, "expected UTF-8 text", HINT) from error
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"line \d+, column \d+", str(error))
        where = f"{name}, {at[0]}" if at else name
        raise ReferenceDataError(where, "expected valid TOML", HINT) from error
    if set(document) - {"timely_filing", "authorization"}:
        raise ReferenceDataError(name, "expected only [[timely_filing]] and [[authorization]] entries", HINT)
    return (
        [_filing(entry) for entry in _entries(document, "timely_filing", name)],
        [_authorization(entry) for entry in _entries(document, "authorization", name)],
    )


class _Entry:
    """One table of the file, read key by key; what is left over at the end is a misspelt key."""

    def __init__(self, values: dict[str, Any], where: str) -> None:
        self.values, self.where = dict(values), where

    def fail(self, key: str, expected: str) -> ReferenceDataError:
        return ReferenceDataError(f"{self.where}, {key}", f"expected {expected}", HINT)

    def take(self, key: str, expected: str, holds: Callable[[Any], bool], default: Any = None) -> Any:
        value = self.values.pop(key, None)
        if value is None:
            if default is None:
                raise self.fail(key, expected)
            return default
        if not holds(value):
            raise self.fail(key, expected)
        return value

    def text(self, key: str, default: str | None = None) -> str:
        return str(self.take(key, "a text", lambda value: isinstance(value, str) and value.strip() != "", default))

    def texts(self, key: str, pattern: str = ANY_TEXT, expected: str = "texts") -> tuple[str, ...]:
        def holds(value: Any) -> bool:
            return isinstance(value, list) and all(isinstance(one, str) and re.fullmatch(pattern, one) for one in value)

        return tuple(self.take(key, f"a list of {expected}", holds, default=[]))

    def count(self, key: str) -> int:
        def holds(value: Any) -> bool:
            return isinstance(value, int) and not isinstance(value, bool) and value > 0

        return int(self.take(key, "a whole number above 0", holds, default=0))

    def choice(self, key: str, choices: tuple[str, ...], default: str) -> Any:
        return self.take(key, f"one of {', '.join(choices)}", lambda value: value in choices, default)

    def day(self, key: str) -> date | None:
        def holds(value: Any) -> bool:
            return isinstance(value, date) and not isinstance(value, datetime)

        value = self.take(key, "a date such as 2026-01-15, without quotes", holds, default=False)
        return value or None

    def scope(self) -> PayerScope:
        types = ", ".join(PAYER_TYPES)
        scope = PayerScope(
            payer_types=self.texts("payer_types", "|".join(PAYER_TYPES), f"payer types ({types})"),
            names=self.texts("names", r".*[A-Za-z0-9].*", "payer names"),
            payer_ids=self.texts("payer_ids", expected="payer ids"),
        )
        if scope == PayerScope():
            raise self.fail("payer_types", "at least one of payer_types, names and payer_ids")
        return scope

    def finish(self) -> None:
        if self.values:
            raise ReferenceDataError(self.where, f"expected no other keys, found {len(self.values)} unknown", HINT)


def _entries(document: dict[str, Any], table: str, name: str) -> list[_Entry]:
    entries = document.get(table, [])
    if not isinstance(entries, list) or not all(isinstance(one, dict) for one in entries):
        raise ReferenceDataError(f"{name}, {table}", f"expected [[{table}]] in double brackets", HINT)
    return [_Entry(one, f"{name}, [[{table}]] number {number}") for number, one in enumerate(entries, start=1)]


def _filing(entry: _Entry) -> FilingTerm:
    entry.text("payer", default="payer")
    term = FilingTerm(
        scope=entry.scope(),
        days=entry.count("days"),
        years=entry.count("years"),
        anchor=entry.choice("anchor", ("service", "first", "last"), "service"),
        source=entry.text("source", default="payer terms file"),
    )
    if bool(term.days) == bool(term.years):
        raise entry.fail("days", "either days or years")
    entry.finish()
    return term


def _authorization(entry: _Entry) -> AuthorizationTerm:
    term = AuthorizationTerm(
        scope=entry.scope(),
        program=entry.text("program"),
        procedures=_codes(entry),
        places=entry.texts("places", r"\d{2}", "two-digit places of service"),
        bill_types=entry.texts("bill_types", r"\d{2,3}", "bill types such as 13 or 131"),
        states=entry.texts("states", r"[A-Z]{2}", "two-letter states"),
        since=entry.day("from"),
        until=entry.day("until"),
        requirement=entry.choice("requirement", ("required", "likely", "not_required"), "required"),
        number_on=entry.choice("number_on", ("claim", "facility_claim"), "claim"),
        without=entry.text("without", default=""),
        source=entry.text("source", default="payer terms file"),
    )
    entry.finish()
    return term


def _codes(entry: _Entry) -> frozenset[str]:
    """Procedure codes of an entry, ranges such as 64490-64495 written out."""
    expected = "procedure codes or ranges such as 64490-64495"
    codes: set[str] = set()
    for text in entry.texts("procedures", f"{CODE}|{CODE_RANGE}", expected):
        if (ends := re.fullmatch(CODE_RANGE, text)) is None:
            codes.add(text)
        else:
            codes.update(f"{code:05d}" for code in range(int(ends[1]), int(ends[2]) + 1))
    if not codes:
        raise entry.fail("procedures", f"at least one of {expected}")
    return frozenset(codes)


@lru_cache(maxsize=4096)
def _plain(text: str) -> str:
    return " ".join(re.findall(r"[a-z0-9]+", text.lower()))
