"""Institutional: what only an 837I says of a stay or of a facility's bill, and what its bill type asks for.

What is wanted depends on the type of bill, so most of these are pairs. Condition and occurrence codes are left to the
rules: a CSV has no place for them, and a claim is to score the same from either kind of file.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from features._feature import feature
from features._inputs import FeatureInputs
from features._shared import Coded, first_rows


@feature(label="Attending provider is absent", riskier="higher")
def attending_npi_absent(inputs: FeatureInputs) -> pd.Series:
    """1 when an institutional claim has no attending NPI, else 0. Missing: professional, or a CSV that cannot say."""
    absent = inputs.claim_column("attending_npi").isna().astype("float64")
    return absent.where(_told(inputs))


@feature(label="Admission date for this type of bill", encoding="target")
def bill_admission(inputs: FeatureInputs) -> pd.Series:
    """Facility and classification of the bill, and whether an admission date is on it.

    Missing: professional, or a CSV that cannot say.
    """
    admitted = inputs.claim_column("admission_date").notna().map({True: "admitted", False: "no date"})
    return _of_bill(inputs, 2, admitted)


@feature(label="Patient status for this type of bill", encoding="target")
def bill_patient_status(inputs: FeatureInputs) -> pd.Series:
    """Type of bill, whose last digit says whether the stay has ended, and the patient's status, which says so too.

    Missing: professional, or a CSV that cannot say.
    """
    return _of_bill(inputs, 3, inputs.claim_column("patient_status_code"))


@feature(label="Replaced claim is not named", riskier="higher")
def replaced_number_absent(inputs: FeatureInputs) -> pd.Series:
    """1 when a replacement or void (frequency 7 or 8) does not name the payer's number of the first claim, else 0.

    Missing: an original claim, or a CSV that cannot say.
    """
    later = Coded.of(inputs.batch.claims["claim_frequency_code"]).isin("7", "8")
    absent = inputs.claim_column("original_claim_number").isna().astype("float64")
    return absent.where(later & inputs.says_what_an_837_says)


@feature(label="Revenue code billed without a procedure", encoding="target")
def uncoded_revenue(inputs: FeatureInputs) -> pd.Series:
    """Facility and classification of the bill, with the revenue code of the first line that has no procedure code.

    Missing: professional; and where every line has one, only the bill is named.
    """
    lines = inputs.batch.service_lines
    uncoded = np.flatnonzero(inputs.line_procedures.positions < 0)
    first = first_rows(inputs.line_claims[uncoded], len(inputs.batch))
    rows = np.where(first >= 0, np.append(uncoded, -1)[first], -1)
    revenue = Coded.of(lines["revenue_center_code"])
    bill = inputs.claim_column("bill_type_code").str[:2].where(inputs.is_institutional)
    return inputs.claim_codes(Coded.of(bill), Coded(np.append(revenue.positions, -1)[rows], revenue.distinct))


def _told(inputs: FeatureInputs) -> np.ndarray:
    return inputs.is_institutional & inputs.says_what_an_837_says


def _of_bill(inputs: FeatureInputs, digits: int, what: pd.Series) -> pd.Series:
    """Leading digits of the type of bill, joined with something else the claim says."""
    bill = inputs.claim_column("bill_type_code").str[:digits].where(_told(inputs))
    return inputs.claim_codes(Coded.of(bill), Coded.of(what.astype("str")))
