"""Patients: age, sex, and what the registration left out. Nothing that names one."""

from __future__ import annotations

from string import ascii_letters, digits

import numpy as np

from features._feature import feature
from features._inputs import FeatureInputs
from features._shared import Coded, Dates, Floats, calendar

#: Columns a payer identifies the patient by (837 loops 2010BA and 2010CA); only whether they are there is read.
IDENTITY_COLUMNS = ("member_id", "patient_birth_date", "patient_sex", "subscriber_relationship_code")

#: Characters of a member id whose form is told (837 NM109 has up to 80; ids of payers have 8 to 15).
LONGEST_FORM = 20


class _Form(dict[int, str]):
    """What stands for each character of a member id: 9 for a digit of any script, A for a Latin letter, else -."""

    def __missing__(self, character: int) -> str:
        return "9" if chr(character).isdecimal() else "-"


_FORM = _Form(str.maketrans(dict.fromkeys(ascii_letters, "A") | dict.fromkeys(digits, "9")))


@feature(label="Age at service")
def age_at_service(inputs: FeatureInputs) -> Floats:
    """Whole years from birth to the first date of service. Missing: no birth or service date, or born after service."""
    born = _calendar_number(inputs.batch.claims["patient_birth_date"].to_numpy())
    age = np.floor((_calendar_number(inputs.first_service_date) - born) / 10_000)
    return np.where(age >= 0, age, np.nan)


@feature(label="Sex", encoding="ordinal")
def patient_sex(inputs: FeatureInputs) -> Coded:
    """F, M or U as billed. Missing: not on the claim."""
    return inputs.claim_codes("patient_sex")


@feature(label="This procedure for this sex", encoding="target")
def procedure_for_sex(inputs: FeatureInputs) -> Coded:
    """Main procedure with the patient's sex. Missing: no line, or no code on it."""
    return inputs.main_procedure.with_code(inputs.claim_codes("patient_sex"))


@feature(label="Form of the member id at this payer", encoding="target")
def payer_member_id_form(inputs: FeatureInputs) -> Coded:
    """Payer with the form of the member id: 9 for each digit, A for each letter; tells a mistyped id, not whose it is.

    Missing: no payer. The form is empty where there is no member id.
    """
    forms = inputs.claim_codes("member_id").each(lambda number: number[:LONGEST_FORM].translate(_FORM))
    return inputs.claim_codes("payer_id").with_code(forms)


@feature(label="Patient's relationship to the subscriber", encoding="ordinal")
def subscriber_relationship(inputs: FeatureInputs) -> Coded:
    """Relationship code; 18 is the subscriber. Missing: not on the claim."""
    return inputs.claim_codes("subscriber_relationship_code")


@feature(label="An identifying field is absent", riskier="higher")
def identity_gap(inputs: FeatureInputs) -> Floats:
    """1 when one of member id, birth date, sex and relationship is absent, 0 when none is.

    Missing: two or more are; such a claim comes from a source that does not carry them.
    """
    absent = np.sum([inputs.absent(column) for column in IDENTITY_COLUMNS], axis=0)
    return np.where(absent < 2, absent, np.nan)


@feature(label="Services of this kind in the past year", past=True)
def past_year_services(inputs: FeatureInputs) -> Floats:
    """The patient's earlier claims with this kind of main procedure, in the 365 days before the first date of service.

    Missing: no history, member id, birth date, procedure or date.
    """
    return inputs.past_services.in_year


@feature(label="Days since the last service of this kind", past=True)
def days_since_service(inputs: FeatureInputs) -> Floats:
    """Days since the latest claim that ``past_year_services`` counts. Missing: there is none, or no history."""
    return inputs.past_services.days_since


@feature(label="Patient lives in another state")
def out_of_state(inputs: FeatureInputs) -> Floats:
    """1 when the patient's state is not the facility's, else 0. Missing: one of them is absent."""
    home, facility = inputs.claim_codes("patient_state"), inputs.claim_codes("facility_state")
    return np.where(home.absent | facility.absent, np.nan, ~home.agrees_with(facility))


def _calendar_number(dates: Dates) -> Floats:
    """Dates as the number YYYYMMDD, so that a difference of 10,000 is a birthday; NaN for null."""
    on = calendar(dates)
    return on.year * 10_000 + on.month * 100 + on.day
