"""`denial-risk convert`: claims of any kind as one file of the CSV contract."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from risk.cli._options import Files, Mapping, Quiet

if TYPE_CHECKING:
    from collections.abc import Sequence


def convert(
    files: Files,
    output: Annotated[Path, typer.Option("-o", "--output", help="Write here, as .csv or .parquet.")],
    mapping: Mapping = None,
    quiet: Quiet = False,
) -> None:
    """Write claims as CSV or Parquet, one row per service line; the file identifies patients, as its input does.

    Example: denial-risk convert examples/claims.837 -o claims.csv
    """
    from risk.cli._run import kinds_of, read, report_reading, write_rejects
    from risk.reports.claims_file import carried, require_claims_name, write_claims

    require_claims_name(output)
    _require_another_file(files, output)
    result = carried(read(files, mapping), kinds_of(files))
    write_claims(result.batch, output)
    write_rejects(result, output)
    report_reading(result, verb="converted", quiet=quiet)


def _require_another_file(files: Sequence[str], output: Path) -> None:
    from risk.errors import InputError
    from risk.readers.sources import STDIN

    if output.exists() and any(file != STDIN and Path(file).exists() and output.samefile(file) for file in files):
        raise InputError(
            str(output), "expected an output other than the files that are read", "choose another --output"
        )
