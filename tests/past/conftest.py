"""Claims whose patients come back: what went before, as a labelled file and as a store, and what is to be scored."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from risk.cli import run
from synthetic_data import simulate, write_world
from tests.outcomes.conftest import label

__all__ = ["label"]

#: First day of submission of what is to be scored.
TODAY = "2026-06-01"


@pytest.fixture(scope="session")
def world(tmp_path_factory) -> Path:
    """A folder with before.csv, today.csv (some of it billed before), remits.835 and before.parquet."""
    folder = tmp_path_factory.mktemp("past")
    write_world(simulate(1000, seed=9), folder)
    table = pd.read_csv(folder / "claims.csv", dtype=str)
    earlier = table["submission_date"] < TODAY
    today = table[~earlier]
    # Some of what goes out today is sent again: as it went out before, under another number.
    again = table[earlier & table["claim_id"].isin(table.loc[earlier, "claim_id"].unique()[-60:])].copy()
    again = again.assign(claim_id=again["claim_id"] + "R", submission_date=TODAY)
    table[earlier].to_csv(folder / "before.csv", index=False)
    pd.concat([today, again]).to_csv(folder / "today.csv", index=False)
    made = ["label", "--claims", str(folder / "before.csv"), "--remits", str(folder / "remits.835")]
    assert run([*made, "--out", str(folder / "before.parquet"), "-q"]) == 0
    return folder


@pytest.fixture(scope="session")
def store(world) -> Path:
    """The same past as before.parquet, as a store."""
    path = world / "history.duckdb"
    files = ["--claims", str(world / "before.csv"), "--remits", str(world / "remits.835")]
    assert run(["history", "add", *files, "--history", str(path), "-q"]) == 0
    return path


@pytest.fixture(scope="session")
def pieces(world, tmp_path_factory) -> list[Path]:
    """The claims of before.csv in four files, in another order than they were sent in."""
    folder = tmp_path_factory.mktemp("pieces")
    table = pd.read_csv(world / "before.csv", dtype=str)
    ids = table["claim_id"].unique()
    piece = pd.Series(np.random.default_rng(5).integers(0, 4, len(ids)), index=ids)
    paths = []
    for number in range(4):
        paths.append(folder / f"piece-{number}.csv")
        own = table[table["claim_id"].map(piece) == number]
        own.sort_values("claim_id", kind="stable").to_csv(paths[-1], index=False)
    return paths
