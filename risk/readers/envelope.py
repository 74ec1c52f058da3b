"""Counts and control numbers of ISA, GS and ST against IEA, GE and SE."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from risk.readers.elements import at

if TYPE_CHECKING:
    from collections.abc import Iterator

_LONGEST_CONTROL = 9  # characters of ISA13, GS06 and ST02

Disagreement = tuple[str, str]  # element, what was expected there


@dataclass
class Envelope:
    """What is open of one interchange; every ``close_…`` gives the elements that disagree with what was opened.

    Two are equal where the same is open and the same has been counted, a transaction left aside.
    """

    in_interchange: bool = False
    in_group: bool = False
    in_transaction: bool = False
    version: str = ""  # GS08
    _control: str = ""  # ISA13
    _group: str = ""  # GS06
    _set: str = field(default="", compare=False)  # ST02
    _groups: int = 0
    _sets: int = 0
    _first_segment: int = field(default=0, compare=False)

    @property
    def controls(self) -> tuple[str | None, str | None, str | None]:
        """Control numbers of the open interchange, group and transaction; null where one is not a number."""
        return (
            _number(self._control) if self.in_interchange else None,
            _number(self._group) if self.in_group else None,
            _number(self._set) if self.in_transaction else None,
        )

    def open_interchange(self, isa: list[str]) -> None:
        """ISA."""
        self.in_interchange, self._control = True, at(isa, 13)

    def open_group(self, gs: list[str]) -> None:
        """GS."""
        self._groups += 1
        self.in_group, self._group, self.version, self._sets = True, at(gs, 6), at(gs, 8).upper(), 0

    def open_transaction(self, st: list[str], number: int) -> None:
        """ST, segment ``number`` of the file."""
        self._sets += 1
        self.in_transaction, self._set, self._first_segment = True, at(st, 2), number

    def close_transaction(self, se: list[str], number: int) -> Iterator[Disagreement]:
        """SE, segment ``number`` of the file."""
        if self.in_transaction and at(se, 1) != str(number - self._first_segment + 1):
            yield "SE01", "expected the number of segments from ST to SE"
        if self.in_transaction and at(se, 2) != self._set:
            yield "SE02", "expected the control number of ST02"
        if not self.in_transaction:
            yield "", "expected ST before SE"

    def skip_transactions(self, count: int) -> None:
        """Count transactions that were found in order without reading their ST and SE here."""
        self._sets += count

    def skip_groups(self, count: int) -> None:
        """Count groups that were closed before."""
        self._groups += count

    def close_group(self, ge: list[str]) -> Iterator[Disagreement]:
        """GE."""
        if self.in_group and at(ge, 1) != str(self._sets):
            yield "GE01", "expected the number of transactions of the group"
        if self.in_group and at(ge, 2) != self._group:
            yield "GE02", "expected the control number of GS06"
        self.in_group = False

    def close_interchange(self, iea: list[str]) -> Iterator[Disagreement]:
        """IEA."""
        if self.in_interchange and at(iea, 1) != str(self._groups):
            yield "IEA01", "expected the number of groups of the interchange"
        if self.in_interchange and at(iea, 2) != self._control:
            yield "IEA02", "expected the control number of ISA13"
        self.in_interchange = self.in_group = False


def _number(control: str) -> str | None:
    """Control number, unless it is something else: what is torn from another segment may identify a patient."""
    return control if control.isascii() and control.isdecimal() and len(control) <= _LONGEST_CONTROL else None
