"""Options that several commands share, so that one word means one thing everywhere."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def _words(values: list[str] | None) -> list[str] | None:
    """`--select PTP,LAT --select DX001` as one list."""
    return [word for value in values for word in value.replace(",", " ").split()] if values else None


def _probability(value: float | None) -> float | None:
    if value is not None and not 0 <= value <= 1:
        raise typer.BadParameter("expected a probability from 0 to 1")
    return value


Files = Annotated[
    list[str], typer.Argument(metavar="FILE...", help="CSV, 837P or 837I files; .gz accepted, - is stdin.")
]
Select = Annotated[
    list[str] | None,
    typer.Option(
        "--select", callback=_words, help="Only these rules: ids, prefixes or categories, separated by commas."
    ),
]
Ignore = Annotated[list[str] | None, typer.Option("--ignore", callback=_words, help="Leave these rules out.")]
Mapping = Annotated[Path | None, typer.Option("--map", help="TOML file naming your CSV headers; see docs/csv.md.")]
History = Annotated[
    Path | None,
    typer.Option("--history", help="Past claims: a history store, or a labelled file (Parquet or CSV)."),
]
PayerTerms = Annotated[
    Path | None, typer.Option("--payer-terms", help="TOML file with your contracts' terms; see docs/payer_terms.md.")
]
Strict = Annotated[bool, typer.Option("--strict", help="Exit 2 if any claim was rejected, or a rule failed.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Only results and errors; the reconciliation still shows.")]
Seed = Annotated[int, typer.Option("--seed", min=0, help="Seed of every random draw.")]
ModelName = Annotated[
    str, typer.Option("--model", help="champion, challenger, previous, a version, a registry URI or a model folder.")
]
Probability = Annotated[float | None, typer.Option(callback=_probability)]


def probability(name: str, text: str) -> object:
    """Declare an option that takes a probability."""
    return typer.Option(name, callback=_probability, help=text)
