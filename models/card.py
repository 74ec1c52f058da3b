"""The model card of a training run, as Markdown: what the model is for, what it learnt from, how it did, its limits."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from models.bootstrap import FIGURES
from models.encode import RARE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from models.train import Trained

_LABELS = {"auroc": "AUROC", "log_loss": "log loss (nats)", "brier": "Brier score", "ece": "calibration error (ECE)"}

_USE = """## Use

Ranks and prices claims before they are sent: the probability that a claim, or a line of it, is denied at first. It is
for the people who can still mend the claim. It says nothing about whether a denial would be right, whether an appeal
would succeed, or what care a patient should have, and must not decide who is treated.
"""

_LIMITS = """## Limits

- It has learnt what the payers of its training claims did. Other payers, a changed policy or a new contract are not in
  it; the interval of a score is wide where training claims were few.
- A label is the first answer of the payer. Claims whose answer had not come are not in the figures.
- A model trained on synthetic claims describes synthetic payers. No public source gives a joint distribution of claims
  and denials, so how mistakes, payers and reasons go together there is assumed (`docs/synthetic-datasheet.md`).
- The figures are of a model that was fitted on the training part alone; the one that scores was then fitted on all
  claims by the same procedure, and no figure of its own can be had until newer claims are answered.
"""


def card_markdown(trained: Trained, *, run: Mapping[str, str]) -> str:
    """Write the card; ``run`` are further facts of the run, by name. Every figure is an aggregate."""
    summary = trained.model.summary
    parts = [
        "# Model card: denial-risk\n",
        _USE,
        "## Run\n\n" + _table(("", ""), [*sorted(run.items()), ("seed", summary["seed"])]),
        "## Data\n\n" + _table(("part", "claims", "denied", "submitted"), _parts(summary)),
        f"## Quality on the test part\n\n{_table(('figure', 'value', '90 % interval'), _figures(trained))}",
        "## Payers\n\n" + _frame(trained.evaluation.by_payer, ("denial_rate", "mean_risk", "auroc", "ece")),
        "## Operating points, on the validation part\n\n" + _points(summary),
        "## Inputs\n\n" + _inputs(trained),
        _LIMITS,
    ]
    return "\n".join(parts)


def _parts(summary: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    return [
        (name, f"{count:,}", f"{summary['denial_rate'][name]:.3f}", " to ".join(summary["submitted"][name]))
        for name, count in summary["claims"].items()
    ]


def _figures(trained: Trained) -> list[tuple[str, str, str]]:
    intervals = trained.model.summary.get("intervals", {})
    rows = []
    for name in FIGURES:
        low, high = intervals.get(name, (math.nan, math.nan))
        rows.append((_LABELS[name], _number(trained.evaluation.overall[name]), f"{_number(low)} to {_number(high)}"))
    return rows


def _points(summary: Mapping[str, Any]) -> str:
    rows = [
        (f"{one['wanted']} {one['value']:.0%}", *(_number(one[name]) for name in ("threshold", "precision", "recall")))
        for one in summary.get("operating_points", ())
    ]
    return _table(("wanted", "flag from risk", "precision", "recall"), rows)


def _inputs(trained: Trained) -> str:
    inputs = [one for one in trained.model.encoder.inputs if not one.rule]
    past = sum(one.past for one in inputs)
    names = ", ".join(f"`{one.name}`" for one in inputs)
    learnt, seen = len(trained.model.encoder.inputs) - len(inputs), len(trained.model.combiner.rules)
    findings = f"findings of {seen} rules, those of {learnt} as inputs of the trees"
    return f"{len(inputs)} features, {past} of them of past outcomes; {findings}.\n\n{names}\n"


def _frame(frame: pd.DataFrame, columns: Sequence[str]) -> str:
    name = frame.columns[0]
    rows = [
        (
            "(payers of few claims)" if row[name] == RARE else row[name],
            f"{row['claims']:,.0f}",
            *(_number(row[column]) for column in columns),
        )
        for row in frame.to_dict("records")
    ]
    return _table((name, "claims", *columns), rows)


def _table(head: Sequence[Any], rows: Sequence[Sequence[Any]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join("| " + " | ".join(str(cell).replace("|", "/") for cell in line) + " |\n" for line in lines)


def _number(value: float | None) -> str:
    if value is None or math.isnan(value):
        return "-"
    return f"{value:,.0f}" if value >= 10 else f"{value:.4f}"
