"""`denial-risk score`: risk, reasons and fixes for each claim."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from risk.cli._options import Files, Ignore, Mapping, ModelName, PayerTerms, Quiet, Select, Strict, probability


def score(
    files: Files,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Write here; the suffix picks the format.")
    ] = None,
    format: Annotated[str | None, typer.Option("--format", help="table, csv, jsonl, parquet, xlsx or html.")] = None,  # noqa: A002  the option's name
    model: ModelName = "champion",
    rules_only: Annotated[
        bool, typer.Option("--rules-only", help="Score by the rules alone, without a model.")
    ] = False,
    history: Annotated[Path | None, typer.Option("--history", help="Labelled past claims (Parquet or CSV).")] = None,
    threshold: Annotated[float | None, probability("--threshold", "Flag claims at or above this risk.")] = None,
    precision: Annotated[
        float | None, probability("--precision", "Flag at the threshold that reached this precision on validation.")
    ] = None,
    capacity: Annotated[
        int | None,
        typer.Option(
            "--capacity",
            min=1,
            help="The N claims with the most expected denied dollars; for people also the N likeliest.",
        ),
    ] = None,
    select: Select = None,
    ignore: Ignore = None,
    mapping: Mapping = None,
    payer_terms: PayerTerms = None,
    fail_above: Annotated[float | None, probability("--fail-above", "Exit 1 if a claim has this risk or more.")] = None,
    strict: Strict = False,
    quiet: Quiet = False,
) -> None:
    """Score claims before they are sent: how likely a denial is, why, what it puts at stake, what to fix.

    Example: denial-risk score examples/claims.837 examples/claims.csv
    """
    from risk.cli._run import (
        chosen,
        extras_of,
        flag_threshold,
        load_model,
        read,
        report_age,
        report_basis,
        report_failures,
        report_flagged,
        report_reading,
        say,
        write_rejects,
    )
    from risk.configuration import load_configuration, preferences_of
    from risk.extras import absent
    from risk.fixes import fixes_of
    from risk.reports.capacity import capacity_lists
    from risk.reports.output import require_place
    from risk.reports.write import chosen_columns, chosen_format, worklist_order, write_scored
    from risk.rules import RuleFailure
    from risk.scoring import Scorer, score_batch
    from risk.training import read_past

    kind = chosen_format(output, format)
    require_place(output, [*files, history, mapping, payer_terms])
    configuration = load_configuration()
    preferences = preferences_of(configuration)
    columns = chosen_columns(configuration.output_columns, configuration.place("output.columns"))
    rules, reference = chosen(payer_terms, select, ignore)
    extras = [] if rules_only else extras_of(model)
    result = read(files, mapping, extras)
    if missing := absent(result.batch, extras):
        say(f"note: no values of columns that the model was trained with, taken as missing: {', '.join(missing)}")
    past = read_past(history) if history else None
    trained = None if rules_only else load_model(model, reference, quiet=quiet)
    flag_at = flag_threshold(trained, threshold, precision)
    outcomes, claims = (past.outcomes, past.claims) if past else (None, None)
    scorer = Scorer(reference, trained, rules, outcomes, past=claims, preferences=preferences)
    scored = score_batch(result.batch, scorer)
    keys = worklist_order(scored, kind, capacity)
    repairs: list[RuleFailure] = []
    lists = capacity_lists(scored, capacity) if capacity is not None else None
    fixes = fixes_of(scored, scorer, repairs, threshold=flag_at)
    write_scored(scored, fixes, output, kind, keys, lists=lists, columns=columns, threshold=flag_at)
    write_rejects(result, output)
    report_failures(scored.failures, repairs)
    report_flagged(scored, flag_at, keys, quiet=quiet)
    report_basis(scored, quiet=quiet)
    report_age(reference, result, quiet=quiet)
    report_reading(result, verb="scored", quiet=quiet)
    if strict and (result.rejects or scored.failures or repairs):
        raise typer.Exit(2)
    if fail_above is None:
        fail_above = configuration.thresholds.get("fail_above")
    if fail_above is not None and scored.claims["denial_risk"].ge(fail_above).any():
        raise typer.Exit(1)
