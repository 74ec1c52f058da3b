"""Claims on disk between reading and scoring: units as they were read, each cut into parts by member.

    unit-000012/<table>.arrow   the rows of each table that has any, a record batch for each part
    unit-000012/order.npy       place in the unit of each of its claims, by part; ascending within a part
    unit-000012/bounds.npy      where each part begins in ``order``, and where the last ends

The folder holds what the claims hold: its owner alone may read it, and it goes when the run is done.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from risk.claims.tables import TABLES, ClaimBatch, concat_batches, make_batch

Ints = NDArray[np.int64]

_ORDER, _BOUNDS = "order.npy", "bounds.npy"


def unit_folder(folder: Path, number: int) -> Path:
    """Where a unit lies."""
    return folder / f"unit-{number:06d}"


def part_of(batch: ClaimBatch, parts: int) -> Ints:
    """Part of each claim: one for all claims of a member, any for one without a member."""
    member = batch.claims["member_id"]
    digest = pd.util.hash_pandas_object(member, index=False).to_numpy()
    alone = np.arange(len(batch), dtype="uint64")
    return np.asarray(np.where(member.isna(), alone, digest) % np.uint64(parts), dtype="int64")


def write_unit(folder: Path, number: int, batch: ClaimBatch, parts: int) -> None:
    """Write a unit, whole or not at all."""
    part = part_of(batch, parts)
    order = np.argsort(part, kind="stable")
    bounds = np.searchsorted(part[order], np.arange(parts + 1))
    claims = batch.select(order)
    whole = unit_folder(folder, number)
    partial = whole.with_suffix(".part")
    partial.mkdir()
    for name in TABLES:
        table: pd.DataFrame = getattr(claims, name)
        if len(table):
            _write_table(partial / f"{name}.arrow", table, np.searchsorted(table["claim_key"].to_numpy(), bounds))
    np.save(partial / _ORDER, order)
    np.save(partial / _BOUNDS, bounds)
    partial.rename(whole)


def _write_table(path: Path, table: pd.DataFrame, begins: Ints) -> None:
    arrow = pa.Table.from_pandas(table, preserve_index=False).combine_chunks()
    (rows,) = arrow.to_batches()
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, arrow.schema) as writer:
        for begin, end in zip(begins[:-1].tolist(), begins[1:].tolist(), strict=True):
            writer.write_batch(rows.slice(begin, end - begin))


def parts_in_order(folder: Path, number: int) -> Ints:
    """Part of each claim of a unit, in the order in which they were read."""
    order, bounds = np.load(unit_folder(folder, number) / _ORDER), np.load(unit_folder(folder, number) / _BOUNDS)
    part = np.empty(len(order), dtype="int64")
    part[order] = np.repeat(np.arange(len(bounds) - 1), np.diff(bounds))
    return part


def read_part(folder: Path, units: int, part: int) -> ClaimBatch:
    """All claims of a part, in the order in which they were read."""
    return concat_batches([one for one in (_part_of_unit(unit_folder(folder, n), part) for n in range(units)) if one])


def _part_of_unit(unit: Path, part: int) -> ClaimBatch | None:
    first, last = np.load(unit / _BOUNDS)[part : part + 2].tolist()
    if first == last:
        return None
    tables: dict[str, Any] = {}
    for path in sorted(unit.glob("*.arrow")):
        with pa.memory_map(str(path)) as source:
            frame = pa.ipc.open_file(source).get_batch(part).to_pandas()
        tables[path.stem] = frame.assign(claim_key=frame["claim_key"] - first)
    for needed in ("service_lines", "diagnoses"):
        tables.setdefault(needed, {})
    return make_batch(**tables)
