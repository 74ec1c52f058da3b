"""Registered models as people read them: one line each, or a card."""

from __future__ import annotations

from models.tracking import RegisteredModel

#: Figures on a line of the list, in this order.
HEADLINE = ("auroc", "log_loss", "ece")


def model_line(one: RegisteredModel) -> str:
    """Version, day, aliases and the headline figures."""
    aliases = f" ({', '.join(one.aliases)})" if one.aliases else ""
    figures = ", ".join(f"{name} {one.metrics[name]:.4f}" for name in HEADLINE if name in one.metrics)
    return f"version {one.version}{aliases}, {one.created:%Y-%m-%d %H:%M} UTC: {figures}"


def model_card(one: RegisteredModel) -> str:
    """Everything known of one version."""
    lines = [model_line(one), f"run {one.run_id}"]
    lines += [f"{name}: {value}" for name, value in sorted(one.tags.items())]
    lines += [f"{name}: {value:.4f}" for name, value in sorted(one.metrics.items())]
    return "\n".join(lines)
