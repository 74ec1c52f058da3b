"""Claims that went to disk come back as they were, by member."""

import numpy as np
import pandas as pd
import pytest

from risk.claims.examples import batch_of, claim, line
from risk.claims.tables import TABLES, concat_batches
from risk.engine.spill import part_of, parts_in_order, read_part, unit_folder, write_unit
from risk.readers import read_claims

PARTS = 4


@pytest.fixture(scope="module")
def batches(many):
    whole = read_claims([str(many / "claims.837"), str(many / "claims_i.837")]).batch
    return [whole.select(range(begin, min(begin + 400, len(whole)))) for begin in range(0, len(whole), 400)]


@pytest.fixture(scope="module")
def spilt(batches, tmp_path_factory):
    folder = tmp_path_factory.mktemp("spill")
    for number, batch in enumerate(batches):
        write_unit(folder, number, batch, PARTS)
    return folder


def test_each_part_holds_its_claims_as_they_were_in_the_order_in_which_they_were_read(batches, spilt):
    whole = concat_batches(batches)
    part = np.concatenate([part_of(batch, PARTS) for batch in batches])
    for number in range(PARTS):
        expected = whole.select(np.flatnonzero(part == number))
        found = read_part(spilt, len(batches), number)
        assert len(found) > 100
        for name in TABLES:
            pd.testing.assert_frame_equal(getattr(found, name), getattr(expected, name))


def test_all_claims_of_a_member_lie_in_one_part(batches, spilt):
    members = [set(read_part(spilt, len(batches), number).claims["member_id"].dropna()) for number in range(PARTS)]
    assert all(members)
    assert len(set().union(*members)) == sum(map(len, members))


def test_the_order_of_the_input_is_known(batches, spilt):
    for number, batch in enumerate(batches):
        assert parts_in_order(spilt, number).tolist() == part_of(batch, PARTS).tolist()


def test_claims_without_a_member_are_spread_and_a_part_may_be_empty(tmp_path):
    nobody = batch_of(*(claim(claim_id=f"N{n}", member_id=None) for n in range(8)))
    assert sorted(np.bincount(part_of(nobody, PARTS)).tolist()) == [2] * PARTS
    one = batch_of(*(claim(claim_id=f"C{n}", member_id="M", lines=[line("99213")]) for n in range(5)))
    write_unit(tmp_path, 0, one, PARTS)
    counts = [len(read_part(tmp_path, 1, number)) for number in range(PARTS)]
    assert sorted(counts) == [0, 0, 0, 5]


def test_a_unit_that_was_not_written_whole_is_none(tmp_path, monkeypatch):
    def full(*_args, **_options):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "save", full)
    with pytest.raises(OSError, match="No space"):
        write_unit(tmp_path, 0, batch_of(claim()), PARTS)
    assert not unit_folder(tmp_path, 0).exists()
