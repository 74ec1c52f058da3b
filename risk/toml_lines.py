"""On which line of a TOML document each key stands: what ``tomllib`` knows and does not tell."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from typing import Any

Path = tuple[str, ...]


def key_lines(text: str) -> dict[Path, int]:
    """Line, counted from 1, of every key of a valid document, by its path; that of a table is its heading's.

    A statement ends with the first line at which it can be read. Keys of an inline table stand where it begins; tables
    in double brackets are where the first of them is, and their keys are not told apart.
    """
    lines = text.split("\n")
    found: dict[Path, int] = {}
    table: Path = ()
    start = 0
    while start < len(lines):
        end, parsed = _statement(lines, start)
        heading = lines[start].lstrip().startswith("[")
        paths = list(_paths(parsed))
        if heading and paths:
            table = paths[-1]
        for path in paths:
            found.setdefault(path if heading else (*table, *path), start + 1)
        start = end
    return found


def _statement(lines: list[str], start: int) -> tuple[int, dict[str, Any]]:
    for end in range(start + 1, len(lines) + 1):
        try:
            return end, tomllib.loads("\n".join(lines[start:end]))
        except tomllib.TOMLDecodeError:
            continue
    return start + 1, {}


def _paths(values: Any) -> Iterator[Path]:
    """Paths of nested tables, the outer before the inner."""
    if isinstance(values, list):
        values = values[0] if values and isinstance(values[0], dict) else None
    if isinstance(values, dict):
        for key, value in values.items():
            yield (key,)
            yield from ((key, *path) for path in _paths(value))
