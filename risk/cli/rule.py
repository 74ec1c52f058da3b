"""`denial-risk rule`: the catalogue, or one rule's page."""

from __future__ import annotations

from typing import Annotated

import typer


def rule(
    rule_id: Annotated[str | None, typer.Argument(metavar="[ID]", help="A rule id, such as PTP001.")] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Run the examples of your own rules; exit 1 if one fails.")
    ] = False,
) -> None:
    """List the rules, or show everything about one: why payers deny it, its source, the fix, its effect, examples.

    The effect is that on the claims you trained on last, else on the built-in synthetic ones.

    Your own rules are among them; docs/configuration.md says how to write one.

    Example: denial-risk rule PTP001
    """
    from risk.configuration import known_rules, load_configuration
    from risk.effects import own_effects, shipped_effects
    from risk.reports.printable import printable
    from risk.reports.rule_docs import rule_list, rule_page
    from risk.rules import select_rules

    if check:
        raise typer.Exit(_check_examples(rule_id))
    rules = select_rules([rule_id] if rule_id else (), among=known_rules(load_configuration()))
    exact = next((one for one in rules if rule_id and one.id == rule_id.upper()), None)
    if exact is None:
        typer.echo(rule_list(rules))
        return
    typer.echo(printable(rule_page(exact, shipped_effects(), own_effects())))


def _check_examples(rule_id: str | None) -> int:
    """Print what is wrong with the user's own rules by their own examples; returns the exit code."""
    from risk.cli._run import say
    from risk.configuration import known_rules, load_configuration
    from risk.errors import RuleError
    from risk.reference import load_reference
    from risk.rules import catalogue, example_failures, select_rules

    configuration = load_configuration()
    known = known_rules(configuration)
    rules = [one for one in select_rules([rule_id] if rule_id else (), among=known) if one.id not in catalogue()]
    if not rules:
        raise RuleError(
            "denial-risk rule --check",
            "expected rules of your own",
            "name their folder in denial-risk.toml; those of the tool are tested with it",
        )
    reference = load_reference(configuration.payer_terms)
    problems = [problem for one in rules for problem in example_failures(one, reference, known)]
    for problem in problems:
        typer.echo(problem)
    say(f"checked {len(rules)} rules of your own: {len(problems)} problems")
    return 1 if problems else 0
