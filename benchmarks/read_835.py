"""Reading an 835 against oxedi, a reader written in Rust, from bytes to all of its tables, and openx12, to objects.

The file is what the synthetic payers write: payments by payer and
day, denials, adjustments, and remarks of lines (LQ), to which remarks of claims (MOA) are added. Ours also balances
every amount and keeps remarks and references, which oxedi's tables do not have.
"""

from __future__ import annotations

import tempfile
import time
from dataclasses import replace
from pathlib import Path
from statistics import median

import pandas as pd

from benchmarks.figures import Figure
from benchmarks.peers import REMIT_READERS, PeerError, read_by
from benchmarks.timing import machine
from risk.claims.remits import make_remits
from risk.readers.remits_835 import read_remits_835
from synthetic_data import simulate
from synthetic_data.remit import synthetic_remits
from synthetic_data.write_835 import write_remits_835

CLAIMS, TIMES = 20_000, 3
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


def main(claims: int = CLAIMS) -> list[Figure]:
    """Print remits a second and how the readers compare."""
    data = remittances(claims)
    seconds: dict[str, list[float]] = {OURS: []}
    notes = {OURS: ""}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "remits.835"
        path.write_bytes(data)
        for _ in range(TIMES):
            began = time.perf_counter()
            found = len(read_remits_835(data, "remits.835").batch)
            seconds[OURS].append(time.perf_counter() - began)
            for peer in REMIT_READERS:
                try:
                    took, theirs = read_by(peer, path)
                except PeerError as error:
                    notes[peer.name] = str(error)
                    continue
                seconds.setdefault(peer.name, []).append(took)
                notes[peer.name] = "" if theirs == found else f"found {theirs:,} of {found:,} remits"
    lines, ours = data.count(b"\nSVC*"), median(seconds[OURS])
    print(f"\nReading an 835 of {claims:,} remits, {lines:,} lines, {len(data) / 1e6:.1f} MB")
    print(f"{machine()}; median of {TIMES}")
    for name in (OURS, *(peer.name for peer in REMIT_READERS)):
        if name not in seconds:
            print(f"{name:<35} not measured: {notes[name]}")
            continue
        taken = median(seconds[name])
        ratio = taken / ours
        print(f"{name:<35} {taken:8.2f} s {claims / taken:12,.0f} remits/s {ratio:8.2f} × our time   {notes[name]}")
    return [Figure("reading an 835", claims / ours, "remits/s")]


if __name__ == "__main__":
    main()
