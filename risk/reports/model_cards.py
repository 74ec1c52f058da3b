"""Registered models as people read them: one line each, or a card."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from models.registry import DECISION, POINTS_TAG, RegisteredModel

#: Figures on a line of the list, in this order.
HEADLINE = ("auroc", "log_loss", "ece")


def model_line(one: RegisteredModel) -> str:
    """Version, day, aliases and the headline figures."""
    aliases = f" ({', '.join(one.aliases)})" if one.aliases else ""
    figures = ", ".join(f"{name} {one.metrics[name]:.4f}" for name in HEADLINE if name in one.metrics)
    return f"version {one.version}{aliases}, {one.created:%Y-%m-%d %H:%M} UTC: {figures}"


def model_card(one: RegisteredModel) -> str:
    """Everything known of one version: what it is, its figures, its operating points, what was decided about it."""
    lines = [model_line(one), f"run {one.run_id}"]
    told = {name: value for name, value in one.tags.items() if name != POINTS_TAG and not name.startswith(DECISION)}
    lines += [f"{name}: {value}" for name, value in sorted(told.items())]
    lines += [f"{name}: {_figure(name, one.metrics)}" for name in sorted(one.metrics) if not _is_end(name, one.metrics)]
    if one.operating_points:
        lines += ["operating points, on the validation claims:", *map(_point, one.operating_points)]
    for decision in one.decisions:
        rest = [f"  {name}: {value}" for name, value in decision.items() if name not in ("what", "when")]
        lines += [f"{decision['what']} {decision['when']}", *rest]
    return "\n".join(lines)


def _is_end(name: str, metrics: Mapping[str, float]) -> bool:
    return name.rpartition("_")[0] in metrics and name.endswith(("_low", "_high"))


def _figure(name: str, metrics: Mapping[str, float]) -> str:
    low, high = metrics.get(f"{name}_low"), metrics.get(f"{name}_high")
    interval = "" if low is None or high is None else f" ({low:.4f} to {high:.4f})"
    return f"{metrics[name]:.4f}{interval}"


def _point(one: Mapping[str, Any]) -> str:
    wanted = f"  {one['wanted']} {one['value']:.0%}:"
    if one["threshold"] is None:
        return f"{wanted} not reached"
    return (
        f"{wanted} flag from a risk of {one['threshold']:.4f} "
        f"(precision {one['precision']:.3f}, recall {one['recall']:.3f}, {one['flagged']:.0f} claims)"
    )
