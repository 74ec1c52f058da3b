"""The remits of a block as columns, those that are not just as the guide says left out.

What a remit must be for its columns to be taken is said here and in what this module calls, always on the careful side:
any claim in doubt is left to :mod:`risk.readers.remit_pass`, which knows the rest and words what is wrong.
"""

from __future__ import annotations

from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from risk.readers.claim_instances import positions
from risk.readers.claims_837_fields import payer_type
from risk.readers.composites_835 import read_provider_adjustments
from risk.readers.elements import cents, code, day, plain, quantity
from risk.readers.open_remit import payment_differs
from risk.readers.payer_types import PAYER_TYPE_NAMES, payer_type_ranks
from risk.readers.remit_details import Details, adjustments, references, remarks
from risk.readers.remit_procedures import Procedures
from risk.readers.remits_835_fields import FIELDS, REVERSAL, SEGMENT_IDS, Field
from risk.readers.spans import (
    NO_DAY,
    Texts,
    Values,
    days,
    places,
    signed_hundredths,
    texts_of,
)
from risk.readers.tokens import ID, Array, Tokens
from risk.readers.words import word

if TYPE_CHECKING:
    from risk.readers.remit_parts import Tables
    from risk.readers.remit_units import RemitUnits

#: Loops of a block by number; 0 is any that is not read.
_LOOPS = ["", "header", "1000A", "1000B", "2100", "2110"]
_LOOP = {loop: number for number, loop in enumerate(_LOOPS)}
_PARTY_WORDS = {word("PR"): _LOOP["1000A"], word("PE"): _LOOP["1000B"]}
_HUNDRED = 100.0
#: Elements of SVC that name a procedure, and what leads their columns: as adjudicated, as submitted.
_PROCEDURES = ((1, ""), (6, "original_"))
#: Segments of which elements are read, and those of NM1: the others hold names.
_READ = [ID[name] for name in ("BPR", "TRN", "DTM", "N1", "NM1", "REF", "CLP", "SVC", "CAS", "LQ", "MIA", "MOA", "PLB")]
_NM1_ELEMENTS = (1, 8, 9)


