"""Remits gathered block by block, by columns and one by one, and made into one batch in file order.

Until the batch is made, the byte offset of its ST is the key of a payment and that of its CLP the key of a remit:
whoever reads a part of a file can name what it belongs to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa

from risk.claims.remits import REMIT_TABLES, RemitBatch, RemitKind
from risk.readers.claim_parts import join_texts
from risk.readers.spans import NO_DAY

if TYPE_CHECKING:
    from risk.readers.tokens import Array

Tables = dict[str, dict[str, Any]]

_KEYED_BY = {"payment_key": "payments", "remit_key": "remit_claims"}


class RemitParts:
    """Tables of blocks, as :class:`risk.readers.remit_block.RemitBlock` and ``RemitColumns`` give them.

    Parameters
    ----------
    file
        Stands in ``source_file``.
    """

    def __init__(self, file: str) -> None:
        self._file = file
        self._blocks: list[Tables] = []

    def add(self, tables: Tables) -> None:
        """Add what was taken of the next block."""
        self._blocks.append(tables)

    def batch(self) -> RemitBatch:
        """Make the batch of everything added so far and begin anew; rows go where they stand in the file."""
        blocks, self._blocks = self._blocks, []
        tables = {name: self._frame(name, [block[name] for block in blocks]) for name in REMIT_TABLES}
        return numbered({name: _in_file_order(name, frame) for name, frame in tables.items()})

    def _frame(self, name: str, parts: list[dict[str, Any]]) -> pd.DataFrame:
        columns: dict[str, Any] = {}
        for column, kind in REMIT_TABLES[name].items():
            if column == "source_file":
                count = sum(len(part["source_offset"]) for part in parts)
                columns[column] = join_texts([pa.repeat(pa.scalar(self._file, pa.large_string()), count)])
            else:
                columns[column] = _column([part[column] for part in parts], kind)
        return pd.DataFrame(columns, copy=False)


def _in_file_order(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Rows by what they belong to; those of one remit or payment come in their order."""
    keys = frame[next(iter(REMIT_TABLES[name]))].to_numpy()
    if (keys[1:] >= keys[:-1]).all():
        return frame
    return frame.take(np.argsort(keys, kind="stable")).reset_index(drop=True)


def numbered(tables: dict[str, pd.DataFrame]) -> RemitBatch:
    """Number payments and remits from 0 in file order, in every table that names them."""
    offsets = {key: tables[name][key].to_numpy(dtype=np.int64) for key, name in _KEYED_BY.items()}
    for name, frame in tables.items():
        numbers = {
            key: np.searchsorted(known, frame[key].to_numpy(dtype=np.int64)).astype(np.int64)
            for key, known in offsets.items()
            if key in frame
        }
        if name == "remit_claims":
            numbers["payment_key"] = pd.array(numbers["payment_key"], dtype="Int64")
        tables[name] = frame.assign(**numbers)
    return RemitBatch(**tables)


def _column(parts: list[Any], kind: RemitKind) -> Any:
    """One column: texts as Arrow, all else as numbers of which :data:`NO_DAY` is null."""
    if kind == "text":
        return join_texts(parts or [pa.nulls(0, pa.large_string())])
    values: Array = np.concatenate(parts) if parts else np.array([], dtype=np.int64)
    if kind == "date":
        return values.astype("datetime64[D]").astype("datetime64[s]")
    if kind == "number":
        return values.astype(np.float64, copy=False)
    if kind == "flag":
        return values.astype(bool, copy=False)
    values = values.astype(np.int64, copy=False)
    return values if kind == "key" else pd.arrays.IntegerArray(values, values == NO_DAY)
