"""Codes of a claim taken together: each pair by hand."""

import pandas as pd
import pytest

from features import FeatureInputs, History, catalogue
from features._shared import Coded
from risk.claims.examples import batch_of, claim, line
from risk.reference import load_reference
from tests.features.conftest import first_value


def one(name: str, **columns):
    inputs = FeatureInputs(batch_of(claim(**columns)), load_reference(), History.empty())
    value = first_value(catalogue()[name].compute(inputs))
    return None if pd.isna(value) else value


def test_pairs_are_null_where_the_first_is_and_open_where_the_second_is():
    first = Coded.of(pd.Series(["a", None, "a", "b", "a"], dtype="str"))
    second = Coded.of(pd.Series(["x", "x", None, "y", "x"], dtype="str"))
    joined = first.with_code(second)
    assert pd.Series(joined.array()).fillna("-").tolist() == ["a|x", "-", "a|", "b|y", "a|x"]
    assert sorted(joined.names) == ["a|", "a|x", "b|y"]


def test_pairs_of_nothing_are_none():
    none = Coded.of(pd.Series([], dtype="str"))
    assert len(none.with_code(none).array()) == 0


@pytest.mark.parametrize(
    ("member_id", "form"),
    [
        ("1EG4TE5MK73", "9AA9AA9AA99"),
        ("W-12 x", "A-99-A"),
        (None, ""),
        ("é1", "-9"),
        ("٢A", "9A"),
        ("9" * 40, "9" * 20),
    ],
)
def test_the_form_of_a_member_id_tells_letters_from_digits_and_no_more(member_id, form):
    assert one("payer_member_id_form", member_id=member_id, payer_id="P") == f"P|{form}"


def test_an_authorisation_of_the_claim_or_of_a_line_counts():
    plain = {"payer_id": "P", "lines": [line("62323")]}
    assert one("payer_authorization", **plain) == "P|62323|not numbered"
    assert one("payer_authorization", **plain | {"prior_auth_number": "A1"}) == "P|62323|numbered"
    with_own = {"payer_id": "P", "lines": [line("62323", prior_auth_number="A1")]}
    assert one("payer_family_authorization", **with_own) == "P|epidural_interlaminar|numbered"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([line("99213")], "no 25|"),
        ([line("99213"), line("20610", charge="50")], "no 25|20610"),
        ([line("99213", modifiers=["25"]), line("93000", charge="30"), line("20610", charge="50")], "25|20610"),
        ([line("92014"), line("92250")], "no 25|92250"),
        ([line("62323")], None),
        ([], None),
    ],
)
def test_what_stands_beside_a_visit(lines, expected):
    assert one("visit_companion", lines=lines) == expected


@pytest.mark.parametrize(
    ("quantity", "expected"),
    [
        (1.0, "20610|1"),
        (0.5, "20610|1"),
        (3.0, "20610|3"),
        (7.0, "20610|many"),
        (500.0, "20610|many"),
        (None, "20610|"),
    ],
)
def test_units_are_told_apart_up_to_many(quantity, expected):
    assert one("procedure_units", lines=[line("20610", quantity=quantity)]) == expected


def test_a_service_without_an_order_is_told_from_one_with():
    assert one("procedure_referral", lines=[line("72148")], referring_npi=None) == "72148|not told"
    assert one("procedure_referral", lines=[line("72148")], referring_npi="1245319599") == "72148|named"
