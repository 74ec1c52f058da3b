"""Reading an 837P against the other open readers, on one file of rich invented claims (:mod:`benchmarks.rich_837`).

Ours ends in typed tables of everything a score needs, kw-x12-parser in one frame of its essential columns, openx12 in
Python objects, hccinfhir in a list of service lines, pyx12 in segments that are counted. Since they are slow, they read
a share of the claims, and claims a second are compared. The control cuts the file at its terminators and does nothing
else.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from benchmarks.figures import Figure
from benchmarks.peers import CLAIM_READERS, PeerError, read_by
from benchmarks.rich_837 import rich_claims
from benchmarks.timing import machine
from risk.readers.claims_837 import read_claims_837

CLAIMS, TIMES = 100_000, 3
#: The others read one claim in so many.
PEER_SHARE = 20

OURS, CONTROL = "denial-risk", "control: split at the terminator"


def main(claims: int = CLAIMS) -> list[Figure]:
    """Print claims a second, and how many times faster ours is than each."""
    few = max(1, claims // PEER_SHARE)
    text = "".join(rich_claims(claims))
    data = text.encode()
    seconds: dict[str, list[float]] = {}
    failed: dict[str, str] = {}
    sizes = {OURS: claims, CONTROL: claims}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "claims.837"
        path.write_text("".join(rich_claims(few)), encoding="ascii")
        for _ in range(TIMES):
            seconds.setdefault(CONTROL, []).append(_timed(lambda: text.split("~")))
            seconds.setdefault(OURS, []).append(_timed(lambda: read_claims_837(data, "claims.837")))
            for peer in CLAIM_READERS:
                try:
                    took, found = read_by(peer, path)
                except PeerError as error:
                    failed[peer.name] = str(error)
                    continue
                sizes[peer.name] = few
                seconds.setdefault(peer.name, []).append(took)
                if found != few:
                    failed[peer.name] = f"found {found:,} claims of {few:,}"
    speeds = {name: sizes[name] / median(taken) for name, taken in seconds.items()}
    print(f"\nReading an 837P of {claims:,} rich claims, {len(data) / 1e6:.1f} MB; {machine()}; median of {TIMES}")
    print(f"(the other readers: of {few:,} claims)")
    for name in (CONTROL, OURS, *(peer.name for peer in CLAIM_READERS)):
        note = f"   {failed[name]}" if name in failed else ""
        if name not in speeds:
            print(f"{name:<35} not measured:{note}")
            continue
        ratio = speeds[OURS] / speeds[name]
        print(f"{name:<35} {median(seconds[name]):8.2f} s {speeds[name]:12,.0f} claims/s {ratio:8.2f} × our time{note}")
    theirs = [speeds[peer.name] for peer in CLAIM_READERS if peer.name in speeds]
    quickest = max(theirs, default=None)
    return [
        Figure("reading an 837P", speeds[OURS], "claims/s"),
        Figure("the quickest other reader", quickest, "claims/s", note="" if theirs else "none could be installed"),
    ]


def _timed(run: Callable[[], object]) -> float:
    began = time.perf_counter()
    run()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
