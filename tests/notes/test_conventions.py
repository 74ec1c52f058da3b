"""Conventions of notes: minus signs, answers of forms, refusals, subjects and qualities of an examination."""

import pytest

from risk.notes.elements import note_elements
from risk.notes.lexicon import load_element_lexicon, load_lexicon
from risk.notes.lines import NEGATIVE, with_line_ends


def read(text: str, *names: str) -> list[str]:
    return [f"{one.value}:{one.state}" for one in note_elements(text) if one.element in names]


@pytest.mark.parametrize(
    "text", ["(-) SLR", "SLR (-)", "SLR -, FABER +", "Exam: -SLR", "SLR - b/l", "SLR -ve", "SLR: (-)", "SLR neg b/l"]
)
def test_a_minus_sign_beside_a_test_calls_it_negative(text):
    assert read(text, "neurological") == ["straight leg raise:denied"]


def test_a_dash_that_begins_an_item_or_parts_two_words_is_no_minus_sign():
    assert NEGATIVE not in with_line_ends("- numbness\n- weakness\nPT - helped\nL4-5")
    assert read("- numbness\n- tingling", "symptom") == ["numbness:asserted", "numbness:asserted"]


def test_lines_keep_their_length_whatever_is_marked():
    text = "PLAN\n- SLR (-), FABER -ve\nPT"
    assert len(with_line_ends(text, {"plan"})) == len(text)


def test_a_heading_on_a_line_of_its_own_rules_what_stands_below():
    assert read("PLAN\n1. Physical therapy\n2. Naproxen", "treatment") == ["physical therapy:planned", "NSAID:planned"]
    assert read("FAMILY HISTORY\nFather: spinal stenosis", "diagnosis") == ["stenosis:someone_else"]


@pytest.mark.parametrize(
    ("text", "states"),
    [
        ("No numbness, weakness, incontinence.", ["denied", "denied", "denied"]),
        ("No numbness, weakness present in the left leg.", ["denied", "asserted"]),
        ("Denies weakness, reports numbness.", ["denied", "asserted"]),
        ("Numbness: no, weakness: yes", ["denied", "asserted"]),
        ("Numbness: denies\nWeakness: denies", ["denied", "denied"]),
    ],
)
def test_no_reaches_through_a_bare_list_and_no_further(text, states):
    assert [one.state for one in note_elements(text) if one.element == "symptom"] == states


@pytest.mark.parametrize(
    "text",
    [
        "Surgery: declined.",
        "Declined: surgery.",
        "He does not want surgery.",
        "She would prefer to hold off on surgery.",
        "Surgery was offered; he said no.",
        "Has no interest in surgery.",
        "Afraid of surgery.",
        "Completed PT and declines any surgery.",
    ],
)
def test_what_the_patient_does_not_want_is_refused(text):
    assert "surgery:refused" in read(text, "treatment")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("PT did not do much.", "physical therapy:done_failed"),
        ("PT made her worse.", "physical therapy:done_failed"),
        ("PT has done nothing for the pain.", "physical therapy:done_failed"),
        ("PT was a great help.", "physical therapy:done_helped"),
        ("Has yet to start PT.", "physical therapy:denied"),
        ("PT was ordered but he never went.", "physical therapy:denied"),
        ("Scheduled: PT.", "physical therapy:planned"),
    ],
)
def test_what_became_of_a_treatment_is_told_in_many_ways(text, value):
    assert value in read(text, "treatment")


def test_what_follows_a_condition_is_a_plan():
    assert read("If PT does not help we will order an MRI.", "treatment", "imaging") == [
        "physical therapy:hypothetical",
        "MRI:planned",
    ]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Ankle jerks are diminished.", "reduced reflexes:asserted"),
        ("Left patellar reflex absent.", "reduced reflexes:asserted"),
        ("Pinprick is reduced over the foot.", "sensory loss:asserted"),
        ("Sensation to light touch is intact.", "intact:asserted"),
        ("Great toe extension is weak.", "weakness:asserted"),
        ("Extension is painful.", "limited range of motion:asserted"),
        ("Gait: normal", "normal gait:asserted"),
        ("Rotation is not limited.", "limited range of motion:denied"),
    ],
)
def test_an_examination_tells_a_subject_and_its_quality(text, value):
    assert read(text, "neurological", "examination") == [value]


def test_a_quality_without_its_subject_says_nothing():
    assert read("Otherwise normal. Appetite reduced, hearing intact.", "neurological", "examination") == []


def test_findings_go_on_into_the_next_sentence_under_the_same_heading_alone():
    text = "MRI: bulge L3-4. Stenosis L4-5.\nAssessment: Stenosis L4-5."
    assert read(text, "imaging_finding") == ["herniation L3-L4:asserted", "stenosis L4-L5:asserted"]
    assert read(text, "diagnosis") == ["stenosis:asserted"]


def test_no_family_history_says_nothing_of_anyone():
    assert read("No family history of osteoporosis.", "history") == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("See her again in 8 weeks.", "8 weeks:asserted"),
        ("6 week follow-up.", "6 weeks:asserted"),
        ("Next visit in 10 days.", "1.4 weeks:asserted"),
    ],
)
def test_a_follow_up_has_its_time_before_or_after(text, value):
    assert read(text, "follow_up", "duration") == [value]


def test_the_plural_of_a_known_word_is_known():
    assert read("Two lumbar fusions.", "treatment") == ["surgery:done"]


def test_combined_cues_do_not_reach_notes_on_claims():
    plain, whole = (
        sum(len(own) for own in lexicon.exact.values()) for lexicon in (load_lexicon(), load_element_lexicon())
    )
    assert plain * 2 < whole
