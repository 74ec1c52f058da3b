"""What hangs from a remit or its lines, of all remits of a block at once: adjustments, remark codes, references."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa

from risk.readers.adjustment_triplets import Triplets
from risk.readers.remits_835_fields import REFERENCE_QUALIFIERS, REMARK_ELEMENTS
from risk.readers.spans import NOWHERE, Texts
from risk.readers.words import Words, upper, word

if TYPE_CHECKING:
    from risk.readers.tokens import Array, Tokens

_QUALIFIERS = Words(sorted(REFERENCE_QUALIFIERS))
_MOST_ELEMENTS = 32


class Details(NamedTuple):
    """Rows of a table in file order.

    Parameters
    ----------
    rows
        By detail: its segment.
    columns
        By column: numbers by detail, or a function from details to their texts.
    doubtful
        Segments that could not be taken.
    """

    rows: Array
    columns: dict[str, Any]
    doubtful: Array

    def table(self, kept: Array) -> dict[str, Any]:
        """Columns of some details."""
        return {name: values(kept) if callable(values) else values[kept] for name, values in self.columns.items()}


def adjustments(tokens: Tokens, claim: Array) -> Details:
    """CAS: group, reason, cents and units of each triplet; ``claim`` is −1 for segments outside of remits."""
    found = Triplets(tokens, _in_claims(tokens, "CAS", claim))
    columns = {
        "group_code": found.groups,
        "carc": found.carcs,
        "adjustment_cents": found.cents,
        "quantity": found.quantity,
    }
    return Details(found.rows, columns, found.doubtful)


def remarks(tokens: Tokens, claim: Array) -> Details:
    """LQ of qualifier HE, MIA, MOA: the segment and the code of each."""
    parts = []
    for kind, (name, elements) in enumerate(_REMARKS.items()):
        rows = _in_claims(tokens, name, claim)
        if name == "LQ":
            rows = rows[upper(tokens.key_of(rows, 1)) == word("HE")]
        for element in elements:
            there, start, end = tokens.spans(rows, element)
            said = rows[there]
            parts.append([said * _MOST_ELEMENTS + element, start, end, np.full(len(said), kind)])
    rank, start, end, number = _in_order(parts)
    columns = {
        "segment": lambda kept: _REMARK_SEGMENTS.take(pa.array(number[kept])),
        "rarc": partial(Texts(tokens, start, end, NOWHERE).array, upper=True),
    }
    return Details(rank // _MOST_ELEMENTS, columns, NOWHERE)


def references(tokens: Tokens, claim: Array) -> Details:
    """REF of a claim, an authorisation, a rule or a provider: qualifier and number."""
    rows = _in_claims(tokens, "REF", claim)
    rows = rows[_QUALIFIERS.find(upper(tokens.key_of(rows, 1))) >= 0]
    there, start, end = tokens.spans(rows, 2)
    rows = rows[there]
    _, qualifier_start, qualifier_end = tokens.spans(rows, 1)
    columns = {
        "qualifier": partial(Texts(tokens, qualifier_start, qualifier_end, NOWHERE).array, upper=True),
        "reference": Texts(tokens, start, end, NOWHERE).array,
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
