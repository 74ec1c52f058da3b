"""Every code that leaves the side open, as findings on claims; and every other code, which draws none."""

import pandas as pd
import pytest

from tests.reference.icd10_shared import oracle
from tests.rules.published.many_claims import (
    codes_drawing,
    codes_in_force,
    diagnosis_claims,
    dotless,
    drawing,
    findings,
)

DAY = "2026-05-04"
#: Unspecified sites whose siblings are worded otherwise: added by hand, as the collection's notes ask.
BY_HAND = {"M79609", "M2550"}
#: The list takes "both" for a side in "both ulcer and inflammation", and misses "ligament" beside "ligament(s)".
NOT_IN_THE_LIST = {f"I8320{last}" for last in "1234589"} | {"Q7120", "Q7220"} | {"N803A9", "N803B9", "N803C9"}


@pytest.fixture(scope="module")
def leaves():
    """Codes without a dot that have an unspecified side beside a right and a left one, April 2026."""
    return dotless(pd.read_csv(oracle("icd10cm_unspecified_laterality_apr2026.csv"), dtype="str")["code"])


@pytest.fixture(scope="module")
def billable():
    return codes_in_force(DAY)


def test_every_code_with_an_open_side_is_questioned_and_no_other_code(leaves, billable):
    assert len(leaves) == 11_346
    assert len(billable) == 74_719
    expected = set(leaves) | BY_HAND | NOT_IN_THE_LIST
    found = codes_drawing(billable, DAY, "LAT001")
    assert found - expected == set()
    assert expected - found == set()


@pytest.mark.parametrize("payer_type", ["medicare", "commercial", "medicaid", "workers_comp", None])
def test_the_question_is_for_every_payer(leaves, payer_type):
    batch = diagnosis_claims([[code] for code in leaves], DAY)
    batch.claims["payer_type"] = pd.Series([payer_type] * len(leaves), dtype="str")
    assert len(drawing(batch, "LAT001")) == len(leaves)


def test_no_code_is_questioned_before_the_first_day_a_payer_is_known_to(leaves):
    assert codes_drawing(leaves, "2023-07-31", "LAT001") == set()
    # From that day on: all but the codes of later editions, whose claims draw "not in force" instead.
    questioned = codes_drawing(leaves, "2023-08-01", "LAT001")
    assert questioned == set(leaves) - codes_drawing(leaves, "2023-08-01", "DX002")
    assert len(questioned) > 10_500


@pytest.mark.parametrize("qualifier", ["admitting", "reason_for_visit", "external_cause"])
def test_a_code_that_is_no_condition_of_the_claim_is_not_questioned(leaves, qualifier):
    assert drawing(diagnosis_claims([[code] for code in leaves], DAY, qualifier=qualifier), "LAT001") == set()


def test_twelve_to_a_claim_each_code_is_questioned_once(leaves):
    dozens = [leaves[start : start + 12] for start in range(0, len(leaves), 12)]
    batch = diagnosis_claims(dozens, DAY)
    assert drawing(batch, "LAT001") == set(range(len(dozens)))
    assert len(findings(batch, "LAT001")) == len(leaves)
