"""Claims gathered block by block and made into one batch, with those that were read one by one in their places."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa

from risk.claims.frames import frame_of, integers_of, texts_of
from risk.claims.kinds import Kind
from risk.claims.tables import TABLES, ClaimBatch, concat_batches
from risk.readers.spans import NO_CENTS

if TYPE_CHECKING:
    from risk.readers.tokens import Array


class ClaimParts:
    """Tables of blocks; columns as :meth:`risk.readers.claim_block.ClaimBlock.tables` gives them.

    A table that a block has no rows for may be left out of it.

    Parameters
    ----------
    file
        Stands in ``source_file``.
    """

    def __init__(self, file: str) -> None:
        self._file = file
        self._blocks: list[dict[str, dict[str, Any]]] = []

    def add(self, tables: dict[str, dict[str, Any]]) -> None:
        """Add the claims of the next block."""
        if len(tables["claims"]["source_offset"]):
            self._blocks.append(tables)

    def batch(self, others: ClaimBatch) -> ClaimBatch:
        """Make the batch of everything added so far and begin anew; ``others`` go where they stand in the file."""
        if not self._blocks:
            return others
        mine = self._mine()
        self._blocks = []
        if not len(others):
            return mine
        both = concat_batches([mine, others])
        return both.select(np.argsort(both.claims["source_offset"].to_numpy(dtype=np.int64), kind="stable"))

    def _mine(self) -> ClaimBatch:
        claims = [block["claims"] for block in self._blocks]
        lengths = [len(part["source_offset"]) for part in claims]
        starts = np.cumsum([0, *lengths[:-1]])
        count = sum(lengths)
        tables = {}
        for name, kinds in TABLES.items():
            there = [number for number, block in enumerate(self._blocks) if name in block]
            parts = [self._blocks[number][name] for number in there]
            if not parts:
                continue
            columns = {}
            for column, kind in kinds.items():
                if name == "claims" and column == "claim_key":
                    columns[column] = np.arange(count)
                elif column == "claim_key":
                    columns[column] = np.concatenate(
                        [part[column] + start for part, start in zip(parts, starts[there], strict=True)]
                    )
                elif column == "source_file":
                    columns[column] = join_texts([pa.repeat(pa.scalar(self._file, pa.large_string()), count)])
                else:
                    columns[column] = _column([part[column] for part in parts], kind)
            tables[name] = frame_of(columns, pd.RangeIndex(len(columns["claim_key"])))
        return ClaimBatch(**tables)


def _column(parts: list[Any], kind: Kind) -> Any:
    """One column: texts as Arrow, days as int64 with NaT, cents with :data:`NO_CENTS` and counts with 0 for null."""
    if kind == "text":
        return join_texts(parts)
    values: Array = np.concatenate(parts)
    if kind == "date":
        return values.astype("datetime64[D]").astype("datetime64[s]")
    if kind == "number":
        return values
    absent = values == (0 if kind == "count" else NO_CENTS)
    return integers_of(values.astype(np.int64, copy=False), absent)


def join_texts(parts: list[Any]) -> Any:
    """Join parts of a text column into one as pandas keeps it."""
    joined = parts[0] if len(parts) == 1 else pa.chunked_array(parts, type=pa.large_string()).combine_chunks()
    return texts_of(joined)
