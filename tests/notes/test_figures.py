"""How well notes are read, as the page says: measured here, on notes of which half were held out."""

import pytest

from benchmarks.notes import (
    GROUPS,
    HALVES,
    PAGE,
    TRAPS,
    WHOLE,
    measured,
    notes_of,
    page,
    read_as_failed,
    read_half,
    read_whole,
    trap,
)


def test_the_page_has_the_figures_and_the_output_as_they_are_now():
    assert PAGE.read_text(encoding="utf-8") == page(), "run `make note-figures`"


def test_there_are_enough_notes_and_half_of_them_were_held_out():
    counts = [len(read_half(half)) for half in HALVES]
    assert sum(counts) >= 150
    assert counts[0] <= counts[1]


def test_every_note_that_was_in_view_is_read_without_a_fault():
    assert [note.found ^ note.gold for note in read_half("built") if note.found != note.gold] == []


def test_what_is_held_out_is_in_no_other_group():
    texts = {group: [text for text, _ in notes_of(group)] for group in GROUPS}
    assert sum(map(len, texts.values())) == len(set().union(*texts.values()))


@pytest.mark.parametrize(
    ("name", "lowest_precision", "lowest_recall"),
    [
        ("gold_elements_held_out.toml", 0.83, 0.80),
        ("gold_elements_held_out_plans.toml", 0.58, 0.60),
        ("gold_elements_held_out_answers.toml", 0.45, 0.50),
    ],
)
def test_the_held_out_notes_are_read_no_worse_than_they_were(name, lowest_precision, lowest_recall):
    assert WHOLE[name][0] == "held_out"
    _, precision, recall = measured(read_whole(name))
    assert precision >= lowest_precision
    assert recall >= lowest_recall


def test_hardly_a_treatment_that_was_not_given_is_read_as_failed():
    total, failed = read_as_failed("held_out")
    assert total >= 100
    assert failed / total <= 0.02


def test_few_plans_of_the_held_out_notes_are_taken_for_treatments_given():
    total, _, taken = trap("held_out", TRAPS["plans and offers"])
    assert taken / total <= 0.18


@pytest.mark.parametrize("name", TRAPS)
def test_each_trap_stands_in_every_half(name):
    for half in HALVES:
        assert trap(half, TRAPS[name])[0] >= 5
    total, _, taken = trap("built", TRAPS[name])
    assert taken == 0 < total
