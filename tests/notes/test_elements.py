"""Elements of a whole note: what belongs to what, one trap at a time."""

import pytest

from risk.notes.elements import note_elements
from risk.notes.lexicon import load_element_lexicon, load_lexicon
from risk.notes.measures import read_letter
from risk.notes.tokens import tokenize


def read(text: str, *names: str) -> list[str]:
    return [f"{one.value}:{one.state}" for one in note_elements(text) if one.element in names]


@pytest.mark.parametrize(
    ("text", "element", "value"),
    [
        ("Low back pain for 6 months.", "duration", "26 weeks:asserted"),
        ("Physical therapy for 8 weeks.", "treatment_duration", "physical therapy 8 weeks:done"),
        ("8 weeks of physical therapy failed.", "treatment_duration", "physical therapy 8 weeks:done_failed"),
        ("Physical therapy for 6 weeks recommended.", "treatment_duration", "physical therapy 6 weeks:planned"),
        ("The epidural gave 60% relief for 3 months.", "relief_duration", "13 weeks:asserted"),
        ("Return in 4 weeks.", "follow_up", "4 weeks:asserted"),
        ("RTC 3 wks.", "follow_up", "3 weeks:asserted"),
        ("Follow up as needed.", "follow_up", "as needed:asserted"),
        ("Follow up.", "follow_up", "untimed:asserted"),
    ],
)
def test_a_time_belongs_to_what_it_stands_beside(text, element, value):
    times = ("duration", "treatment_duration", "relief_duration", "follow_up")
    assert read(text, element) == [value]
    assert read(text, *times) == [value]


def test_two_treatments_joined_share_their_duration_and_listed_ones_do_not():
    assert read("Stretching and NSAIDs for 8 weeks failed.", "treatment_duration") == [
        "NSAID 8 weeks:done_failed",
        "home exercise 8 weeks:done_failed",
    ]
    assert read("Failed PT x 6 weeks, NSAIDs, tramadol.", "treatment_duration") == [
        "physical therapy 6 weeks:done_failed"
    ]


def test_relief_by_therapy_is_no_relief_by_a_block():
    assert read("Physical therapy gave 80% relief.", "relief") == []
    assert read("Physical therapy gave 80% relief.", "relief_by_care") == ["80%:asserted"]
    assert read("Both blocks gave 80% relief.", "relief") == ["80%:asserted"]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("MRI: right L4-5 disc herniation.", ["herniation L4-L5 right:asserted"]),
        ("MRI shows stenosis at L3-4 and L4-L5.", ["stenosis L3-L4:asserted", "stenosis L4-L5:asserted"]),
        ("CT: no fracture.", ["fracture:denied"]),
        ("IMAGING: herniation C5/6 on the left.", ["herniation C5-C6 left:asserted"]),
        ("MRI: herniation L5-S1 touching the S1 root.", ["herniation L5-S1:asserted"]),
        ("MRI ordered to rule out stenosis.", []),
        ("Assessment: lumbar stenosis.", []),
    ],
)
def test_findings_of_imaging_carry_level_and_side(text, values):
    assert read(text, "imaging_finding") == values


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("Plan: R L4-5 TFESI.", ["L4-L5 right:planned"]),
        (
            "Will schedule bilateral L3-4, L4-5 medial branch blocks.",
            ["L3-L4 bilateral:planned", "L4-L5 bilateral:planned"],
        ),
        ("Left SI joint injection given today.", ["left:planned"]),
        ("Pain in the left leg.", []),
    ],
)
def test_an_injection_has_its_place(text, values):
    assert sorted(read(text, "site")) == sorted(values)


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("l4-5", "L4-L5"),
        ("l4-l5", "L4-L5"),
        ("l4/5", "L4-L5"),
        ("l5-s1", "L5-S1"),
        ("l5-1", "L5-S1"),
        ("c5-c6", "C5-C6"),
        ("t12-l1", "T12-L1"),
        ("l5", "L5"),
        ("c9", None),
        ("t13", None),
        ("s 2024", None),
        ("l4 root", ""),
    ],
)
def test_levels_are_written_in_full_and_only_those_there_are(text, level):
    found = read_letter(tokenize(text).words, 0, load_element_lexicon())
    assert (found.detail if found else None) == level


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("Pain 7/10.", ["7/10:asserted"]),
        ("Pain is 7 out of 10.", ["7/10:asserted"]),
        ("VAS 6.", ["6/10:asserted"]),
        ("Pain 6-8/10.", ["6/10:asserted"]),
        ("Severity: 8", ["8/10:asserted"]),
        ("Worst pain: 9.", ["9/10:asserted"]),
        ("PEG score 7.", []),
        ("Pain level L4.", []),
        ("Seen on 3/10 for pain.", []),
        ("Pain since 3/10/2026.", []),
        ("Strength 4/5, motor 5/5.", []),
        ("BP 120/80.", []),
    ],
)
def test_scores_are_told_from_dates_and_strength(text, values):
    assert read(text, "severity") == values


