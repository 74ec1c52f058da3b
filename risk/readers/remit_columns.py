"""Remits gathered one whole claim or payment at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from risk.claims.remits import REMIT_TABLES, RemitKind
from risk.readers.spans import NO_DAY
from risk.readers.x12 import utf8

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from risk.readers.remit_parts import Tables


class RemitColumns:
    """The remittance tables as growing lists; keys are byte offsets, as in :mod:`risk.readers.remit_parts`.

    Dates are days since 1970-01-01, money integer cents, absent values null; rows are mappings by column, of which
    only the table's own columns are taken. Texts are Latin-1 that may be UTF-8.
    """

    def __init__(self) -> None:
        self._columns: dict[str, dict[str, list[Any]]] = {
            table: {column: [] for column in kinds} for table, kinds in REMIT_TABLES.items()
        }

    def __len__(self) -> int:
        return len(self._columns["payments"]["payment_key"]) + len(self._columns["remit_claims"]["remit_key"])

    def add(self, table: str, key: Mapping[str, int], rows: Sequence[Mapping[str, Any]]) -> None:
        """Append rows of one table, all with the same key."""
        columns = self._columns[table]
        for row in rows:
            for column, values in columns.items():
                values.append(key[column] if column in key else row.get(column))

    def tables(self) -> Tables:
        """Columns as :class:`risk.readers.remit_parts.RemitParts` takes them."""
        return {
            table: {column: _array(values, REMIT_TABLES[table][column]) for column, values in columns.items()}
            for table, columns in self._columns.items()
        }


def _array(values: list[Any], kind: RemitKind) -> Any:
    if kind == "text":
        return pa.array([None if value is None else utf8(value) for value in values], pa.large_string())
    absent, dtype = (np.nan, np.float64) if kind == "number" else (NO_DAY, np.int64)
    return np.array([absent if value is None else value for value in values], dtype=dtype)
