"""`make note-figures`: how well notes are read, and the page that says so, `docs/notes.md`.

The notes are our own, with the facts a careful reader finds in them: `tests/notes/gold_*.toml`. Those of
`gold_elements_*` name every element of documentation and are read as `denial-risk note check` reads; the others name
the facts that notes on claims are read for. Some were in view while the reader was built; some were held out; and some
are no blind test, because the reader's words were written by one who knew them: these are shown apart.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from risk.cli import run
from risk.cli.docs import BLOCK
from risk.notes.elements import note_elements
from risk.notes.facts import facts_of_text
from risk.reference.documentation import GIVEN

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "notes.md"
HALVES = ("built", "held_out")
#: Every group of notes, as the page calls them.
GROUPS = {"built": "in view", "known": "known to the author", "held_out": "held out"}
#: Files of whole notes, with the group they are of and their row on the page.
WHOLE = {
    "gold_elements_built.toml": ("built", "whole notes, in view"),
    "gold_elements_known.toml": ("known", "whole notes, known to the author"),
    "gold_elements_held_out.toml": ("held_out", "whole notes, held out"),
    "gold_elements_held_out_plans.toml": ("held_out", "whole notes full of plans and refusals, held out"),
    "gold_elements_held_out_answers.toml": (
        "held_out",
        "whole notes full of plans and refusals, a second set, held out",
    ),
}

#: What the facts of notes on claims are called among the elements.
_NAMES = {"cause": "diagnosis", "radicular_symptom": "symptom", "relief_percent": "relief", "duration": "any duration"}
#: The states that each trap is about.
TRAPS = {
    "plans and offers": ("planned", "offered", "hypothetical"),
    "refusals": ("refused",),
    "negation": ("denied",),
    "family history": ("someone_else",),
    "copied-forward text": ("copied",),
}
_FIGURES = re.compile(r"(?<=<!-- figures -->\n).*?(?=<!-- end of figures -->)", re.DOTALL)

#: Element, value, state; the last is "copied" for what a note calls copied, whatever else it is.
Fact = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Read:
    """Facts of one note: those a careful reader finds, and those that were read."""

    gold: frozenset[Fact]
    found: frozenset[Fact]


@cache
def read_half(half: str) -> tuple[Read, ...]:
    """Every note of a group, read."""
    whole = [read for name, (group, _) in WHOLE.items() if group == half for read in read_whole(name)]
    return tuple(whole) if half == "known" else (*whole, *_read_on_claims(half))


@cache
def read_whole(name: str) -> tuple[Read, ...]:
    """Every note of a file of whole notes, read."""
    return tuple(
        Read(
            frozenset(_fact(text) for text in facts),
            frozenset((one.element, one.value, "copied" if one.copied else one.state) for one in note_elements(note)),
        )
        for note, facts in _notes(name)
    )


@cache
def _read_on_claims(half: str) -> tuple[Read, ...]:
    return tuple(
        Read(
            frozenset(_renamed(_fact(text)) for text in facts),
            frozenset(_renamed((name, detail, state)) for name, detail, state, _, _ in facts_of_text(note)),
        )
        for note, facts in _notes(f"gold_{half}.toml")
    )


def notes_of(group: str) -> list[tuple[str, list[str]]]:
    """Text and gold facts of every note of a group."""
    names = [name for name, (own, _) in WHOLE.items() if own == group] + [f"gold_{group}.toml"] * (group in HALVES)
    return [note for name in names for note in _notes(name)]


def _notes(name: str) -> Iterator[tuple[str, list[str]]]:
    data = tomllib.loads((ROOT / "tests" / "notes" / name).read_text(encoding="utf-8"))
    return ((note["text"], note["facts"]) for note in data["note"])


def _fact(text: str) -> Fact:
    element, value, state, *copied = text.split(":")
    return element, value, "copied" if copied else state


def _renamed(fact: Fact) -> Fact:
    name, detail, state = fact
    return _NAMES.get(name, name), detail, state


def precision_and_recall(half: str, element: str | None = None) -> tuple[int, float, float]:
    """Facts in the notes of a group, and precision and recall of the reading; of one element, or of all."""
    return measured(read_half(half), element)


def measured(notes: Sequence[Read], element: str | None = None) -> tuple[int, float, float]:
    """Facts in notes, and precision and recall of the reading; of one element, or of all."""
    right = found = expected = 0
    for note in notes:
        own_gold, own_found = (
            {fact for fact in facts if element in (None, fact[0])} for facts in (note.gold, note.found)
        )
        right += len(own_gold & own_found)
        found += len(own_found)
        expected += len(own_gold)
    return expected, right / found if found else 1.0, right / expected if expected else 1.0


def trap(half: str, states: tuple[str, ...]) -> tuple[int, int, int]:
    """Facts of these states, how many were read so, and how many were taken for something given instead."""
    total = right = taken = 0
    for note in read_half(half):
        own = [fact for fact in note.gold if fact[2] in states]
        total += len(own)
        right += sum(fact in note.found for fact in own)
        taken += sum(
            (name, value, given) in note.found and (name, value, given) not in note.gold
            for name, value, _ in own
            for given in GIVEN
        )
    return total, right, taken


def read_as_failed(half: str) -> tuple[int, int]:
    """Treatments that were not given, and how many of them were read as given in vain: a requirement met by mistake."""
    total = failed = 0
    for note in read_half(half):
        own = [fact for fact in note.gold if fact[0] == "treatment" and fact[2] not in (*GIVEN, "copied")]
        total += len(own)
        failed += sum((name, value, "done_failed") in note.found - note.gold for name, value, _ in own)
    return total, failed


def figures() -> str:
    """The tables as the page has them."""
    elements = {fact[0] for group in GROUPS for note in read_half(group) for fact in note.gold | note.found}
    lines = [
        f"{sum(len(read_half(group)) for group in GROUPS)} notes.",
        "",
        "| notes | number | facts | precision | recall |",
        "|---|--:|--:|--:|--:|",
    ]
    lines += [_summary(row, read_whole(name)) for name, (_, row) in WHOLE.items()]
    lines += [_summary(f"notes on claims, {GROUPS[group]}", _read_on_claims(group)) for group in HALVES]
    lines += ["", *_head("element", ("facts", "precision", "recall"))]
    for element in [*sorted(elements), None]:
        cells = [_cells(*precision_and_recall(group, element)) for group in GROUPS]
        lines.append(f"| {'**all**' if element is None else element.replace('_', ' ')} | {' | '.join(cells)} |")
    lines += ["", *_head("trap", ("facts", "read so", "taken for given"))]
    for name, states in TRAPS.items():
        counts = [" | ".join(map(str, trap(group, states))) for group in GROUPS]
        lines.append(f"| {name} | {' | '.join(counts)} |")
    failed = (
        f"{name} {found} of {total}" for group, name in GROUPS.items() for total, found in [read_as_failed(group)]
    )
    lines += ["", f"Treatments that were not given, read as given in vain: {', '.join(failed)}."]
    return "\n".join(lines) + "\n"


def _head(first: str, columns: Sequence[str]) -> list[str]:
    named = [f"{name}: {columns[0]} | {' | '.join(columns[1:])}" for name in GROUPS.values()]
    return [f"| {first} | {' | '.join(named)} |", "|---" + "|--:" * len(columns) * len(GROUPS) + "|"]


def _summary(name: str, notes: Sequence[Read]) -> str:
    expected, precision, recall = measured(notes)
    return f"| {name} | {len(notes)} | {expected} | {precision:.2f} | {recall:.2f} |"


def _cells(expected: int, precision: float, recall: float) -> str:
    return f"{expected} | {precision:.2f} | {recall:.2f}" if expected else "0 | | "


def page() -> str:
    """The page with what its commands print now, and with the figures as they are now."""
    text = _FIGURES.sub(lambda _: f"\n{figures()}\n", PAGE.read_text(encoding="utf-8"))
    with contextlib.chdir(ROOT):
        return BLOCK.sub(_block, text)


def _block(match: re.Match[str]) -> str:
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        run(shlex.split(match["command"]))
    lines = [line.rstrip() for line in (out.getvalue() + err.getvalue()).splitlines()]
    return "\n".join([f"```console\n$ denial-risk {match['command']}", *lines, "```"])


def main() -> None:
    """Write the page."""
    os.environ["NO_COLOR"] = "1"
    PAGE.write_text(page(), encoding="utf-8")
    print(f"wrote {PAGE.name}")


if __name__ == "__main__":
    main()
