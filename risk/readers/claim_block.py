"""The claims of one block as columns, those that are not just as the guides say left out.

What a claim must be for its columns to be taken is said here, once, and always on the careful side: any claim in
doubt is left to :mod:`risk.readers.claim_loop`, which knows the rest of the guides and words what is wrong.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from risk.claims.tables import CLAIMS, MODIFIERS, POINTERS
from risk.readers.claim_scopes import BASE, Scopes
from risk.readers.claims_837_fields import DX_ORDER, DX_QUALIFIERS, FIELDS, PAYER_TYPE_OF_INDICATOR, Field, payer_type
from risk.readers.elements import code, day, moment_day, period_end, period_start, plain, sex
from risk.readers.spans import (
    NO_DAY,
    Components,
    Texts,
    days,
    hundredths,
    is_digits,
    naturals,
    period_bounds,
    places,
)
from risk.readers.tokens import ID, Array, Tokens
from risk.readers.words import Words, upper, word

if TYPE_CHECKING:
    from risk.readers.claim_levels import Levels

_MOST_LINES = 10**6
_TOO_MANY_CENTS = 10**10  # of one amount that is taken here; sums of lines stay far inside 64 bits
_HUNDRED = 100.0


class Values(NamedTuple):
    """Numbers of a field and for each instance of its loop the place of its number, −1 for none."""

    values: Array
    place: Array

    def taken(self, instances: Array, absent: int) -> Array:
        """Values of instances; ``absent`` where there is none."""
        if not len(self.values):
            return np.full(len(instances), absent)
        at = np.where(instances >= 0, self.place[instances], -1)
        return np.where(at >= 0, self.values[at], absent)


class ClaimBlock:
    """Claims of a block whose every segment is as the guides say.

    Parameters
    ----------
    tokens, levels, scopes
        The block.
    open_end
        Whether the interchange ends with the block, so that its last claim needs an SE after it.

    Attributes
    ----------
    doubtful
        By unit: whether anything in it is left to the loop, or in a level it belongs to.
    """

    def __init__(self, tokens: Tokens, levels: Levels, scopes: Scopes, *, open_end: bool) -> None:
        self.tokens, self.levels, self.scopes = tokens, levels, scopes
        self.units = len(levels.rows)
        self.doubtful: Array = np.zeros(self.units, dtype=bool)
        self.claims = np.flatnonzero((levels.ids == ID["CLM"]) & levels.in_claims)
        self._last_place: tuple[object, ...] = ()
        self._last_spans: tuple[Array, Array, Array] = (_NOWHERE, _NOWHERE, _NOWHERE)
        self._doubt_segments()
        self._doubt_ends(open_end)
        self._pair_lines()
        self._columns = {(field.loop, field.column): self._read(field) for field in FIELDS if field.loop != "header"}
        self._read_claims()
        self._read_services()
        self._read_diagnoses()
        self._read_notes()
        self._inherit_doubt()
        self._doubt_kinds()

    def _doubt(self, rows: Array) -> None:
        self.doubtful[self.levels.unit_of_row[rows]] = True

    # ── what the columns do not take ──────────────────────────────────────────────────────────────────────────────

    def _doubt_segments(self) -> None:
        tokens, scopes = self.tokens, self.scopes
        self._doubt(np.flatnonzero(tokens.ids == 0))
        self._doubt(tokens.wrapped_rows)
        self._doubt(scopes.foreign_rows)
        self._doubt(tokens.rows("SV3"))
        for name in ("LX", "SV1", "SV2", "SVD", "LIN"):
            rows = tokens.rows(name)
            self._doubt(rows[~scopes.in_claim[rows]])
        if tokens.cut:
            self.doubtful[-1:] = True

    def _doubt_ends(self, open_end: bool) -> None:
        """Claims that an envelope ends otherwise than with SE may not be whole; a level should not end with it."""
        levels = self.levels
        after = levels.envelope[levels.envelope > 0]
        whole = (levels.ids[after] == ID["SE"]) & (levels.ids[after - 1] == ID["CLM"])
        self.doubtful[after[~whole] - 1] = True
        if open_end:
            self.doubtful[-1:] = True

    def _inherit_doubt(self) -> None:
        levels, claims = self.levels, self.claims
        for above in (levels.billing, levels.subscriber, levels.patient):
            units = above[claims]
            self.doubtful[claims] |= (units >= 0) & self.doubtful[units]

    def _doubt_kinds(self) -> None:
        """Where claims are not of the kind their transaction declares, leave to the loop what it says of that once."""
        levels, claims = self.levels, self.claims
        declared = levels.institutional[claims]
        mixed = self._institutional != declared
        if not mixed.any():
            return
        first = np.diff(levels.transaction[claims], prepend=-2) != 0
        before = np.where(first, declared, np.roll(self._institutional, 1))
        after_doubt = ~first & np.roll(self.doubtful[claims], 1)
        self.doubtful[claims] |= (self._institutional != before) | after_doubt

    # ── lines ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _pair_lines(self) -> None:
        """Find the claims whose every LX has its SV1, or its SV2, and number those lines."""
        tokens, levels = self.tokens, self.levels
        ids = tokens.ids
        rows = np.flatnonzero((ids == ID["LX"]) | (ids == ID["SV1"]) | (ids == ID["SV2"]))
        unit = levels.unit_of_row[rows]
        is_line = ids[rows] == ID["LX"]
        same = unit[1:] == unit[:-1]
        follows = np.zeros(len(rows), dtype=bool)
        follows[:-1] = same & ~is_line[1:]
        leads = np.zeros(len(rows), dtype=bool)
        leads[1:] = same & is_line[:-1]
        self.doubtful[unit[~np.where(is_line, follows, leads)]] = True
        professional, institutional = (
            np.bincount(unit[ids[rows] == ID[name]], minlength=self.units) for name in ("SV1", "SV2")
        )
        self.doubtful[self.claims] |= ((professional > 0) == (institutional > 0))[self.claims]
        self._institutional = (institutional > 0)[self.claims]
        paired = ~self.doubtful[unit] & (levels.ids[unit] == ID["CLM"]) & levels.in_claims[unit]
        self._line_rows, self._service_rows = rows[paired & is_line], rows[paired & ~is_line]
        self._line_unit = levels.unit_of_row[self._line_rows]
        there, start, end = tokens.spans(self._line_rows, 1)
        number, good = naturals(tokens, start, end)
        self._line_number: Array = np.zeros(len(self._line_rows), dtype=np.int64)
        self._line_number[there] = np.where(good, number, 0)
        bad = (self._line_number < 1) | (self._line_number >= _MOST_LINES)
        bad[1:] |= (self._line_unit[1:] == self._line_unit[:-1]) & (self._line_number[1:] <= self._line_number[:-1])
        self.doubtful[self._line_unit[bad]] = True
        lines = np.zeros(len(tokens), dtype=np.int32)
        lines[self._line_rows] = 1
        self._line_of_row: Array = np.cumsum(lines, dtype=np.int32) - 1

    # ── fields ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _read(self, field: Field) -> Texts | Values:
        tokens = self.tokens
        rows, start, end = self._spans(field)
        of_line = field.loop.startswith("24")
        instance = (self._line_of_row if of_line else self.levels.unit_of_row)[rows]
        place = places(instance, len(self._line_rows) if of_line else self.units) if len(rows) else _NOWHERE
        if field.read in (plain, code):
            return Texts(tokens, start, end, place)
        values, good = _NUMBERS[field.read](tokens, start, end)
        if not good.all():
            self._doubt(rows[~good])
        return Values(values, place)

    def _spans(self, field: Field) -> tuple[Array, Array, Array]:
        """Segments in which a field stands, and the spans of its element; those of the last field are remembered."""
        place = (field.segment, field.loop, field.element, field.where, field.without)
        if place == self._last_place:
            return self._last_spans
        tokens, rows = self.tokens, self._rows(field.segment, field.loop)
        if field.where:
            keys = tokens.key_of(rows, field.where[0])
            rows = rows[np.logical_or.reduce([keys == word(text) for text in sorted(field.where[1])])]
        if field.without:
            rows = rows[tokens.key_of(rows, field.without) == 0]
        there, start, end = tokens.spans(rows, field.element)
        self._last_place, self._last_spans = place, (rows[there], start, end)
        return self._last_spans

    def _rows(self, segment: str, loop: str) -> Array:
        """Segments of an id in a loop; of lines only those that stand in paired lines."""
        rows = self.scopes.rows(segment, loop)
        if loop.startswith("24"):
            rows = rows[~self.doubtful[self.levels.unit_of_row[rows]]]
        return rows

    def _read_claims(self) -> None:
        """CLM: id, total, facility and frequency; by claim."""
        tokens = self.tokens
        rows = self.levels.rows[self.claims]
        self._claim_id = self._texts(rows, 1, needed=True)
        self._total, good = self._amounts(rows, 2)
        self.doubtful[self.claims[~good]] = True
        there, start, end = tokens.spans(rows, 5)
        parts = Components(tokens, start, end)
        self.undeclared_component = bool(((parts.count == 1) & (end - start > 2)).any())
        claim = np.arange(len(rows))[there]
        self._facility = self._component(parts, 0, claim, len(rows))
        self._frequency = self._component(parts, 2, claim, len(rows))
        there, start, end = tokens.spans(rows, 11)
        parts, claim = Components(tokens, start, end), np.arange(len(rows))[there]
        self._accident = {
            column: self._component(parts, rank, claim, len(rows))
            for column, rank in (("accident_cause_code", 0), ("accident_state", 3))
        }

    def _read_services(self) -> None:
        """SV1 and SV2; by line."""
        tokens, rows = self.tokens, self._service_rows
        count = len(rows)
        institutional = tokens.ids[rows] == ID["SV2"]
        self._revenue = self._texts(rows[institutional], 1, instances=count, of=np.flatnonzero(institutional))
        shift = institutional.astype(np.int64)
        there, start, end = self._elements(rows, 1 + shift)
        parts = Components(tokens, start, end)
        self._procedure = self._component(parts, 1, there, count)
        self._modifiers = [self._component(parts, rank, there, count) for rank in range(2, 6)]
        self._charge, good = self._amounts(rows, 2 + shift)
        self._doubt(rows[~good])
        there, start, end = self._elements(rows, 4 + shift)
        quantity, good = hundredths(tokens, start, end)
        self._doubt(rows[there[~good]])
        self._quantity: Array = np.full(count, np.nan)
        self._quantity[there] = quantity / _HUNDRED
        own = np.flatnonzero(~institutional)
        self._place = self._texts(rows[own], 5, instances=count, of=own)
        self._pointers: Array = np.zeros((len(POINTERS), count), dtype=np.int64)
        said, start, end = tokens.spans(rows[own], 7)
        parts, line = Components(tokens, start, end), own[said]
        self._doubt(rows[line[parts.count > len(POINTERS)]])
        for rank, pointers in enumerate(self._pointers):
            if not (parts.count > rank).any():
                break
            start, end = parts.raw(rank)
            there = np.flatnonzero(end > start)
            start, end = start[there], end[there]
            value, good = naturals(tokens, start, end)
            good &= (value >= 1) & (value <= 12) & (end - start <= 2)
            self._doubt(rows[line[there[~good]]])
            pointers[line[there]] = np.where(good, value, 0)

    def _read_diagnoses(self) -> None:
        """HI of 2300; one row per diagnosis, in the order in which pointers count."""
        tokens = self.tokens
        rows = tokens.rows("HI")
        rows = rows[self.scopes.base[rows] == BASE["2300"]]
        count = tokens.count[rows]
        element = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count) + 1
        rows = np.repeat(rows, count)
        at = tokens.head[rows] + element
        parts = Components(tokens, *tokens.trimmed(tokens.D[at] + 1, tokens.D[at + 1]))
        keys = upper(tokens.key(*parts[0]))
        qualifier = _DX_WORDS.find(keys)
        start, end = parts[1]
        is_drg = np.flatnonzero((keys == _DRG) & (end > start))
        units = self.levels.unit_of_row[rows[is_drg]]
        self._drg = Texts(tokens, start[is_drg], end[is_drg], places(units, self.units))
        is_dx = qualifier >= 0
        poa_start, poa_end = (bound[is_dx] for bound in parts[8])
        rows, qualifier, start, end = rows[is_dx], qualifier[is_dx], start[is_dx], end[is_dx]
        said = np.flatnonzero(poa_end > poa_start)
        self._poa = Texts(tokens, poa_start[said], poa_end[said], places(said, len(rows)))
        self._doubt(rows[(start == end) | (tokens.byte(start) == ord("."))])
        unit = self.levels.unit_of_row[rows]
        order = unit.astype(np.int64) * len(DX_ORDER) + _DX_ORDERS[qualifier]
        if (order[1:] < order[:-1]).any():
            moved = np.argsort(order, kind="stable")
            unit, qualifier = unit[moved], qualifier[moved]
        else:
            moved = np.arange(len(unit))
        self._dx_unit, self._dx_qualifier = unit, qualifier
        self._dx, self._dx_place = Texts(tokens, start, end, _NOWHERE), moved
        self._dx_position = np.arange(len(unit)) - np.searchsorted(unit, unit) + 1

    def _read_notes(self) -> None:
        """NTE of 2300 and 2400."""
        tokens = self.tokens
        rows = tokens.rows("NTE")
        base = self.scopes.base[rows]
        rows = rows[(base == BASE["2300"]) | (base == BASE["2400"])]
        there, start, end = tokens.spans(rows, 2)
        rows = rows[there]
        self._note_rows, self._note = rows, Texts(tokens, start, end, _NOWHERE)

    # ── helpers ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _elements(self, rows: Array, element: Array) -> tuple[Array, Array, Array]:
        """Spans of an element that differs from row to row, with the places of the rows that have it, not blank."""
        tokens = self.tokens
        there = np.flatnonzero(tokens.count[rows] >= element)
        at = tokens.head[rows[there]] + element[there]
        start, end = tokens.trimmed(tokens.D[at] + 1, tokens.D[at + 1])
        said = end > start
        return there[said], start[said], end[said]

    def _amounts(self, rows: Array, element: Array | int) -> tuple[Array, Array]:
        """Cents of one element of each row, and whether there was such an amount."""
        elements = element if isinstance(element, np.ndarray) else np.full(len(rows), element)
        there, start, end = self._elements(rows, elements)
        value, good = hundredths(self.tokens, start, end)
        cents, found = np.zeros(len(rows), dtype=np.int64), np.zeros(len(rows), dtype=bool)
        cents[there], found[there] = np.where(good, value, 0), good & (value < _TOO_MANY_CENTS)
        return cents, found

    def _texts(
        self, rows: Array, element: int, *, instances: int | None = None, of: Array | None = None, needed: bool = False
    ) -> Texts:
        """Texts of one element of each row; an instance is a row, unless ``of`` names it."""
        there, start, end = self.tokens.spans(rows, element)
        at = np.arange(len(rows))[there]
        if needed and len(at) < len(rows):
            self._doubt(np.delete(rows, at))
        return Texts(self.tokens, start, end, places(at if of is None else of[at], instances or len(rows)))

    def _component(self, parts: Components, rank: int, instance: Array, instances: int) -> Texts:
        if not (parts.count > rank).any():
            return Texts(self.tokens, _NOWHERE, _NOWHERE, _NOWHERE)
        start, end = parts[rank]
        said = np.flatnonzero(end > start)
        return Texts(self.tokens, start[said], end[said], places(instance[said], instances))

    # ── tables ────────────────────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def clean(self) -> Array:
        """Units of the claims that are taken."""
        return self.claims[~self.doubtful[self.claims]]

    def is_claim(self, unit: int) -> bool:
        """Whether a unit is a claim of a transaction of claims."""
        return bool(self.levels.ids[unit] == ID["CLM"] and self.levels.in_claims[unit])

    def kind_before(self, unit: int) -> str | None:
        """Kind of the last claim before a unit, if it is taken and of the transaction that is open there."""
        place = int(np.searchsorted(self.claims, unit)) - 1
        if place < 0:
            return None
        claim = self.claims[place]
        if self.doubtful[claim] or self.levels.transaction[claim] != self.levels.transaction[unit - 1]:
            return None
        return "institutional" if self._institutional[place] else "professional"

    def tables(self, submission_date: Array, offset: int) -> dict[str, dict[str, Any]]:
        """Columns of the claims that are taken; keys count from 0.

        Parameters
        ----------
        submission_date
            By claim that is taken: days since 1970-01-01.
        offset
            Byte offset in the file of the block's first byte.
        """
        claims = self._claim_table(submission_date, offset)
        key_of_unit: Array = np.full(self.units, -1)
        key_of_unit[self.clean] = np.arange(len(self.clean))
        return {
            "claims": claims,
            "service_lines": self._line_table(key_of_unit, claims),
            "diagnoses": self._diagnosis_table(key_of_unit),
            "notes": self._note_table(key_of_unit),
        }

    def _text(self, loop: str, column: str, instances: Array) -> pa.Array:
        texts = self._columns[loop, column]
        assert isinstance(texts, Texts)
        return texts.array(texts.taken(instances), upper=column in _CODES)

    def _day(self, loop: str, column: str, instances: Array) -> Array:
        values = self._columns[loop, column]
        assert isinstance(values, Values)
        return values.taken(instances, NO_DAY)

    def _own(self, loop: str, column: str, instances: Array) -> Any:
        """Column of a field that nothing else fills."""
        day = isinstance(self._columns[loop, column], Values)
        return self._day(loop, column, instances) if day else self._text(loop, column, instances)

    def _word(self, loop: str, column: str, instances: Array, meanings: pa.Array) -> pa.Array:
        values = self._columns[loop, column]
        assert isinstance(values, Values)
        index = values.taken(instances, -1)
        return meanings.take(pa.array(index, mask=index < 0))

    def _claim_table(self, submission_date: Array, offset: int) -> dict[str, Any]:
        levels, units = self.levels, self.clean
        a, b, c = levels.billing[units], levels.subscriber[units], levels.patient[units]
        claim = np.searchsorted(self.claims, units)
        institutional = self._institutional[claim]
        of_patient = pa.array(c >= 0)
        has_patients, any_institutional = bool((c >= 0).any()), bool(institutional.any())

        def either(column: str, patient_loop: str, subscriber_loop: str) -> pa.Array:
            own = self._text(subscriber_loop, column, b)
            return pc.if_else(of_patient, self._text(patient_loop, column, c), own) if has_patients else own

        subscriber_sexes = sexes = self._word("2010B:IL", "patient_sex", b, _SEXES)
        subscriber_born = born = self._day("2010B:IL", "patient_birth_date", b)
        if has_patients:
            sexes = pc.if_else(of_patient, self._word("2010C:QC", "patient_sex", c, _SEXES), sexes)
            born = np.where(c >= 0, self._day("2010C:QC", "patient_birth_date", c), born)
        facility = self._facility.array(self._facility.taken(claim), upper=True)
        frequency = self._frequency.array(self._frequency.taken(claim), upper=True)
        place_of_service, bill_type = facility, pa.nulls(len(units), pa.large_string())
        rendering = self._text("2310:82", "rendering_npi", units)
        if any_institutional:
            is_institutional = pa.array(institutional)
            nothing = pa.scalar("", pa.large_string())
            null = pa.scalar(None, pa.large_string())
            joined = pc.binary_join_element_wise(facility, frequency, nothing)
            bill_type = pc.if_else(is_institutional, joined, null)
            place_of_service = pc.if_else(is_institutional, null, facility)
            attending = pc.if_else(is_institutional, self._text("2310:71", "attending_npi", units), null)
            rendering = pc.coalesce(rendering, attending)
        self._statement = (
            self._day("2300", "statement_from_date", units),
            self._day("2300", "statement_to_date", units),
        )
        billing_state = self._text("2010A:85", "billing_state", a)
        return {
            "claim_id": self._claim_id.array(self._claim_id.taken(claim)),
            "source_offset": self.tokens.start[levels.rows[units]] + offset,
            "claim_kind": _KINDS.take(pa.array(institutional.astype(np.int64))),
            "payer_id": self._text("2010B:PR", "payer_id", b),
            "payer_name": self._text("2010B:PR", "payer_name", b),
            "payer_type": self._word("2000B", "payer_type", b, _PAYER_TYPES),
            "member_id": self._text("2010B:IL", "member_id", b),
            "subscriber_relationship_code": either("subscriber_relationship_code", "2000C", "2000B"),
            "patient_birth_date": born,
            "patient_sex": sexes,
            "patient_state": either("patient_state", "2010C:QC", "2010B:IL"),
            "billing_npi": self._text("2010A:85", "billing_npi", a),
            "billing_taxonomy_code": self._text("2000A", "billing_taxonomy_code", a),
            "rendering_npi": rendering,
            "referring_npi": pc.coalesce(
                self._text("2310:DN", "referring_npi", units), self._text("2310:P3", "primary_care_npi", units)
            ),
            "facility_npi": self._text("2310:77", "facility_npi", units),
            "facility_state": pc.coalesce(self._text("2310:77", "facility_state", units), billing_state),
            "place_of_service_code": place_of_service,
            "bill_type_code": bill_type,
            "claim_frequency_code": frequency,
            "submission_date": submission_date,
            "prior_auth_number": self._text("2300", "prior_auth_number", units),
            "total_charge_cents": self._total[claim],
            "payer_responsibility_code": self._text("2000B", "payer_responsibility_code", b),
            "subscriber_birth_date": subscriber_born,
            "subscriber_sex": subscriber_sexes,
            "drg_code": self._drg.array(self._drg.taken(units), upper=True),
            **{name: texts.array(texts.taken(claim), upper=True) for name, texts in self._accident.items()},
            **{column: self._own(loop, column, units) for loop, column in _OF_CLAIM},
        }

    def _line_table(self, key_of_unit: Array, claims: dict[str, Any]) -> dict[str, Any]:
        key = key_of_unit[self._line_unit]
        line = np.flatnonzero(key >= 0)
        key = key[line]
        index = pa.array(key)

        def own_or_claims(own: pa.Array, column: str) -> pa.Array:
            return pc.coalesce(own, claims[column].take(index)) if own.null_count else own

        begins = self._day("2400", "service_from_date", line)
        ends = self._day("2400", "service_to_date", line)
        by_statement = (begins == NO_DAY) & (self.tokens.ids[self._service_rows[line]] == ID["SV2"])
        if by_statement.any():
            begins = np.where(by_statement, self._statement[0][key], begins)
            ends = np.where(by_statement, self._statement[1][key], ends)

        def codes(texts: Texts) -> pa.Array:
            return texts.array(texts.taken(line), upper=True)

        return {
            "claim_key": key,
            "line_number": self._line_number[line],
            "procedure_code": codes(self._procedure),
            **{column: codes(texts) for column, texts in zip(MODIFIERS, self._modifiers, strict=True)},
            "quantity": self._quantity[line],
            "line_charge_cents": self._charge[line],
            **{column: pointers[line] for column, pointers in zip(POINTERS, self._pointers, strict=True)},
            "service_from_date": begins,
            "service_to_date": ends,
            "revenue_center_code": codes(self._revenue),
            "place_of_service_code": own_or_claims(codes(self._place), "place_of_service_code"),
            "rendering_npi": own_or_claims(self._text("2420:82", "rendering_npi", line), "rendering_npi"),
            "prior_auth_number": own_or_claims(self._text("2400", "prior_auth_number", line), "prior_auth_number"),
            **{column: self._own(loop, column, line) for loop, column in _OF_LINE},
        }

    def _diagnosis_table(self, key_of_unit: Array) -> dict[str, Any]:
        key = key_of_unit[self._dx_unit]
        kept = key >= 0
        codes = self._dx.array(self._dx_place[kept], upper=True)
        return {
            "claim_key": key[kept],
            "dx_position": self._dx_position[kept],
            "dx_code": pc.replace_substring(codes, ".", ""),
            "dx_qualifier": _DX_MEANINGS.take(pa.array(self._dx_qualifier[kept])),
            "present_on_admission": self._poa.array(self._poa.taken(self._dx_place[kept]), upper=True),
        }

    def _note_table(self, key_of_unit: Array) -> dict[str, Any]:
        key = key_of_unit[self.levels.unit_of_row[self._note_rows]]
        kept = np.flatnonzero(key >= 0)
        rows = self._note_rows[kept]
        of_line = self.scopes.base[rows] == BASE["2400"]
        number = np.zeros(len(rows), dtype=np.int64)
        number[of_line] = self._line_number[self._line_of_row[rows[of_line]]]
        return {"claim_key": key[kept], "line_number": number, "note_text": self._note.array(kept)}


_NOWHERE: Array = np.array([], dtype=np.int64)
_KINDS = pa.array(["professional", "institutional"], pa.large_string())
_SEX_CODES = "FMU"
_SEX_WORDS = Words(list(_SEX_CODES))
_SEXES = pa.array(list(_SEX_CODES), pa.large_string())
_INDICATORS = Words(list(PAYER_TYPE_OF_INDICATOR))
_PAYER_TYPES = pa.array([*PAYER_TYPE_OF_INDICATOR.values(), payer_type("")], pa.large_string())
_DX_WORDS = Words(list(DX_QUALIFIERS))
_DX_MEANINGS = pa.array(list(DX_QUALIFIERS.values()), pa.large_string())
_DX_ORDERS = np.array([DX_ORDER[meaning] for meaning in DX_QUALIFIERS.values()])
_DRG = np.uint64(word("DR"))
#: Fields of claims and lines that no other field fills and nothing depends on.
_COMPOSED = {"rendering_npi", "referring_npi", "facility_npi", "facility_state", "prior_auth_number"}
_OF_CLAIM = [
    (field.loop, field.column)
    for field in FIELDS
    if field.loop.startswith("23") and field.column in CLAIMS and field.column not in _COMPOSED
]
_OF_LINE = [
    ("2400", "line_control_number"),
    ("2410", "ndc_code"),
    ("2420:DK", "ordering_npi"),
    ("2420:DQ", "supervising_npi"),
    ("2420:DN", "referring_npi"),
]
_CODES = frozenset(field.column for field in FIELDS if field.read is code)


def _sexes(tokens: Tokens, start: Array, end: Array) -> tuple[Array, Array]:
    index = _SEX_WORDS.find(upper(tokens.key(start, end)))
    return index, index >= 0


def _payer_types(tokens: Tokens, start: Array, end: Array) -> tuple[Array, Array]:
    index = _INDICATORS.find(upper(tokens.key(start, end)))
    return np.where(index < 0, len(PAYER_TYPE_OF_INDICATOR), index), np.ones(len(index), dtype=bool)


def _moment_days(tokens: Tokens, start: Array, end: Array) -> tuple[Array, Array]:
    has_time = (end - start == 12) & is_digits(tokens.word(end - 8))
    return days(tokens, start, np.where(has_time, start + 8, end))


def _first_days(tokens: Tokens, start: Array, end: Array) -> tuple[Array, Array]:
    return period_bounds(tokens, start, end, last=False)


def _last_days(tokens: Tokens, start: Array, end: Array) -> tuple[Array, Array]:
    return period_bounds(tokens, start, end, last=True)


#: The columnar form of each reader of values in the table of fields.
_NUMBERS: dict[Any, Any] = {
    day: days,
    moment_day: _moment_days,
    period_start: _first_days,
    period_end: _last_days,
    sex: _sexes,
    payer_type: _payer_types,
}
