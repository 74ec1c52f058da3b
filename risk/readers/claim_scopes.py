"""The loop of every segment of a block of 837 claims: what :mod:`risk.readers.claims_837_fields` keys its table by."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from risk.readers.claims_837_fields import FIELDS, INNER
from risk.readers.tokens import ID, Array, Tokens
from risk.readers.words import Words

if TYPE_CHECKING:
    from risk.readers.claim_levels import Levels

#: Loops that a segment other than NM1 opens; 0 is any that is not read.
_BASES = ["", *INNER, "2430"]
BASE = {loop: number for number, loop in enumerate(_BASES)}
_LOOPS = [*_BASES, *dict.fromkeys(field.loop for field in FIELDS if field.loop not in _BASES)]
_LOOP = {loop: number for number, loop in enumerate(_LOOPS)}
_ENTITIES = list(dict.fromkeys(loop.partition(":")[2] for loop in _LOOPS if ":" in loop))
_ENTITY_WORDS = Words(_ENTITIES)
#: Loop that NM1 opens, by the base and the entity code; the last column is any other entity.
_OPENED_BY_NM1 = np.zeros((len(_BASES), len(_ENTITIES) + 1), dtype=np.uint8)
for _loop, _number in _LOOP.items():
    _family, _, _entity = _loop.partition(":")
    for _base, _inner in INNER.items():
        if _entity and _inner == _family:
            _OPENED_BY_NM1[BASE[_base], _ENTITIES.index(_entity)] = _number
_MOST_LOOPS = 64
_LEVEL_BASES = np.array([BASE["2000A"], BASE["2000B"], BASE["2000C"]], dtype=np.uint8)


class Scopes:
    """Loop of each segment.

    Attributes
    ----------
    base
        By segment: the loop in :data:`BASE` that is open, not counting those that NM1 opens.
    in_claim
        By segment: whether it belongs to a claim of a transaction of claims.
    """

    def __init__(self, tokens: Tokens, levels: Levels) -> None:
        self.tokens, self.levels = tokens, levels
        ids = tokens.ids
        is_claim = (levels.ids == ID["CLM"]) & levels.in_claims
        self.in_claim: Array = np.repeat(is_claim, levels.lengths)
        opens = np.zeros(len(tokens), dtype=bool)
        opens[levels.rows] = True
        numbers = np.zeros(len(tokens), dtype=np.uint8)
        numbers[levels.rows[is_claim]] = BASE["2300"]
        for level, base in enumerate(_LEVEL_BASES):
            numbers[levels.rows[levels.units_of(level, 0)]] = base
        for name, loop in (("LX", "2400"), ("SBR", "2320"), ("SVD", "2430")):
            rows = tokens.rows(name)
            rows = rows[self.in_claim[rows]]
            opens[rows] = True
            numbers[rows] = BASE[loop]
        self.base: Array = _spread(numbers, opens)
        entities = tokens.rows("NM1")
        entity = _ENTITY_WORDS.find(tokens.key_of(entities, 1))
        numbers = np.where(opens, numbers, 0)
        numbers[entities] = _OPENED_BY_NM1[self.base[entities], entity]
        opens[entities] = True
        drugs = tokens.rows("LIN")
        numbers[drugs] = np.where(self.base[drugs] == BASE["2400"], _LOOP["2410"], 0)
        opens[drugs] = True
        self._pair = ids.astype(np.uint16) * np.uint16(_MOST_LOOPS) + _spread(numbers, opens)

    @cached_property
    def _by_pair(self) -> Array:
        return np.argsort(self._pair, kind="stable")

    @cached_property
    def _pair_begins(self) -> Array:
        return np.append(0, np.cumsum(np.bincount(self._pair, minlength=256 * _MOST_LOOPS)))

    def rows(self, segment: str, loop: str) -> Array:
        """Segments of an id that stand in a loop."""
        pair = ID[segment] * _MOST_LOOPS + _LOOP[loop]
        return self._by_pair[self._pair_begins[pair] : self._pair_begins[pair + 1]]

    @cached_property
    def foreign_rows(self) -> Array:
        """Segments in which an element that is read holds bytes beyond ASCII."""
        row, element = self.tokens.foreign
        return np.unique(row[_IS_READ[self._pair[row], np.minimum(element, _MOST_ELEMENTS)]])


def _spread(numbers: Array, opens: Array) -> Array:
    """Number of the segment that opens for each segment from there on; the first segment opens."""
    at = np.flatnonzero(opens)
    return np.repeat(numbers[at], np.diff(at, append=len(opens)))


_MOST_ELEMENTS = 31
_IS_READ = np.zeros((256 * _MOST_LOOPS, _MOST_ELEMENTS + 1), dtype=bool)
for _field in FIELDS:
    _of = [_field.element] + ([_field.where[0]] if _field.where else []) + ([_field.without] if _field.without else [])
    _IS_READ[ID[_field.segment] * _MOST_LOOPS + _LOOP[_field.loop], _of] = True
for _name in ("CLM", "SV1", "SV2", "HI", "LX", "HL", "NTE", "PWK", "SBR", "SVD", "CAS"):
    _IS_READ[ID[_name] * _MOST_LOOPS : (ID[_name] + 1) * _MOST_LOOPS, :] = True
_IS_READ[ID["NM1"] * _MOST_LOOPS : (ID["NM1"] + 1) * _MOST_LOOPS, 1] = True
_IS_READ[:, 0] = True
