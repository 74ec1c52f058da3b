"""The limit itself is the reference's matter; these are the rule's own decisions."""

from datetime import date

import pytest

from risk.claims.examples import batch_of, claim, line
from risk.reference import load_reference
from risk.rules import catalogue, run_rules


def findings_of(payer_type="medicare", **columns):
    one = claim(payer_type=payer_type, lines=[line("99213", date_of_service="2025-10-01")], **columns)
    return run_rules(batch_of(one), load_reference(), [catalogue()["TIM001"]])


def test_the_last_day_is_in_time_and_the_next_is_late():
    assert findings_of(submission_date=date(2026, 10, 1)).empty
    late = findings_of(submission_date=date(2026, 10, 2))
    (message,) = late["message"]
    assert message.startswith(
        "The claim is 1 day late: by the payer terms on file (365 days after the date of service)"
    )
    assert message.endswith("it was due by 2026-10-01.")
    assert late["line_number"].isna().all()


@pytest.mark.parametrize("frequency", ["7", "8"])
def test_replacements_and_voids_are_left_alone(frequency):
    assert findings_of(claim_frequency_code=frequency).empty


@pytest.mark.parametrize("frequency", ["1", None])
def test_originals_are_not(frequency):
    assert len(findings_of(claim_frequency_code=frequency)) == 1


def test_a_claim_without_a_submission_date_or_a_known_payer_is_left_alone():
    assert findings_of(submission_date=None).empty
    assert findings_of(payer_type="other").empty
