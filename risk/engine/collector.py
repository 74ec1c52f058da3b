"""Python's look for circular references, put off while many objects are made that have none."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_paused() -> Iterator[None]:
    """Nothing is looked for within the block.

    The records of a part are hundreds of thousands of objects, all of them wanted until their rows are written; looking
    through them again and again takes a sixth of the time of scoring. What the block leaves is found afterwards.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
