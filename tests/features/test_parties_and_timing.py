"""Payers, providers, patients, authorisation, amounts and timing on claims whose answer is plain."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from features import HISTORY_COLUMNS, History, amounts, authorization, patient, payer, provider, timing
from features._asof import PRIOR_CLAIMS
from risk.claims.examples import claim, line


def denied_by(**columns) -> History:
    """Ten denials by one payer and ten payments by another, of claims alike but for the given columns."""
    clean = {
        "payer_id": "EXAMPLEPAYER",
        "billing_npi": "1234567893",
        "rendering_npi": "1245319599",
        "procedure_code": "62323",
        "dx_code": "M5416",
        "remit_date": pd.Timestamp("2026-06-01"),
        "denied": 1.0,
    }
    rows = [clean | columns] * 10 + [clean | {"payer_id": "OTHER", "denied": 0.0}] * 10
    return History(pd.DataFrame(rows)[list(HISTORY_COLUMNS)].astype(HISTORY_COLUMNS))


def test_a_payers_past_is_its_own_shrunk_toward_all(value_of):
    shrunk = (10 + PRIOR_CLAIMS * 0.5) / (10 + PRIOR_CLAIMS)
    assert value_of(payer.payer_denial_rate, claim(), denied_by()) == pytest.approx(shrunk)


def test_a_past_longer_ago_than_a_year_is_forgotten(value_of):
    old = denied_by(remit_date=pd.Timestamp("2025-11-01"))
    assert value_of(payer.payer_denial_rate, claim(), old) == 0.0


def test_a_payers_past_with_a_procedure_is_shrunk_toward_the_payers(value_of):
    visit, epidural = claim(), claim(lines=[line("62323")])
    of_payer = value_of(payer.payer_denial_rate, visit, denied_by())
    assert value_of(payer.payer_procedure_denial_rate, visit, denied_by()) == pytest.approx(of_payer)
    closer = (10 + PRIOR_CLAIMS * of_payer) / (10 + PRIOR_CLAIMS)
    assert value_of(payer.payer_procedure_denial_rate, epidural, denied_by()) == pytest.approx(closer)
    assert value_of(payer.payer_dx_denial_rate, visit, denied_by()) == pytest.approx(closer)


def test_a_providers_past_with_a_payer_is_shrunk_toward_the_providers(value_of):
    of_provider = value_of(provider.provider_denial_rate, claim(), denied_by())
    assert of_provider == pytest.approx(0.5)
    with_payer = (10 + PRIOR_CLAIMS * of_provider) / (10 + PRIOR_CLAIMS)
    assert value_of(provider.provider_payer_denial_rate, claim(), denied_by()) == pytest.approx(with_payer)


@pytest.mark.parametrize(
    ("npi", "failed"),
    [("1234567893", 0), ("1234567890", 1), ("123456789", 1), ("3234567893", 1), ("12345678X3", 1), (None, 0)],
)
def test_an_npi_has_a_check_digit(value_of, npi, failed):
    assert value_of(provider.failed_npi_count, claim(billing_npi=npi)) == failed


def test_all_four_npis_are_checked(value_of):
    wrong = dict.fromkeys(provider.NPI_COLUMNS, "1234567890")
    assert value_of(provider.failed_npi_count, claim(**wrong)) == 4


def test_the_place_of_an_institutional_claim_is_its_bill_type(value_of):
    assert value_of(provider.place_of_service, claim(place_of_service_code="22")) == "22"
    assert value_of(provider.place_of_service, claim(place_of_service_code=None, bill_type_code="131")) == "TOB 13"


@pytest.mark.parametrize(("born", "years"), [(date(1968, 10, 1), 58), (date(1968, 10, 3), 57), (date(2026, 9, 30), 0)])
def test_age_is_whole_years_at_service(value_of, born, years):
    assert value_of(patient.age_at_service, claim(patient_birth_date=born)) == years


def test_a_birth_after_service_gives_no_age(value_of):
    assert np.isnan(value_of(patient.age_at_service, claim(patient_birth_date=date(2027, 1, 1))))


def test_absent_identity_is_counted(value_of):
    assert value_of(patient.identity_gap, claim()) == 0
    assert value_of(patient.identity_gap, claim(member_id=None)) == 1
    assert np.isnan(value_of(patient.identity_gap, claim(member_id=None, patient_sex=None)))


def test_medicare_wants_authorisation_in_the_hospital_outpatient_department(value_of):
    hospital = {"lines": [line("64493")], "payer_type": "medicare", "place_of_service_code": "22"}
    missing, required = authorization.authorization_missing_count, authorization.authorization_required_count
    assert value_of(missing, claim(**hospital)) == 1
    assert value_of(missing, claim(**hospital, prior_auth_number="A1")) == 0
    assert value_of(required, claim(**hospital, prior_auth_number="A1")) == 1
    assert value_of(missing, claim(**hospital | {"place_of_service_code": "11"})) == 0


def test_plans_that_mostly_want_authorisation_are_in_doubt_and_not_missing(value_of):
    example = claim(lines=[line("62323"), line("99213")], payer_name="Cigna")
    assert value_of(authorization.authorization_doubt_count, example) == 1
    assert value_of(authorization.authorization_missing_count, example) == 0


def test_a_number_on_a_line_is_an_authorisation_too(value_of):
    assert value_of(authorization.has_authorization, claim()) == 0
    assert value_of(authorization.has_authorization, claim(lines=[line("62323", prior_auth_number="A1")])) == 1


def test_charges_are_compared_to_the_cent(value_of):
    lines = [line("99213", charge="90.10"), line("97110", charge="45.05")]
    assert value_of(amounts.total_mismatch, claim(lines=lines)) == 0
    assert value_of(amounts.total_mismatch, claim(lines=lines, total_charge_cents=13514)) == 1
    assert np.isnan(value_of(amounts.total_mismatch, claim(lines=lines, total_charge_cents=None)))


def test_charges_are_logarithms_of_dollars(value_of):
    lines = [line("99213", charge="99.00"), line("97110", charge="0")]
    assert value_of(amounts.log_total_charge, claim(lines=lines)) == pytest.approx(np.log(100))
    assert value_of(amounts.log_highest_charge, claim(lines=lines)) == pytest.approx(np.log(100))
    assert value_of(amounts.uncharged_line_count, claim(lines=lines)) == 1


def test_the_wait_counts_from_the_last_day_and_the_limit_from_the_payers_anchor(value_of):
    lines = [line("99213", day=3), line("99213", day=24)]
    example = claim(lines=lines, payer_type="medicare", submission_date=date(2026, 11, 3))
    assert value_of(timing.days_to_submission, example) == 10
    assert value_of(timing.filing_limit_used, example) == pytest.approx(31 / 365)
    assert value_of(timing.service_span_days, example) == 21


def test_an_unknown_limit_is_missing(value_of):
    assert np.isnan(value_of(timing.filing_limit_used, claim()))


@pytest.mark.parametrize(("day", "weekend"), [(2, 0), (3, 1), (4, 1), (5, 0)])
def test_a_weekend_is_saturday_and_sunday(value_of, day, weekend):
    assert value_of(timing.weekend_service, claim(lines=[line("99213", day=day)])) == weekend
