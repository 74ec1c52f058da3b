"""What the reader found wrong with the structure of files, as a linter shows it, or as CSV or JSON lines."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from risk.readers import ReadResult, Reject
from risk.reports.cells import csv_row
from risk.reports.findings import require_findings_name
from risk.reports.output import output_file
from risk.reports.printable import json_safe, printable

#: ``kind`` is ``reject`` where the claim could not be read and ``note`` where it was read all the same; ``expected``
#: says what should stand there. The other columns are the fields of :class:`risk.readers.Reject`, null where unknown.
COLUMNS = [
    "kind",
    "file",
    "row",
    "column",
    "byte_offset",
    "segment_number",
    "segment",
    "element",
    "loop",
    "interchange_control",
    "group_control",
    "transaction_control",
    "claim_id",
    "expected",
]
_CONTROLS = {
    "interchange_control": "interchange",
    "group_control": "group",
    "transaction_control": "transaction",
}


def in_file_order(rejects: Sequence[Reject], files: Sequence[str]) -> list[Reject]:
    """Sort rejects or notes as their files are named, then by row or byte; ``files`` are names as messages carry them.

    Those of one place keep their order; one whose place is not known comes first in its file.
    """
    rank = {name: position for position, name in enumerate(dict.fromkeys(files))}
    return sorted(rejects, key=lambda one: (rank.get(one.file, len(rank)), one.byte_offset or one.row or 0))


def structure_records(result: ReadResult, files: Sequence[str]) -> list[dict[str, Any]]:
    """One dict per reject and note, keys as ``COLUMNS``, in file order; no field holds a value that was found."""
    refused = {id(reject) for reject in result.rejects}
    return [
        {"kind": "reject" if id(one) in refused else "note"}
        | {column: getattr(one, column) for column in COLUMNS[1:-1]}
        | {"expected": one.reason}
        for one in in_file_order([*result.rejects, *result.notes], files)
    ]


def write_structure(result: ReadResult, files: Sequence[str], output: Path | None) -> int:
    """Print rejects and notes, one line each, or write them to ``output`` (.csv or .jsonl); returns how many.

    Raises :class:`InputError` for another suffix and for a place that cannot be written to.
    """
    require_findings_name(output)
    records = structure_records(result, files)
    with output_file(output) as stream:
        if output is None:
            stream.writelines(_shown(record) for record in records)
        elif output.suffix.lower() == ".jsonl":
            stream.writelines(json_safe(json.dumps(record, ensure_ascii=False)) + "\n" for record in records)
        else:
            writer = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
            writer.writeheader()
            writer.writerows(map(csv_row, records))
    return len(records)


def _shown(record: dict[str, Any]) -> str:
    place = Reject(**{name: record[name] for name in COLUMNS[1:-1]}, reason=record["expected"]).place
    named = [f"{word} {record[name]}" for name, word in _CONTROLS.items() if record[name] is not None]
    if record["claim_id"] is not None:
        named.append(f"claim {record['claim_id']}")
    within = f" ({', '.join(named)})" if named else ""
    return printable(f"{place}{within}: {record['kind']}: {record['expected']}".replace("\n", " ") + "\n")
