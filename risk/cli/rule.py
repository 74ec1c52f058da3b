"""`denial-risk rule`: the catalogue, or one rule's page."""

from __future__ import annotations

from typing import Annotated

import typer


def rule(
    rule_id: Annotated[str | None, typer.Argument(metavar="[ID]", help="A rule id, such as PTP001.")] = None,
) -> None:
    """List the rules, or show everything about one: why payers deny it, its source, the fix, examples.

    Example: denial-risk rule PTP001
    """
    from risk.reports.rule_docs import rule_list, rule_page
    from risk.rules import select_rules

    rules = select_rules([rule_id] if rule_id else ())
    exact = [one for one in rules if rule_id and one.id == rule_id.upper()]
    typer.echo(rule_page(exact[0]) if exact else rule_list(rules))
