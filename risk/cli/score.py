"""`denial-risk score`: risk, reasons and fixes for each claim."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from risk.cli._options import Files, History, Ignore, Mapping, ModelName, PayerTerms, Quiet, Select, Strict, probability

#: Cores that this process may use.
CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _drivers(whose: str) -> str:
    if whose not in ("flagged", "all"):
        raise typer.BadParameter("expected flagged or all")
    return whose


def _engine(name: str) -> str:
    if name not in ("local", "spark"):
        raise typer.BadParameter("expected local or spark")
    return name


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
    history: History = None,
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
    drivers: Annotated[
        str, typer.Option("--drivers", callback=_drivers, help="Name the drivers of flagged claims, or of all.")
    ] = "flagged",
    select: Select = None,
    ignore: Ignore = None,
    mapping: Mapping = None,
    payer_terms: PayerTerms = None,
    fail_above: Annotated[float | None, probability("--fail-above", "Exit 1 if a claim has this risk or more.")] = None,
    strict: Strict = False,
    jobs: Annotated[
        int, typer.Option("--jobs", min=1, show_default="the cores", help="Score with this many processes.")
    ] = CORES,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with a run for the same output that was ended before its time.")
    ] = False,
    engine: Annotated[
        str, typer.Option("--engine", callback=_engine, help="local, or spark: on a cluster; see docs/spark.md.")
    ] = "local",
    master: Annotated[
        str | None, typer.Option("--master", help="Master of the cluster, such as spark://HOST:7077.")
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Score claims before they are sent: how likely a denial is, why, what it puts at stake, what to fix.

    Example: denial-risk score examples/claims.837 examples/claims.csv
    """
    from risk.cli._run import require_output
    from risk.cli._scorer import ScorerOptions
    from risk.cli._scoring import ScoreRequest, score_claims
    from risk.configuration import load_configuration
    from risk.reports.write import chosen_columns, chosen_format

    on_spark = engine == "spark"
    kind = "parquet" if on_spark and format is None else chosen_format(output, format)
    if not on_spark:
        require_output(output, [*files, history, mapping, payer_terms])
    configuration = load_configuration()
    request = ScoreRequest(
        files,
        output,
        kind,
        chosen_columns(configuration.output_columns, configuration.place("output.columns")),
        ScorerOptions.of(
            model,
            rules_only=rules_only,
            payer_terms=payer_terms,
            select=select,
            ignore=ignore,
            history=history,
            quiet=quiet,
        ),
        mapping,
        threshold,
        precision,
        capacity,
        drivers == "all",
        jobs,
        resume,
        quiet,
        on_spark,
        master,
    )
    ended = score_claims(request)
    if not ended.whole or (strict and not ended.sound):
        raise typer.Exit(2)
    if fail_above is None:
        fail_above = configuration.thresholds.get("fail_above")
    if fail_above is not None and ended.riskiest >= fail_above:
        raise typer.Exit(1)
