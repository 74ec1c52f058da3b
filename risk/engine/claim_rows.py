"""A claim as one row: its own columns, and each table that has several rows of it as a list of them.

This is how claims travel between the processes of a cluster: plain Arrow columns, nothing that runs when it is read.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from risk.claims.kinds import DTYPES, Kind
from risk.claims.tables import CLAIMS, TABLES, ClaimBatch, make_batch

#: Tables that have several rows of a claim.
CHILDREN = {name: columns for name, columns in TABLES.items() if name != "claims"}

_KINDS: dict[Kind, Any] = {
    "key": pa.int64(),
    "count": pa.int64(),
    "cents": pa.int64(),
    "text": pa.string(),
    "date": pa.date32(),
    "number": pa.float64(),
}


@cache
def row_type() -> pa.StructType:
    """Arrow type of a claim."""
    return pa.struct(
        [*_fields(CLAIMS), *(pa.field(name, pa.list_(pa.struct(_fields(own)))) for name, own in CHILDREN.items())]
    )


def rows_of(batch: ClaimBatch) -> pa.StructArray:
    """Claims as rows, in the order of the batch."""
    columns = _columns(batch.claims, CLAIMS)
    bounds = np.arange(len(batch) + 1)
    for name, own in CHILDREN.items():
        table: pd.DataFrame = getattr(batch, name)
        begins = np.searchsorted(table["claim_key"].to_numpy(), bounds).astype("int32")
        rows = pa.StructArray.from_arrays(_columns(table, own), fields=_fields(own))
        columns.append(pa.ListArray.from_arrays(pa.array(begins), rows))
    return pa.StructArray.from_arrays(columns, fields=list(row_type()))


def batch_of(rows: pa.StructArray) -> ClaimBatch:
    """Claims of rows, as they were before they became rows."""
    columns = dict(zip((field.name for field in rows.type), rows.flatten(), strict=True))
    tables = {"claims": _frame(columns, CLAIMS)}
    for name, own in CHILDREN.items():
        several = columns[name]
        children = dict(zip(_names(own), several.flatten().flatten(), strict=True))
        counts = several.value_lengths().fill_null(0).to_numpy()
        if counts.any() or name in ("service_lines", "diagnoses", "notes"):
            tables[name] = _frame(children, own).assign(claim_key=np.repeat(np.arange(len(rows)), counts))
    return make_batch(**tables)


def _names(columns: dict[str, Kind]) -> Iterator[str]:
    return (name for name, kind in columns.items() if kind != "key")


def _fields(columns: dict[str, Kind]) -> list[pa.Field]:
    return [pa.field(name, _KINDS[columns[name]]) for name in _names(columns)]


def _columns(table: pd.DataFrame, columns: dict[str, Kind]) -> list[Any]:
    arrays = []
    for name in _names(columns):
        array = pa.array(table[name], from_pandas=True)
        whole = array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
        arrays.append(whole.cast(_KINDS[columns[name]]))
    return arrays


def _frame(columns: dict[str, Any], kinds: dict[str, Kind]) -> pd.DataFrame:
    return pd.DataFrame({name: _series(columns[name], kinds[name]) for name in _names(kinds)})


def _series(column: Any, kind: Kind) -> Any:
    if kind == "text":
        return pd.array(column.cast(pa.large_string()), dtype=DTYPES[kind])
    if kind == "date":
        return column.cast(pa.timestamp("s")).to_numpy(zero_copy_only=False)
    if kind == "number":
        return column.to_numpy(zero_copy_only=False)
    unsaid = column.is_null().to_numpy(zero_copy_only=False)
    return pd.arrays.IntegerArray(column.fill_null(0).to_numpy(), unsaid)
