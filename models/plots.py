"""The two pictures that go with an evaluation; drawn without a display."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from models.evaluate import Evaluation


def draw_reliability(evaluation: Evaluation, path: Path) -> None:
    """Predicted against observed denial rate, one point per bin of equal mass, as a PNG."""
    table = evaluation.reliability
    figure, axes = _figure("Predicted risk", "Observed denial rate", "Reliability on later claims")
    top = float(max(table["mean_risk"].max(), table["denial_rate"].max(), 0.01)) * 1.05
    axes.plot([0, top], [0, top], linestyle="--", linewidth=1, color="0.6", label="perfect")
    axes.plot(table["mean_risk"], table["denial_rate"], marker="o", label=f"ECE {evaluation.overall['ece']:.3f}")
    axes.legend(frameon=False)
    _write(figure, path)


def draw_precision_recall(evaluation: Evaluation, path: Path) -> None:
    """Precision against recall over all thresholds, as a PNG."""
    table = evaluation.precision_recall
    figure, axes = _figure("Recall", "Precision", "Precision and recall on later claims")
    label = f"average precision {evaluation.overall['average_precision']:.3f}"
    axes.plot(table["recall"], table["precision"], drawstyle="steps-post", label=label)
    rate = evaluation.overall["denial_rate"]
    axes.axhline(rate, linestyle="--", linewidth=1, color="0.6", label=f"all claims {rate:.3f}")
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1.02)
    axes.legend(frameon=False)
    _write(figure, path)


def _figure(horizontal: str, vertical: str, title: str) -> tuple[Any, Any]:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(5.0, 4.2), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    axes.set(xlabel=horizontal, ylabel=vertical, title=title)
    return figure, axes


def _write(figure: Any, path: Path) -> None:
    # The library's version in the file would make equal pictures differ.
    figure.savefig(path, dpi=110, metadata={"Software": None})
