"""Rows of a CSV into claims: which rows are one claim, what it says as a whole, and what keeps it from being read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Mapping

    from risk.readers.values import Cells

Ints = np.ndarray[Any, np.dtype[Any]]

#: More than any line number a file can hold (``values`` reads up to six digits).
_LINE_NUMBERS = 1_000_001


@dataclass(frozen=True)
class Defect:
    """First thing that keeps a claim from being read."""

    row: int
    column: str | None
    reason: str


@dataclass
class Defects:
    """What keeps claims from being read, by claim key; the first by row, then by column, is the one told."""

    columns: list[str]
    _found: list[pd.DataFrame] = field(default_factory=list)

    def add(self, keys: Ints, rows: Ints, column: str | None, reason: str) -> None:
        """Note a defect on each of the spreadsheet ``rows``, which belong to the claims ``keys``."""
        if len(keys):
            rank = self.columns.index(column) if column in self.columns else -1
            self._found.append(
                pd.DataFrame({"key": keys, "row": rows, "rank": rank, "column": column, "reason": reason})
            )

    def by_claim(self) -> dict[int, Defect]:
        """First defect of each defective claim, in key order."""
        if not self._found:
            return {}
        first = pd.concat([one.astype({"column": object}) for one in self._found], ignore_index=True)
        first = first.sort_values(["key", "row", "rank"], kind="stable").drop_duplicates("key")
        return {
            int(key): Defect(int(row), column, reason)
            for key, row, column, reason in zip(
                first["key"], first["row"], first["column"], first["reason"], strict=True
            )
        }


@dataclass(frozen=True)
class ClaimRows:
    """Rows grouped into claims: ``keys`` per row, counted in the order of each claim's first row."""

    keys: Ints
    first_rows: Ints  # position of each claim's first row
    line_numbers: Ints

    def __len__(self) -> int:
        return len(self.first_rows)

    def of_claim(self, cells: Cells) -> tuple[Ints, Ints]:
        """Code of each claim in a column that repeats on its rows, and the rows that say something else."""
        codes = cells.codes
        said = codes[self.first_rows]
        if (codes == said[self.keys]).all():
            return said, np.array([], dtype=np.intp)
        rows = np.flatnonzero(codes >= 0)[::-1]
        said = np.full(len(self), -1, dtype=codes.dtype)
        said[self.keys[rows]] = codes[rows]  # of several the last one stays: the first row's
        return said, np.flatnonzero((codes >= 0) & (codes != said[self.keys]))


def group_rows(claim_ids: Ints, line_numbers: Ints) -> ClaimRows:
    """Group rows into claims.

    Parameters
    ----------
    claim_ids
        Code of the claim id of each row.
    line_numbers
        Line number of each row; 0 where it is not said. These rows are numbered after the others of their claim.
    """
    keys: Ints = pd.factorize(claim_ids)[0].astype(np.int64)
    said = line_numbers > 0
    numbered = keys[said] * _LINE_NUMBERS + line_numbers[said]
    if len(pd.unique(numbered)) < len(numbered):
        keys = pd.factorize(keys * (len(keys) + 1) + _part(keys, line_numbers))[0].astype(np.int64)
    first_rows = np.flatnonzero(np.diff(np.maximum.accumulate(keys), prepend=-1))
    if not said.all():
        line_numbers = line_numbers.copy()
        highest = np.zeros(len(first_rows), dtype=np.int64)
        np.maximum.at(highest, keys, line_numbers)
        counted = pd.Series(keys[~said]).groupby(keys[~said]).cumcount().to_numpy() + 1
        line_numbers[~said] = highest[keys[~said]] + counted
    return ClaimRows(keys, first_rows, line_numbers)


def _part(keys: Ints, line_numbers: Ints) -> Ints:
    """Which of the claims of one id a row belongs to, from 0.

    Where the lines of an id run up and start again as often as a number repeats, each run is a claim; in any other
    order the k-th row with a number belongs to the k-th claim.
    """
    rows = pd.DataFrame({"key": keys, "number": line_numbers})
    said = rows["number"] > 0
    occurrence = rows.groupby(["key", "number"]).cumcount().where(said, 0)
    before = rows.loc[said].groupby("key")["number"].shift()
    restarts = (rows.loc[said, "number"] <= before).reindex(rows.index, fill_value=False)
    run = restarts.groupby(rows["key"]).cumsum()
    ends = pd.DataFrame({"run": run, "occurrence": occurrence}).groupby(rows["key"]).transform("max")
    part: Ints = np.where(ends["run"] == ends["occurrence"], run, occurrence)
    return part


def gather_diagnoses(columns: Mapping[int, tuple[pa.Array, Ints]], claims: int) -> dict[str, Any]:
    """Diagnoses of numbered columns as rows of the table: claim_key, dx_position, dx_code.

    ``columns`` holds, by position, the distinct codes of a column and each claim's index into them (−1: none).
    """
    if not columns:
        return {
            "claim_key": np.array([], dtype=np.int64),
            "dx_position": np.array([], dtype=np.int64),
            "dx_code": pa.array([], pa.large_string()),
        }
    matrix = np.full((claims, len(columns)), -1, dtype=np.int64)
    start = 0
    for place, (values, codes) in enumerate(columns.values()):
        matrix[:, place] = np.where(codes < 0, -1, codes + start)
        start += len(values)
    flat = matrix.ravel()
    present = np.flatnonzero(flat >= 0)
    return {
        "claim_key": present // len(columns),
        "dx_position": np.array(list(columns))[present % len(columns)],
        "dx_code": pa.concat_arrays([values for values, _ in columns.values()]).take(pa.array(flat[present])),
    }


def split_diagnoses(joined: pa.Array, read: Any) -> dict[str, Any]:
    """Diagnoses of ``dx_codes``, one text per claim, as rows of the table: claim_key, dx_position, dx_code.

    ``read`` reads the codes of one column. An empty place between two separators keeps its position free.
    """
    lists = pc.split_pattern(pc.fill_null(joined, ""), "|")
    keys = pc.list_parent_indices(lists).to_numpy()
    codes: Cells = read(lists.flatten().dictionary_encode())
    positions = np.arange(len(keys)) - lists.offsets.to_numpy()[keys] + 1
    present = np.flatnonzero(codes.codes >= 0)
    return {
        "claim_key": keys[present],
        "dx_position": positions[present],
        "dx_code": codes.at(codes.codes[present]),
    }
