"""The table of fields by columns: one value for each instance of the loop that a field stands in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from risk.readers.claims_837_fields import FIELDS, Field, payer_type
from risk.readers.elements import cents, code, day, moment_day, period_end, period_start, plain, quantity, sex
from risk.readers.payer_types import PAYER_TYPE_NAMES, payer_type_ranks
from risk.readers.spans import (
    MOST_CENTS,
    NO_DAY,
    NOWHERE,
    Texts,
    Values,
    days,
    hundredths,
    is_digits,
    period_bounds,
    places,
    texts_of,
)
from risk.readers.words import Words, upper, word

if TYPE_CHECKING:
    from collections.abc import Mapping

    from risk.readers.claim_doubt import Doubt
    from risk.readers.claim_instances import Instances
    from risk.readers.claim_lines import Lines
    from risk.readers.claim_scopes import Scopes
    from risk.readers.segments import Segments
    from risk.readers.tokens import Array, Tokens


#: Loops of other payers, by the loop that opens their instances.
_OTHERS = {"2320": "2320", "2330:PR": "2320", "2430": "2430"}


class Fields:
    """Values of the table of fields in one block.

    Parameters
    ----------
    scopes, lines
        The block.
    others
        Instances of the loops of other payers, by the loop that opens them.
    doubt
        Takes the segments that cannot be read here.
    """

    def __init__(self, scopes: Scopes, lines: Lines, others: Mapping[str, Instances], doubt: Doubt) -> None:
        self.tokens, self.levels, self.scopes = scopes.tokens, scopes.levels, scopes
        self._lines, self._others, self._doubt = lines, others, doubt
        self._chosen: dict[tuple[object, ...], Segments] = {}
        self._last_place: tuple[object, ...] = ()
        self._last_spans: tuple[Array, Array, Array] = (NOWHERE, NOWHERE, NOWHERE)
        self._columns = {
            (field.loop, field.column): self._read(field)
            for field in FIELDS
            if field.loop != "header" and (field.loop not in _OTHERS or len(others[_OTHERS[field.loop]].rows))
        }
        self._chosen.clear()

    def text(self, loop: str, column: str, instances: Array) -> pa.Array:
        """Texts of instances, null where there is none."""
        texts = self._columns[loop, column]
        assert isinstance(texts, Texts)
        return texts.array(texts.taken(instances), upper=column in _CODES)

    def day(self, loop: str, column: str, instances: Array) -> Array:
        """Days of instances."""
        return self.number(loop, column, instances, NO_DAY)

    def number(self, loop: str, column: str, instances: Array, absent: float) -> Array:
        """Numbers of instances, ``absent`` where there is none."""
        values = self._columns[loop, column]
        assert isinstance(values, Values)
        return values.taken(instances, absent)

    def own(self, loop: str, column: str, instances: Array) -> Any:
        """Column of a field that nothing else fills."""
        day = isinstance(self._columns[loop, column], Values)
        return self.day(loop, column, instances) if day else self.text(loop, column, instances)

    def word(self, loop: str, column: str, instances: Array) -> pa.Array:
        """Words of a vocabulary, such as sexes and payer types."""
        values = self._columns[loop, column]
        assert isinstance(values, Values)
        index = values.taken(instances, -1)
        return _MEANINGS[column].take(pa.array(index, mask=index < 0))

    def _read(self, field: Field) -> Texts | Values:
        tokens = self.tokens
        rows, start, end = self._spans(field)
        if opened_by := _OTHERS.get(field.loop):
            other = self._others[opened_by]
            instance, count = other.of(rows), len(other.rows)
        elif field.loop.startswith("24"):
            instance, count = self._lines.of_row[rows], len(self._lines)
        else:
            instance, count = self.levels.unit_of_row[rows], len(self.levels.rows)
        if field.read in (plain, code):
            return texts_of(tokens, start, end, instance, count)
        values, good = _NUMBERS[field.read](tokens, start, end)
        if not good.all():
            self._doubt.rows(rows[~good])
        return Values(values, places(instance, count))

    def _spans(self, field: Field) -> tuple[Array, Array, Array]:
        """Segments in which a field stands, and the spans of its element; those of the last field are remembered."""
        place = (field.segment, field.loop, field.element, field.where, field.without)
        if place != self._last_place:
            segments = self._segments(field)
            there, start, end = segments.spans(field.element)
            self._last_place, self._last_spans = place, (segments.rows[there], start, end)
        return self._last_spans

    def _segments(self, field: Field) -> Segments:
        """Segments in which a field may stand; chosen once for all fields of the same."""
        place = (field.segment, field.loop, field.where, field.without)
        if place not in self._chosen:
            if field.without:
                segments = self._segments(field._replace(without=0))
                segments = segments.where(segments.keys(field.without) == 0)
            elif field.where:
                element, texts = field.where
                segments = self._segments(field._replace(where=None))
                keys = segments.keys(element)
                segments = segments.where(np.logical_or.reduce([keys == word(text) for text in sorted(texts)]))
            else:
                segments = self.tokens.segments(self._rows(field.segment, field.loop))
            self._chosen[place] = segments
        return self._chosen[place]

    def _rows(self, segment: str, loop: str) -> Array:
        """Segments of an id in a loop; of lines only those that stand in paired lines."""
        rows = self.scopes.rows(segment, loop)
        return self._doubt.trusted(rows) if loop.startswith("24") and loop not in _OTHERS else rows


_SEX_CODES = "FMU"
_SEX_WORDS = Words(list(_SEX_CODES))
_SEXES = pa.array(list(_SEX_CODES), pa.large_string())
_MEANINGS = {"patient_sex": _SEXES, "payer_type": PAYER_TYPE_NAMES}
_CODES = frozenset(field.column for field in FIELDS if field.read is code)


def _sexes(tokens: Tokens, start: Array, end: Array) -> tuple[Array, Array]:
    index = _SEX_WORDS.find(upper(tokens.key(start, end)))
    return index, index >= 0


def _moment_days(tokens: Tokens, start: Array, end: Array) -> tuple[Array, Array]:
    has_time = (end - start == 12) & is_digits(tokens.word(end - 8))
    return days(tokens, start, np.where(has_time, start + 8, end))


def _first_days(tokens: Tokens, start: Array, end: Array) -> tuple[Array, Array]:
    return period_bounds(tokens, start, end, last=False)


def _last_days(tokens: Tokens, start: Array, end: Array) -> tuple[Array, Array]:
    return period_bounds(tokens, start, end, last=True)


def _cents(tokens: Tokens, start: Array, end: Array) -> tuple[Array, Array]:
    value, good = hundredths(tokens, start, end)
    return value, good & (value < MOST_CENTS)


def _quantities(tokens: Tokens, start: Array, end: Array) -> tuple[Array, Array]:
    value, good = hundredths(tokens, start, end)
    return value / 100, good


#: The columnar form of each reader of values in the table of fields.
_NUMBERS: dict[Any, Any] = {
    day: days,
    moment_day: _moment_days,
    period_start: _first_days,
    period_end: _last_days,
    sex: _sexes,
    payer_type: payer_type_ranks,
    cents: _cents,
    quantity: _quantities,
}
