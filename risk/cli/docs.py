"""Generated pages: `make docs` writes them, `make docs-check` fails when one is out of date."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Callable
from pathlib import Path

from features import features_markdown
from risk.cli._app import run
from risk.readers.csv_docs import csv_page
from risk.reports.rule_docs import rules_markdown
from risk.rules import catalogue

COMMANDS = (
    "score",
    "check",
    "rule",
    "synth",
    "train",
    "evaluate",
    "model",
    "model list",
    "model show",
    "model promote",
    "model rollback",
)


def commands_markdown() -> str:
    """Every command's help, as the command prints it."""
    parts = ["# Commands", "", "Generated from the commands' own help.", ""]
    for command in COMMANDS:
        parts += [f"## denial-risk {command}", "", "```text", _help(command), "```", ""]
    return "\n".join(parts)


PAGES: dict[str, Callable[[], str]] = {
    "commands.md": commands_markdown,
    "rules.md": lambda: rules_markdown(list(catalogue().values())),
    "features.md": features_markdown,
    "csv.md": csv_page,
}


def _help(command: str) -> str:
    # The width is part of the page: it must not depend on whose terminal made it.
    os.environ |= {"COLUMNS": "110", "TERMINAL_WIDTH": "110", "NO_COLOR": "1", "TERM": "dumb"}
    with contextlib.redirect_stdout(io.StringIO()) as text:
        run([*command.split(), "--help"])
    return "\n".join(line.rstrip() for line in text.getvalue().strip().splitlines())


def outdated(folder: Path) -> list[str]:
    """Names of the pages that differ from what would be generated now."""
    return [
        name
        for name, page in PAGES.items()
        if not (folder / name).exists() or (folder / name).read_text(encoding="utf-8") != page()
    ]


def main(arguments: list[str]) -> int:
    """Write the pages into a folder, or with ``--check`` say which are out of date."""
    folder = Path(arguments[-1])
    if "--check" in arguments:
        stale = outdated(folder)
        for name in stale:
            print(f"{folder / name} is out of date; run `make docs`", file=sys.stderr)  # noqa: T201  a command's output
        return 1 if stale else 0
    folder.mkdir(exist_ok=True)
    for name, page in PAGES.items():
        (folder / name).write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
