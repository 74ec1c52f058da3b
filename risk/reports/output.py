"""Where results go: an output file the user named, or stdout."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from risk.errors import InputError
from risk.files import written_whole
from risk.readers.sources import STDIN


def is_stream(output: Path | None) -> bool:
    """Whether an output is stdout, a device or a pipe: nothing that could be replaced, or have a file beside it."""
    return output is None or (output.exists() and not output.is_file() and not output.is_dir())


def require_place(output: Path | None, inputs: Iterable[str | Path | None] = ()) -> None:
    """Look at the place of an output before any work is done for it.

    Raises :class:`InputError` where its folder is not there, or where it is one of the ``inputs`` (names of files,
    ``-`` for stdin, None for one that was not given): nobody's claims are written over.
    """
    if output is None or is_stream(output):
        return
    if not output.parent.is_dir():
        raise InputError(str(output), "expected a folder that exists", "make it, or choose another --output")
    read = [Path(one) for one in inputs if one is not None and one != STDIN]
    if output.exists() and any(one.exists() and output.samefile(one) for one in read):
        raise InputError(
            str(output), "expected an output other than the files that are read", "choose another --output"
        )


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
