"""Rows of parts put back in the order in which their claims were read."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np

from risk.engine.spill import Ints, parts_in_order
from risk.engine.worker import part_file


def rows_in_order(folder: Path, units: int, parts: int) -> Iterator[bytes]:
    """Rows of all claims, unit by unit: of each part the next ones."""
    every = [_PartRows(folder, part) for part in range(parts)]
    for unit in range(units):
        of_claim = parts_in_order(folder, unit)
        counts = np.bincount(of_claim, minlength=parts).tolist()
        waiting = [one.take(count) for one, count in zip(every, counts, strict=True)]
        for part in of_claim.tolist():
            yield next(waiting[part])


class _PartRows:
    """The rows of one part, some at a time; no file stays open, since there may be thousands of parts."""

    def __init__(self, folder: Path, part: int) -> None:
        self._path = part_file(folder, part, ".rows")
        self._ends: Ints = np.load(part_file(folder, part, ".ends.npy"), mmap_mode="r")
        self._taken = 0

    def take(self, count: int) -> Iterator[bytes]:
        """The next rows."""
        if not count:
            return iter(())
        start = int(self._ends[self._taken - 1]) if self._taken else 0
        ends = self._ends[self._taken : self._taken + count]
        self._taken += count
        with self._path.open("rb") as stream:
            stream.seek(start)
            text = stream.read(int(ends[-1]) - start)
        bounds = [0, *(ends - start).tolist()]
        return (text[begin:end] for begin, end in pairwise(bounds))
