"""Output files the user named."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from risk.errors import InputError
from risk.files import written_whole


@contextmanager
def output_file(path: Path, *, binary: bool = False) -> Iterator[IO[Any]]:
    """Write an output that appears under its name only when complete.

    Raises :class:`InputError` where the folder does not exist, may not be written to, or is full.
    """
    try:
        with written_whole(path, binary=binary) as stream:
            yield stream
    except OSError as error:
        raise InputError(str(path), f"cannot write here: {error.strerror}", "choose another --output") from None
