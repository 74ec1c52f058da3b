"""How well the reader does on notes of our own writing: one half in view while it was built, one half held out."""

import tomllib
from pathlib import Path

import pytest

from risk.notes.facts import facts_of_text

HALVES = ("built", "held_out")


def gold(half: str) -> list[tuple[str, set[str]]]:
    data = tomllib.loads((Path(__file__).parent / f"gold_{half}.toml").read_text(encoding="utf-8"))
    return [(note["text"], set(note["facts"])) for note in data["note"]]


def read(text: str) -> set[str]:
    return {f"{fact}:{detail}:{state}" for fact, detail, state, _, _ in facts_of_text(text)}


def precision_and_recall(half: str) -> tuple[float, float]:
    found = {(text, fact) for text, _ in gold(half) for fact in read(text)}
    expected = {(text, fact) for text, facts in gold(half) for fact in facts}
    return len(found & expected) / len(found), len(found & expected) / len(expected)


@pytest.mark.parametrize(("text", "facts"), gold("built"))
def test_each_note_that_was_in_view_reads_as_expected(text, facts):
    assert read(text) == facts


def test_the_held_out_half_reads_nearly_as_well():
    precision, recall = precision_and_recall("held_out")
    print(f"held out: precision {precision:.3f}, recall {recall:.3f}")
    assert precision >= 0.95
    assert recall >= 0.95


def test_the_halves_are_of_one_size_and_share_no_note():
    halves = [dict(gold(half)) for half in HALVES]
    assert [len(half) for half in halves] == [40, 40]
    assert not halves[0].keys() & halves[1].keys()


@pytest.mark.parametrize("half", HALVES)
def test_no_planned_treatment_of_either_half_is_read_as_failed(half):
    for text, facts in gold(half):
        planned = {fact.rsplit(":", 1)[0] for fact in facts if fact.endswith((":planned", ":hypothetical", ":offered"))}
        failed = {fact.rsplit(":", 1)[0] for fact in facts if fact.endswith(":done_failed")}
        read_as_failed = {fact.rsplit(":", 1)[0] for fact in read(text) if fact.endswith(":done_failed")}
        assert not (planned - failed) & read_as_failed
