"""Reading an 835 against oxedi, a reader written in Rust, from bytes to all of its tables, and openx12, to objects.

The file is what the synthetic payers write: payments by payer and
day, denials, adjustments, and remarks of lines (LQ), to which remarks of claims (MOA) are added. Ours also balances
every amount and keeps remarks and references, which oxedi's tables do not have.
"""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

import pandas as pd

from benchmarks.figures import Figure
from benchmarks.peers import REMIT_READERS
from benchmarks.race import OURS, print_race, race
from benchmarks.timing import machine
from risk.claims.remits import make_remits
from risk.readers.remits_835 import read_remits_835
from synthetic_data import simulate
from synthetic_data.remit import synthetic_remits
from synthetic_data.write_835 import write_remits_835

CLAIMS, TIMES = 20_000, 3


def remittances(claims: int) -> bytes:
    """One interchange of so many remits; every third has a claim's remark of its own."""
    remits = synthetic_remits(simulate(claims, seed=7))
    keys = remits.remit_claims["remit_key"].to_numpy()[::3]
    own = pd.DataFrame({"remit_key": keys, "position": 1, "segment": "MOA", "rarc": "MA01"})
    marked = pd.concat([own, remits.remarks]).sort_values("remit_key", kind="stable", ignore_index=True)
    marked["position"] = marked.groupby("remit_key").cumcount() + 1
    batch = replace(remits, remarks=make_remits({"remarks": marked}).remarks)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "remits.835"
        write_remits_835(batch, path)
        return path.read_bytes()


def main(claims: int = CLAIMS) -> list[Figure]:
    """Print remits a second and how the readers compare."""
    data = remittances(claims)
    found = len(read_remits_835(data, "remits.835").batch)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "remits.835"
        path.write_bytes(data)
        own = {OURS: lambda: read_remits_835(data, "remits.835")}
        results = race(own, found, REMIT_READERS, path, found, TIMES)
    lines = data.count(b"\nSVC*")
    print(f"\nReading an 835 of {found:,} remits, {lines:,} lines, {len(data) / 1e6:.1f} MB")
    print(f"{machine()}; median of {TIMES}")
    print_race(results, "remits")
    return [Figure("reading an 835", results[0].speed, "remits/s")]


if __name__ == "__main__":
    main()
