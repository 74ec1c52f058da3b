from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from risk.claims import structural_failures
from risk.readers.claims_837 import read_claims_837
from risk.readers.remits_835 import read_remits_835
from synthetic_data import simulate, simulate_blocks, write_world

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("synthetic_data.sample.BLOCK", 1_500)


@pytest.mark.usefixtures("small_blocks")
def test_a_sample_of_several_blocks_is_what_its_blocks_are() -> None:
    blocks, whole = list(simulate_blocks(4_000, seed=3)), simulate(4_000, seed=3)
    assert [len(block.batch) for block in blocks] == [1_333, 1_333, 1_334]
    assert structural_failures(whole.batch) == []
    assert whole.batch.claims["claim_id"].tolist() == [f"W1S3-{number:06d}" for number in range(1, 4_001)]
    for name in ("truth", "line_truth", "outcomes"):
        pd.testing.assert_frame_equal(
            pd.concat([getattr(one, name) for one in blocks], ignore_index=True), getattr(whole, name)
        )
    members = [set(block.batch.claims["member_id"].dropna()) for block in blocks]
    assert not members[0] & members[1]
    assert not members[1] & members[2]


def test_a_sample_of_one_block_does_not_know_of_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    before = simulate(900, seed=4).truth
    monkeypatch.setattr("synthetic_data.sample.BLOCK", 900)
    pd.testing.assert_frame_equal(simulate(900, seed=4).truth, before)


@pytest.mark.usefixtures("small_blocks")
def test_blocks_are_written_as_the_whole_would_be(tmp_path: Path) -> None:
    whole = simulate(4_000, seed=3)
    names = [path.name for path in write_world(simulate_blocks(4_000, seed=3), tmp_path / "blocks")]
    write_world(whole, tmp_path / "whole")
    assert sorted(path.name for path in (tmp_path / "blocks").iterdir()) == sorted(names)
    for name in names:
        one, other = (tmp_path / "blocks" / name, tmp_path / "whole" / name)
        if name.endswith(".parquet"):
            # Amounts are drawn with the remittances, block by block, as the 835 is.
            amounts = [f"line_{what}_amount" for what in ("allowed", "paid")]
            left, right = (pd.read_parquet(path).drop(columns=amounts, errors="ignore") for path in (one, other))
            pd.testing.assert_frame_equal(left, right)
        elif not name.endswith(".835"):
            assert one.read_bytes() == other.read_bytes(), name
    write_world(simulate_blocks(4_000, seed=3), tmp_path / "again")
    for name in names:
        assert (tmp_path / "blocks" / name).read_bytes() == (tmp_path / "again" / name).read_bytes(), name


@pytest.mark.usefixtures("small_blocks")
def test_the_files_of_several_blocks_are_read_without_a_reject(tmp_path: Path) -> None:
    write_world(simulate_blocks(4_000, seed=3), tmp_path)
    claims = 0
    for name in ("claims.837", "claims_i.837"):
        result = read_claims_837((tmp_path / name).read_bytes(), name)
        assert (result.rejects, result.notes) == ([], ())
        claims += len(result.batch)
    remits = read_remits_835((tmp_path / "remits.835").read_bytes(), "remits.835")
    assert (remits.rejects, remits.notes) == ([], ())
    found = remits.batch.remit_claims
    assert claims == found["claim_id"].nunique() == 4_000
    assert found.loc[~found["is_reversal"], "payer_claim_control_number"].is_unique
    assert remits.batch.payments["trace_number"].is_unique


def test_what_fails_half_way_leaves_no_file(tmp_path: Path) -> None:
    def breaking():
        yield simulate(200, seed=1)
        raise OSError("no space left")

    with pytest.raises(OSError, match="no space left"):
        write_world(breaking(), tmp_path / "new")
    assert list((tmp_path / "new").iterdir()) == []
    with pytest.raises(ValueError, match="at least one block"):
        write_world([], tmp_path / "new")


def test_numbers_out_of_range_are_refused_before_anything_is_drawn() -> None:
    with pytest.raises(ValueError, match="expected at least one claim"):
        simulate_blocks(0, seed=1)


def test_every_block_is_a_sample_of_the_same_world(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("synthetic_data.sample.BLOCK", 8_000)
    first, second = simulate_blocks(16_000, seed=5)
    known, seen = (set(block.batch.claims["billing_npi"]) for block in (first, second))
    assert len(known & seen) > 0.9 * len(known | seen)
    rates = [block.truth["true_probability"].mean() for block in (first, second)]
    assert abs(rates[0] - rates[1]) < 4.5 * np.sqrt(2 * 0.04 / 8_000)
