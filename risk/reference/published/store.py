"""Where imported tables lie: one Arrow file per table and edition, memory-mapped when it is asked for.

    <data folder>/reference/<table>/<edition>.arrow

A file appears when it is complete and is never changed; its schema carries what it is (:class:`Edition`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa

from risk.errors import ReferenceDataError
from risk.files import written_whole
from risk.reference.home import data_folder

#: A column of numbers, or one of texts without nulls.
Column: TypeAlias = "np.ndarray[Any, Any] | pa.Array"
#: Tables as findings cite them.
CITED = {
    "ptp_practitioner": "NCCI PTP practitioner",
    "ptp_outpatient": "NCCI PTP outpatient",
    "mue_practitioner": "MUE practitioner",
    "mue_outpatient": "MUE outpatient",
    "add_on_codes": "NCCI add-on codes",
    "fee_schedule": "physician fee schedule",
    "hcpcs_level_2": "HCPCS level II",
}

_META = b"denial-risk edition"
_SUFFIX = ".arrow"

#: Change it when the columns of any table change: editions of another schema are to be imported again.
SCHEMA = 1


@dataclass(frozen=True)
class Edition:
    """One published edition of one table.

    Parameters
    ----------
    table
        Such as ``ptp_practitioner``.
    name
        Such as ``2026Q4``; editions sort by it.
    begins
        First date of service it was published for, ISO.
    ends
        Last one, ISO.
    rows
        How many rows it has.
    sources
        Names of the files it was read from.
    digest
        Of the rows.
    imported
        Day of the import, ISO.
    schema
        See :data:`SCHEMA`.
    """

    table: str
    name: str
    begins: str
    ends: str
    rows: int
    sources: list[str] = field(default_factory=list)
    digest: str = ""
    imported: str = ""
    schema: int = SCHEMA

    @property
    def cited(self) -> str:
        """How a finding cites it, such as ``NCCI PTP practitioner 2026Q4``."""
        return f"{CITED.get(self.table, self.table)} {self.name}"

    def days_old(self, today: date) -> int:
        """Days since the last date of service it was published for; negative while it lasts."""
        return (today - date.fromisoformat(self.ends)).days


@dataclass(frozen=True, eq=False)
class StoredTable:
    """An edition and its columns, memory-mapped on first use."""

    edition: Edition
    path: Path

    @cached_property
    def columns(self) -> dict[str, np.ndarray[Any, Any]]:
        """Columns of numbers by name, as arrays over the file; none where there are no rows."""
        return {name: one.to_numpy() for name, one in self._all().items() if not pa.types.is_large_string(one.type)}

    @property
    def texts(self) -> dict[str, pa.Array]:
        """Columns of texts by name, over the file; none where there are no rows."""
        return {name: one for name, one in self._all().items() if pa.types.is_large_string(one.type)}

    def _all(self) -> dict[str, pa.Array]:
        with pa.memory_map(str(self.path)) as source:
            table = pa.ipc.open_file(source).read_all()
        return {name: table[name].chunk(0) for name in table.column_names if table.num_rows}


def newest_editions(editions: Sequence[Edition]) -> list[Edition]:
    """Newest edition of each table; the given ones are in order."""
    return list({one.table: one for one in editions}.values())


def reference_folder() -> Path:
    """Folder of the imported tables; it need not exist."""
    return data_folder() / "reference"


def write_edition(edition: Edition, columns: Mapping[str, Column]) -> Edition:
    """Keep an edition, in place of one of the same name; returns it with rows, digest and day filled in.

    Raises :class:`ReferenceDataError` where the folder cannot be written.
    """
    digest = hashlib.sha256()
    for name, values in sorted(columns.items()):
        digest.update(name.encode() + _content(values))
    rows = len(next(iter(columns.values())))
    facts = asdict(edition) | {
        "rows": rows,
        "digest": digest.hexdigest()[:16],
        "imported": date.today().isoformat(),
    }
    meta = {_META: json.dumps(facts, sort_keys=True).encode()}
    table = pa.table({name: pa.array(values) for name, values in columns.items()}).replace_schema_metadata(meta)
    folder = reference_folder() / edition.table
    try:
        folder.mkdir(parents=True, exist_ok=True)
        place = folder / f"{edition.name}{_SUFFIX}"
        with written_whole(place, binary=True) as stream, pa.ipc.new_file(stream, table.schema) as writer:
            writer.write_table(table, max_chunksize=max(rows, 1))
    except OSError as error:
        raise ReferenceDataError(str(folder), f"expected a folder to write to: {error.strerror}") from None
    return Edition(**facts)


def _content(values: Column) -> bytes:
    if isinstance(values, np.ndarray):
        return np.ascontiguousarray(values).tobytes()
    return "\0".join(values.to_pylist()).encode()


def stored_tables() -> dict[str, list[StoredTable]]:
    """Every imported edition by table, the earliest first.

    Raises :class:`ReferenceDataError` for a file that is damaged or of another version of this tool.
    """
    found: dict[str, list[StoredTable]] = {}
    for path in sorted(reference_folder().glob(f"*/*{_SUFFIX}")):
        found.setdefault(path.parent.name, []).append(_open(path))
    return {name: sorted(tables, key=lambda one: one.edition.begins) for name, tables in found.items()}


def _open(path: Path) -> StoredTable:
    try:
        with pa.memory_map(str(path)) as source:
            facts = json.loads((pa.ipc.open_file(source).schema.metadata or {})[_META])
        edition = Edition(**facts)
    except (OSError, ValueError, KeyError, TypeError, pa.ArrowException):
        raise _unusable(path, "expected an imported table, this file is damaged") from None
    if edition.schema != SCHEMA:
        raise _unusable(path, "expected a table of this version of denial-risk")
    return StoredTable(edition, path)


def _unusable(path: Path, expected: str) -> ReferenceDataError:
    return ReferenceDataError(str(path), expected, "delete it and import the published file again")
