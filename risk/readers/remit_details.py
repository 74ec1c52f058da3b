"""What hangs from a remit or its lines, of all remits of a block at once: adjustments, remark codes, references."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa

from risk.readers.remits_835_fields import GROUP_CODES, REFERENCE_QUALIFIERS, REMARK_ELEMENTS
from risk.readers.spans import NOWHERE, Texts, signed_hundredths
from risk.readers.words import Words, upper, word

if TYPE_CHECKING:
    from risk.readers.tokens import Array, Tokens

_GROUPS = Words(sorted(GROUP_CODES))
_QUALIFIERS = Words(sorted(REFERENCE_QUALIFIERS))
_TRIPLETS = range(2, 20, 3)  # CAS02 to CAS19
_MOST_ELEMENTS = 32
_HUNDRED = 100.0


class Details(NamedTuple):
    """Rows of a table in file order.

    Parameters
    ----------
    rows
        By detail: its segment.
    columns
        By column: texts, or numbers.
    doubtful
        Segments that could not be taken.
    """

    rows: Array
    columns: dict[str, Any]
    doubtful: Array

    def table(self, kept: Array) -> dict[str, Any]:
        """Columns of some details."""
        return {
            name: values.array(kept, upper=name != "reference") if isinstance(values, Texts) else _taken(values, kept)
            for name, values in self.columns.items()
        }


class _Element:
    """One element of every row, empty spans where it is not said."""

    def __init__(self, tokens: Tokens, rows: Array, element: int) -> None:
        there, start, end = tokens.spans(rows, element)
        self.start, self.end = np.zeros(len(rows), dtype=np.int64), np.zeros(len(rows), dtype=np.int64)
        self.start[there], self.end[there] = start, end
        self.said: Array = self.end > self.start


def adjustments(tokens: Tokens, claim: Array) -> Details:
    """CAS: group, reason, cents and units of each triplet; ``claim`` is −1 for segments outside of remits."""
    rows = _in_claims(tokens, "CAS", claim)
    group = _Element(tokens, rows, 1)
    bad = _GROUPS.find(upper(tokens.key(group.start, group.end) * group.said)) < 0
    found: list[list[Array]] = []
    for first in _TRIPLETS:
        if len(rows) and tokens.count[rows].max() < first:
            break
        carc, amount, units = (_Element(tokens, rows, first + n) for n in range(3))
        cents, is_amount = signed_hundredths(tokens, amount.start, amount.end)
        quantity, is_quantity = signed_hundredths(tokens, units.start, units.end)
        is_amount &= amount.said
        whole = carc.said & is_amount & (is_quantity | ~units.said)
        bad |= (carc.said | amount.said | units.said) & ~whole
        at = np.flatnonzero(whole)
        quantity = np.where(units.said, quantity / _HUNDRED, np.nan)
        found.append([at * _MOST_ELEMENTS + first, carc.start[at], carc.end[at], cents[at], quantity[at]])
    rank, start, end, cents, quantity = _in_order(found)
    at = rank // _MOST_ELEMENTS
    columns = {
        "group_code": Texts(tokens, group.start[at], group.end[at], NOWHERE),
        "carc": Texts(tokens, start, end, NOWHERE),
        "adjustment_cents": cents,
        "quantity": quantity,
    }
    return Details(rows[at], columns, rows[bad])


def remarks(tokens: Tokens, claim: Array) -> Details:
    """LQ of qualifier HE, MIA, MOA: the segment and the code of each."""
    parts = []
    for kind, (name, elements) in enumerate(_REMARKS.items()):
        rows = _in_claims(tokens, name, claim)
        if name == "LQ":
            rows = rows[upper(tokens.key_of(rows, 1)) == word("HE")]
        for element in elements:
            code = _Element(tokens, rows, element)
            at = np.flatnonzero(code.said)
            parts.append([rows[at] * _MOST_ELEMENTS + element, code.start[at], code.end[at], np.full(len(at), kind)])
    rank, start, end, number = _in_order(parts)
    columns = {"segment": _REMARK_SEGMENTS.take(pa.array(number)), "rarc": Texts(tokens, start, end, NOWHERE)}
    return Details(rank // _MOST_ELEMENTS, columns, NOWHERE)


def references(tokens: Tokens, claim: Array) -> Details:
    """REF of a claim, an authorisation, a rule or a provider: qualifier and number."""
    rows = _in_claims(tokens, "REF", claim)
    rows = rows[_QUALIFIERS.find(upper(tokens.key_of(rows, 1))) >= 0]
    there, start, end = tokens.spans(rows, 2)
    rows = rows[there]
    qualifier = _Element(tokens, rows, 1)
    columns = {
        "qualifier": Texts(tokens, qualifier.start, qualifier.end, NOWHERE),
        "reference": Texts(tokens, start, end, NOWHERE),
    }
    return Details(rows, columns, NOWHERE)


_REMARKS = {"LQ": (2,), **REMARK_ELEMENTS}
_REMARK_SEGMENTS = pa.array(list(_REMARKS), pa.large_string())


def _in_claims(tokens: Tokens, name: str, claim: Array) -> Array:
    rows = tokens.rows(name)
    return rows[claim[rows] >= 0]


def _in_order(parts: list[list[Array]]) -> list[Array]:
    """Join columns of several elements and sort them by the first, the place in the file."""
    joined = [np.concatenate(columns) for columns in zip(*parts, strict=True)]
    order = np.argsort(joined[0], kind="stable")
    return [column[order] for column in joined]


def _taken(values: Any, kept: Array) -> Any:
    return values.take(pa.array(kept)) if isinstance(values, pa.Array) else values[kept]
