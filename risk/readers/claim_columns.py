"""Claims gathered as columns, one whole claim at a time, and made into a batch at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from risk.claims.frames import column_of, texts_of
from risk.claims.kinds import Kind
from risk.claims.tables import TABLES, ClaimBatch, make_batch
from risk.claims.tables_837 import TABLES_OF_837

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_NO_DAY = np.iinfo(np.int64).min  # numpy's NaT


class ClaimColumns:
    """The tables as growing lists.

    Dates are days since 1970-01-01, money integer cents, absent values null; rows are mappings by column, of which
    only the table's own columns are taken.
    """

    def __init__(self) -> None:
        self._columns: dict[str, list[tuple[str, list[Any]]]] = {
            table: [(column, []) for column in kinds if column != "claim_key"] for table, kinds in TABLES.items()
        }
        self._keys: dict[str, list[int]] = {table: [] for table in TABLES}

    def __len__(self) -> int:
        return len(self._keys["claims"])

    def add(self, claim: Mapping[str, Any], belongings: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
        """Append one claim with everything that belongs to it, by table."""
        key = len(self)
        for table, rows in (("claims", (claim,)), *belongings.items()):
            columns, keys = self._columns[table], self._keys[table]
            for row in rows:
                keys.append(key)
                get = row.get
                for column, values in columns:
                    values.append(get(column))

    def batch(self, text: Callable[[str], str] | None = None) -> ClaimBatch:
        """Make the batch; ``text`` is applied to every text value on the way, where given."""
        tables = {
            table: {"claim_key": np.array(self._keys[table], dtype=np.int64)}
            | {column: _array(values, TABLES[table][column], text) for column, values in columns if _any(values)}
            for table, columns in self._columns.items()
            if self._keys[table] or table not in TABLES_OF_837
        }
        return make_batch(**tables)


def _any(values: list[Any]) -> bool:
    return values.count(None) < len(values)


def _array(values: list[Any], kind: Kind, text: Callable[[str], str] | None) -> Any:
    if kind == "text":
        decoded = values if text is None else [None if value is None else text(value) for value in values]
        return texts_of(pa.array(decoded, type=pa.large_string()))
    if kind == "date":
        days = np.fromiter((_NO_DAY if value is None else value for value in values), np.int64, count=len(values))
        return days.astype("datetime64[D]").astype("datetime64[s]")
    if kind == "number":
        return np.array(values, dtype="float64")
    return column_of(pa.array(values, type=pa.int64()), kind)
