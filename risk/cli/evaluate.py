"""`denial-risk evaluate`: how a model does on labelled claims."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from risk.cli._options import History, ModelName, PayerTerms, Quiet

if TYPE_CHECKING:
    from risk.claims.tables import ClaimBatch
    from risk.labelled import Past


def evaluate(
    data: Annotated[
        Path, typer.Option("--data", help="Labelled claims: Parquet or CSV as `label` and `synth` write them.")
    ],
    model: ModelName = "champion",
    truth: Annotated[
        Path | None, typer.Option("--truth", help="truth.parquet of synthetic claims: what could at best be reached.")
    ] = None,
    history: History = None,
    payer_terms: PayerTerms = None,
    quiet: Quiet = False,
) -> None:
    """Measure a model on labelled claims: discrimination, calibration, overall and by payer.

    Example: denial-risk evaluate --data synthetic/labels.parquet --truth synthetic/truth.parquet
    """
    from risk.cli._run import everything, load_model
    from risk.reports.quality import quality_table
    from risk.training import evaluate_model, read_labelled, read_truth

    rules, reference = everything(payer_terms)
    labelled = read_labelled(data)
    chosen = load_model(model, reference, quiet=quiet)
    if chosen.extra_features:
        labelled = read_labelled(data, chosen.extra_features)
    probabilities = read_truth(truth, labelled) if truth else None
    past = _past(history, labelled.batch) if history else None
    measured = evaluate_model(chosen, labelled, reference, truth=probabilities, past=past, rules=rules)
    typer.echo(quality_table(measured))


def _past(path: Path, batch: ClaimBatch) -> Past:
    from risk.cli._scorer import past_in
    from risk.labelled import Past

    past, outcomes = past_in(path)
    return Past(past(batch) if callable(past) else past, outcomes)
