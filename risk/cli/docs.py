"""Generated pages and README output: `make docs` writes them, `make docs-check` fails when one is out of date."""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from features import features_markdown
from risk.cli._app import run
from risk.readers.csv_docs import csv_page
from risk.reports.rule_docs import rules_markdown
from risk.rules import catalogue

COMMANDS = (
    "score",
    "check",
    "convert",
    "rule",
    "synth",
    "train",
    "evaluate",
    "model",
    "model list",
    "model show",
    "model promote",
    "model rollback",
    "reference",
    "reference status",
    "reference import",
)

#: A console block of the README: the command, then what it prints; a last line "…" says that there is more.
BLOCK = re.compile(r"```console\n\$ denial-risk (?P<command>[^\n]*)\n(?P<output>.*?)```", re.DOTALL)
MORE = "…"

#: Lines of output the README shows of a longer one.
SHOWN_LINES = 24


def commands_markdown() -> str:
    """Every command's help, as the command prints it."""
    parts = ["# Commands", "", "Generated from the commands' own help.", ""]
    for command in COMMANDS:
        parts += [f"## denial-risk {command}", "", "```text", _printed(f"{command} --help").strip(), "```", ""]
    return "\n".join(parts)


PAGES: dict[str, Callable[[], str]] = {
    "docs/commands.md": commands_markdown,
    "docs/rules.md": lambda: rules_markdown(list(catalogue().values())),
    "docs/features.md": features_markdown,
    "docs/csv.md": csv_page,
}


def readme(root: Path) -> str:
    """The README with what its commands print now, from the sample claims and the default model."""
    text = (root / "README.md").read_text(encoding="utf-8")
    with _scratch(root / "examples"):
        return BLOCK.sub(_block, text)


def outdated(root: Path) -> list[str]:
    """Names of the pages that differ from what would be generated now.

    Figures of the README may differ in their digits: they are a model's, and another processor adds up differently.
    """
    stale = [name for name, page in PAGES.items() if not _same(root / name, page())]
    text = (root / "README.md").read_text(encoding="utf-8")
    return stale if _digitless(text) == _digitless(readme(root)) else [*stale, "README.md"]


def main(arguments: list[str]) -> int:
    """Write the pages into a checkout, or with ``--check`` say which are out of date."""
    root = Path(arguments[-1])
    if "--check" in arguments:
        stale = outdated(root)
        for name in stale:
            print(f"{name} is out of date; run `make docs`", file=sys.stderr)  # noqa: T201  a command's output
        return 1 if stale else 0
    for name, page in PAGES.items():
        (root / name).write_text(page(), encoding="utf-8")
    (root / "README.md").write_text(readme(root), encoding="utf-8")
    return 0


def _block(match: re.Match[str]) -> str:
    lines = _printed(match["command"]).splitlines()
    shown = lines if len(lines) <= SHOWN_LINES + 4 else [*lines[:SHOWN_LINES], MORE]
    return "\n".join([f"```console\n$ denial-risk {match['command']}", *shown, "```"])


def _printed(command: str) -> str:
    """What a command prints on a terminal of a fixed width: results, then counts."""
    os.environ |= {"COLUMNS": "118", "TERMINAL_WIDTH": "118", "NO_COLOR": "1", "TERM": "dumb"}
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        run(shlex.split(command))
    counts = [
        line for line in err.getvalue().splitlines() if not line.startswith(("no champion", "training", "registered"))
    ]
    return "\n".join([*(line.rstrip() for line in out.getvalue().splitlines()), *counts]) + "\n"


@contextlib.contextmanager
def _scratch(examples: Path) -> Iterator[None]:
    """Work in an empty folder with the sample claims, so that the default model is the one that is trained there."""
    before, uri = Path.cwd(), os.environ.pop("MLFLOW_TRACKING_URI", None)
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(examples, Path(folder) / "examples")
        os.chdir(folder)
        try:
            yield
        finally:
            os.chdir(before)
            if uri is not None:
                os.environ["MLFLOW_TRACKING_URI"] = uri


def _same(path: Path, page: str) -> bool:
    return path.exists() and path.read_text(encoding="utf-8") == page


def _digitless(text: str) -> str:
    return re.sub(r"\s*[\d,.]+", "#", text)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
