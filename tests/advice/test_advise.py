"""What advice holds, and what it never does."""

from datetime import date, timedelta

import pytest

from risk.advice import advise
from risk.advice.advise import LONGEST
from risk.errors import InputError
from risk.reference.icd10 import FIRST_KNOWN_DATE, LAST_KNOWN_DATE, dotted_code


def answers(advice) -> dict[str, str]:
    return {one.question.id: one.answer for one in advice.answers}


@pytest.mark.parametrize(
    ("text", "question", "answer"),
    [
        ("intractable low back pain", "intractable", "yes"),
        ("low back pain, not intractable", "intractable", "no"),
        ("low back pain, failed PT", "failed_therapies", "yes"),
        ("low back pain, PT helped", "failed_therapies", "no"),
        ("low back pain, will start PT", "failed_therapies", "no"),
        ("low back pain", "failed_therapies", "open"),
        ("low back pain radiating to the leg", "radiating", "yes"),
        ("low back pain, denies radiation", "radiating", "no"),
        ("low back pain, no disc herniation", "disc", "no"),
        ("low back pain s/p lumbar fusion", "post_surgical", "yes"),
        ("chronic low back pain", "acuity", "yes"),
        ("chronic low back pain with psychological factors", "psychological_factors", "yes"),
        ("chronic low back pain, denies psychological factors", "psychological_factors", "no"),
        ("chronic low back pain for pain control", "purpose", "yes"),
    ],
)
def test_the_record_answers_the_questions_of_the_guide(ask, text, question, answer):
    assert answers(ask(text))[question] == answer


def test_what_is_said_of_other_people_is_not_counted(ask):
    advice = ask("Mother has sciatica. Low back pain.")
    assert "M54.40" not in [dotted_code(one.code) for one in advice.candidates]
    assert ("condition", "sciatica", "someone_else") in advice.recognised


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("r/o disc herniation, low back pain", ["M54.50"]),
        ("suspected radiculopathy, neck pain radiating to the left arm", ["M54.2"]),
        ("rule out MI, chest pain", ["R07.9"]),  # a symptom of chapter 18
        ("r/o disc herniation, lumbar stenosis", []),  # one more to be ruled out
        ("r/o pneumonia, asthma", []),
        ("call if numbness, low back pain", []),  # a condition, and nothing to be ruled out
        ("r/o disc herniation, no low back pain", []),
    ],
)
def test_what_is_to_be_ruled_out_reaches_no_symptom_behind_a_comma(supported, text, codes):
    assert supported(text) == codes


def test_conflicts_are_told_on_both_sides(ask):
    advice = ask("low back pain, right leg")
    conflicts = {code: {one.code for one in own} for code, own in advice.conflicts.items()}
    assert "M5441" in conflicts["M5450"]
    assert "M5450" in conflicts["M5441"]
    assert {one.noted_at for one in advice.conflicts["M5450"]} == {"M545"}


def test_a_pain_with_a_cause_is_coded_by_its_cause(supported):
    assert supported("low back pain, lumbar spondylosis") == ["M47.816"]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("pain in both knees", ["M25.561", "M25.562"]),
        ("right knee pain", ["M25.561"]),
        ("CRPS I of both arms", ["G90.513"]),
        ("sciatica, left knee osteoarthritis", ["M54.30", "M17.12"]),
        ("cervical radiculopathy and lumbar spondylosis", ["M47.816", "M54.12"]),
    ],
)
def test_a_side_and_a_region_belong_to_what_they_stand_beside(supported, text, codes):
    assert supported(text) == codes


def test_codes_before_and_after_a_split_follow_the_date(supported):
    day = date(2024, 9, 30)
    text = "lumbar degenerative disc disease with low back pain"
    assert supported(text, day) == ["M51.36"]
    assert supported(text, day + timedelta(days=1)) == ["M51.360"]


def test_a_typed_code_is_told_with_its_end_and_what_took_its_place(ask):
    [code] = ask("coded as m54.5").codes
    assert (code.code, code.status, code.ends) == ("M545", "ended", date(2021, 9, 30))
    assert code.instead == ("M5450", "M5451", "M5459")


def test_a_code_of_no_edition_is_told_by_its_place_alone(ask):
    [code] = ask("see M54.7Z please").codes
    assert (code.code, code.description, code.place) == (None, None, (4, 10))


def test_levels_of_the_spine_are_no_codes(ask):
    assert ask("L45 and L5S1 disc herniation, T12 fracture, C56").codes == ()


def test_only_notes_that_the_date_makes_true_are_told(ask):
    before, after = (ask("low back pain", on).notes for on in (date(2021, 9, 30), date(2021, 10, 1)))
    assert not any("M54.5 is no longer billable" in note for note, _ in before)
    assert any("M54.50, M54.51, M54.59" in note for note, _ in after)


def test_no_word_of_the_text_that_is_no_term_comes_out_again(ask):
    advice = ask("Zebulon Quackenbush, MRN 88123, 12 Elm Street: low back pain, right leg, ask Dr Frobisher")
    for secret in ("zebulon", "quackenbush", "88123", "frobisher", "street"):
        assert secret not in repr(advice).lower()
    assert len(advice.not_recognised) >= 3


def test_a_name_that_stands_in_a_title_leads_to_no_code(supported):
    assert supported("Mr Smith has low back pain") == ["M54.50"]
    assert supported("Smith") == []


@pytest.mark.parametrize("text", ["", " \n", "low\x00back pain", "low back pain \ufffd", "pain " * LONGEST])
def test_what_is_no_text_of_a_record_is_one_line(icd10, text):
    with pytest.raises(InputError, match="TEXT"):
        advise(text, icd10, date(2026, 11, 30))


@pytest.mark.parametrize(
    "on", [date(2015, 9, 30), FIRST_KNOWN_DATE - timedelta(days=1), LAST_KNOWN_DATE + timedelta(days=1)]
)
def test_a_date_of_no_edition_is_refused(icd10, on):
    with pytest.raises(InputError, match="--date"):
        advise("low back pain", icd10, on)


@pytest.mark.parametrize("text", ["the and of", "zzyzx qwrt", "dolor de espalda", "pt", "12345 !!", "背中の痛み"])
def test_words_that_say_nothing_get_a_question_and_no_code(ask, text):
    advice = ask(text)
    assert not advice.enough
    assert answers(advice)["condition"] == "open"


def test_the_limit_is_kept_and_what_is_left_out_is_counted(icd10):
    whole, some = (advise("intractable low back pain, right leg", icd10, date(2026, 11, 30), n) for n in (50, 2))
    assert some.candidates == whole.candidates[:2]
    assert some.left_out == len(whole.candidates) - 2
    assert {one.code for own in some.conflicts.values() for one in own} <= {one.code for one in some.candidates}


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("pain in left hand", ["M79.642"]),
        ("pain in right foot", ["M79.671"]),
        ("pain in the left leg", ["M79.605"]),
        ("CRPS I left hand", ["G90.512"]),
    ],
)
def test_pain_in_a_part_of_a_limb_has_the_code_of_the_part(supported, text, codes):
    assert supported(text) == codes
