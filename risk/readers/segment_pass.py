"""One pass over the segments of X12 interchanges: positions, envelopes, cut ends; knows nothing of what they carry.

A reader of one kind of transaction subclasses :class:`SegmentPass` and says what begins, fills and ends its
transactions.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, NamedTuple, Protocol

from risk.readers.elements import BLANKS
from risk.readers.envelope import Envelope
from risk.readers.rejects import Reject

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from risk.readers.x12 import Delimiters, Interchange

    Handlers = Mapping[str, Callable[[list[str]], None]]

NO_HANDLERS: Handlers = {}


class Places(Protocol):
    """Knows where the segments stand that are being read."""

    def offset(self, piece: int) -> int:
        """Byte offset in the file of a segment."""


class Place(NamedTuple):
    """Where a segment stands: byte offset and number in the file, its id and its loop."""

    offset: int
    number: int
    segment: str
    loop: str | None


class SegmentPass(ABC):
    """Where the pass stands, and what it noted on the way.

    Parameters
    ----------
    file
        Name of the file as the user gave it.
    segment_ids
        Every segment id of the guide; only these are named in rejects and notes, as any other may be torn from a name.
    outside
        Handlers of segments that stand in no transaction, or in one that is not read.
    """

    places: Places
    separator: str
    component: str

    def __init__(self, file: str, segment_ids: frozenset[str], outside: Handlers = NO_HANDLERS) -> None:
        self.file, self.segment_ids, self.outside = file, segment_ids, outside
        self.notes: list[Reject] = []
        self.tag, self.piece, self.number = "", 0, 0  # the current segment: id, piece of its interchange, in the file
        self.loop: str | None = None
        self.handlers = outside  # of the transaction that is open
        self.envelope = Envelope()
        self._on_envelope: Handlers = {
            "ISA": self._open_interchange,
            "GS": self._open_group,
            "ST": self._open_transaction,
            "SE": self._close_transaction,
            "GE": self._close_group,
            "IEA": self._close_interchange,
        }

    # ── what a reader says ────────────────────────────────────────────────────────────────────────────────────────

    @abstractmethod
    def begin_transaction(self, st: list[str]) -> None:
        """ST: set ``handlers`` to those of the transaction."""

    @abstractmethod
    def end_transaction(self, lost: str | None) -> None:
        """SE; or where it is missing, ``lost`` being why what is still open may not be whole."""

    @abstractmethod
    def read_segment(self, parts: list[str]) -> None:
        """Read any other segment."""

    @abstractmethod
    def read_cut_segment(self, parts: list[str]) -> None:
        """Take from a last segment that nothing terminates what is certain: that it began."""

    # ── the pass ──────────────────────────────────────────────────────────────────────────────────────────────────

    def read(self, interchange: Interchange) -> None:
        """Read one interchange that is cut into its pieces."""
        self.begin(interchange.delimiters, interchange, has_header=interchange.has_header)
        last = len(interchange.pieces) - 1
        for piece, raw in enumerate(interchange.pieces):
            if raw.strip(BLANKS):
                self.read_piece(raw, piece, cut=piece == last)
        self.end_interchange()

    def begin(self, delimiters: Delimiters, places: Places, *, has_header: bool) -> None:
        """Begin an interchange."""
        self.places, self.separator, self.component = places, delimiters.element, delimiters.component
        self.envelope = Envelope()
        self.tag, self.piece = "", 0
        if not has_header:
            self.note("expected ISA before GS or ST: read with the separators * : ~")

    def read_piece(self, raw: str, piece: int, *, cut: bool = False) -> None:
        """Read one segment, not blank; ``cut`` where nothing terminates it."""
        segment = raw.strip(BLANKS)
        if "\n" in segment or "\r" in segment:  # wrapped lines: a line end is no character of X12
            segment = segment.replace("\r", "").replace("\n", "")
        parts = segment.split(self.separator)
        self.piece = piece
        self.number += 1
        self.tag = tag = parts[0].upper()
        if cut and tag not in ("SE", "GE", "IEA"):
            self.read_cut_segment(parts)
            return
        (self._on_envelope.get(tag) or self.read_segment)(parts)

    def stand_at(self, segment: str, piece: int) -> None:
        """Stand at a segment that was read otherwise."""
        self.tag, self.piece = segment.split(self.separator, 1)[0].strip(BLANKS).upper(), piece

    def end_interchange(self) -> None:
        """Settle what is still open where the bytes of an interchange end."""
        if self.envelope.in_transaction:
            lost = "the file ends inside this claim: expected its other segments and SE"
            self._end_transaction(lost, [("", "the file ends inside this transaction: expected SE")])
        elif self.envelope.in_group or self.envelope.in_interchange:
            self.note("the file ends inside this interchange: expected GE and IEA")

    def place(self) -> Place:
        """Where the current segment stands."""
        return Place(self.places.offset(self.piece), self.number, self.tag, self.loop)

    def here(self, reason: str, element: str | None = None, place: Place | None = None) -> Reject:
        """Build a reject or note at the current segment, or at another place of this transaction."""
        place = place or self.place()
        interchange, group, transaction = self.envelope.controls
        return Reject(
            self.file,
            reason,
            self.open_claim_id(),
            byte_offset=place.offset,
            segment_number=place.number,
            segment=place.segment if place.segment in self.segment_ids else None,
            element=element,
            loop=None if place.loop == "header" else place.loop,
            interchange_control=interchange,
            group_control=group,
            transaction_control=transaction,
        )

    def open_claim_id(self) -> str | None:
        """Claim id of the claim that is open, if any."""
        return None

    def note(self, reason: str, element: str | None = None, place: Place | None = None) -> None:
        """Note that a segment is not as expected; once where two columns come from one element."""
        note = self.here(reason, element, place)
        if not self.notes or self.notes[-1] != note:
            self.notes.append(note)

    # ── the envelope ──────────────────────────────────────────────────────────────────────────────────────────────

    def _open_interchange(self, parts: list[str]) -> None:
        self.envelope.open_interchange(parts)

    def _open_group(self, parts: list[str]) -> None:
        self._abandon_transaction()
        self.envelope.open_group(parts)

    def _open_transaction(self, parts: list[str]) -> None:
        self._abandon_transaction()
        self.envelope.open_transaction(parts, self.number)
        self.begin_transaction(parts)

    def _close_transaction(self, parts: list[str]) -> None:
        was_open = self.envelope.in_transaction
        disagreements = list(self.envelope.close_transaction(parts, self.number))
        if was_open:
            self._end_transaction(None, disagreements)
        else:
            for element, expected in disagreements:
                self.note(expected, element or None)

    def _close_group(self, parts: list[str]) -> None:
        self._finish_transaction()
        for element, expected in self.envelope.close_group(parts):
            self.note(expected, element)

    def _close_interchange(self, parts: list[str]) -> None:
        self._finish_transaction()
        for element, expected in self.envelope.close_interchange(parts):
            self.note(expected, element)

    def _abandon_transaction(self) -> None:
        """Leave a transaction without SE inside which another begins: its last claim may not be whole."""
        if self.envelope.in_transaction:
            lost = "the transaction ends inside this claim: expected its other segments and SE"
            self._end_transaction(lost, [("", "expected SE before it")])

    def _finish_transaction(self) -> None:
        """Leave a transaction without SE whose group or interchange is closed: its claims are whole."""
        if self.envelope.in_transaction:
            self._end_transaction(None, [("", "expected SE before it")])

    def _end_transaction(self, lost: str | None, disagreements: list[tuple[str, str]]) -> None:
        self.end_transaction(lost)
        self.loop = None
        for element, expected in disagreements:
            self.note(expected, element or None)
        self.envelope.in_transaction = False
        self.handlers = self.outside
