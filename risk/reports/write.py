"""Scored claims to stdout or a file, in the format asked for."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import IO

import pandas as pd

from risk.configuration_file import nearest
from risk.errors import ConfigurationError, DenialRiskError
from risk.fixes import THRESHOLD
from risk.reports.capacity import CapacityLists
from risk.reports.flat import FLAT_COLUMNS
from risk.reports.order import dearest_first, riskiest_first
from risk.reports.output import output_file
from risk.reports.rows import ROW_FORMATS, encoded_rows, rows_file
from risk.reports.table import worklist_table
from risk.scoring import ScoredBatch

FORMATS = ("table", "csv", "jsonl", "parquet", "xlsx", "html")

#: Suffixes that pick a format.
SUFFIXES = {
    ".txt": "table",
    ".csv": "csv",
    ".jsonl": "jsonl",
    ".parquet": "parquet",
    ".xlsx": "xlsx",
    ".html": "html",
    ".htm": "html",
}

#: Formats that are no text: they go to a file that is named.
BINARY = ("parquet", "xlsx")

#: Formats for people, who want the riskiest claim first.
WORKLISTS = ("table", "xlsx", "html")


def chosen_format(output: Path | None, format_name: str | None) -> str:
    """Format by name, else by the suffix of the output, else a table.

    Raises :class:`DenialRiskError` for a format that is not known, or one of ``BINARY`` without a file to write to.
    """
    suffix = output.suffix.lower() if output is not None else ".txt"
    name = format_name.lower() if format_name else SUFFIXES.get(suffix, "")
    if name not in FORMATS:
        where = "--format" if format_name else str(output)
        expected = ", ".join(FORMATS) if format_name else f"a name that ends in {', '.join(SUFFIXES)}"
        raise DenialRiskError(where, f"expected {expected}", "use -o scores.jsonl or --format jsonl")
    if name in BINARY and output is None:
        raise DenialRiskError(f"--format {name}", "expected a file to write to", f"add -o scores.{name}")
    return name


def worklist_order(scored: ScoredBatch, format_name: str, capacity: int | None) -> list[int]:
    """Claim keys in the order of the output.

    A table shows the riskiest claim first, data formats keep the order of the input. With a ``capacity``, the claims
    with the most expected denied dollars, and no more than that. Certain rejects come before all others.
    """
    if capacity is not None:
        return list(dearest_first(scored.claims).index[:capacity])
    if format_name in WORKLISTS:
        return list(riskiest_first(scored.claims).index)
    return list(range(len(scored.batch)))


def chosen_columns(names: Sequence[str], where: str) -> tuple[str, ...]:
    """Columns of CSV and workbook: all where none is named; raises :class:`ConfigurationError` for one there is not."""
    for name in names:
        if name not in FLAT_COLUMNS:
            raise ConfigurationError(
                f"{where}, {name!r}",
                "expected a column that `score -o scores.csv` writes",
                nearest(name, FLAT_COLUMNS) or "see docs/output.md",
            )
    if len(set(names)) < len(names):
        raise ConfigurationError(where, "expected each column once", "see docs/output.md")
    return tuple(names)


def write_scored(
    scored: ScoredBatch,
    fixes: pd.DataFrame,
    output: Path | None,
    format_name: str,
    claim_keys: Sequence[int],
    *,
    lists: CapacityLists | None = None,
    columns: Sequence[str] = (),
    threshold: float = THRESHOLD,
) -> None:
    """Write the given claims in the given order; a file appears under its name only when complete.

    A table on stdout shows the first screenful of claims, a table in a file all of them. The formats for people show
    the ``lists`` too, where there are any; ``columns`` are those of CSV and workbook, all unless some are named, and
    ``threshold`` the risk that the smallest sets of ``fixes`` take claims below.
    """
    if format_name in ROW_FORMATS:
        terminal = output is None and sys.stdout.isatty()
        rows = encoded_rows(scored, fixes, claim_keys, format_name, columns, for_terminal=terminal)
        with rows_file(output, format_name, columns) as writer:
            writer.write(rows)
    elif format_name == "xlsx":
        from risk.reports.xlsx import write_xlsx

        with output_file(output, binary=True) as stream:
            write_xlsx(scored, fixes, stream, claim_keys, lists=lists, columns=columns, threshold=threshold)
    else:
        with output_file(output) as stream:
            _write_text(scored, fixes, stream, format_name, claim_keys, lists, threshold, output is not None)


def _write_text(
    scored: ScoredBatch,
    fixes: pd.DataFrame,
    stream: IO[str],
    format_name: str,
    claim_keys: Sequence[int],
    lists: CapacityLists | None,
    threshold: float,
    whole: bool,
) -> None:
    if format_name == "html":
        from risk.reports.page import worklist_page

        stream.write(worklist_page(scored, fixes, claim_keys, lists, threshold=threshold))
    else:
        stream.write(worklist_table(scored, fixes, claim_keys, whole=whole, lists=lists))
