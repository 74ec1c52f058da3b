"""Claims that travel as rows come back as they were."""

import numpy as np
import pandas as pd
import pytest

from risk.claims.examples import batch_of as example_batch
from risk.claims.examples import claim
from risk.claims.tables import TABLES, empty_batch
from risk.engine.claim_rows import batch_of, row_type, rows_of
from risk.readers import read_claims


def assert_same(found, expected):
    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(found, name), getattr(expected, name))


@pytest.mark.parametrize("name", ["claims.837", "claims_i.837", "claims.csv"])
def test_claims_are_what_they_were(name, many):
    batch = read_claims(str(many / name)).batch
    assert len(batch) > 50
    rows = rows_of(batch)
    assert rows.type == row_type()
    assert_same(batch_of(rows), batch)


def test_some_rows_are_some_claims_in_their_order(many):
    batch = read_claims([str(many / "claims.837"), str(many / "claims_i.837")]).batch
    rows = rows_of(batch)
    assert_same(batch_of(rows.slice(300, 90)), batch.select(range(300, 390)))
    chosen = np.random.default_rng(1).permutation(len(batch))[:200]
    assert_same(batch_of(rows.take(chosen)), batch.select(chosen))


def test_tables_that_only_some_files_fill_come_along(examples):
    batch = read_claims([str(examples / "claims.837"), str(examples / "claims.csv")]).batch
    assert_same(batch_of(rows_of(batch)), batch)


def test_no_claims_are_no_rows():
    assert len(rows_of(empty_batch())) == 0
    assert_same(batch_of(rows_of(empty_batch())), empty_batch())


def test_what_is_absent_stays_absent():
    batch = example_batch(claim(member_id=None, patient_birth_date=None))
    assert_same(batch_of(rows_of(batch)), batch)
