"""`denial-risk reference`: the code sets and edits that claims are held against, built in and imported."""

from __future__ import annotations

from typing import Annotated

import typer

app = typer.Typer(help="Show and import code sets, edits and payer terms.", rich_markup_mode=None)


@app.command("status")
def status() -> None:
    """List every table: edition, dates of service, rows, where it comes from, and whether it is out of date.

    Example: denial-risk reference status
    """
    from datetime import date

    from risk.reports.reference_status import status_table

    typer.echo(status_table(date.today()))


@app.command("import")
def import_tables(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="As CMS publishes them; .zip accepted.")],
    edition: Annotated[
        str | None,
        typer.Option("--edition", help="Quarter or day, such as 2026Q4 or 2026-09-28, where the file does not tell."),
    ] = None,
    setting: Annotated[
        str | None, typer.Option("--setting", help="practitioner or outpatient, where the file's name does not tell.")
    ] = None,
) -> None:
    """Import published tables: NCCI edits, unit limits, relative values, ICD-10-CM, HCPCS, coverage articles.

    Files are told apart by their content. Nothing is replaced unless every file was read whole, and older quarters are
    kept: a claim is judged by the edition of its date of service.

    Example: denial-risk reference import ccipra-v323r0-f1.txt ccipra-v323r0-f2.txt
    """
    from risk.reference.published.imported import ImportOptions
    from risk.reference.published.importing import import_files
    from risk.reports.reference_status import edition_line

    for one in import_files(files, ImportOptions(edition, setting)):
        typer.echo(f"imported {edition_line(one)}")
