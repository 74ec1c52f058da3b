"""An explained claim for the terminal: colours and bold where there is one, the same words plain where there is not."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from typing import IO, TYPE_CHECKING

from risk.reports.do_first import first_ones_first
from risk.reports.explanation import (
    Explained,
    after_words,
    driver_bars,
    driver_words,
    drivers_words,
    fixes_words,
    group_words,
    history_words,
    interval_words,
    percent,
    source_words,
    training_words,
)
from risk.reports.printable import printable

if TYPE_CHECKING:
    from rich.console import Console

    from risk.similar import Group

#: Columns where the output is no terminal, and the most of a terminal that are used.
WIDTH, MOST_WIDTH, LEAST_WIDTH = 110, 130, 40

#: Cells of a bar to either side of its middle.
_HALF = 10

_COLOURS = {"critical": "bold red", "high": "bold yellow", "medium": "yellow", "low": "green"}


def write_explained_text(claims: Sequence[Explained], stream: IO[str]) -> None:
    """Write the claims one below the other. What a claim says is never markup, and moves no cursor."""
    from io import StringIO

    from rich.console import Console

    terminal = stream.isatty()
    width = min(max(shutil.get_terminal_size((WIDTH, 40)).columns, LEAST_WIDTH), MOST_WIDTH) if terminal else WIDTH
    console = Console(
        file=StringIO(),
        width=width,
        force_terminal=terminal,
        color_system="auto" if terminal else None,
        markup=False,
        emoji=False,
        highlight=False,
        legacy_windows=False,
    )
    for position, one in enumerate(claims):
        if position:
            console.print("\n" + "─" * width)
        _claim(console, one)
    text = console.file.getvalue()  # type: ignore[attr-defined]
    stream.write(text if terminal else "".join(f"{line.rstrip()}\n" for line in text.splitlines()))


def _claim(console: Console, one: Explained) -> None:
    record = one.record
    low, high = record["denial_risk_interval"]
    band = record["risk_band"]
    _say(console, f"Claim {record['claim_id']}", style="bold")
    _say(console, source_words(record), style="dim")
    _say(
        console,
        f"\nrisk {percent(record['denial_risk'])} ({percent(low)} to {percent(high)}), {band}; "
        f"at stake ${record['expected_denied_amount']:,.2f}; for {_words(record['queue'])}",
        style=_COLOURS.get(band, ""),
    )
    _heading(console, "The claim")
    _rows(console, [(name, value) for name, value in one.facts])
    _heading(console, "Lines")
    heads = ("line", "procedure", "modifiers", "dx", "served", "units", "charge", "risk")
    cells = [
        (
            own.number,
            own.procedure,
            own.modifiers,
            own.diagnoses,
            own.dates,
            own.quantity,
            own.charge,
            percent(own.risk),
        )
        for own in one.lines
    ]
    _rows(console, cells, heads, right=(5, 6, 7))
    _findings(console, one)
    _heading(console, "Reasons a payer may give")
    reasons = [
        (_words(reason["reason"]), percent(reason["probability"]), _bar(reason["probability"]), _carcs(reason["carcs"]))
        for reason in record["reasons"]
    ]
    _rows(console, reasons, ("reason", "risk", "", "CARC, if so"), none="Nothing speaks for one more than another.")
    _heading(console, "What drives the model's risk (log-odds)")
    drivers = [
        (driver_words(driver), "" if share is None else _both_ways(share), f"{driver['contribution']:+.2f}")
        for driver, share in driver_bars(record["drivers"])
    ]
    _rows(console, drivers, right=(2,))
    _say(console, drivers_words(one))
    _fixes(console, one)
    if one.training or one.history:
        _heading(console, "How similar claims ended")
        _groups(console, one.training, training_words(one))
        _groups(console, one.history, history_words())
    _heading(console, "What the interval means")
    _say(console, interval_words(one))
    versions = ", ".join(f"{name} {version}" for name, version in record["versions"].items())
    _say(console, f"\n{versions}", style="dim")


def _findings(console: Console, one: Explained) -> None:
    _heading(console, "What the rules saw")
    for finding in one.record["findings"]:
        rule = one.rules[finding["rule_id"]]
        codes = " ".join(
            part for part in (f"CARC {finding['carc']}", finding["rarc"] and f"RARC {finding['rarc']}") if part
        )
        preview = ", preview: moves no risk" if rule.status == "preview" else ""
        _say(console, f"{finding['rule_id']} {rule.title} ({finding['severity']}{preview}; {codes})", style="bold")
        _say(console, finding["message"], indent=2)
        _say(console, f"Source: {finding['citation']}", indent=2, style="dim")
    if not one.record["findings"]:
        _say(console, "Nothing: no rule found anything.")


def _fixes(console: Console, one: Explained) -> None:
    _heading(console, "What a fix does")
    for fix in first_ones_first(one.record):
        mark = "✓" if fix["in_smallest_set"] else "·"
        _say(console, f"{mark} {fix['rule_id']}: {fix['change']}")
        after = after_words(fix, one.record["denial_risk"])
        _say(console, f"{after}; {fix['kind']}: {fix['requires']}", indent=2, style="dim")
    _say(console, fixes_words(one))


def _groups(console: Console, groups: Sequence[Group], what: str) -> None:
    if groups:
        _rows(
            console, [(group.likeness, *group_words(group)) for group in groups], ("", "claims", "denied"), right=(1, 2)
        )
        _say(console, what, style="dim")


def _heading(console: Console, text: str) -> None:
    _say(console, f"\n{text}", style="bold underline")


def _say(console: Console, text: str, *, style: str = "", indent: int = 0) -> None:
    from rich.padding import Padding
    from rich.text import Text

    console.print(Padding(Text(printable(text), style=style), (0, 0, 0, indent)), soft_wrap=False)


def _rows(
    console: Console,
    rows: Sequence[tuple[str, ...]],
    heads: Sequence[str] = (),
    *,
    right: Sequence[int] = (),
    none: str = "",
) -> None:
    from rich.table import Table
    from rich.text import Text

    if not rows:
        if none:
            _say(console, none)
        return
    table = Table(box=None, show_header=bool(heads), pad_edge=False, header_style="dim")
    for column in range(len(rows[0])):
        head = heads[column] if heads else ""
        table.add_column(head, justify="right" if column in right else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(printable(cell.replace("\n", " "))) for cell in row))
    console.print(table)


def _bar(share: float) -> str:
    return "█" * max(round(share * _HALF * 2), 1)


def _both_ways(share: float) -> str:
    """A bar that grows to the right where the risk rises, to the left where it falls; ``share`` is −1 to 1."""
    length = round(abs(share) * _HALF)
    left, right = ("█" * length, "") if share < 0 else ("", "█" * length)
    return f"{left:>{_HALF}}│{right:<{_HALF}}"


def _words(name: str) -> str:
    return name.replace("_", " ")


def _carcs(carcs: Sequence[dict[str, object]]) -> str:
    return ", ".join(f"{one['code']} ({percent(float(str(one['probability'])))})" for one in carcs)
