"""Reading an 837P against the other open readers, on one file of invented claims.

The others are optional: ``openx12`` and ``kw-x12-parser`` are timed where they can be imported, from this environment
or from the ``site-packages`` folder that ``BENCH_PEERS`` names. Each reads the same text and ends in its own result:
ours in four typed tables, kw-x12-parser in one frame of its essential columns, openx12 in Python objects. The control
cuts the file at its terminators and does nothing else.
"""

from __future__ import annotations

import importlib
import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.timing import best_of, machine
from risk.claims import claim, line
from risk.claims.examples import batch_of
from risk.readers.claims_837 import read_claims_837
from synthetic_data.write_837 import write_claims_837p

CLAIMS = 20_000

Count = Callable[[str], int]


def claims_text(claims: int) -> str:
    """One interchange of so many claims: office visits, injections of two lines, dependents."""
    injection = [line("62323", modifiers=["KX"], pointers=[1, 2]), line("77003")]
    kinds = [
        claim(),
        claim(dx=["M54.16", "G89.4", "M47.816"], lines=injection),
        claim(subscriber_relationship_code="19", lines=[line("64483"), line("64484")], prior_auth_number="A1"),
        claim(facility_npi="1679576722", place_of_service_code="24", lines=[line("64493", modifiers=["50"])]),
    ]
    batch = batch_of(*kinds * (claims // len(kinds) + 1)).select(range(claims))
    own = {"claim_id": [f"B{n:07d}" for n in range(claims)], "member_id": [f"M{n % 5000:07d}" for n in range(claims)]}
    batch = replace(batch, claims=batch.claims.assign(**own))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "claims.837"
        write_claims_837p(batch, path)
        return path.read_text(encoding="utf-8")


def readers() -> dict[str, Count | None]:
    """Every reader by name, as a function from text to the number of claims it found; null where not installed."""
    found: dict[str, Count | None] = {
        "control: split at the terminator": lambda text: text.count("\nCLM*") if text.split("~") else 0,
        "denial-risk": lambda text: len(read_claims_837(text.encode(), "claims.837").batch),
        "openx12": None,
        "kw-x12-parser": None,
    }
    sys.path += [folder for folder in [os.environ.get("BENCH_PEERS", "")] if folder]
    if (openx12 := _imported("openx12.x837p", "openx12")) is not None:
        found["openx12"] = lambda text: len(openx12.x837p.parse(text).claims)
    if (kw := _imported("kw_x12_parser")) is not None:
        found["kw-x12-parser"] = lambda text: len(kw.casual_parse_x837p(text))
    return found


def _imported(*names: str) -> Any | None:
    try:
        return [importlib.import_module(name) for name in names][-1]
    except ImportError:
        return None


def main(claims: int = CLAIMS) -> None:
    """Print claims a second and how many times faster ours is."""
    text = claims_text(claims)
    known = readers()
    runs = {name: read for name, read in known.items() if read is not None}
    counts: dict[str, int] = {}

    def run(name: str, read: Count) -> Callable[[], None]:
        return lambda: counts.update({name: read(text)})

    seconds = best_of({name: run(name, read) for name, read in runs.items()})
    print(f"\nReading an 837P of {claims:,} claims, {len(text) / 1e6:.1f} MB; {machine()}; best of 3")
    for name in known:
        if name not in seconds:
            print(f"{name:<35} not installed")
            continue
        taken, found = seconds[name], counts[name]
        note = "" if found == claims else f"   found {found:,} claims"
        ratio = taken / seconds["denial-risk"]
        print(f"{name:<35} {taken:8.2f} s {claims / taken:12,.0f} claims/s {ratio:8.2f} × our time{note}")


if __name__ == "__main__":
    main()
