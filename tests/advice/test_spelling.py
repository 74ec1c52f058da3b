"""Typing errors are asked about, and never corrected."""

import pytest

from risk.advice.spelling import one_edit_away


def asked(advice) -> list[str]:
    return [term for _, term in advice.did_you_mean]


def test_one_edit_is_a_letter_more_less_or_other_or_two_exchanged():
    near = set(one_edit_away("back"))
    assert {"bac", "backs", "bark", "bakc"} <= near
    assert near.isdisjoint({"back", "ba", "backed"})


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("sciatca, right", "sciatica"),
        ("lumbar radiculopahty", "radiculopathy"),  # a word of the titles alone
        ("low back pain wihtout radiation", "without"),  # a cue
        ("pain, failed gabapentn", "gabapentin"),  # a treatment
    ],
)
def test_a_word_one_edit_away_from_one_term_is_asked_about_and_not_read_as_it(ask, text, term):
    advice = ask(text)
    assert asked(advice) == [term]
    [((start, end), _)] = advice.did_you_mean
    assert (start, end) in advice.not_recognised
    assert term not in [one for _, one, _ in advice.recognised]


@pytest.mark.parametrize("text", ["qwertzuiop", "pian", "Mrs Payne and Dr Bakker: neck pain", "Smih, Crhon"])
def test_a_word_that_is_near_no_term_near_several_or_near_a_name_is_not_asked_about(ask, text):
    assert asked(ask(text)) == []


def test_the_place_is_that_of_the_text_as_given(ask):
    text = "RLE pain, b/l sciatca"
    [((start, end), _)] = ask(text).did_you_mean
    assert text[start:end] == "sciatca"


def test_no_code_rests_on_a_word_as_it_was_meant(supported):
    assert supported("sciatca") == []
    assert supported("sciatica") == ["M54.30"]
