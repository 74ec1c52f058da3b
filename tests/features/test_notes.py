"""What features take from notes: facts of the patient, and the difference between planned and done."""

import numpy as np
import pytest

from features import notes
from risk.claims.examples import claim, line


def noted(text: str, dx: str = "M54.50"):
    return claim(lines=[line("62323")], dx=[dx], note=text)


def test_without_a_note_nothing_is_known(value_of):
    assert value_of(notes.note_present, claim()) == 0
    for one in (notes.intractable_noted, notes.failed_treatment_count, notes.imaging_noted, notes.stated_weeks):
        assert np.isnan(value_of(one, claim()))


def test_a_note_of_a_line_is_a_note_of_the_claim(value_of):
    example = claim(lines=[line("62323", note="Failed NSAIDs.")])
    assert value_of(notes.note_present, example) == 1
    assert value_of(notes.failed_treatment_count, example) == 1


@pytest.mark.parametrize(
    ("text", "asserted"), [("Intractable low back pain.", 1), ("Pain is not intractable.", 0), ("Seen today.", 0)]
)
def test_intractable_must_be_asserted(value_of, text, asserted):
    assert value_of(notes.intractable_noted, noted(text)) == asserted


def test_planned_treatment_has_not_failed(value_of):
    planned, failed = noted("Will start physical therapy."), noted("Failed physical therapy.")
    assert value_of(notes.failed_treatment_count, planned) == 0
    assert value_of(notes.untried_treatment_count, planned) == 1
    assert value_of(notes.only_planned_treatment, planned) == 1
    assert value_of(notes.failed_treatment_count, failed) == 1
    assert value_of(notes.only_planned_treatment, failed) == 0


@pytest.mark.parametrize(
    ("text", "dx", "unsupported"),
    [
        ("Intractable low back pain.", "M54.50", 1),
        ("Intractable low back pain, failed physical therapy.", "M54.50", 1),
        ("Intractable low back pain.", "M54.16", 1),
        ("Intractable low back pain, failed physical therapy.", "M54.16", 0),
    ],
)
def test_intractable_pain_wants_a_cause_and_a_failed_treatment(value_of, text, dx, unsupported):
    assert value_of(notes.unsupported_intractable, noted(text, dx)) == unsupported


def test_the_longest_duration_counts_in_weeks(value_of):
    text = "No relief from 8 weeks of physical therapy. Failed 2 weeks of NSAIDs."
    assert value_of(notes.stated_weeks, noted(text)) == 8


def test_relief_is_a_percentage(value_of):
    assert value_of(notes.relief_percent, noted("70% relief after the last injection.")) == 70
