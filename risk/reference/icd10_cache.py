"""Tables that are compiled once and kept: all of them sound, or none."""

from __future__ import annotations

import hashlib
import io
import json
from contextlib import suppress
from typing import TYPE_CHECKING

import pandas as pd

from risk.files import written_whole

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Tables = dict[str, pd.DataFrame]

_MANIFEST = "manifest.json"


def cached_tables(folder: Path, compile_tables: Callable[[], Tables]) -> Tables:
    """Read the tables kept in a folder; where they are absent or damaged, compile and keep them.

    A folder that cannot be written costs the compilation at every start and nothing else. The folder's name has to
    change with whatever the tables depend on.
    """
    tables = _read(folder)
    if tables is None:
        tables = compile_tables()
        with suppress(OSError):  # a read-only home must not stop the scoring of claims
            _write(folder, tables)
    return tables


def _read(folder: Path) -> Tables | None:
    """Return the tables, or null unless every file is there and is byte for byte what was written."""
    try:
        expected = json.loads((folder / _MANIFEST).read_bytes())
        contents = {name: (folder / f"{name}.parquet").read_bytes() for name in expected}
    except (OSError, ValueError, TypeError):
        return None
    if not contents or expected != _digests(contents):
        return None
    return {name: pd.read_parquet(io.BytesIO(content)) for name, content in contents.items()}


def _write(folder: Path, tables: Tables) -> None:
    contents = {name: table.to_parquet(index=False, compression="zstd") for name, table in tables.items()}
    folder.mkdir(parents=True, exist_ok=True)
    # The manifest comes last: until it is there, and matches, the tables do not count.
    manifest = json.dumps(_digests(contents), sort_keys=True).encode()
    for name, content in {**{f"{name}.parquet": one for name, one in contents.items()}, _MANIFEST: manifest}.items():
        with written_whole(folder / name, binary=True) as stream:
            stream.write(content)


def _digests(contents: dict[str, bytes]) -> dict[str, str]:
    return {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}
