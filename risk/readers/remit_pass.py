"""The segments of an 835 into remittance tables: which loops are open, and what a remit cannot be without.

One pass over the segments keeps the loops that are open: payment (header, 1000A, 1000B), claim (2100), line (2110).
:mod:`risk.readers.remits_835_fields` says which element of which loop fills which column; this module opens and closes
the loops and decides:

    CLP01 to CLP04, SVC02 or SVC03 empty, or an amount that cannot be read     the remit is a reject
    the file, or its transaction, ends inside the claim                        the remit is a reject
    any other amount, date or quantity that cannot be read                     null, and a note
    a line, claim or payment whose amounts do not balance                      a note
    an envelope whose counts or control numbers disagree                       a note

Where the guide leaves room: another version than 005010X221 is read as if it were that, and noted; a payment is not
balanced where a claim of its transaction is a reject or its end is missing; the first of repeated segments counts.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from risk.readers.composites_835 import (
    component_separator,
    read_adjustments,
    read_procedures,
    read_provider_adjustments,
    read_remarks,
)
from risk.readers.elements import Unreadable, at
from risk.readers.open_remit import OpenRemit, Row, payment_differs
from risk.readers.remit_columns import RemitColumns
from risk.readers.remits_835_fields import GUIDE, REFERENCE_QUALIFIERS, SEGMENT_IDS, SegmentFields, fields_of
from risk.readers.segment_pass import NO_HANDLERS, SegmentPass
from risk.readers.transactions import claim_kind_of, transaction_name

if TYPE_CHECKING:
    from risk.readers.composites_837 import Problem
    from risk.readers.rejects import Reject
    from risk.readers.segment_pass import Handlers, Place

EXPECTED = "expected 835 remittances"

_FIELDS = {loop: fields_of(loop) for loop in ("header", "1000A", "1000B", "2100", "2110")}
_NO_FIELDS: SegmentFields = {}
_PARTIES = {"PR": "1000A", "PE": "1000B"}  # N101
_NO_GUIDE = "005010"  # names a version and no guide
_CLAIM_FILES = {"professional": "an 837P claim file", "institutional": "an 837I claim file"}


class RemitPass(SegmentPass):
    """Loops open at the current segment, and what has been read so far."""

    def __init__(self, file: str) -> None:
        super().__init__(file, SEGMENT_IDS)
        self.rejects: list[Reject] = []
        self.claims_read = 0
        self.tables = RemitColumns()
        self.remit_transactions = 0
        self.refused: list[str] = []
        self.refusal: Reject | None = None
        self.claim: OpenRemit | None = None
        self.payment: Row = {}
        self.paid_cents = 0
        self.in_orphan = False
        self.enter(None, {})
        self.on_remits: Handlers = {
            "BPR": self.open_payment,
            "N1": self.open_party,
            "LX": self.open_header_number,
            "CLP": self.open_claim,
            "SVC": self.open_line,
            "CAS": self.read_adjustments,
            "LQ": self.read_remarks,
            "MIA": self.read_remarks,
            "MOA": self.read_remarks,
            "REF": self.read_reference,
            "PLB": self.read_provider_adjustments,
        }

    @property
    def reads_remits(self) -> bool:
        """Whether a transaction of remittances is open."""
        return self.handlers is self.on_remits

    @property
    def remit_day(self) -> int | None:
        """Day of the open payment, as days since 1970-01-01."""
        days = (self.payment.get("payment_date"), self.payment.get("production_date"))
        return next((day for day in days if day is not None), None)

    def skip(self, transactions: int, paid_cents: int) -> None:
        """Take note of remits that were read otherwise: whole transactions, and what those of the open one paid."""
        self.close_claim()
        self.enter(None, {})
        self.envelope.skip_transactions(transactions)
        self.remit_transactions += transactions
        self.paid_cents += paid_cents

    def open_claim_id(self) -> str | None:
        """CLP01 of the open claim."""
        return self.claim.claim_id if self.claim else None

    # ── segments ──────────────────────────────────────────────────────────────────────────────────────────────────

    def enter(self, loop: str | None, row: Row) -> None:
        """Enter a loop: from now on segments fill this row, as the table of fields has it for this loop."""
        self.loop, self.row, self.fields = loop, row, _FIELDS.get(loop or "", _NO_FIELDS)

    def read_segment(self, parts: list[str]) -> None:
        """Open what the segment opens, then take its fields."""
        handle = self.handlers.get(self.tag)
        if handle is not None:
            handle(parts)
        elif self.handlers is NO_HANDLERS:
            if self.tag == "CLP" and self.refusal is None:
                self.refuse("this claim stands in no transaction: expected ST before it", at(parts, 1))
            return
        elif self.tag not in SEGMENT_IDS:
            self.note("expected the id of a segment of the 835 guide")
        if self.tag in self.fields:
            self.read_fields(parts)

    def read_fields(self, parts: list[str]) -> None:
        """Read what the open loop takes from this segment; the first of repeated segments counts."""
        row = self.row
        for _, segment, element, column, read, where, required in self.fields[self.tag]:
            if column in row or any(at(parts, n) != value for n, value in where):
                continue
            text, name = at(parts, element), f"{segment}{element:02d}"
            if not text:
                if required:
                    self.fail(required, name)
                continue
            try:
                row[column] = read(text)
            except Unreadable as expected:
                row[column] = None
                if required:
                    self.fail(str(expected), name)
                else:
                    self.note(str(expected), name)

    def read_cut_segment(self, parts: list[str]) -> None:
        """Read what is certain of a last segment that nothing terminates: the claim before another CLP is whole."""
        if self.handlers is NO_HANDLERS:
            return
        if self.tag in ("CLP", "CL"):
            self.close_claim()
            self.loop = "2100"
            self.refuse("the file ends inside this segment: expected a whole claim", at(parts, 1) if parts[2:] else "")
            self.whole = False
        elif self.tag in ("LX", "PLB", "PL"):
            self.close_claim()

    def fail(self, reason: str, element: str) -> None:
        """Make the open claim a reject because of the current segment; the first reason counts."""
        if self.claim is not None:
            self.claim.fault = self.claim.fault or self.here(reason, element)

    def report(self, problems: list[Problem]) -> None:
        """Turn problems of the current segment into notes."""
        for problem in problems:
            self.note(problem.expected, problem.element)

    def refuse(self, reason: str, claim_id: str = "") -> None:
        """Count something that is no remit and make it a reject."""
        self.claims_read += 1
        self.rejects.append(replace(self.here(reason), claim_id=claim_id or None))

    # ── payments ──────────────────────────────────────────────────────────────────────────────────────────────────

    def begin_transaction(self, st: list[str]) -> None:
        """ST: remittances, or something that is refused."""
        set_id, version = at(st, 1), at(st, 3).upper() or self.envelope.version
        if set_id != "835":
            name = _CLAIM_FILES.get(claim_kind_of(set_id, version) or "") or transaction_name(set_id, version)
            self.refused.append(name)
            self.refusal = self.here(f"{name}: {EXPECTED}", "ST01")
            return
        self.remit_transactions += 1
        self.handlers = self.on_remits
        self.payment = {"source_file": self.file, "source_offset": self.places.offset(self.piece)}
        self.paid_at: Place | None = None
        self.paid_cents = 0
        self.provider_adjustments: list[Row] = []
        self.whole = True  # every claim of the transaction could be read
        if not version.startswith(GUIDE) and version != _NO_GUIDE:
            self.note("expected version 005010X221: read as if it were that")
        self.enter("header", self.payment)

    def end_transaction(self, lost: str | None) -> None:
        """Put the payment into the tables; one that is no 835 is a reject of its own."""
        if self.refusal is not None:
            self.claims_read += 1
            self.rejects.append(self.refusal)
            self.refusal = None
            return
        self.close_claim(lost)
        payment, key = self.payment, self.payment["source_offset"]
        payment.setdefault("payer_id", payment.get("additional_payer_id"))
        self.tables.add("payments", {"payment_key": key}, [payment])
        self.tables.add("provider_adjustments", {"payment_key": key}, self.provider_adjustments)
        taken = [row["adjustment_cents"] for row in self.provider_adjustments]
        if self.whole and lost is None and payment_differs(payment, self.paid_cents, taken):
            expected = "expected what the claims are paid less the provider adjustments"
            self.note(expected, "BPR02", self.paid_at)
        self.enter(None, {})

    def open_payment(self, _: list[str]) -> None:
        """BPR."""
        self.paid_at = self.paid_at or self.place()

    def open_party(self, parts: list[str]) -> None:
        """N1: 1000A or 1000B by its entity code."""
        if self.claim is None:
            self.enter(_PARTIES.get(at(parts, 1)), self.payment)

    def read_provider_adjustments(self, parts: list[str]) -> None:
        """PLB: the claims of the transaction are over."""
        self.close_claim()
        self.enter(None, {})
        rows, problems = read_provider_adjustments(parts, self.component)
        self.report(problems)
        for row in rows:
            self.provider_adjustments.append({"position": len(self.provider_adjustments) + 1} | row)

    # ── claims ────────────────────────────────────────────────────────────────────────────────────────────────────

    def open_header_number(self, _: list[str]) -> None:
        """LX: 2000."""
        self.close_claim()
        self.enter("2000", {})

    def open_claim(self, parts: list[str]) -> None:
        """CLP: 2100."""
        self.close_claim()
        self.claims_read += 1
        self.loop = "2100"
        claim = self.claim = OpenRemit(at(parts, 1) or None, self.place())
        claim.row["source_file"], claim.row["source_offset"] = self.file, self.places.offset(self.piece)
        self.enter("2100", claim.row)

    def open_line(self, parts: list[str]) -> None:
        """SVC: 2110."""
        if self.claim is None:
            if not self.in_orphan:
                self.in_orphan, self.whole = True, False
                self.refuse("this service line stands in no claim: expected CLP before it")
            self.enter(None, {})
            return
        self.loop = "2110"
        self.enter("2110", self.claim.new_line(self.place()))
        if (used := component_separator(parts, self.component)) != self.component:
            self.component = used
            self.note("composites are separated otherwise than ISA16 declares: read as they are", "SVC01")
        read_procedures(self.row, parts, self.component)

    def read_adjustments(self, parts: list[str]) -> None:
        """CAS of 2100 or 2110."""
        if self.claim is not None:
            rows, problems = read_adjustments(parts)
            self.report(problems)
            self.claim.attach(self.claim.adjustments, rows)

    def read_remarks(self, parts: list[str]) -> None:
        """MIA and MOA of 2100, LQ of 2110."""
        if self.claim is not None:
            self.claim.attach(self.claim.remarks, read_remarks(self.tag, parts))

    def read_reference(self, parts: list[str]) -> None:
        """REF of 2100 or 2110, but for those that identify a person."""
        qualifier, value = at(parts, 1).upper(), at(parts, 2)
        if self.claim is not None and value and qualifier in REFERENCE_QUALIFIERS:
            self.claim.attach(self.claim.references, [{"qualifier": qualifier, "reference": value}])

    def close_claim(self, lost: str | None = None) -> None:
        """Put the open claim, if any, into the tables or among the rejects; ``lost`` says why it may not be whole."""
        self.in_orphan = False
        claim = self.claim
        if claim is None:
            return
        if lost is not None:
            claim.fault = claim.fault or self.here(lost, place=claim.place)
        if claim.fault is not None:
            self.rejects.append(claim.fault)
            self.whole = False
        else:
            self.keep(claim)
        self.claim = None
        self.enter(None, {})

    def keep(self, claim: OpenRemit) -> None:
        """Put a claim into the tables."""
        for place, element, expected in claim.imbalances():
            self.note(expected, element, place)
        claim.complete()
        self.paid_cents += claim.row["total_paid_cents"]
        claim.row["remit_date"] = self.remit_day
        key = {"remit_key": claim.row["source_offset"]}
        self.tables.add("remit_claims", key | {"payment_key": self.payment["source_offset"]}, [claim.row])
        self.tables.add("remit_lines", key, claim.lines)
        self.tables.add("adjustments", key, claim.adjustments)
        self.tables.add("remarks", key, claim.remarks)
        self.tables.add("references", key, claim.references)
