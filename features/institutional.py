"""Institutional: what only an 837I says of a stay or of a facility's bill, and what its bill type asks for.

Whether a code is wanted depends on why the patient was there, which no single element says. So most of these are pairs:
what is (or is not) on the claim, with the type of bill, the revenue code or the kind of payer.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from features._feature import feature
from features._inputs import FeatureInputs
from features._shared import Coded, first_rows
from risk.claims.said import says_what_an_837_says

#: Kinds of UB-04 codes, as told apart below; value codes and procedures do not count.
KINDS_OF_CODES = {"condition": "C", "occurrence": "O", "occurrence_span": "S"}


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


@feature(label="Condition and occurrence codes for this type of bill", encoding="target")
def bill_claim_codes(inputs: FeatureInputs) -> pd.Series:
    """Type of bill, and the kinds of codes on it: C condition, O occurrence, S occurrence span.

    Missing: professional, or a CSV that cannot say.
    """
    return _of_bill(inputs, 3, _kinds_of_codes(inputs))


@feature(label="Condition and occurrence codes for this service", encoding="target")
def revenue_claim_codes(inputs: FeatureInputs) -> pd.Series:
    """Revenue code of the costliest line, and the kinds of codes on the claim: therapy wants the day of its plan.

    Missing: professional, a CSV that cannot say, or no revenue code.
    """
    revenue = Coded.of(inputs.batch.service_lines["revenue_center_code"])
    return _with_kinds(inputs, Coded(np.append(revenue.positions, -1)[inputs.main_rows], revenue.distinct))


@feature(label="Condition and occurrence codes for this kind of payer", encoding="target")
def payer_type_claim_codes(inputs: FeatureInputs) -> pd.Series:
    """Kind of payer, and the kinds of codes on the claim: an injury at work wants its day.

    Missing: professional, or a CSV that cannot say, or no kind of payer.
    """
    return _with_kinds(inputs, Coded.of(inputs.batch.claims["payer_type"]))


@feature(label="Replaced claim is not named", riskier="higher")
def replaced_number_absent(inputs: FeatureInputs) -> pd.Series:
    """1 when a replacement or void (frequency 7 or 8) does not name the payer's number of the first claim, else 0.

    Missing: an original claim, or a CSV that cannot say.
    """
    later = Coded.of(inputs.batch.claims["claim_frequency_code"]).isin("7", "8")
    absent = inputs.claim_column("original_claim_number").isna().astype("float64")
    return absent.where(later & says_what_an_837_says(inputs.batch))


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
    return inputs.is_institutional & says_what_an_837_says(inputs.batch)


def _of_bill(inputs: FeatureInputs, digits: int, what: pd.Series) -> pd.Series:
    """Leading digits of the type of bill, joined with something else the claim says."""
    bill = inputs.claim_column("bill_type_code").str[:digits].where(_told(inputs))
    return inputs.claim_codes(Coded.of(bill), Coded.of(what.astype("str")))


def _with_kinds(inputs: FeatureInputs, first: Coded) -> pd.Series:
    told = Coded(np.where(_told(inputs), first.positions, -1), first.distinct)
    return inputs.claim_codes(told, Coded.of(_kinds_of_codes(inputs)))


def _kinds_of_codes(inputs: FeatureInputs) -> pd.Series:
    """Letters of the kinds of codes each claim has, ``KINDS_OF_CODES``; "" for none."""
    codes = inputs.batch.claim_codes
    letters = inputs.claim_series("").astype("str")
    for kind, letter in KINDS_OF_CODES.items():
        having = np.zeros(len(inputs.batch), dtype=bool)
        having[codes.loc[codes["code_kind"] == kind, "claim_key"].to_numpy()] = True
        letters = letters + pd.Series(np.where(having, letter, ""), index=letters.index, dtype="str")
    return letters
