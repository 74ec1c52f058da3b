"""837 claims segment by segment: the plain reading of the guides, of which the columns are the fast form.

One pass over the segments keeps the loops that are open: billing provider (2000A), subscriber (2000B), patient
(2000C), claim (2300), line (2400). :mod:`risk.readers.claims_837_fields` says which element of which loop fills which
column; this module opens and closes the loops and decides what a claim cannot be without:

    no CLM01, CLM02 or line charge, or one that cannot be read     the claim is a reject
    no service line; an LX without one; SV1 and SV2 in one claim   the claim is a reject
    the file, or its transaction, ends inside the claim            the claim is a reject
    a date, quantity, pointer, diagnosis or sex that is not one    null, and a note
    an envelope whose counts or control numbers disagree           a note

Where the guides leave room: a rendering provider that is not stated stays null, although an 837P then means the billing
provider; the attending provider of an 837I is its rendering provider when there is no 2310D; a line of an 837I without
date takes the statement's; the patient of 2000C replaces the subscriber's demographics entirely; the first of repeated
segments counts; a level hangs from the one it names among the latest :data:`risk.readers.recent_loops.MOST`, or else
from the open one.

Every reject and note is worded here, whichever way a claim is read.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from risk.readers.claim_columns import ClaimColumns
from risk.readers.claims_837_fields import INNER, SEGMENT_IDS, Field, SegmentFields, entities_of, fields_of
from risk.readers.composites_835 import read_adjustments
from risk.readers.composites_837 import (
    Problem,
    attachment,
    component_separator,
    drg_code,
    facility_and_frequency,
    read_claim_codes,
    read_dental_service,
    read_diagnoses,
    read_institutional_service,
    read_professional_service,
    read_total,
    related_cause,
)
from risk.readers.elements import BLANKS, Unreadable, at
from risk.readers.open_claim import OpenClaim, Row
from risk.readers.recent_loops import RecentLoops
from risk.readers.segment_pass import Place, SegmentPass
from risk.readers.transactions import EXPECTED, claim_kind_of, transaction_name

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from risk.readers.rejects import Reject
    from risk.readers.segment_pass import Handlers, Places
    from risk.readers.x12 import Delimiters

    Entities = Mapping[str, SegmentFields]
    ReadService = Callable[[Row, list[str], str], list[Problem]]

_FIELDS = {loop: fields_of(loop) for loop in (*INNER, "2430")}
_ENTITIES = {family: entities_of(family) for family in INNER.values()}
_DRUG_FIELDS = fields_of("2410")
_NO_FIELDS: SegmentFields = {}
_NO_ENTITIES: Entities = {}


class Nowhere:
    """Places of segments whose notes nobody reads."""

    def offset(self, piece: int) -> int:  # noqa: ARG002 - as Places has it
        """Give back the beginning."""
        return 0


class ClaimLoop(SegmentPass):
    """Loops open at the current segment, and what has been read so far.

    Parameters
    ----------
    file
        Name of the file as the user gave it; stands in ``source_file``, rejects and notes.
    """

    declared_kind: str | None
    refusal: Reject | None
    patient: Row | None
    claim: OpenClaim | None

    def __init__(self, file: str) -> None:
        super().__init__(file, SEGMENT_IDS, outside={"CLM": self.refuse_claim})
        self.tables = ClaimColumns()
        self.rejects: list[Reject] = []
        self.claims_read = 0
        self.claim_transactions = 0
        self.refused: list[str] = []
        self.nested = False  # whether every level is known to hang from the one that is open
        self.on_claims: Handlers = {
            "HL": self.open_level,
            "NM1": self.open_entity,
            "CLM": self.open_claim,
            "SBR": self.open_subscriber_or_other_payer,
            "LX": self.open_line,
            "LIN": self.open_drug,
            "SVD": self.open_adjudication,
            "HI": self.read_diagnoses,
            "NTE": self.read_note,
            "PWK": self.read_attachment,
            "CAS": self.read_prior_adjustments,
            "SV1": partial(self.read_service, "professional", read_professional_service),
            "SV2": partial(self.read_service, "institutional", read_institutional_service),
            "SV3": partial(self.read_service, "dental", read_dental_service),
        }
        self.forget_loops()

    # ── segments ──────────────────────────────────────────────────────────────────────────────────────────────────

    def begin(self, delimiters: Delimiters, places: Places, *, has_header: bool) -> None:
        """Begin an interchange."""
        self.forget_loops()
        super().begin(delimiters, places, has_header=has_header)

    def read_segment(self, parts: list[str]) -> None:
        """Open what the segment opens, then take its fields."""
        handle = self.handlers.get(self.tag)
        if handle is not None:
            handle(parts)
        elif self.reads_claims and self.tag not in SEGMENT_IDS:
            self.note("expected the id of a segment of the 837 guides")
        fields = self.fields.get(self.tag)
        if fields is not None:
            self.read_fields(fields, parts)

    def read_fields(self, fields: tuple[Field, ...], parts: list[str]) -> None:
        """Read what the open loop takes from this segment; the first of repeated segments counts."""
        row, count = self.row, len(parts)
        for _, _, element, column, read, where, without in fields:
            if element >= count or column in row:
                continue
            text = parts[element].strip(BLANKS)
            if not text or (where and at(parts, where[0]) not in where[1]) or (without and at(parts, without)):
                continue
            try:
                row[column] = read(text)
            except Unreadable as expected:
                row[column] = None
                self.note(str(expected), f"{self.tag}{element:02d}")

    def read_cut_segment(self, _: list[str]) -> None:
        """Read what is certain of a last segment that nothing terminates: that it began."""
        if self.tag == "CLM":
            self.close_claim()
            self.enter(None, {})
            self.claims_read += 1
            self.rejects.append(self.here("the file ends inside this segment: expected a whole claim"))
        elif self.tag == "HL":
            self.close_claim()
            self.enter(None, {})

    # ── where things stand ────────────────────────────────────────────────────────────────────────────────────────

    def open_claim_id(self) -> str | None:
        """CLM01 of the open claim."""
        return self.claim.claim_id if self.claim else None

    def at_claim(self, claim: OpenClaim, reason: str) -> Reject:
        """Build a reject or note at the CLM of a claim."""
        return self.here(reason, place=Place(self.places.offset(claim.piece), claim.number, "CLM", "2300"))

    def fail(self, claim: OpenClaim, reason: str, element: str | None = None) -> None:
        """Make a claim a reject because of the current segment; the first reason counts."""
        claim.fault = claim.fault or self.here(reason, element)

    def report(self, claim: OpenClaim, problems: list[Problem]) -> None:
        """Turn problems of the current segment into notes, fatal ones into the claim's fault."""
        for element, expected, fatal in problems:
            if fatal:
                self.fail(claim, expected, element)
            else:
                self.note(expected, element)

    def enter(self, loop: str | None, row: Row) -> None:
        """Enter a loop: from now on segments fill this row, as the table of fields has it for this loop."""
        self.loop, self.family, self.row = loop, INNER.get(loop or ""), row
        self.fields, self.entities = _FIELDS.get(loop or "", _NO_FIELDS), _ENTITIES.get(self.family or "", _NO_ENTITIES)

    # ── transactions ──────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def reads_claims(self) -> bool:
        """Whether a transaction of claims is open."""
        return self.handlers is self.on_claims

    @property
    def declares_institutional(self) -> bool:
        """Whether the claims of the open transaction are declared, or were last found, to be institutional."""
        return self.declared_kind == "institutional"

    def begin_transaction(self, st: list[str]) -> None:
        """ST: claims, or something that is refused."""
        set_id, version = at(st, 1), at(st, 3).upper() or self.envelope.version
        kind = claim_kind_of(set_id, version)
        if kind is None:
            name = transaction_name(set_id, version)
            self.refused.append(name)
            self.refusal = self.here(f"{name}: {EXPECTED}", "ST01")
            return
        self.claim_transactions += 1
        self.declared_kind = kind
        self.handlers = self.on_claims
        self.enter("header", self.header)

    def end_transaction(self, lost: str | None) -> None:
        """Leave the transaction; one that was refused and held no claim is a reject of its own."""
        if lost is not None and self.claim is not None:
            self.claim.fault = self.claim.fault or self.at_claim(self.claim, lost)
        self.close_claim()
        if self.refusal is not None and not self.refused_a_claim:
            self.claims_read += 1
            self.rejects.append(self.refusal)
        self.forget_loops()

    def forget_loops(self) -> None:
        """Forget every loop of a transaction."""
        self.handlers = self.outside
        self.declared_kind = None
        self.refusal = None
        self.refused_a_claim = False
        self.header: Row = {}
        self.billing: Row = {}
        self.subscriber: Row = {}
        self.patient = None
        self.billings = RecentLoops(read_level)
        self.subscribers = RecentLoops(_read_subscriber)
        self.claim = None
        self.in_orphan = False
        self.enter(None, {})

    # ── loops ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def open_level(self, parts: list[str]) -> None:
        """HL: 2000A, 2000B or 2000C under the parent it names, or under the latest one where it names none."""
        self.close_claim()
        own, parent, level = at(parts, 1), at(parts, 2), at(parts, 3)
        if level == "20":
            self.billing, self.subscriber, self.patient = {}, {}, None
            if not self.nested:
                self.billings.add(own, self.billing)
            self.enter("2000A", self.billing)
        elif level == "22":
            if not self.nested:
                self.billing = self.billings.get(parent, self.billing)
            self.subscriber, self.patient = {}, None
            if not self.nested:
                self.subscribers.add(own, (self.subscriber, self.billing))
            self.enter("2000B", self.subscriber)
        elif level == "23":
            if not self.nested:
                self.subscriber, self.billing = self.subscribers.get(parent, (self.subscriber, self.billing))
            self.patient = {}
            self.enter("2000C", self.patient)
        else:
            self.note("expected level 20, 22 or 23", "HL03")
            self.enter(None, {})

    def open_entity(self, parts: list[str]) -> None:
        """NM1: 2010, 2310, 2330 or 2420 by its entity code."""
        self.loop = self.family or self.loop
        self.fields = self.entities.get(at(parts, 1), _NO_FIELDS)

    def open_subscriber_or_other_payer(self, _: list[str]) -> None:
        """SBR: of 2000B before any claim, of 2320 inside one."""
        if self.claim is not None:
            self.enter("2320", self.claim.new_payer())

    def open_line(self, parts: list[str]) -> None:
        """LX: 2400."""
        if self.claim is None:
            self.refuse_orphan()
        else:
            self.enter("2400", self.claim.new_line(at(parts, 1)))

    def open_drug(self, _: list[str]) -> None:
        """LIN: 2410, whose REF is not the line's; 2420 may follow."""
        of_line = self.claim is not None and self.row is self.claim.line
        self.loop, self.fields = "2410", _DRUG_FIELDS if of_line else _NO_FIELDS

    def open_adjudication(self, _: list[str]) -> None:
        """SVD: 2430, what another payer did with the line."""
        claim = self.claim
        if claim is not None and claim.line is None:
            self.note("expected LX before what another payer did with a line")
        self.enter("2430", claim.new_payment(claim.line) if claim is not None and claim.line is not None else {})

    # ── claims ────────────────────────────────────────────────────────────────────────────────────────────────────

    def open_claim(self, parts: list[str]) -> None:
        """CLM: 2300."""
        self.close_claim()
        self.claims_read += 1
        claim = self.claim = OpenClaim(at(parts, 1) or None, self.piece, self.number)
        self.enter("2300", claim.row)
        if claim.claim_id is None:
            self.fail(claim, "expected a claim id", "CLM01")
        self.report(claim, read_total(claim.row, parts))
        if (used := component_separator(parts, self.component)) != self.component:
            self.component = used
            self.note("composites are separated otherwise than ISA16 declares: read as they are", "CLM05")
        claim.facility_code, claim.row["claim_frequency_code"] = facility_and_frequency(parts, self.component)
        claim.row["accident_cause_code"], claim.row["accident_state"] = related_cause(parts, self.component)

    def close_claim(self) -> None:
        """Put the open claim, if any, into the tables or among the rejects."""
        self.in_orphan = False
        claim = self.claim
        if claim is None:
            return
        if claim.fault is None and (defect := claim.defect()) is not None:
            claim.fault = self.at_claim(claim, defect)
        if claim.fault is not None:
            self.rejects.append(claim.fault)
        else:
            self.keep(claim)
        self.claim = None
        self.enter(None, {})

    def keep(self, claim: OpenClaim) -> None:
        """Put a claim into the tables."""
        if claim.kind != self.declared_kind:
            self.declared_kind = claim.kind  # said once for each transaction
            reason = "service lines are of the other kind than GS08 or ST03 declares: read as they are"
            self.notes.append(self.at_claim(claim, reason))
        if not claim.number_lines():
            reason = "expected LX with a number of its own for each service line: numbered by their order"
            self.notes.append(self.at_claim(claim, reason))
        row = claim.claim_row(self.header | self.billing | self.subscriber, self.patient)
        row["source_file"], row["source_offset"] = self.file, self.places.offset(claim.piece)
        self.tables.add(row, claim.belongings())

    def refuse_claim(self, parts: list[str]) -> None:
        """CLM of a transaction that is not read, or outside of any."""
        self.claims_read += 1
        self.refused_a_claim = True
        reason = self.refusal.reason if self.refusal else "this claim stands in no transaction: expected ST before it"
        self.rejects.append(replace(self.here(reason), claim_id=at(parts, 1) or None))

    def refuse_orphan(self) -> None:
        """LX or SV where no claim is open: a claim whose CLM is missing; once for all its lines."""
        if not self.in_orphan:
            self.in_orphan = True
            self.claims_read += 1
            self.rejects.append(self.here("this service line stands in no claim: expected CLM before it"))

    # ── composites ────────────────────────────────────────────────────────────────────────────────────────────────

    def read_service(self, kind: str, read: ReadService, parts: list[str]) -> None:
        """SV1, SV2 or SV3 into the line that LX opened, or into a new one."""
        claim = self.claim
        if claim is None:
            self.refuse_orphan()
            return
        if claim.line is None or "kind" in claim.line:
            self.open_line([])
        assert claim.line is not None
        claim.line["kind"] = kind
        self.report(claim, read(claim.line, parts, self.component))

    def read_diagnoses(self, parts: list[str]) -> None:
        """HI of 2300."""
        if self.claim is not None and self.row is self.claim.row:
            self.report(self.claim, read_diagnoses(self.claim.diagnoses, parts, self.component))
            self.report(self.claim, read_claim_codes(self.claim.codes, parts, self.component))
            if "drg_code" not in self.row and (drg := drg_code(parts, self.component)) is not None:
                self.row["drg_code"] = drg

    def read_note(self, parts: list[str]) -> None:
        """NTE of 2300 or 2400."""
        claim, text = self.claim, at(parts, 2)
        if claim is None or not text:
            return
        if self.row is claim.row:
            claim.notes.append((None, text))
        elif self.row is claim.line:
            claim.notes.append((claim.line, text))

    def read_attachment(self, parts: list[str]) -> None:
        """PWK of 2300 or 2400."""
        claim = self.claim
        if claim is not None and (self.row is claim.row or self.row is claim.line):
            claim.attachments.append((None if self.row is claim.row else claim.line, attachment(parts)))

    def read_prior_adjustments(self, parts: list[str]) -> None:
        """CAS of 2320 or 2430."""
        claim = self.claim
        if claim is not None and claim.takes_adjustments(self.row):
            rows, problems = read_adjustments(parts)
            self.report(claim, problems)
            claim.adjustments += [(self.row, row) for row in rows]


def read_level(delimiters: Delimiters, text: bytes) -> tuple[str, Row]:
    """Read one hierarchical level of claims again from its bytes: its HL01, and what it says."""
    loop = ClaimLoop("")
    loop.begin(delimiters, Nowhere(), has_header=True)
    loop.handlers, loop.nested = loop.on_claims, True
    first, *others = text.decode("latin-1").split(delimiters.terminator)
    loop.read_piece(first, 0)
    row = loop.row
    for raw in others:
        if raw.strip(BLANKS):
            loop.read_piece(raw, 0)
    return at(first.split(delimiters.element), 1), row


def _read_subscriber(delimiters: Delimiters, text: bytes, above: bytes) -> tuple[str, tuple[Row, Row]]:
    own, subscriber = read_level(delimiters, text)
    return own, (subscriber, read_level(delimiters, above)[1] if above else {})
