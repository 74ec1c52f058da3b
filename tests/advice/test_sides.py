"""Sides as records abbreviate them."""

import pytest

from risk.advice.sides import spelled_out


@pytest.mark.parametrize(
    ("text", "spelled"),
    [
        ("pain RLE, numbness lue", "pain right leg, numbness left arm"),
        ("L knee, r. hip and Lt ankle", "left knee, right hip and left ankle"),
        ("R-sided LBP", "right-sided LBP"),
        ("sciatica (R), carpal tunnel L.", "sciatica right, carpal tunnel left."),
        ("b/l shoulder pain", "bilateral shoulder pain"),
        ("weakness of the LEs", "weakness of the legs"),
        ("sciatica - L", "sciatica - left"),
        ("knee pain R>L, R/L hips", "knee pain bilateral, bilateral hips"),
        ("R L5 radiculopathy", "right L5 radiculopathy"),
    ],
)
def test_sides_are_spelled_out(text, spelled):
    assert spelled_out(text).text == spelled


@pytest.mark.parametrize(
    "text",
    [
        "L5-S1 herniation",
        "L spine MRI",
        "58 y/o M",
        "s/p RT for cancer",
        "Robert L. Jones: pain",
        "vitamin B, hepatitis B",
        "",
    ],
)
def test_what_is_no_side_is_left_alone(text):
    assert spelled_out(text).text == text


def test_places_lead_back_to_the_text_as_given():
    text = "RLE qwertz, b/l knee zxcvb, (L) hip asdfg"
    spelled = spelled_out(text)
    for word in ("qwertz", "zxcvb", "asdfg", "knee"):
        start = spelled.text.index(word)
        assert spelled.place(start) == text.index(word)
        assert spelled.place(start + len(word) - 1) == text.index(word) + len(word) - 1


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("sciatica, R", ["M54.31"]),
        ("neck pain and sciatica, left, for years", ["M54.32", "M54.2"]),
        ("sciatica, right knee pain", ["M54.30", "M25.561"]),
        ("CRPS type I of the RUE", ["G90.511"]),
        ("L knee OA, sciatica", ["M54.30", "M17.12"]),
        ("58 y/o R-handed M with sciatica", ["M54.30"]),
        ("b/l sciatica", ["M54.31", "M54.32"]),
    ],
)
def test_a_side_leads_to_the_code_of_its_condition_alone(supported, text, codes):
    assert supported(text) == codes
