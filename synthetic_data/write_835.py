"""Remittances as 835 (005010X221A1) files.

One transaction per payment. The tables know no names, addresses and bank accounts: those the guide requires are
invented constants. Every kind of segment is written as one column of text, a row for each place it stands in; the
order of the file comes from sorting the rows by payment, claim, line and the order in which the guide names the
segments, which is the order of the calls below.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from risk.claims.columns import map_unique
from risk.claims.remits import REMIT_TABLES, RemitBatch
from risk.claims.tables import MODIFIERS
from risk.files import written_whole
from synthetic_data.check_835 import CLAIM_REMARKS, check_remits, check_texts, line_rows
from synthetic_data.write_837 import CITY, STREET, TAX_ID, ZIP

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

Array: TypeAlias = np.ndarray[Any, Any]
#: Texts of one table by column, null as the empty text.
Texts: TypeAlias = dict[str, pa.Array]

GUIDE = "005010X221A1"
TRIPLETS_PER_CAS = 6
PAIRS_PER_PLB = 6
#: Elements of MIA and MOA before each of their five remark codes. MIA01, the covered days, is required.
REMARK_GAPS = {"MIA": (("0", "", "", ""), ("",) * 14, (), (), ()), "MOA": (("", ""), (), (), (), ())}

#: CLP06 of each payer type; the reader's table goes the other way (005010X221A1, 2100). CI is no code of the 835.
INDICATOR_OF_PAYER_TYPE = {
    "medicare": "MB",
    "medicare_advantage": "16",
    "medicaid": "MC",
    "commercial": "12",
    "workers_comp": "WC",
    "tricare": "CH",
    "other": "ZZ",
}

# Invented: no such bank and no such account. The routing number passes its check digit.
ROUTING, PAYER_ACCOUNT, PAYEE_ACCOUNT = "999999992", "1000001", "1000002"
TRANSFERS = ("ACH", "BOP", "FWT")  # BPR04 that name both accounts

_MOST_CENTS = 10**12
_MOST_DIGITS = 15
_BLANKS = " \t\r\n"


def write_remits_835(remits: RemitBatch, path: Path, *, separators: str = "*:^~", line_end: str = "\n") -> None:
    """Write remittances as one 835 interchange; the file appears under its name only when it is complete.

    Parameters
    ----------
    remits
        Remittances of one payment or more. Whether the amounts balance is not checked.
    path
        File to write, UTF-8.
    separators
        Element, component and repetition separator and segment terminator: ASCII, no letter, digit, blank, point or
        minus, though the terminator may be a line end. Where a text holds one of them, or a line end, a space is
        written: the format has no way to say it.
    line_end
        Written after each terminator; blanks and line ends, may be empty.

    Raises
    ------
    ValueError
        For what the format cannot say: rows out of file order, positions or line numbers that do not count from 1,
        columns that contradict what they follow from (reversal, remit date, last days, control number and NPI of a
        line), a remit or line without its id, status or amounts, and codes in a place the guide does not have.

    Notes
    -----
    ``source_file`` and ``source_offset`` are not written. The allowed amount of a line (AMT*B6) is what is paid and
    what the patient owes, and is left out where other payers have a part in it (OA, PI).
    """
    if not _separates(separators) or line_end.strip(_BLANKS):
        raise ValueError("expected four different separators and a line end that X12 text cannot hold")
    check_remits(remits)
    content = _Interchange(separators, line_end).content(remits)
    with written_whole(path, binary=True) as out:
        out.write(content)


def _separates(separators: str) -> bool:
    if len(separators) != 4 or len(set(separators)) != 4 or not separators.isascii():
        return False
    return not any(one.isalnum() or one in " \t.-" for one in separators) and not set(separators[:3]) & set("\r\n")


@dataclass(frozen=True)
class _Place:
    """Where the segments of a column stand: payment, claim (−1: before the claims) and line (0: of the claim)."""

    payment: Array
    remit: Array
    line: Array

    def __len__(self) -> int:
        return len(self.payment)

    def at(self, rows: Array) -> _Place:
        """Keep the places of some rows, by mask or number."""
        return _Place(self.payment[rows], self.remit[rows], self.line[rows])


class _Interchange:
    """The text of one interchange, one kind of segment after the other."""

    def __init__(self, separators: str, line_end: str) -> None:
        self.element, self.component, self.repetition, terminator = tuple(separators)
        self.spaces = str.maketrans(dict.fromkeys(separators + "\r\n", " "))
        self.end = terminator + line_end
        self.places: list[_Place] = []
        self.columns: list[pa.Array] = []

    def content(self, remits: RemitBatch) -> bytes:
        """The file."""
        texts = {name: self.texts(name, getattr(remits, name)) for name in REMIT_TABLES}
        check_texts(lambda table, column: _given(texts[table][column]))
        claims, lines = remits.remit_claims, remits.remit_lines
        count = len(remits.payments)
        payments = np.arange(count)
        of_claim = claims["payment_key"].to_numpy("int64")
        self.header(texts["payments"], _Place(payments, np.full(count, -1), np.zeros(count, int)), of_claim)
        keys = np.arange(len(claims))
        self.claims(texts, _Place(of_claim, keys, np.zeros(len(claims), int)), remits)
        of_line = lines["remit_key"].to_numpy()
        self.lines(texts, _Place(of_claim[of_line], of_line, lines["line_number"].to_numpy("int64")), remits)
        self.provider_adjustments(texts["provider_adjustments"], remits)
        sizes = np.bincount(np.concatenate([place.payment for place in self.places]), minlength=count) + 1
        self.add(self.footer(payments, len(claims)), "SE", pa.array(sizes).cast(pa.large_string()), _controls(count))
        transactions = self.in_order()
        return "".join([*self.opening(texts["payments"]), transactions, *self.closing(count)]).encode()

    # ── segments ──────────────────────────────────────────────────────────────────────────────────────────────────

    def add(self, place: _Place, *elements: str | pa.Array, where: Array | None = None) -> None:
        """Write a segment in each place, or where the mask holds, without the empty elements at its end."""
        if where is not None:
            place = place.at(where)
            elements = tuple(one if isinstance(one, str) else one.filter(pa.array(where)) for one in elements)
        if len(place):
            joined = _joined(elements, self.element)
            column = joined if isinstance(joined, pa.Array) else pa.repeat(joined, len(place))
            self.places.append(place)
            self.columns.append(pc.utf8_rtrim(column, self.element))

    def composite(self, *components: pa.Array) -> pa.Array:
        """Composite elements, without the empty components at their end."""
        return pc.utf8_rtrim(_joined(components, self.component), self.component)

    def in_order(self) -> str:
        """Every segment written so far with its terminator."""
        rank = np.repeat(np.arange(len(self.places)), [len(place) for place in self.places])
        keys = [np.concatenate([getattr(one, key) for one in self.places]) for key in ("line", "remit", "payment")]
        ordered = pa.chunked_array(self.columns).combine_chunks().take(pa.array(np.lexsort((rank, *keys))))
        return self.end.join([*ordered.to_pylist(), ""])

    def footer(self, payments: Array, claims: int) -> _Place:
        """Places after the claims of some payments."""
        return _Place(payments, np.full(len(payments), claims), np.zeros(len(payments), int))

    def opening(self, payments: Texts) -> Iterator[str]:
        """ISA, of fixed width, whose ISA11 and ISA16 are separators themselves, and GS."""
        days = [day for name in ("production_date", "payment_date") for day in payments[name].to_pylist() if day]
        first = min(days, default="20000101")
        isa = [
            "ISA",
            "00",
            " " * 10,
            "00",
            " " * 10,
            "ZZ",
            f"{'PAYER':15}",
            "ZZ",
            f"{'RECEIVER':15}",
            first[2:],
            "0000",
        ]
        isa += [self.repetition, "00501", "000000001", "0", "T", self.component]
        yield self.element.join(isa) + self.end
        yield self.element.join(["GS", "HP", "PAYER", "RECEIVER", first, "0000", "1", "X", GUIDE]) + self.end

    def closing(self, transactions: int) -> Iterator[str]:
        """GE and IEA."""
        yield self.element.join(["GE", str(transactions), "1"]) + self.end
        yield self.element.join(["IEA", "1", "000000001"]) + self.end

    # ── loops ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def header(self, payments: Texts, place: _Place, of_claim: Array) -> None:
        """ST to LX."""
        method = payments["payment_method_code"].to_numpy(zero_copy_only=False)
        transfer, ach = np.isin(method, TRANSFERS), method == "ACH"
        originator, production = payments["originator_id"], payments["production_date"]
        account = [_only(transfer, text) for text in ("01", ROUTING, "DA", PAYER_ACCOUNT)]
        payee = [_only(transfer, text) for text in ("01", ROUTING, "DA", PAYEE_ACCOUNT)]
        self.add(place, "ST", "835", _controls(len(place)))
        self.add(
            place,
            "BPR",
            *(payments[name] for name in ("handling_code", "payment_cents", "credit_debit_code")),
            payments["payment_method_code"],
            _only(ach, "CCP"),
            *account,
            pc.if_else(pa.array(transfer), originator, ""),
            "",
            *payee,
            payments["payment_date"],
        )
        self.add(place, "TRN", "1", payments["trace_number"], originator)
        self.add(place, "DTM", "405", production, where=_given(production))
        self.add(place, "N1", "PR", payments["payer_name"])
        self.add(place, "N3", STREET)
        self.add(place, "N4", CITY, "CO", ZIP)
        self.add(place, "REF", "2U", payments["payer_id"], where=_given(payments["payer_id"]))
        self.add(place, "PER", "BL", "EXAMPLE CONTACT", "TE", "5555550100")
        known = _given(payments["payee_npi"])
        self.add(place, "N1", "PE", "EXAMPLE CLINIC", "XX", payments["payee_npi"], where=known)
        self.add(place, "N1", "PE", "EXAMPLE CLINIC", "FI", TAX_ID, where=~known)
        self.add(place, "REF", "TJ", TAX_ID, where=known)
        self.add(place, "LX", "1", where=np.isin(place.payment, of_claim))

    def claims(self, texts: dict[str, Texts], place: _Place, remits: RemitBatch) -> None:
        """2100, without its lines."""
        claims = texts["remit_claims"]
        amounts = ("total_charge_cents", "total_paid_cents", "patient_responsibility_cents")
        rest = ("payer_type", "payer_claim_control_number", "facility_code", "claim_frequency_code")
        self.add(place, "CLP", *(claims[name] for name in ("claim_id", "claim_status_code", *amounts, *rest)))
        of_claim = remits.adjustments["line_number"].isna().to_numpy()
        self.adjustments(texts["adjustments"], place, remits.adjustments, of_claim)
        self.add(place, "NM1", "QC", "1", "PATIENT", "EXAMPLE")
        npi = claims["rendering_npi"]
        self.add(place, "NM1", "82", "1", "RENDERING", "", "", "", "", "XX", npi, where=_given(npi))
        for segment in CLAIM_REMARKS:
            self.claim_remarks(segment, texts["remarks"]["rarc"], place, remits.remarks)
        self.references(texts["references"], place, remits.references, remits.references["line_number"].isna())
        start, stop = claims["statement_from_date"], claims["statement_to_date"]
        self.add(place, "DTM", "232", start, where=_given(start))
        self.add(place, "DTM", "233", stop, where=_given(stop) & _differ(start, stop))
        self.add(place, "DTM", "050", claims["received_date"], where=_given(claims["received_date"]))

    def lines(self, texts: dict[str, Texts], place: _Place, remits: RemitBatch) -> None:
        """2110."""
        lines, adjustments = texts["remit_lines"], remits.adjustments
        by_revenue = _equals(lines["procedure_qualifier"], "NU")
        original_by_revenue = _equals(lines["original_procedure_qualifier"], "NU")
        revenue, original = lines["revenue_center_code"], lines["original_revenue_center_code"]
        self.add(
            place,
            "SVC",
            self.procedure(lines, "", pc.if_else(pa.array(by_revenue), revenue, lines["procedure_code"])),
            lines["line_charge_cents"],
            lines["line_paid_cents"],
            pc.if_else(pa.array(by_revenue), "", revenue),
            lines["quantity"],
            self.procedure(
                lines,
                "original_",
                pc.if_else(pa.array(original_by_revenue), original, lines["original_procedure_code"]),
            ),
            lines["original_quantity"],
        )
        start, stop = lines["service_from_date"], lines["service_to_date"]
        one_day = _given(start) & ~_differ(start, stop)
        self.add(place, "DTM", "472", start, where=one_day)
        self.add(place, "DTM", "150", start, where=_given(start) & ~one_day)
        self.add(place, "DTM", "151", stop, where=_given(stop) & ~one_day)
        rows = line_rows(remits.remit_lines, adjustments)
        self.adjustments(texts["adjustments"], place, adjustments, rows >= 0, rows)
        references = remits.references
        rows = line_rows(remits.remit_lines, references)
        self.references(texts["references"], place, references, references["line_number"].notna(), rows)
        allowed, known = _allowed(remits)
        self.add(place, "AMT", "B6", self.text("cents", allowed), where=known)
        rows = line_rows(remits.remit_lines, remits.remarks)
        own = rows >= 0
        self.add(place.at(rows[own]), "LQ", "HE", texts["remarks"]["rarc"].filter(pa.array(own)))

    def procedure(self, lines: Texts, prefix: str, code: pa.Array) -> pa.Array:
        """SVC01 or SVC06."""
        modifiers = (lines[prefix + modifier] for modifier in MODIFIERS)
        return self.composite(lines[f"{prefix}procedure_qualifier"], code, *modifiers)

    def adjustments(
        self, texts: Texts, place: _Place, table: pd.DataFrame, own: Array, rows: Array | None = None
    ) -> None:
        """CAS: the adjustments that follow each other in one place and group; ``rows`` are rows of the places."""
        if not own.any():
            return
        at = (table["remit_key"].to_numpy() if rows is None else rows)[own]
        group, *triplet = (
            texts[name].filter(pa.array(own)) for name in ("group_code", "carc", "adjustment_cents", "quantity")
        )
        first, joined = self.runs((at, group.to_numpy(zero_copy_only=False)), triplet, TRIPLETS_PER_CAS)
        self.add(place.at(at[first]), "CAS", group.take(pa.array(first)), joined)

    def runs(self, same: tuple[Array, ...], elements: list[pa.Array], most: int) -> tuple[Array, pa.Array]:
        """Join the elements of neighbouring rows that are the same; the first row of each run, and its text."""
        count = len(same[0])
        begins = np.ones(count, dtype=bool)
        begins[1:] = np.any([one[1:] != one[:-1] for one in same], axis=0)
        starts = np.flatnonzero(begins)
        place = np.arange(count) - starts[np.cumsum(begins) - 1]
        first = np.flatnonzero(place % most == 0)
        texts = _joined(elements, self.element).cast(pa.string())  # binary_join knows no other
        offsets = pa.array(np.append(first, count), pa.int32())
        joined = pc.binary_join(pa.ListArray.from_arrays(offsets, texts), self.element)
        return first, joined.cast(pa.large_string())

    def claim_remarks(self, segment: str, rarc: pa.Array, place: _Place, table: pd.DataFrame) -> None:
        """MIA or MOA: up to five remark codes of a claim."""
        own = (table["segment"] == segment).to_numpy()
        if not own.any():
            return
        keys = table["remit_key"].to_numpy()[own]
        owners, first, sizes = np.unique(keys, return_index=True, return_counts=True)
        codes = np.full((len(owners), len(REMARK_GAPS[segment])), "", dtype=object)
        codes[np.repeat(np.arange(len(owners)), sizes), np.arange(len(keys)) - np.repeat(first, sizes)] = rarc.filter(
            pa.array(own)
        ).to_numpy(zero_copy_only=False)
        elements: list[str | pa.Array] = []
        for gap, column in zip(REMARK_GAPS[segment], codes.T, strict=True):
            elements += [*gap, pa.array(column, pa.large_string())]
        self.add(place.at(owners), segment, *elements)

    def references(
        self, texts: Texts, place: _Place, table: pd.DataFrame, own: pd.Series, rows: Array | None = None
    ) -> None:
        """REF of claims or lines."""
        mask = own.to_numpy()
        at = table["remit_key"].to_numpy() if rows is None else rows
        qualifier, reference = (texts[name].filter(pa.array(mask)) for name in ("qualifier", "reference"))
        self.add(place.at(at[mask]), "REF", qualifier, reference)

    def provider_adjustments(self, texts: Texts, remits: RemitBatch) -> None:
        """PLB: the pairs that follow each other for one provider and fiscal period."""
        table = remits.provider_adjustments
        if table.empty:
            return
        payment = table["payment_key"].to_numpy()
        provider = pc.if_else(pc.equal(texts["provider_npi"], ""), TAX_ID, texts["provider_npi"])
        period = texts["fiscal_period_date"]
        same = (payment, *(one.to_numpy(zero_copy_only=False) for one in (provider, period)))
        pair = [self.composite(texts["reason_code"], texts["reference"]), texts["adjustment_cents"]]
        first, joined = self.runs(same, pair, PAIRS_PER_PLB)
        place = self.footer(payment[first], len(remits))
        self.add(place, "PLB", provider.take(pa.array(first)), period.take(pa.array(first)), joined)

    # ── the tables as text ────────────────────────────────────────────────────────────────────────────────────────

    def texts(self, name: str, table: pd.DataFrame) -> Texts:
        """Columns of a table that are written, every value as X12 writes it."""
        unwritten = (
            "payment_key",
            "remit_key",
            "line_number",
            "position",
            "is_reversal",
            "source_file",
            "source_offset",
        )
        kinds = {column: kind for column, kind in REMIT_TABLES[name].items() if column not in unwritten}
        return {
            column: self.text("indicator" if column == "payer_type" else kind, table[column])
            for column, kind in kinds.items()
        }

    def text(self, kind: str, values: pd.Series) -> pa.Array:
        """Values of one kind as text."""
        written = map_unique(values, self.many(kind)).astype("str").fillna("")
        return pa.array(written, pa.large_string())

    def many(self, kind: str) -> Callable[[pd.Series], list[str]]:
        """Function that writes distinct values of one kind."""
        if kind == "date":
            return lambda days: list(days.dt.strftime("%Y%m%d"))
        writers: dict[str, Callable[[Any], str]] = {
            "cents": _dollars,
            "number": _number,
            "indicator": INDICATOR_OF_PAYER_TYPE.__getitem__,
        }
        write = writers.get(kind, self.clean)
        return lambda values: [write(value) for value in values]

    def clean(self, text: str) -> str:
        """Text without separators."""
        return text.translate(self.spaces).strip(_BLANKS)


def _joined(elements: tuple[str | pa.Array, ...] | list[pa.Array], separator: str) -> pa.Array | pa.Scalar:
    large = (pa.scalar(one, pa.large_string()) if isinstance(one, str) else one for one in (*elements, separator))
    return pc.binary_join_element_wise(*large)


def _given(texts: pa.Array) -> Array:
    return ~_equals(texts, "")


def _equals(texts: pa.Array, text: str) -> Array:
    found: Array = pc.equal(texts, text).to_numpy(zero_copy_only=False)
    return found


def _differ(one: pa.Array, other: pa.Array) -> Array:
    found: Array = pc.not_equal(one, other).to_numpy(zero_copy_only=False)
    return found


def _only(mask: Array, text: str) -> pa.Array:
    return pc.if_else(pa.array(mask), pa.scalar(text, pa.large_string()), pa.scalar("", pa.large_string()))


def _controls(count: int) -> pa.Array:
    """ST02 and SE02."""
    return pa.array([f"{number:04d}" for number in range(1, count + 1)], pa.large_string())


def _allowed(remits: RemitBatch) -> tuple[pd.Series, Array]:
    """What is paid and what the patient owes, in cents by line, and where that is all that is allowed."""
    lines, table = remits.remit_lines, remits.adjustments
    rows = line_rows(lines, table)
    own = rows >= 0
    owed, allowed = ((table["group_code"] == group).to_numpy() & own for group in ("PR", "CO"))
    cents = lines["line_paid_cents"].to_numpy("int64").copy()
    np.add.at(cents, rows[owed], table["adjustment_cents"].to_numpy("int64")[owed])
    others = np.bincount(rows[own & ~owed & ~allowed], minlength=len(lines)) > 0
    return pd.Series(cents), (cents > 0) & (cents < _MOST_CENTS) & ~others


def _dollars(cents: int) -> str:
    if abs(cents) >= _MOST_CENTS:
        raise ValueError("expected amounts of less than ten billion dollars")
    sign, cents = ("-", -cents) if cents < 0 else ("", cents)
    return f"{sign}{cents // 100}.{cents % 100:02d}"


def _number(value: float) -> str:
    text = f"{Decimal(repr(float(value))):f}".removesuffix(".0") if np.isfinite(value) else ""
    if not 0 < len(text) <= _MOST_DIGITS:
        raise ValueError(f"expected quantities of at most {_MOST_DIGITS} digits")
    return text
