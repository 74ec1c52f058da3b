"""The user's own table of what payers allow: a ratio of the charge, or for one procedure an amount by unit.

A CSV with the columns of ``COLUMNS`` (docs/output.md).
"""

from __future__ import annotations

import csv
import difflib
import hashlib
import io
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from risk.claims.tables import PAYER_TYPES
from risk.errors import ReferenceDataError

COLUMNS = ("payer_id", "payer_type", "procedure_code", "ratio", "allowed_amount")

#: A ratio above this is taken for a percentage. Outlier payments are beyond the charge, but not by so much.
HIGHEST_RATIO = 5.0

#: What entries are about, the most particular last: of those that hold for a line the last counts.
LEVELS = (("payer_type",), ("payer_type", "procedure_code"), ("payer_id",), ("payer_id", "procedure_code"))

_HINT = "see docs/output.md"


@dataclass(frozen=True)
class AllowedTable:
    """The user's own ratios and amounts (cents by unit), by what they are about; see ``LEVELS``.

    ``version`` is a digest of the content.
    """

    ratios: Mapping[tuple[str, ...], Mapping[tuple[str, ...], float]] = field(default_factory=dict)
    cents: Mapping[tuple[str, ...], Mapping[tuple[str, ...], float]] = field(default_factory=dict)
    version: str = ""

    def __len__(self) -> int:
        return sum(len(entries) for kind in (self.ratios, self.cents) for entries in kind.values())


def read_allowed_table(path: Path) -> AllowedTable:
    """Read the user's table.

    Raises :class:`risk.errors.ReferenceDataError`, with row and column, for what is not as docs/output.md describes.
    """
    try:
        content = path.read_bytes()
        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))
    except OSError as error:
        raise ReferenceDataError(str(path), "expected a readable file", error.strerror or "") from None
    except (UnicodeDecodeError, csv.Error):
        raise ReferenceDataError(str(path), "expected CSV in UTF-8", _HINT) from None
    header = [name.strip().lower() for name in rows[0]] if rows else []
    _check_header(header, path)
    ratios: dict[tuple[str, ...], dict[tuple[str, ...], float]] = {}
    cents: dict[tuple[str, ...], dict[tuple[str, ...], float]] = {}
    for number, row in enumerate(rows[1:], start=2):
        if not any(cell.strip() for cell in row):
            continue
        where = f"{path}, row {number}"
        if len(row) != len(header):
            raise ReferenceDataError(where, f"expected {len(header)} cells, as the header has", _HINT)
        cells = dict.fromkeys(COLUMNS, "") | {name: cell.strip() for name, cell in zip(header, row, strict=True)}
        level, key = _about(cells, where)
        if key in ratios.get(level, {}) or key in cents.get(level, {}):
            raise ReferenceDataError(where, "expected each payer and procedure once", _HINT)
        if cells["ratio"]:
            value = _number(cells["ratio"], f"{where}, ratio", HIGHEST_RATIO, "a share of the charge such as 0.62")
            ratios.setdefault(level, {})[key] = value
        else:
            value = _number(cells["allowed_amount"], f"{where}, allowed_amount", 1e7, "dollars such as 98.50")
            cents.setdefault(level, {})[key] = round(value * 100)
    if not ratios and not cents:
        raise ReferenceDataError(str(path), "expected at least one row below the header", _HINT)
    return AllowedTable(ratios, cents, hashlib.sha256(content).hexdigest()[:12])


def _check_header(header: list[str], path: Path) -> None:
    where = f"{path}, row 1"
    for name in header:
        if name not in COLUMNS:
            near = difflib.get_close_matches(name, COLUMNS, n=1)
            hint = f"did you mean {near[0]}?" if near else _HINT
            raise ReferenceDataError(where, f"expected columns among {', '.join(COLUMNS)}", hint)
    if len(set(header)) < len(header):
        raise ReferenceDataError(where, "expected each column once", _HINT)
    if not {"payer_id", "payer_type"} & set(header) or not {"ratio", "allowed_amount"} & set(header):
        raise ReferenceDataError(where, "expected payer_id or payer_type, and ratio or allowed_amount", _HINT)


def _about(cells: Mapping[str, str], where: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What one row is about, as a level and a key of it."""
    if bool(cells["payer_id"]) == bool(cells["payer_type"]):
        raise ReferenceDataError(where, "expected either payer_id or payer_type", _HINT)
    if bool(cells["ratio"]) == bool(cells["allowed_amount"]):
        raise ReferenceDataError(where, "expected either ratio or allowed_amount", _HINT)
    if cells["allowed_amount"] and not cells["procedure_code"]:
        raise ReferenceDataError(where, "expected a procedure_code for the allowed_amount", _HINT)
    payer = "payer_id" if cells["payer_id"] else "payer_type"
    if payer == "payer_type" and cells[payer] not in PAYER_TYPES:
        raise ReferenceDataError(f"{where}, payer_type", f"expected one of {', '.join(PAYER_TYPES)}", _HINT)
    procedure = cells["procedure_code"].upper()
    return ((payer, "procedure_code"), (cells[payer], procedure)) if procedure else ((payer,), (cells[payer],))


def _number(text: str, where: str, most: float, expected: str) -> float:
    try:
        value = float(text.removeprefix("$"))
    except ValueError:
        value = math.nan
    if not 0 <= value <= most:
        raise ReferenceDataError(where, f"expected {expected}", _HINT)
    return value
