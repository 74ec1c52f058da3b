import pytest

from risk.claims.examples import batch_of, claim, line
from risk.reference import load_reference
from risk.rules import catalogue, run_rules
from risk.rules.provider._npi import is_npi


@pytest.mark.parametrize(
    ("npi", "passes"),
    [
        ("1234567893", True),  # the example of the CMS specification
        ("1245319599", True),
        ("1679576722", True),
        ("1234567890", False),
        ("1234567983", False),  # two digits exchanged
        ("3234567891", False),  # right digit, wrong first digit
        ("123456789", False),
        ("12345678930", False),
        ("123456789X", False),
        ("１２３４５６７８９３", False),  # digits of another script
        ("1234567893.0", False),
        ("", False),
    ],
)
def test_an_npi_has_ten_digits_and_the_luhn_digit_with_prefix_80840(npi, passes):
    assert is_npi(npi) == passes


def test_exactly_one_last_digit_passes():
    for stem in ("123456789", "198765432", "200000000"):
        assert sum(is_npi(stem + last) for last in "0123456789") == 1


def messages(*claims):
    return run_rules(batch_of(*claims), load_reference(), [catalogue()["PRV001"]])["message"].tolist()


def test_the_message_names_the_provider_and_not_the_number():
    found = messages(claim(billing_npi="1234567890", facility_npi="1112223334"))
    assert [text.split(":")[0] for text in found] == [
        "The NPI of the billing provider is not valid",
        "The NPI of the service facility is not valid",
    ]
    assert not any("1234567890" in text or "1112223334" in text for text in found)


def test_a_rendering_provider_of_the_claim_is_told_once_and_one_of_a_line_on_its_line():
    lines = [line("99213"), line("20610", rendering_npi="1234567891")]
    found = run_rules(
        batch_of(claim(rendering_npi="1234567890", lines=lines)), load_reference(), [catalogue()["PRV001"]]
    )
    assert found["line_number"].fillna(0).tolist() == [0, 2]


@pytest.mark.parametrize("code", ["207Q00000X", "1041C0700X", "163WX0106X", "390200000X", "207q00000x"])
def test_taxonomy_codes_have_two_digits_first_and_an_x_last(code):
    assert run_rules(batch_of(claim(billing_taxonomy_code=code)), load_reference(), [catalogue()["PRV003"]]).empty


@pytest.mark.parametrize("code", ["72", "207Q00000", "207Q000000", "207Q00000XX", "2O7Q00000X", "QQ7Q00000X"])
def test_what_is_no_taxonomy_code_is_told_and_not_shown(code):
    found = run_rules(batch_of(claim(billing_taxonomy_code=code)), load_reference(), [catalogue()["PRV003"]])
    assert len(found) == 1
    assert not found["message"].str.contains(code).any() or len(code) < 3
