"""`denial-risk convert`: claims of any kind as one file of the CSV contract."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from risk.cli._options import Files, Mapping, Quiet


def convert(
    files: Files,
    output: Annotated[Path, typer.Option("-o", "--output", help="Write here, as .csv or .parquet.")],
    mapping: Mapping = None,
    quiet: Quiet = False,
) -> None:
    """Write claims as CSV or Parquet, one row per service line; the file identifies patients, as its input does.

    Example: denial-risk convert examples/claims.837 -o claims.csv
    """
    from risk.cli._run import kinds_of, read, report_reading, require_output, write_rejects
    from risk.reports.claims_file import carried, require_claims_name, write_claims

    require_claims_name(output)
    require_output(output, [*files, mapping])
    result = carried(read(files, mapping), kinds_of(files))
    write_claims(result.batch, output)
    write_rejects(result, output)
    report_reading(result, verb="converted", quiet=quiet)
