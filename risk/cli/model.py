"""`denial-risk model`: which models there are, and which one scores."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from risk.cli._options import PayerTerms

app = typer.Typer(help="List, show, promote and roll back registered models.", rich_markup_mode=None)

Version = Annotated[str | None, typer.Argument(metavar="[VERSION]", help="A version number or an alias.")]


@app.command("list")
def list_models() -> None:
    """List the registered versions, newest first, with their aliases.

    Example: denial-risk model list
    """
    from models import tracking
    from risk.reports.model_cards import model_line

    typer.echo("\n".join(model_line(one) for one in tracking.list_models()) or "no model is registered yet")


@app.command("show")
def show(version: Version = "champion") -> None:
    """Show what one version was trained on and how it did.

    Example: denial-risk model show champion
    """
    from models import tracking
    from risk.reports.model_cards import model_card

    typer.echo(model_card(tracking.find(version or "champion")))


@app.command("promote")
def promote(
    version: Version = "challenger",
    data: Annotated[
        Path | None, typer.Option("--data", help="Measure on these labelled claims instead of the frozen hold-out.")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Promote whatever the comparison says; needs --reason.")
    ] = False,
    reason: Annotated[
        str | None, typer.Option("--reason", help="Why, for the record; nothing about a patient.")
    ] = None,
    payer_terms: PayerTerms = None,
) -> None:
    """Make a version the champion if it holds its own; the champion so far becomes previous.

    Both are re-scored on the claims that were frozen with the newer of them, in a form that has not learnt from these.
    Refused (exit 2) where log loss is worse, calibration is off, a large payer gets worse, or a rule's example fails.

    Example: denial-risk model promote challenger
    """
    from risk.cli._run import everything, say
    from risk.errors import DenialRiskError
    from risk.promotion import promote as decide
    from risk.training import read_labelled

    if force != bool(reason and reason.strip()):
        raise DenialRiskError("--force, --reason", "expected both or neither", 'write --force --reason "why"')
    rules, reference = everything(payer_terms)
    read = partial(read_labelled, data) if data is not None else None
    typer.echo(decide(version, rules, reference, read=read, reason=reason, tell=say).told)


@app.command("rollback")
def rollback() -> None:
    """Make the previous champion the champion again; the two change places.

    Example: denial-risk model rollback
    """
    from risk.promotion import rollback as restore

    typer.echo(f"champion is now version {restore().version}")
