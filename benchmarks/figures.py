"""What `make bench` is about: figures, and the bars some of them are held against."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One measured figure; ``value`` is None where it could not be measured, and ``note`` says why.

    ``at_least`` or ``at_most`` is the bar, in the same unit; neither where there is none.
    """

    name: str
    value: float | None
    unit: str
    at_least: float | None = None
    at_most: float | None = None
    note: str = ""

    @property
    def holds(self) -> bool | None:
        """Whether the figure is as wanted; None without a bar or a value."""
        if self.value is None or (self.at_least is None and self.at_most is None):
            return None
        return self.value >= self.at_least if self.at_least is not None else self.value <= (self.at_most or 0.0)

    @property
    def bar(self) -> str:
        """What is wanted, in words."""
        if self.at_least is not None:
            return f"at least {_number(self.at_least)}"
        return "" if self.at_most is None else f"at most {_number(self.at_most)}"

    @property
    def measured(self) -> str:
        """The value with its unit."""
        return "not measured" if self.value is None else f"{_number(self.value)} {self.unit}".strip()


def bars_table(figures: Iterable[Figure]) -> str:
    """Every figure that has a bar, as a Markdown table."""
    rows = ["| figure | measured | wanted | holds | |", "|---|---|---|---|---|"]
    held = {True: "yes", False: "**no**", None: "–"}
    rows += [
        f"| {one.name} | {one.measured} | {one.bar} | {held[one.holds]} | {one.note} |" for one in figures if one.bar
    ]
    return "\n".join(rows)


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
