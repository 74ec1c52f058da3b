from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from models.split import split_by_submission
from risk.errors import ModelError


def dates(days: np.ndarray) -> pd.Series:
    return pd.Series(pd.Timestamp("2026-01-01") + pd.to_timedelta(days, unit="D"))


def test_no_claim_of_a_part_is_submitted_before_any_of_an_earlier_part() -> None:
    submitted = dates(np.random.default_rng(0).integers(0, 90, 2000))
    split = split_by_submission(submitted)
    assert submitted[split.train].max() < submitted[split.validation].min()
    assert submitted[split.validation].max() < submitted[split.test].min()


def test_every_claim_is_in_exactly_one_part() -> None:
    split = split_by_submission(dates(np.random.default_rng(1).integers(0, 30, 500)))
    together = np.concatenate([split.train, split.validation, split.test])
    assert sorted(together) == list(range(500))


def test_shares_are_reached_as_nearly_as_days_allow() -> None:
    sizes = split_by_submission(dates(np.arange(1000))).sizes()
    assert sizes == {"train": 700, "validation": 150, "test": 150}


def test_claims_without_a_date_teach_and_never_test() -> None:
    submitted = dates(np.arange(100))
    submitted[[5, 99]] = pd.NaT
    split = split_by_submission(submitted)
    assert {5, 99} <= set(split.train.tolist())


@pytest.mark.parametrize("counts", [[98, 1, 1], [1, 98, 1], [1, 1, 98]])
def test_each_part_has_a_day_however_uneven_the_days_are(counts: list[int]) -> None:
    split = split_by_submission(dates(np.repeat([0, 1, 2], counts)))
    assert list(split.sizes().values()) == counts


def test_two_days_cannot_be_split() -> None:
    with pytest.raises(ModelError, match="at least three different days"):
        split_by_submission(dates(np.repeat([0, 1], 50)))
