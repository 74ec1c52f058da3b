"""`denial-risk model`: which models there are, and which one scores."""

from __future__ import annotations

from typing import Annotated

import typer

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
def promote(version: Version = "challenger") -> None:
    """Make a version the champion; the champion so far becomes previous.

    Example: denial-risk model promote challenger
    """
    from models import tracking

    # Without a version it is the store that knows whether there is a challenger.
    chosen = None if version in (None, tracking.CHALLENGER) else tracking.find(str(version)).version
    promoted = tracking.promote(chosen)
    typer.echo(f"champion is now version {promoted.version}")


@app.command("rollback")
def rollback() -> None:
    """Make the previous champion the champion again; the two change places.

    Example: denial-risk model rollback
    """
    from models import tracking

    typer.echo(f"champion is now version {tracking.rollback().version}")
