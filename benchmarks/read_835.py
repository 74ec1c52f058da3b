"""Reading an 835 against oxedi, a reader written in Rust: both from bytes to all of their tables.

oxedi is optional, as in :mod:`benchmarks.read_837`. The file is what the synthetic payers write: payments by payer and
day, denials, adjustments, and remarks of lines (LQ), to which remarks of claims (MOA) are added. Ours also balances
every amount and keeps remarks and references, which oxedi's tables do not have.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd

from benchmarks.peers import imported
from benchmarks.timing import best_of, machine
from risk.claims.remits import make_remits
from risk.readers.remits_835 import read_remits_835
from synthetic_data import simulate
from synthetic_data.remit import synthetic_remits
from synthetic_data.write_835 import write_remits_835

CLAIMS = 20_000
OURS = "denial-risk"


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


def main(claims: int = CLAIMS) -> None:
    """Print remits a second and how the two compare."""
    data = remittances(claims)
    counts: dict[str, int] = {}

    def ours() -> None:
        counts[OURS] = len(read_remits_835(data, "remits.835").batch)

    runs: dict[str, Callable[[], None]] = {OURS: ours}
    if (oxedi := imported("oxedi")) is not None:

        def theirs() -> None:
            counts["oxedi"] = len(oxedi.parse(data).tables.to_pandas()["claims"])

        runs["oxedi"] = theirs
    seconds = best_of(runs)
    lines = data.count(b"\nSVC*")
    print(f"\nReading an 835 of {claims:,} remits, {lines:,} lines, {len(data) / 1e6:.1f} MB; {machine()}; best of 3")
    for name in (OURS, "oxedi"):
        if name not in seconds:
            print(f"{name:<35} not installed")
            continue
        taken, found = seconds[name], counts[name]
        ratio = taken / seconds[OURS]
        note = "" if found == claims else f"   found {found:,} remits"
        print(f"{name:<35} {taken:8.2f} s {claims / taken:12,.0f} remits/s {ratio:8.2f} × our time{note}")


if __name__ == "__main__":
    main()
