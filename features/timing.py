"""Timing: how long the claim waited, and how much of the payer's limit that used."""

from __future__ import annotations

import numpy as np

from features._feature import feature
from features._inputs import FeatureInputs
from features._shared import Coded, Floats, calendar, days

#: 1970-01-01 was a Thursday: day + 3 counts weeks from a Monday.
EPOCH_WEEKDAY = 3


@feature(label="Days from service to submission", riskier="higher")
def days_to_submission(inputs: FeatureInputs) -> Floats:
    """Days from the last date of service to submission; below zero when submitted before it.

    Missing: no submission date or no date of service.
    """
    return days(inputs.submission_date) - days(inputs.last_service_date)


@feature(label="Share of the filing limit used", riskier="higher")
def filing_limit_used(inputs: FeatureInputs) -> Floats:
    """Days from the date the payer counts from to submission, over the days it allows; above 1 is late.

    Missing: no submission or anchor date, or a payer whose limit the terms do not know.
    """
    limits = inputs.reference.payers.filing_limits(inputs.batch)
    anchor, deadline = days(limits["anchor_date"]), days(limits["deadline_date"])
    allowed = deadline - anchor
    return (days(inputs.submission_date) - anchor) / np.where(allowed > 0, allowed, np.nan)


@feature(label="Days from first to last service")
def service_span_days(inputs: FeatureInputs) -> Floats:
    """Days from the first to the last date of service of the claim. Missing: no date of service."""
    return days(inputs.last_service_date) - days(inputs.first_service_date)


@feature(label="Service on a weekend")
def weekend_service(inputs: FeatureInputs) -> Floats:
    """1 when the first date of service is a Saturday or Sunday, else 0. Missing: no date of service."""
    first = days(inputs.first_service_date)
    return np.where(np.isnan(first), np.nan, (first + EPOCH_WEEKDAY) % 7 >= 5)


@feature(label="Month of service")
def service_month(inputs: FeatureInputs) -> Floats:
    """Calendar month of the last date of service, 1 to 12: plans change with the year. Missing: no date of service."""
    return calendar(inputs.last_service_date).month


@feature(label="Original, replacement or void", encoding="ordinal")
def claim_frequency(inputs: FeatureInputs) -> Coded:
    """Claim frequency code: 1 original, 7 replacement, 8 void. Missing: not on the claim."""
    return inputs.claim_codes("claim_frequency_code")