def test_strength_is_read_as_what_it_means():
    assert read("Strength 5/5.", "neurological") == ["intact:asserted"]
    assert read("EHL strength 4+/5.", "neurological") == ["weakness:asserted"]


def test_tests_are_positive_or_negative_each_by_itself():
    text = "FABER positive, thigh thrust negative, Gaenslen positive."
    assert read(text, "provocation_test") == ["FABER:asserted", "thigh thrust:denied", "Gaenslen:asserted"]
    assert read("4 of 6 provocation tests positive.", "provocation_count") == ["4:asserted"]
    assert read("Straight leg raise was negative.", "neurological") == ["straight leg raise:denied"]


def test_what_eases_the_pain_is_not_affected_by_it():
    assert read("Worse with standing, better with sitting.", "activity") == ["standing:asserted", "sitting:eases"]


def test_guidance_and_purpose_share_the_state_of_their_injection():
    text = "Plan: diagnostic medial branch block under fluoroscopy."
    assert read(text, "treatment", "guidance", "block_purpose") == [
        "diagnostic:planned",
        "injection:planned",
        "fluoroscopy:planned",
    ]


def test_a_code_counts_only_if_the_code_set_has_it():
    assert read("Dx M54.16, M54.5, Q99.ZZZ1 and A12.345.", "diagnosis") == ["M54.16:asserted", "M54.5:asserted"]


def test_places_point_at_the_words_of_the_note():
    text = "Failed 8 weeks of PT.\nMRI: stenosis L4-5."
    told = {one.element: text[one.start : one.end] for one in note_elements(text)}
    assert told == {"treatment": "PT", "treatment_duration": "8 weeks", "imaging": "MRI", "imaging_finding": "stenosis"}


@pytest.mark.parametrize(
    "text",
    [
        "Copied from prior visit: failed PT.",
        "Prior note: failed PT.",
        "[Carried forward] Failed PT.",
        "Per the last visit note, failed PT.",
    ],
)
def test_what_the_note_calls_copied_is_marked(text):
    assert [one.copied for one in note_elements(text)] == [True]


@pytest.mark.parametrize(
    "text",
    [
        "Prior note: unchanged. Today: failed PT.",
        "Copied from prior visit: unchanged.\nFailed PT.",
        "Prior note:\nunchanged\n\nFailed PT.",
        "Failed PT at the last visit.",
        "Failed PT since the previous injection.",
    ],
)
def test_what_is_not_copied_is_not_marked(text):
    assert not any(one.copied for one in note_elements(text) if one.value == "physical therapy")


def test_each_line_of_a_form_stands_by_itself_and_wrapped_prose_goes_on():
    form = "Physical therapy: yes, no benefit\nAcupuncture: no\nChiropractic - no\nTramadol"
    assert read(form, "treatment") == [
        "physical therapy:done_failed",
        "acupuncture:denied",
        "chiropractic:denied",
        "opioid:done",
    ]
    prose = "The patient says that she has now completed many long weeks of physical\ntherapy and it failed."
    assert read(prose, "treatment") == ["physical therapy:done_failed"]


def test_a_box_that_is_not_ticked_says_nothing():
    assert read("[x] Numbness [ ] Weakness [X] Spasm\n\u2610 Tenderness \u2612 Antalgic gait", "symptom") == [
        "numbness:asserted"
    ]
    assert read("\u2610 Tenderness \u2612 Antalgic gait", "examination") == ["antalgic gait:asserted"]


def test_compression_is_a_test_only_beside_another():
    assert read("Compression and FABER positive.", "provocation_test") == ["compression:asserted", "FABER:asserted"]
    assert read("Compression was felt.", "provocation_test") == []


def test_a_return_is_a_follow_up_only_with_its_time():
    assert read("He returns to work.", "follow_up") == []
    assert read("He returns in 3 weeks.", "follow_up") == ["3 weeks:asserted"]


def test_notes_on_claims_are_read_without_the_elements():
    assert load_lexicon().scores is None
    assert "character" not in {phrase.fact for own in load_lexicon().exact.values() for phrase in own}


@pytest.mark.parametrize("unit", ["PT, ", "6 weeks ", "L4-5 right stenosis injection and ", "7/10 pain "])
def test_a_list_without_an_end_is_read_in_linear_time(unit):
    import time

    started = time.perf_counter()
    assert note_elements(unit * (60_000 // len(unit)))
    assert time.perf_counter() - started < 6  # under 1 s on an idle core


@pytest.mark.parametrize(
    "text", ["", ".", "l", "c 5", "/10", "7/", "of 6", "MRI:", "prior note:", "((", "L4-", "\n\n\n"]
)
def test_any_text_can_be_read(text):
    for one in note_elements(text):
        assert 0 <= one.start < one.end <= len(text)
