"""`denial-risk config`: which settings are in force, and from where."""

from __future__ import annotations

from typing import Annotated

import typer

from risk.cli._options import Quiet


def config(
    format: Annotated[str, typer.Option("--format", help="table, jsonl or toml.")] = "table",  # noqa: A002  the option's name
    quiet: Quiet = False,
) -> None:
    """Show every setting that is in force: its value, and the file and line, or the variable, that it is from.

    Everything that the settings name is looked at: rules of your own, payer terms, the table of ratios. With
    `--format toml` the output is a denial-risk.toml that says the same.

    Example: denial-risk config --format toml
    """
    from risk.cli._run import say
    from risk.configuration import FILE, chosen_rules, load_configuration, preferences_of
    from risk.errors import DenialRiskError
    from risk.reference.payers import load_payer_terms
    from risk.reports.settings import FORMATS, settings_in_force, settings_text
    from risk.reports.write import chosen_columns

    if format not in FORMATS:
        raise DenialRiskError("--format", f"expected one of {', '.join(FORMATS)}")
    configuration = load_configuration()
    chosen_rules(configuration)
    load_payer_terms(configuration.payer_terms)
    preferences_of(configuration)
    chosen_columns(configuration.output_columns, configuration.place("output.columns"))
    typer.echo(settings_text(settings_in_force(configuration), format), nl=False)
    if not quiet:
        files = ", ".join(map(str, configuration.files))
        say(f"read {files}" if files else f"no {FILE} in the working folder or the configuration folder")
