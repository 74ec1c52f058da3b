"""Tables that lie in the package as CSV: lines that begin with # say what they are and where they come from."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from risk.errors import ReferenceDataError


def shipped_bytes(name: str) -> bytes:
    """Read a file of the ``data`` folder, as shipped."""
    return (Path(__file__).parent / "data" / name).read_bytes()


def table_rows(name: str, content: bytes, columns: tuple[str, ...]) -> list[dict[str, str]]:
    """Rows of a table by column, all text, empty where a field is.

    Raises :class:`risk.errors.ReferenceDataError` where the columns are others, a row has too few or too many fields,
    or one has no source.
    """
    try:
        lines = [line for line in content.decode("utf-8").splitlines() if not line.startswith("#")]
    except UnicodeDecodeError as problem:
        raise ReferenceDataError(name, "expected UTF-8") from problem
    header, *rows = list(csv.reader(io.StringIO("\n".join(lines)))) or [[]]
    if tuple(header) != columns or not rows:
        raise ReferenceDataError(name, f"expected the columns {', '.join(columns)} and at least one row")
    for number, row in enumerate(rows, start=1):
        if len(row) != len(columns) or not row[columns.index("source")]:
            raise ReferenceDataError(f"{name}, row {number}", f"expected {len(columns)} fields and a source")
    return [dict(zip(columns, row, strict=True)) for row in rows]


def plain_codes(field: str) -> list[str]:
    """Codes of a field, separated by blanks, upper case without the dot."""
    return field.replace(".", "").upper().split()
