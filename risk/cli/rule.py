"""`denial-risk rule`: the catalogue, or one rule's page."""

from __future__ import annotations

from typing import Annotated

import typer


def rule(
    rule_id: Annotated[str | None, typer.Argument(metavar="[ID]", help="A rule id, such as PTP001.")] = None,
) -> None:
    """List the rules, or show everything about one: why payers deny it, its source, the fix, its effect, examples.

    The effect is that on the claims you trained on last, else on the built-in synthetic ones.

    Example: denial-risk rule PTP001
    """
    from risk.effects import own_effects, shipped_effects
    from risk.reports.printable import printable
    from risk.reports.rule_docs import rule_list, rule_page
    from risk.rules import catalogue, select_rules

    exact = catalogue().get(rule_id.upper()) if rule_id else None
    if exact is None:
        typer.echo(rule_list(select_rules([rule_id] if rule_id else ())))
        return
    typer.echo(printable(rule_page(exact, shipped_effects(), own_effects())))
