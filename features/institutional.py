"""Institutional: what only an 837I says of a stay or of a facility's bill, and what its bill type asks for.

What is wanted depends on the type of bill, so most of these are pairs. Condition and occurrence codes are left to the
rules: a CSV has no place for them, and a claim is to score the same from either kind of file.
"""

from __future__ import annotations

import numpy as np

from features._feature import feature
from features._inputs import FeatureInputs
from features._shared import Coded, Flags, Floats, first_rows, present


@feature(label="Attending provider is absent", riskier="higher")
def attending_npi_absent(inputs: FeatureInputs) -> Floats:
    """1 when an institutional claim has no attending NPI, else 0. Missing: professional, or a CSV that cannot say."""
    return np.where(_told(inputs), inputs.absent("attending_npi"), np.nan)


@feature(label="Admission date for this type of bill", encoding="target")
def bill_admission(inputs: FeatureInputs) -> Coded:
    """Facility and classification of the bill, and whether an admission date is on it.

    Missing: professional, or a CSV that cannot say.
    """
    return _of_bill(inputs, 2, Coded(np.where(inputs.absent("admission_date"), 1, 0), ("admitted", "no date")))


@feature(label="Patient status for this type of bill", encoding="target")
def bill_patient_status(inputs: FeatureInputs) -> Coded:
    """Type of bill, whose last digit says whether the stay has ended, and the patient's status, which says so too.

    Missing: professional, or a CSV that cannot say.
    """
    return _of_bill(inputs, 3, inputs.claim_codes("patient_status_code"))


@feature(label="Replaced claim is not named", riskier="higher")
def replaced_number_absent(inputs: FeatureInputs) -> Floats:
    """1 when a replacement or void (frequency 7 or 8) does not name the payer's number of the first claim, else 0.

    Missing: an original claim, or a CSV that cannot say.
    """
    later = inputs.claim_codes("claim_frequency_code").isin("7", "8")
    return np.where(later & inputs.says_what_an_837_says, inputs.absent("original_claim_number"), np.nan)


@feature(label="Revenue code billed without a procedure", encoding="target")
def uncoded_revenue(inputs: FeatureInputs) -> Coded:
    """Facility and classification of the bill, with the revenue code of the first line that has no procedure code.

    Missing: professional; and where every line has one, only the bill is named.
    """
    uncoded = present(inputs.line_procedures.absent)
    first = first_rows(inputs.line_claims[uncoded], len(inputs.batch))
    rows = np.where(first >= 0, np.append(uncoded, -1)[first], -1)
    revenue = Coded.of(inputs.batch.service_lines["revenue_center_code"]).take(rows)
    return _bill(inputs, 2).where(inputs.is_institutional).with_code(revenue)


def _told(inputs: FeatureInputs) -> Flags:
    return inputs.is_institutional & inputs.says_what_an_837_says


def _bill(inputs: FeatureInputs, digits: int) -> Coded:
    """Leading digits of the type of bill."""
    return inputs.claim_codes("bill_type_code").each(lambda code: code[:digits])


def _of_bill(inputs: FeatureInputs, digits: int, what: Coded) -> Coded:
    """Leading digits of the type of bill, joined with something else the claim says."""
    return _bill(inputs, digits).where(_told(inputs)).with_code(what)
