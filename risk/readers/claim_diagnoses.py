"""HI of a block of 837 claims: diagnoses in the order in which pointers count, the DRG, and the other codes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from risk.readers.claim_others import CODE_WORDS, Codes
from risk.readers.claim_scopes import BASE, Scopes
from risk.readers.claims_837_fields import DX_ORDER, DX_QUALIFIERS
from risk.readers.spans import NOWHERE, Components, Texts, texts_of
from risk.readers.words import Words, upper, word

if TYPE_CHECKING:
    from risk.readers.claim_doubt import Doubt
    from risk.readers.tokens import Array

_WORDS = Words(list(DX_QUALIFIERS))
_MEANINGS = pa.array(list(DX_QUALIFIERS.values()), pa.large_string())
_ORDERS = np.array([DX_ORDER[meaning] for meaning in DX_QUALIFIERS.values()])
_DRG = np.uint64(word("DR"))
_PRESENT_ON_ADMISSION = 8


class Diagnoses:
    """Diagnoses of the claims of a block.

    Attributes
    ----------
    drg
        By unit: code of the DRG.
    codes
        What is no diagnosis and no DRG.
    """

    def __init__(self, scopes: Scopes, doubt: Doubt) -> None:
        tokens, levels = scopes.tokens, scopes.levels
        rows = tokens.rows("HI")
        rows = rows[scopes.base[rows] == BASE["2300"]]
        count = tokens.count[rows]
        element = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count) + 1
        rows = np.repeat(rows, count)
        at = tokens.head[rows] + element
        composites = tokens.trimmed(tokens.D[at] + 1, tokens.D[at + 1])
        parts = Components(tokens, *composites)
        keys = upper(tokens.key(*parts[0]))
        start, end = parts[1]
        is_drg = np.flatnonzero((keys == _DRG) & (end > start))
        units = levels.unit_of_row[rows[is_drg]]
        self.drg = texts_of(tokens, start[is_drg], end[is_drg], units, len(levels.rows))
        qualifier = _WORDS.find(keys)
        is_dx = qualifier >= 0
        is_code = np.flatnonzero(~is_dx)
        kind = CODE_WORDS.find(keys[is_code])
        is_code, kind = is_code[kind >= 0], kind[kind >= 0]
        self.codes = Codes(scopes, doubt, rows[is_code], kind, *(bound[is_code] for bound in composites))
        poa_start, poa_end = (bound[is_dx] for bound in parts[_PRESENT_ON_ADMISSION])
        rows, qualifier, start, end = rows[is_dx], qualifier[is_dx], start[is_dx], end[is_dx]
        said = np.flatnonzero(poa_end > poa_start)
        self._present = texts_of(tokens, poa_start[said], poa_end[said], said, len(rows))
        doubt.rows(rows[(start == end) | (tokens.byte(start) == ord("."))])
        unit = levels.unit_of_row[rows]
        order = unit * len(DX_ORDER) + _ORDERS[qualifier]
        in_order = bool((order[1:] >= order[:-1]).all())
        self._place = np.arange(len(unit)) if in_order else np.argsort(order, kind="stable")
        self._unit, self._qualifier = unit[self._place], qualifier[self._place]
        self._codes = Texts(tokens, start, end, NOWHERE)
        self._position = np.arange(len(unit)) - np.searchsorted(self._unit, self._unit) + 1

    def table(self, key_of_unit: Array) -> dict[str, Any]:
        """Columns of ``diagnoses`` for the claims that have a key."""
        key = key_of_unit[self._unit]
        kept = np.flatnonzero(key >= 0)
        place = self._place[kept]
        return {
            "claim_key": key[kept],
            "dx_position": self._position[kept],
            "dx_code": pc.replace_substring(self._codes.array(place, upper=True), ".", ""),
            "dx_qualifier": _MEANINGS.take(pa.array(self._qualifier[kept])),
            "present_on_admission": self._present.array(self._present.taken(place), upper=True),
        }
