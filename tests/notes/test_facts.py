"""The table of facts: its grain, its columns, and that no text is in it."""

import time
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from risk.claims.examples import batch_of, claim, line
from risk.claims.tables import concat_batches, empty_batch
from risk.errors import ReferenceDataError
from risk.notes import FACT_COLUMNS, carry_note_facts, note_facts
from risk.notes.facts import facts_of_text
from risk.notes.lexicon import load_lexicon
from risk.notes.tokens import tokenize

NOTED = claim(note="Failed PT.", lines=[line("62323"), line("64483", note="MRI: stenosis", modifiers=["RT"])])


def test_one_row_per_mention_in_the_order_claim_note_place():
    facts = note_facts(batch_of(claim(), NOTED, claim(note="Nothing to tell.")))
    assert facts[["claim_key", "fact", "detail", "state"]].to_numpy().tolist() == [
        [1, "treatment", "physical therapy", "done_failed"],
        [1, "imaging", "MRI", "asserted"],
        [1, "cause", "stenosis", "asserted"],
    ]
    assert facts["line_number"].isna().tolist() == [True, False, False]
    assert facts["line_number"].dropna().tolist() == [2, 2]


@pytest.mark.parametrize("left_out", [None, 1, 2])
def test_copies_have_the_facts_of_their_originals_without_another_reading(left_out, monkeypatch):
    batch = batch_of(claim(), NOTED, claim(note="Nothing to tell."), claim(note="No stenosis."))
    originals = np.array([3, 1, 0, 1])
    copies = concat_batches([batch.select([place]) for place in originals])
    if left_out is not None:  # a line that the third copy lacks, with its note
        last = (copies.service_lines["claim_key"] == 3) & (copies.service_lines["line_number"] == left_out)
        note = (copies.notes["claim_key"] == 3) & (copies.notes["line_number"] == left_out).fillna(False)
        copies = replace(
            copies,
            service_lines=copies.service_lines[~last].reset_index(drop=True),
            notes=copies.notes[~note].reset_index(drop=True),
        )
    expected = note_facts(replace(copies))
    assert len(expected) == (5 if left_out == 2 else 7)
    note_facts(batch)
    monkeypatch.setattr("risk.notes.facts._facts_table", None)
    carry_note_facts(batch, copies, originals)
    pd.testing.assert_frame_equal(note_facts(copies), expected)


def test_places_point_at_the_words_of_the_note():
    text = "FAILED 8 WKS PT; MRI L4-5 HNP"
    assert [text[start:end] for *_, start, end in facts_of_text(text)] == ["8 WKS", "PT", "MRI", "HNP"]


def test_places_hold_where_lower_case_is_longer_than_upper_case():
    text = "İİ İ stenosis"
    assert [text[start:end] for *_, start, end in facts_of_text(text)] == ["stenosis"]


@pytest.mark.parametrize("batch", [empty_batch(), batch_of(claim()), batch_of(claim(note="Nothing."))])
def test_a_batch_without_facts_gives_an_empty_table_with_every_column(batch):
    facts = note_facts(batch)
    assert {name: str(dtype) for name, dtype in facts.dtypes.items()} == FACT_COLUMNS
    assert facts.empty


def test_columns_and_types_are_as_declared():
    facts = note_facts(batch_of(NOTED))
    assert {name: str(dtype) for name, dtype in facts.dtypes.items()} == FACT_COLUMNS


def test_a_batch_is_read_once():
    batch = batch_of(NOTED)
    assert note_facts(batch) is note_facts(batch)
    assert note_facts(batch_of(NOTED)) is not note_facts(batch)


def test_a_claim_reads_the_same_alone_or_in_a_batch():
    alone = note_facts(batch_of(NOTED))
    among = note_facts(batch_of(claim(note="PT planned"), NOTED, claim(note="MRI")))
    own = among[among["claim_key"] == 1].assign(claim_key=0).reset_index(drop=True)
    pd.testing.assert_frame_equal(own, alone)


def test_the_prefilter_passes_every_note_that_has_a_fact():
    for word in ("hnp", "HEP", "S/P fusion", "X-RAYS", "6 wks", "80% relief", "herniations"):
        batch = batch_of(claim(note=word))
        assert len(note_facts(batch)) == len(facts_of_text(word)) > 0


def test_no_word_of_a_note_is_in_the_table():
    marker = "Zqxmarker"
    facts = note_facts(batch_of(claim(note=f"{marker} failed PT, {marker} has stenosis, 8 {marker} weeks")))
    assert marker.lower() not in facts.to_csv().lower()
    assert len(facts) == 2


@pytest.mark.parametrize(
    "text", ["", " ", "...", "%", "8", "pt", "x" * 5000, "PT, " * 2000, "\n\n:::", "if if if", "no no no"]
)
def test_any_text_can_be_read(text):
    for fact, _, state, start, end in facts_of_text(text):
        assert fact
        assert state
        assert 0 <= start < end <= len(text)


def test_a_full_stop_after_an_abbreviation_ends_nothing():
    assert "." not in tokenize("incl. NSAIDs").words
    assert "." in tokenize("improved. NSAIDs").words


def test_a_phrase_listed_twice_or_a_stem_too_short_is_refused():
    import tomllib
    from importlib.resources import files

    from risk.notes.lexicon import build_lexicon

    data = files("risk.notes") / "data"
    cues = tomllib.loads((data / "cues.toml").read_text(encoding="utf-8"))
    for words in (["disc", "disc"], ["dis*"]):
        with pytest.raises(ReferenceDataError, match="note lexicon"):
            build_lexicon({"term": [{"fact": "cause", "detail": "x", "words": words}]}, cues)


def test_the_lexicon_never_shows_in_full():
    assert len(repr(load_lexicon())) < 20_000


def test_a_hundred_thousand_claims_with_few_distinct_notes_are_read_in_no_time():
    one = batch_of(NOTED)
    notes = one.notes.iloc[[0, 1] * 20_000].reset_index(drop=True)
    batch = type(one)(one.claims, one.service_lines, one.diagnoses, notes)
    started = time.perf_counter()
    assert len(note_facts(batch)) == 60_000
    assert time.perf_counter() - started < 2  # about 0.02 s on an idle core
