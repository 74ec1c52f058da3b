"""Row-wise work in blocks that fit the processor's cache, on all its cores."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

#: Rows of a block: some hundred features of as many claims are a few megabytes.
ROWS = 8192


def in_blocks(work: Callable[[slice], None], rows: int) -> None:
    """Call ``work`` once for each block of the rows 0 … ``rows``.

    Blocks are cut the same on every machine, and each fills its own rows of a result: how many threads there are
    changes nothing but the time. NumPy lets go of the interpreter while it computes, so threads are enough.
    """
    blocks = [slice(start, min(start + ROWS, rows)) for start in range(0, rows, ROWS)]
    if len(blocks) < 2:
        for block in blocks:
            work(block)
        return
    with ThreadPoolExecutor(min(len(blocks), os.cpu_count() or 1)) as pool:
        for done in [pool.submit(work, block) for block in blocks]:
            done.result()