class RemitBlock:
    """Remits and payments of a block whose every segment is as the guide says.

    Parameters
    ----------
    tokens, units
        The block.

    Attributes
    ----------
    doubtful
        By unit: whether it is left to the loop.
    """

    def __init__(self, tokens: Tokens, units: RemitUnits) -> None:
        self.tokens, self.units = tokens, units
        self.doubtful: Array = ~units.in_remits
        self.claims = np.flatnonzero((units.ids == ID["CLP"]) & units.in_remits)
        self._claim_of_unit: Array = np.full(len(units.rows), -1)
        self._claim_of_unit[self.claims] = np.arange(len(self.claims))
        self.claim: Array = self._claim_of_unit[units.unit_of_row]  # by segment, −1 outside of claims
        services = tokens.rows("SVC")
        self.services = services[self.claim[services] >= 0]
        self._find_loops(services)
        self._doubt_segments()
        self._columns = {
            (loop, column): self._read(list(fields))
            for (loop, column), fields in groupby(
                sorted(FIELDS, key=lambda field: (field.loop, field.column)), lambda field: (field.loop, field.column)
            )
        }
        self._procedures = {prefix: Procedures(tokens, self.services, element) for element, prefix in _PROCEDURES}
        for procedures in self._procedures.values():
            self._doubt(procedures.doubtful)
        self._line_number: Array = positions(self.claim[self.services])
        self.adjustments = self._details(adjustments)
        self.remarks = self._details(remarks)
        self.references = self._details(references)
        self._balance()
        self._take_transactions()

    # ── loops and doubt ───────────────────────────────────────────────────────────────────────────────────────────

    def _find_loops(self, services: Array) -> None:
        tokens, units = self.tokens, self.units
        opens = np.zeros(len(tokens), dtype=bool)
        numbers = np.zeros(len(tokens), dtype=np.uint8)
        opens[units.rows] = True
        headers = np.flatnonzero((units.ids == ID["ST"]) & units.in_remits)
        numbers[units.rows[headers]] = _LOOP["header"]
        numbers[units.rows[self.claims]] = _LOOP["2100"]
        opens[services] = True
        numbers[self.services] = _LOOP["2110"]
        parties = tokens.rows("N1")
        in_header = units.ids[units.unit_of_row[parties]] == ID["ST"]
        self._doubt(parties[~in_header])
        parties = parties[in_header]
        opens[parties] = True
        entity = tokens.key_of(parties, 1)
        for key, loop in _PARTY_WORDS.items():
            numbers[parties[entity == key]] = loop
        at = np.flatnonzero(opens)
        self._loop: Array = np.repeat(numbers[at], np.diff(at, append=len(opens)))
        line = np.zeros(len(tokens), dtype=np.int64)
        line[self.services] = 1
        self._line: Array = np.where(self._loop == _LOOP["2110"], np.cumsum(line) - 1, -1)

    def _doubt(self, rows: Array) -> None:
        self.doubtful[self.units.unit_of_row[rows]] = True

    def _doubt_segments(self) -> None:
        """What the loop alone knows: other ids, wrapped lines, bytes beyond ASCII, lost lines, ends of claims."""
        tokens, units = self.tokens, self.units
        self._doubt(tokens.strange(SEGMENT_IDS))
        self._doubt(tokens.wrapped_rows)
        row, element = tokens.foreign
        is_name = (tokens.ids[row] == ID["NM1"]) & ~np.isin(element, _NM1_ELEMENTS)
        self._doubt(row[~is_name & np.isin(tokens.ids[row], _READ)])
        services = tokens.rows("SVC")
        self._doubt(services[self.claim[services] < 0])
        for name in ("CAS", "LQ", "MIA", "MOA"):
            rows = tokens.rows(name)
            self._doubt(rows[self.claim[rows] < 0])
        after = units.envelope[units.envelope > 0]
        lost = units.ids[after] != ID["SE"]
        self.doubtful[after[lost] - 1] = True
        self.doubtful[-1:] = True  # what follows it stands in the next block, or nowhere

    # ── fields ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _instances(self, loop: str) -> tuple[Array, int]:
        """By segment: the instance of its loop; and how many there are."""
        if loop == "2110":
            return self._line, len(self.services)
        if loop == "2100":
            return self.claim, len(self.claims)
        return self.units.unit_of_row, len(self.units.rows)

    def _rows(self, segment: str, loop: str) -> Array:
        rows = self.tokens.rows(segment)
        in_loop: Array = rows[self._loop[rows] == _LOOP[loop]]
        return in_loop

    def _read(self, fields: list[Field]) -> Texts | Values:
        """One column; its fields differ in nothing but what a qualifier must be."""
        tokens, one = self.tokens, fields[0]
        rows = self._rows(one.segment, one.loop)
        if one.where:
            wanted = [
                np.logical_and.reduce([tokens.key_of(rows, n) == word(text) for n, text in field.where])
                for field in fields
            ]
            rows = rows[np.logical_or.reduce(wanted)]
        there, start, end = tokens.spans(rows, one.element)
        instance_of, count = self._instances(one.loop)
        instance = instance_of[rows[there]]
        if one.required:
            self._doubt(np.delete(rows, np.arange(len(rows))[there]))
        if one.read in (plain, code):
            return texts_of(tokens, start, end, instance, count)
        values, good = _NUMBERS[one.read](tokens, start, end)
        self._doubt(rows[there][~good])
        return Values(values, places(instance, count))

    def _text(self, loop: str, column: str, instances: Array) -> pa.Array:
        texts = self._columns[loop, column]
        assert isinstance(texts, Texts)
        return texts.array(texts.taken(instances), upper=column in _CODES)

    def _number(self, loop: str, column: str, instances: Array) -> Array:
        values = self._columns[loop, column]
        assert isinstance(values, Values)
        return values.taken(instances, NO_DAY)

    def _own(self, loop: str, column: str, instances: Array) -> Any:
        as_text = isinstance(self._columns[loop, column], Texts)
        return self._text(loop, column, instances) if as_text else self._number(loop, column, instances)

    # ── what hangs from claims and lines ──────────────────────────────────────────────────────────────────────────

    def _details(self, read: Any) -> Details:
        found: Details = read(self.tokens, self.claim)
        self._doubt(found.doubtful)
        return found

    def _line_of(self, rows: Array) -> Array:
        """Number of the line that is open at segments; null before the first."""
        line = self._line[rows]
        numbers = np.full(len(rows), NO_DAY)
        numbers[line >= 0] = self._line_number[line[line >= 0]]
        return numbers

    def _balance(self) -> None:
        """Doubt the claims and lines whose charge less adjustments is not what is paid."""
        rows, amount = self.adjustments.rows, self.adjustments.columns["adjustment_cents"]
        for instance_of, instances, loop, charge, paid in (
            (self.claim, self.claims, "2100", "total_charge_cents", "total_paid_cents"),
            (self._line, self.services, "2110", "line_charge_cents", "line_paid_cents"),
        ):
            count = len(instances)
            of = instance_of[rows]
            taken = np.bincount(of[of >= 0], weights=amount[of >= 0], minlength=count).astype(np.int64)
            everyone = np.arange(count)
            off = self._number(loop, charge, everyone) - taken != self._number(loop, paid, everyone)
            if loop == "2100":
                self.doubtful[self.claims[off]] = True
            else:
                self._doubt(self.services[off])
        self.paid_of_unit: Array = np.zeros(len(self.units.rows), dtype=np.int64)
        paid_cents = self._number("2100", "total_paid_cents", np.arange(len(self.claims)))
        self.paid_of_unit[self.claims] = np.where(self.doubtful[self.claims], 0, paid_cents)

    # ── transactions ──────────────────────────────────────────────────────────────────────────────────────────────

    def _take_transactions(self) -> None:
        """Find the transactions in which nothing is in doubt and whose payment balances; doubt the ends of others."""
        units = self.units
        count = len(units.rows)
        whole = np.zeros(count + 1, dtype=bool)  # the last for "no unit"
        whole[units.transactions] = True
        whole[units.transaction[self.doubtful]] = False
        whole[-1] = False
        self._provider_adjustments = self._read_provider_adjustments(whole)
        paid = np.bincount(
            np.maximum(units.transaction[self.claims], 0), weights=self.paid_of_unit[self.claims], minlength=count
        ).astype(np.int64)
        taken: dict[int, list[int | None]] = {}
        for transaction, row in self._provider_adjustments:
            taken.setdefault(transaction, []).append(row["adjustment_cents"])
        headers = np.flatnonzero(whole)
        amount = self._number("header", "payment_cents", headers)
        debit = (
            pc.equal(self._text("header", "credit_debit_code", headers), "D")
            .fill_null(False)
            .to_numpy(zero_copy_only=False)
        )
        for place in np.flatnonzero((amount != np.where(debit, -1, 1) * paid[headers]) | np.isin(headers, list(taken))):
            unit = int(headers[place])
            payment = {
                "payment_cents": None if amount[place] == NO_DAY else int(amount[place]),
                "credit_debit_code": "D" if debit[place] else None,
            }
            whole[unit] &= not payment_differs(payment, int(paid[unit]), taken.get(unit, []))
        self.whole = np.flatnonzero(whole)
        is_whole = whole[units.transaction]
        is_whole[1:] |= whole[units.transaction[:-1]] & (units.ids[1:] == ID["SE"])
        self.doubtful |= np.isin(units.ids, _OF_PAYMENT) & ~is_whole
        self.doubtful[is_whole] = False
        self.is_whole: Array = is_whole

    def _read_provider_adjustments(self, whole: Array) -> list[tuple[int, dict[str, Any]]]:
        """PLB of the transactions that are taken, one by one: there are few; one in doubt is not taken."""
        tokens, units = self.tokens, self.units
        rows = tokens.rows("PLB")
        rows = rows[whole[units.transaction[units.unit_of_row[rows]]]]
        found = []
        for row in rows.tolist():
            transaction = int(units.transaction[units.unit_of_row[row]])
            parts = tokens.text(row).split(tokens.delimiters.element)
            read, problems = read_provider_adjustments(parts, tokens.delimiters.component)
            if problems:
                whole[transaction] = False
            found += [(transaction, one) for one in read]
        return [(transaction, one) for transaction, one in found if whole[transaction]]

    @property
    def undeclared_component(self) -> bool:
        """Whether composites may be separated otherwise than ISA16 declares."""
        return self._procedures[""].undeclared_component

    # ── tables ────────────────────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def clean(self) -> Array:
        """Units of the claims that are taken."""
        return self.claims[~self.doubtful[self.claims]]

    def remit_days(self, units: Array) -> Array:
        """Day of the payments of transactions, given by their ST."""
        paid = self._number("header", "payment_date", units)
        return np.where(paid == NO_DAY, self._number("header", "production_date", units), paid)

    def tables(self, remit_day: Array, payment: Array, base: int) -> Tables:
        """Columns of what is taken, keyed by byte offsets.

        Parameters
        ----------
        remit_day, payment
            By claim that is taken: day of its payment as days since 1970-01-01, and byte offset of its ST in the file.
        base
            Byte offset in the file of position 0 of the block.
        """
        claim = self._claim_of_unit[self.clean]
        key = np.full(len(self.claims), -1)
        key[claim] = self.tokens.start[self.units.rows[self.clean]] + base
        return {
            "payments": self._payment_table(base),
            "remit_claims": self._claim_table(claim, key[claim], remit_day, payment),
            "remit_lines": self._line_table(key),
            "adjustments": self._detail_table(self.adjustments, key),
            "remarks": self._detail_table(self.remarks, key),
            "references": self._detail_table(self.references, key),
            "provider_adjustments": self._provider_table(base),
        }

    def _payment_table(self, base: int) -> dict[str, Any]:
        whole = self.whole
        offset = self.tokens.start[self.units.rows[whole]] + base
        named = [(loop, column) for loop, column in self._columns if loop in ("header", "1000A", "1000B")]
        table = {column: self._own(loop, column, whole) for loop, column in named}
        additional = table.pop("additional_payer_id")
        table["payer_id"] = pc.coalesce(table["payer_id"], additional)
        return table | {"payment_key": offset, "source_offset": offset}

    def _claim_table(self, claim: Array, key: Array, remit_day: Array, payment: Array) -> dict[str, Any]:
        table = {column: self._own(loop, column, claim) for loop, column in self._columns if loop == "2100"}
        ranks = table["payer_type"]
        table["payer_type"] = PAYER_TYPE_NAMES.take(pa.array(ranks, mask=ranks == NO_DAY))
        ends = table["statement_to_date"]
        table["statement_to_date"] = np.where(ends == NO_DAY, table["statement_from_date"], ends)
        reversal = pc.equal(table["claim_status_code"], REVERSAL).to_numpy(zero_copy_only=False)
        own = {"remit_key": key, "source_offset": key, "payment_key": payment, "remit_date": remit_day}
        return table | own | {"is_reversal": reversal}

    def _line_table(self, key: Array) -> dict[str, Any]:
        of_line = key[self.claim[self.services]]
        line = np.flatnonzero(of_line >= 0)
        table = {column: self._own(loop, column, line) for loop, column in self._columns if loop == "2110"}
        ends = table["service_to_date"]
        table["service_to_date"] = np.where(ends == NO_DAY, table["service_from_date"], ends)
        for column, absent in (("quantity", 1.0), ("original_quantity", np.nan)):
            units = table[column]
            table[column] = np.where(units == NO_DAY, absent, units / _HUNDRED)
        revenue = table.pop("revenue_center_code")
        for prefix, procedures in self._procedures.items():
            table |= {prefix + column: codes for column, codes in procedures.columns(line).items()}
        as_code = table["revenue_center_code"]
        table["revenue_center_code"] = pc.coalesce(as_code, revenue) if as_code.null_count else as_code
        return table | {"remit_key": of_line[line], "line_number": self._line_number[line]}

    def _detail_table(self, details: Details, key: Array) -> dict[str, Any]:
        claim = self.claim[details.rows]
        kept = np.flatnonzero(key[claim] >= 0)
        return details.table(kept) | {
            "remit_key": key[claim][kept],
            "line_number": self._line_of(details.rows[kept]),
            "position": positions(claim)[kept],
        }

    def _provider_table(self, base: int) -> dict[str, Any]:
        is_whole = np.zeros(len(self.units.rows), dtype=bool)
        is_whole[self.whole] = True
        found = [(transaction, row) for transaction, row in self._provider_adjustments if is_whole[transaction]]
        transaction = np.array([one for one, _ in found], dtype=np.int64)

        def column(name: str, absent: Any) -> list[Any]:
            return [absent if row[name] is None else row[name] for _, row in found]

        return {
            "payment_key": self.tokens.start[self.units.rows[transaction]] + base,
            "position": positions(transaction),
            **{
                name: pa.array(column(name, None), pa.large_string())
                for name in ("provider_npi", "reason_code", "reference")
            },
            **{
                name: np.array(column(name, NO_DAY), dtype=np.int64)
                for name in ("fiscal_period_date", "adjustment_cents")
            },
        }


_OF_PAYMENT = [ID[name] for name in ("ST", "SE", "PLB")]
_CODES = frozenset(field.column for field in FIELDS if field.read is code)
#: The columnar form of each reader of values in the table of fields.
_NUMBERS: dict[Any, Any] = {
    cents: signed_hundredths,
    quantity: signed_hundredths,
    day: days,
    payer_type: payer_type_ranks,
}
