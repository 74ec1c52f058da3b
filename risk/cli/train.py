"""`denial-risk train`: a model of your own, tracked and registered."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from risk.cli._options import PayerTerms, Quiet, Seed


def train(
    data: Annotated[
        Path | None, typer.Option("--data", help="Labelled claims: Parquet or CSV as `label` and `synth` write them.")
    ] = None,
    synthetic: Annotated[
        int | None, typer.Option("--synthetic", min=500, help="Train on this many synthetic claims instead.")
    ] = None,
    extra_features: Annotated[
        str | None,
        typer.Option("--extra-features", help="Columns of --data beyond docs/csv.md to learn from, by commas."),
    ] = None,
    seed: Seed = 0,
    payer_terms: PayerTerms = None,
    quiet: Quiet = False,
) -> None:
    """Train, calibrate and test a model; register it as challenger. `denial-risk model promote` puts it to work.

    Earlier claims teach, later ones test: every figure printed is of claims submitted after those it learnt from.
    What each rule did to the claims of --data is kept for `denial-risk rule ID`.

    Example: denial-risk train --synthetic 2000 --seed 3
    """
    from risk.cli._run import everything, say
    from risk.effects import keep_own_effects
    from risk.errors import DenialRiskError
    from risk.reports.quality import quality_table
    from risk.training import DEFAULT_CLAIMS, read_labelled, synthetic_claims, train_and_register

    if data is not None and synthetic is not None:
        raise DenialRiskError("--data, --synthetic", "expected one of them, not both")
    tell = (lambda _: None) if quiet else say
    rules, reference = everything(payer_terms)
    extras = [name.strip() for name in (extra_features or "").split(",") if name.strip()]
    if extras and data is None:
        raise DenialRiskError("--extra-features", "expected --data with these columns")
    labelled = (
        read_labelled(data, extras) if data is not None else synthetic_claims(synthetic or DEFAULT_CLAIMS, seed=seed)
    )
    registered = train_and_register(labelled, reference, seed=seed, tell=tell, rules=rules)
    typer.echo(quality_table(registered.trained.evaluation))
    if data is not None:
        try:
            keep_own_effects(registered.effects)
        except OSError as error:  # the model is trained and registered all the same
            say(f"note: effects of the rules not kept: {error.filename or 'data folder'}: {error.strerror}")
    say(f"registered version {registered.version} as challenger; `denial-risk model promote` makes it champion")
