"""Rows of the database as tables with the project's types, and back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import pandas as pd
import pyarrow as pa

from risk.claims.remits import REMIT_DTYPES
from risk.past.layout import STORED, StoredKind

_ARROW: dict[StoredKind, pa.DataType] = {
    "key": pa.int64(),
    "count": pa.int64(),
    "cents": pa.int64(),
    "digest": pa.int64(),
    "number": pa.float64(),
    "text": pa.large_string(),
    "date": pa.date32(),
    "flag": pa.bool_(),
}

_PANDAS: dict[StoredKind, str] = {**dict[StoredKind, str](REMIT_DTYPES.items()), "digest": "Int64"}


def row(connection: Any, query: str, parameters: Sequence[Any] = ()) -> tuple[Any, ...]:
    """The one row that a query answers with."""
    found: list[tuple[Any, ...]] = connection.execute(query, list(parameters)).fetchall()
    return found[0]


def run(connection: Any, query: str, parameters: Sequence[Any] = ()) -> None:
    """Have the database do something, to its end."""
    connection.execute(query, list(parameters)).fetchall()


def fetched(connection: Any, query: str, kinds: Mapping[str, StoredKind]) -> pd.DataFrame:
    """Answer of a query, whose columns are called and typed by ``kinds``, in that order."""
    columns = connection.sql(query).to_arrow_table().columns
    return pd.DataFrame({name: _column(one, kinds[name]) for name, one in zip(kinds, columns, strict=True)})


def _column(values: pa.ChunkedArray, kind: StoredKind) -> pd.Series:
    if kind == "date":
        return values.cast(pa.timestamp("s")).to_pandas().astype("datetime64[s]")
    if kind == "flag":
        return values.to_pandas().astype("boolean") if values.null_count else values.to_pandas().astype("bool")
    if kind in ("digest", "cents", "count"):
        filled = values.fill_null(0).to_numpy()
        return pd.Series(pd.arrays.IntegerArray(filled, values.is_null().to_numpy()))
    if kind == "text":
        return pd.Series(pd.array(values.cast(pa.large_string()), dtype=_PANDAS["text"]))
    return values.to_pandas().astype(_PANDAS[kind])


@contextmanager
def lent(connection: Any, **frames: tuple[pd.DataFrame, Mapping[str, StoredKind]]) -> Iterator[None]:
    """Let queries read tables, each with the kinds of its columns, under a name, for as long as the block lasts."""
    for name, (frame, kinds) in frames.items():
        connection.register(name, arrow_of(frame, kinds))
    try:
        yield
    finally:
        for name in frames:
            connection.unregister(name)


def arrow_of(frame: pd.DataFrame, kinds: Mapping[str, StoredKind]) -> pa.Table:
    """Some columns of a table for the database."""
    return pa.table({name: _arrow(frame[name], kind) for name, kind in kinds.items()})


def _arrow(column: pd.Series, kind: StoredKind) -> pa.Array:
    if kind == "date":
        days = pa.array(column.astype("datetime64[s]"), from_pandas=True)
        return days.cast(pa.date32())
    return pa.array(column, from_pandas=True).cast(_ARROW[kind])


def insert(connection: Any, name: str, frame: pd.DataFrame) -> None:
    """Append rows to a table of the store; columns that the rows lack become null."""
    kinds = {column: kind for column, kind in STORED[name].items() if column in frame}
    with lent(connection, new_rows=(frame, kinds)):
        run(connection, f"INSERT INTO {name} BY NAME SELECT * FROM new_rows")  # noqa: S608  a name of the layout


def columns_of(names: Sequence[str], table: str, *, of: str = "") -> str:
    """Names of columns for a query; ``of`` is the alias of their table."""
    return ", ".join(f"{of}.{name}" if of else name for name in names if name in STORED[table])
