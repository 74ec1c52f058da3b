"""What else a block of 837 claims says: codes of HI that are no diagnoses, and attachments.

Few claims say any of it, so nothing is done for a block in which none does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from risk.readers.claim_instances import positions
from risk.readers.claim_scopes import BASE, Scopes
from risk.readers.claims_837_fields import CODE_QUALIFIERS
from risk.readers.spans import (
    MOST_CENTS,
    NO_CENTS,
    NO_DAY,
    NOWHERE,
    Components,
    Texts,
    hundredths,
    period_bounds,
    texts_of,
)
from risk.readers.words import Words

if TYPE_CHECKING:
    from risk.readers.claim_doubt import Doubt
    from risk.readers.claim_lines import Lines
    from risk.readers.tokens import Array, Tokens

Tables = dict[str, dict[str, Any]]

CODE_WORDS = Words(list(CODE_QUALIFIERS))
_KINDS = pa.array(list(CODE_QUALIFIERS.values()), pa.large_string())
_IS_VALUE = np.array([kind == "value" for kind in CODE_QUALIFIERS.values()])
_CODE, _PERIOD, _AMOUNT = 1, 3, 4  # components, from 0


class Codes:
    """Codes of HI that are no diagnoses, in file order.

    Parameters
    ----------
    scopes, doubt
        The block.
    rows, kind, start, end
        By composite: its HI, its qualifier in :data:`CODE_WORDS`, its span.
    """

    def __init__(self, scopes: Scopes, doubt: Doubt, rows: Array, kind: Array, start: Array, end: Array) -> None:
        self._unit, self._kind = scopes.levels.unit_of_row[rows], kind
        if not len(rows):
            return
        tokens, count = scopes.tokens, len(rows)
        parts = Components(tokens, start, end)
        start, end = parts[_CODE]
        doubt.rows(rows[(start == end) | (tokens.byte(start) == ord("."))])
        self._codes = Texts(tokens, start, end, NOWHERE)
        self._days = np.full((2, count), NO_DAY)
        start, end = parts[_PERIOD]
        dated = np.flatnonzero(end > start)
        for last, dates in enumerate(self._days):
            dates[dated], good = period_bounds(tokens, start[dated], end[dated], last=bool(last))
            doubt.rows(rows[dated[~good]])
        start, end = parts[_AMOUNT]
        valued = np.flatnonzero((end > start) & _IS_VALUE[kind])
        self._cents = np.full(count, NO_CENTS)
        cents, good = hundredths(tokens, start[valued], end[valued])
        self._cents[valued] = cents
        doubt.rows(rows[valued[~good | (cents >= MOST_CENTS)]])

    def tables(self, key_of_unit: Array) -> Tables:
        """Columns of ``claim_codes`` for the claims that have a key; nothing where there are none."""
        key = key_of_unit[self._unit]
        kept = np.flatnonzero(key >= 0)
        if not len(kept):
            return {}
        columns = {
            "claim_key": key[kept],
            "position": positions(key[kept]),
            "code_kind": _KINDS.take(pa.array(self._kind[kept])),
            "code": pc.replace_substring(self._codes.array(kept, upper=True), ".", ""),
            "from_date": self._days[0][kept],
            "to_date": self._days[1][kept],
            "amount_cents": self._cents[kept],
        }
        return {"claim_codes": columns}


class Attachments:
    """PWK of 2300 and 2400."""

    def __init__(self, scopes: Scopes, lines: Lines) -> None:
        rows = scopes.tokens.rows("PWK")
        base = scopes.base[rows]
        self._scopes, self._lines = scopes, lines
        self._rows = rows[(base == BASE["2300"]) | (base == BASE["2400"])]

    def tables(self, key_of_unit: Array) -> Tables:
        """Columns of ``attachments`` for the claims that have a key; nothing where there are none."""
        scopes, rows = self._scopes, self._rows
        key = key_of_unit[scopes.levels.unit_of_row[rows]]
        rows, key = rows[key >= 0], key[key >= 0]
        if not len(rows):
            return {}
        columns = {
            "claim_key": key,
            "line_number": line_numbers(scopes, self._lines, rows, "2400"),
            "position": positions(key),
            "report_type_code": texts(scopes.tokens, rows, 1, upper=True),
            "transmission_code": texts(scopes.tokens, rows, 2, upper=True),
            "attachment_control_number": texts(scopes.tokens, rows, 6),
        }
        return {"attachments": columns}


def line_numbers(scopes: Scopes, lines: Lines, rows: Array, base: str) -> Array:
    """Line number of the segments of one loop of lines; 0 for others. All stand in claims that are not in doubt."""
    number = np.zeros(len(rows), dtype=np.int64)
    of_line = scopes.base[rows] == BASE[base]
    number[of_line] = lines.number[lines.of_row[rows[of_line]]]
    return number


def texts(tokens: Tokens, rows: Array, element: int, *, upper: bool = False) -> pa.Array:
    """One element of each row, null where it is blank or absent."""
    there, start, end = tokens.spans(rows, element)
    count = len(rows)
    found = texts_of(tokens, start, end, np.arange(count)[there], count)
    return found.array(found.taken(np.arange(count)), upper=upper)
