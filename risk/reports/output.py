"""Where results go: an output file the user named, or stdout."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from risk.errors import InputError
from risk.files import written_whole


def is_stream(output: Path | None) -> bool:
    """Whether an output is stdout, a device or a pipe: nothing that could be replaced, or have a file beside it."""
    return output is None or (output.exists() and not output.is_file() and not output.is_dir())


@contextmanager
def output_file(path: Path | None, *, binary: bool = False) -> Iterator[IO[Any]]:
    """Write an output that appears under its name only when complete; stdout where there is no name.

    A link is followed, so that the link stays; a device or a pipe is written to as it is. Raises
    :class:`InputError` where the folder does not exist, may not be written to, or is full.
    """
    try:
        if path is None:
            yield sys.stdout
            sys.stdout.flush()
        elif is_stream(path):
            with path.open("wb") if binary else path.open("w", encoding="utf-8", newline="\n") as stream:
                yield stream
        else:
            with written_whole(Path(os.path.realpath(path)), binary=binary) as stream:
                yield stream
    except BrokenPipeError:
        raise
    except OSError as error:
        why = error.strerror or "it is no file to write to"
        raise InputError(str(path or "stdout"), f"cannot write here: {why}", "choose another --output") from None
