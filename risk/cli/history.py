"""`denial-risk history`: the store of past claims and what became of them, for `--history`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from risk.cli._options import Mapping, Quiet
from risk.cli._several import SeveralValues

if TYPE_CHECKING:
    from risk.past import Added

app = typer.Typer(help="Keep past claims and what became of them, for `--history`.", rich_markup_mode=None)

Store = Annotated[
    Path | None, typer.Option("--history", help="The store; history.duckdb of the user's data folder unless named.")
]


@app.command("add", cls=SeveralValues)
def add(
    claims: Annotated[
        list[str] | None,
        typer.Option("--claims", metavar="FILE...", help="Claims that were sent: CSV, 837P or 837I; .gz accepted."),
    ] = None,
    remits: Annotated[
        list[str] | None, typer.Option("--remits", metavar="FILE...", help="835 files that came back; .gz accepted.")
    ] = None,
    history: Store = None,
    mapping: Mapping = None,
    quiet: Quiet = False,
) -> None:
    """Add claims that were sent, and remittances that came back, to the history store; it is made if there is none.

    Claims and remits may come in any order and more than once: each counts once, and remits complete the outcomes of
    claims that are there, as `label` decides them. All is added, or nothing where the run ends before its time. What
    cannot be read stands in <store>.rejects.jsonl.

    Example: denial-risk history add --claims synthetic/claims.837 --remits synthetic/remits.835
    """
    from risk.cli._adding import add_files
    from risk.errors import InputError
    from risk.past import default_store

    if not claims and not remits:
        raise InputError("--claims, --remits", "expected files of at least one of them")
    store = history or default_store()
    done = add_files(store, claims or [], remits or [], mapping, quiet=quiet)
    typer.echo(f"{store}: {_said(done)}")


@app.command("status")
def status(history: Store = None) -> None:
    """Count what is in the history store: claims and outcomes by year and payer type, and the days it covers.

    Example: denial-risk history status
    """
    from risk.past import contents_of, default_store
    from risk.reports.history_status import status_table

    typer.echo(status_table(contents_of(history or default_store())))


def _said(done: Added) -> str:
    claims = f"{done.claims_new:,} claims added, {done.claims_replaced:,} earlier versions of them taken out"
    return f"{claims}; {done.remits_new:,} remits added"
