"""How well notes are read, as the page says: measured here, on notes of which half were held out."""

import pytest

from benchmarks.notes import HALVES, PAGE, TRAPS, page, precision_and_recall, read_half, trap


def test_the_page_has_the_figures_and_the_output_as_they_are_now():
    assert PAGE.read_text(encoding="utf-8") == page(), "run `make note-figures`"


def test_there_are_enough_notes_and_half_of_them_were_held_out():
    counts = [len(read_half(half)) for half in HALVES]
    assert sum(counts) >= 150
    assert counts[0] == counts[1]


def test_every_note_that_was_in_view_is_read_without_a_fault():
    assert [note.found ^ note.gold for note in read_half("built") if note.found != note.gold] == []


def test_the_held_out_notes_are_read_nearly_as_well():
    _, precision, recall = precision_and_recall("held_out")
    assert precision >= 0.90
    assert recall >= 0.90


@pytest.mark.parametrize("name", TRAPS)
def test_each_trap_stands_in_both_halves_and_is_seldom_fallen_into(name):
    for half in HALVES:
        total, right, taken = trap(half, TRAPS[name])
        assert total >= 5
        assert right >= 0.8 * total
        assert taken <= 0.1 * total
