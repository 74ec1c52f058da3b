"""Generated pages and README output: `make docs` writes them, `make docs-check` fails when one is out of date.

The rules' pages show what the rules do to synthetic claims. Those figures are a generated file too, which says what it
follows from: it is measured again only when that has changed.
"""

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
from risk.effects import Effects, read_effects, written_effects
from risk.effects.files import SHIPPED_FILE
from risk.errors import InputError
from risk.readers.csv_docs import csv_page
from risk.reference import load_reference
from risk.reference.home import HOME_VARIABLE, cache_folder
from risk.reports.rule_docs import INDEX, rule_pages
from risk.rules import catalogue
from synthetic_data.datasheet import datasheet_markdown

COMMANDS = (
    "score",
    "check",
    "explain",
    "convert",
    "rule",
    "advise",
    "config",
    "synth",
    "label",
    "train",
    "evaluate",
    "note",
    "note check",
    "note template",
    "model",
    "model list",
    "model show",
    "model promote",
    "model rollback",
    "reference",
    "reference status",
    "reference import",
    "history",
    "history add",
    "history status",
)

#: Folder of the rules' pages.
RULES_FOLDER = "docs/rules"

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
    "docs/features.md": features_markdown,
    "docs/csv.md": csv_page,
    "docs/synthetic-datasheet.md": datasheet_markdown,
}


def readme(root: Path) -> str:
    """The README with what its commands print now, from the sample claims and the default model."""
    text = (root / "README.md").read_text(encoding="utf-8")
    with _scratch(root / "examples"):
        return BLOCK.sub(_block, text)


def outdated(root: Path) -> dict[str, str]:
    """What is wrong with the generated files of a checkout, by name; nothing is where they are as they would be made.

    Figures of the README may differ in their digits: they are a model's, and another processor adds up differently.
    """
    effects = _effects(root)
    stale = "is out of date" if (root / SHIPPED_FILE).exists() else "is missing"
    wrong = {} if effects and effects.basis == _basis() else {SHIPPED_FILE: stale}
    made = {name: page() for name, page in PAGES.items()}
    made |= _rule_pages(effects) if effects else {}
    for name, page in made.items():
        path = root / name
        if not path.exists():
            wrong[name] = "is missing"
        elif path.read_text(encoding="utf-8") != page:
            wrong[name] = "is out of date"
    wrong |= {f"{RULES_FOLDER}/{path.name}": "is of no rule" for path in _surplus(root)}
    text = (root / "README.md").read_text(encoding="utf-8")
    return wrong if _digitless(text) == _digitless(readme(root)) else {**wrong, "README.md": "is out of date"}


def main(arguments: list[str]) -> int:
    """Write the pages into a checkout, or with ``--check`` say which are out of date."""
    root = Path(arguments[-1]).resolve()
    with tempfile.TemporaryDirectory() as home, empty_home(Path(home)):
        if "--check" in arguments:
            wrong = outdated(root)
            for name, what in wrong.items():
                print(f"{name} {what}; run `make docs`", file=sys.stderr)  # noqa: T201  a command's output
            return 1 if wrong else 0
        write_rule_pages(root)
        for name, page in PAGES.items():
            _write(root / name, page())
        _write(root / "README.md", readme(root))
    return 0


def write_rule_pages(root: Path) -> None:
    """Write the pages of the rules, take away those of rules that are gone; measures effects that are out of date."""
    effects = _effects(root)
    if effects is None or effects.basis != _basis():
        from risk.effects.world import measure_world

        effects = measure_world(load_reference())
        _write(root / SHIPPED_FILE, written_effects(effects))
    for name, page in _rule_pages(effects).items():
        _write(root / name, page)
    for path in _surplus(root):
        path.unlink()


@contextlib.contextmanager
def empty_home(folder: Path) -> Iterator[None]:
    """Work with nothing of the user's own, in a folder that is empty so far; what can be built again is shared."""
    before = os.environ.get(HOME_VARIABLE)
    cache_folder().mkdir(parents=True, exist_ok=True)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "cache").symlink_to(cache_folder().resolve(), target_is_directory=True)
    os.environ[HOME_VARIABLE] = str(folder)
    try:
        yield
    finally:
        os.environ.pop(HOME_VARIABLE)
        if before is not None:
            os.environ[HOME_VARIABLE] = before


def _rule_pages(effects: Effects) -> dict[str, str]:
    return {f"{RULES_FOLDER}/{name}": page for name, page in rule_pages(catalogue().values(), effects).items()}


def _surplus(root: Path) -> list[Path]:
    """Pages in the rules' folder that are neither of a rule nor the index."""
    expected = {INDEX, *(f"{rule_id}.md" for rule_id in catalogue())}
    return sorted(path for path in (root / RULES_FOLDER).glob("*.md") if path.name not in expected)


def _effects(root: Path) -> Effects | None:
    """Effects as the checkout has them; None where the file is not there, or is none."""
    try:
        return read_effects((root / SHIPPED_FILE).read_text(encoding="utf-8"), SHIPPED_FILE)
    except (FileNotFoundError, UnicodeDecodeError, InputError):
        return None


def _basis() -> str:
    from risk.effects.world import world_basis

    return world_basis(load_reference())


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


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
    with tempfile.TemporaryDirectory() as folder, empty_home(Path(folder) / "home"):
        shutil.copytree(examples, Path(folder) / "examples")
        os.chdir(folder)
        try:
            yield
        finally:
            os.chdir(before)
            if uri is not None:
                os.environ["MLFLOW_TRACKING_URI"] = uri


def _digitless(text: str) -> str:
    return re.sub(r"\s*[\d,.]+", "#", text)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
