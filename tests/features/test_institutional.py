"""What only an 837I says, each by hand: on the claim, not on it, and in a file that could not say."""

from datetime import date

import pandas as pd
import pytest

from features import FeatureInputs, History, catalogue
from risk.claims.examples import batch_of, claim, line
from risk.reference import load_reference
from tests.features.conftest import OF_AN_837, first_value

STAY = {"claim_kind": "institutional", "bill_type_code": "111", "lines": [line(None, revenue_center_code="0120")]}
VISIT = {
    "claim_kind": "institutional",
    "bill_type_code": "131",
    "lines": [line("62323", revenue_center_code="0360")],
}
#: Features that are missing where the file could not say.
TOLD = (
    "attending_npi_absent",
    "bill_admission",
    "bill_patient_status",
    "replaced_number_absent",
)


def one(name: str, **columns):
    inputs = FeatureInputs(batch_of(claim(**columns)), load_reference(), History.empty())
    value = first_value(catalogue()[name].compute(inputs))
    return None if pd.isna(value) else value


@pytest.mark.parametrize(
    ("name", "columns", "expected"),
    [
        ("attending_npi_absent", STAY, 1),
        ("attending_npi_absent", STAY | {"attending_npi": "1234567893"}, 0),
        ("bill_admission", STAY, "11|no date"),
        ("bill_admission", STAY | {"admission_date": date(2026, 10, 1)}, "11|admitted"),
        ("bill_patient_status", STAY | {"patient_status_code": "30"}, "111|30"),
        ("bill_patient_status", STAY, "111|"),
        ("replaced_number_absent", VISIT, None),
        ("replaced_number_absent", VISIT | {"claim_frequency_code": "7"}, 1),
        ("replaced_number_absent", VISIT | {"claim_frequency_code": "8", "original_claim_number": "1"}, 0),
        ("uncoded_revenue", VISIT, "13|"),
        ("uncoded_revenue", VISIT | {"lines": [line("62323"), line(None, revenue_center_code="0300")]}, "13|0300"),
    ],
)
def test_what_a_facility_says_and_leaves_out(name, columns, expected):
    assert one(name, **OF_AN_837 | columns) == expected


@pytest.mark.parametrize("name", TOLD)
def test_a_file_that_cannot_say_is_not_taken_to_leave_it_out(name):
    assert one(name, **VISIT | {"claim_frequency_code": "7"}) is None


@pytest.mark.parametrize("name", [*TOLD, "uncoded_revenue"])
def test_a_professional_claim_has_none_of_it(name):
    assert one(name, **OF_AN_837, lines=[line("62323"), line(None)], bill_type_code=None) is None


def test_two_sides_on_one_line_are_counted():
    assert one("both_sides_count", lines=[line("27096", modifiers=["RT", "LT"]), line("20610", modifiers=["RT"])]) == 1


@pytest.mark.parametrize(
    ("npi", "file", "said", "absent"),
    [
        ("1234567893", {}, "named", 0),
        (None, {}, "not told", None),
        (None, OF_AN_837 | {"place_of_service_code": "11"}, "absent", 1),
    ],
)
def test_who_refers_is_told_with_procedure_family_and_specialty(npi, file, said, absent):
    told = file | {"referring_npi": npi, "billing_taxonomy_code": "207L00000X", "lines": [line("62323")]}
    assert one("referring_npi_absent", **told) == absent
    assert one("procedure_referral", **told) == f"62323|{said}"
    assert one("family_referral", **told) == f"epidural_interlaminar|{said}"
    assert one("specialty_referral", **told) == f"207L00000X|{said}"


@pytest.mark.parametrize(("npi", "said"), [("1234567893", "named"), (None, "absent")])
def test_a_group_names_who_rendered(npi, said):
    told = {"rendering_npi": npi, "billing_npi": "1245319599", "place_of_service_code": "11"}
    assert one("billing_rendering", **OF_AN_837 | told) == f"1245319599|{said}"
