"""Reading an 837P against the other open readers, on one file of rich invented claims (:mod:`benchmarks.rich_837`).

Ours ends in typed tables of everything a score needs, kw-x12-parser in one frame of its essential columns, openx12 in
Python objects, hccinfhir in a list of service lines, pyx12 in segments that are counted. Since they are slow, they read
a share of the claims, and claims a second are compared. The control cuts the file at its terminators and does nothing
else.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from benchmarks.figures import Figure
from benchmarks.peers import CLAIM_READERS
from benchmarks.race import OURS, print_race, race
from benchmarks.rich_837 import rich_claims
from benchmarks.timing import machine
from risk.readers.claims_837 import read_claims_837

CLAIMS, TIMES = 100_000, 3
#: The others read one claim in so many.
PEER_SHARE = 20


def main(claims: int = CLAIMS) -> list[Figure]:
    """Print claims a second, and how many times faster ours is than each."""
    few = max(1, claims // PEER_SHARE)
    text = "".join(rich_claims(claims))
    data = text.encode()
    own = {
        "control: split at the terminator": lambda: text.split("~"),
        OURS: lambda: read_claims_837(data, "claims.837"),
    }
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "claims.837"
        path.write_text("".join(rich_claims(few)), encoding="ascii")
        results = race(own, claims, CLAIM_READERS, path, few, TIMES)
    print(f"\nReading an 837P of {claims:,} rich claims, {len(data) / 1e6:.1f} MB; {machine()}; median of {TIMES}")
    print(f"(the other readers: of {few:,} claims)")
    print_race(results, "claims")
    speeds = {one.name: one.speed for one in results if one.speed is not None}
    theirs = [speed for name, speed in speeds.items() if name not in own]
    return [
        Figure("reading an 837P", speeds[OURS], "claims/s"),
        Figure(
            "the quickest other reader",
            max(theirs, default=None),
            "claims/s",
            note="" if theirs else "none could be installed",
        ),
    ]


if __name__ == "__main__":
    main()
