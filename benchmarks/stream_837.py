"""Streaming a million rich claims from a file: by one process and by two, each reading a piece, and the peak of memory.

Memory depends on the block, not on the file. A process that reads keeps nothing but its counts, as one does that
scores each block and writes what it found.
"""

from __future__ import annotations

import mmap
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from benchmarks.rich_837 import rich_claims
from benchmarks.timing import best_of, machine
from risk.readers.claim_pieces import Piece, PieceReader, cut, in_order
from risk.readers.claims_837 import Ending

CLAIMS = 1_000_000
PROCESSES = (1, 2)


def peak_mb() -> float:
    """Most memory this process has held so far; Linux passes the peak of the parent on to ``getrusage``."""
    import resource

    status = Path("/proc/self/status")
    if status.exists():
        (kilobytes,) = (row.split()[1] for row in status.read_text().splitlines() if row.startswith("VmHWM:"))
        return int(kilobytes) / (1 << 10)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1 << 20 if sys.platform == "darwin" else 1 << 10)


def count(path: Path, piece: Piece) -> tuple[tuple[int, float], Ending]:
    """Claims of a piece, and the peak of the process that read it."""
    with path.open("rb") as stream:
        reader = PieceReader(stream, "claims.837", piece)
        claims = sum(len(result.batch) for result in reader)
    return (claims, peak_mb()), reader.ending


def main(claims: int = CLAIMS) -> None:
    """Print claims a second and the peak of each process."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "claims.837"
        with path.open("w", encoding="ascii", newline="") as out:
            out.writelines(rich_claims(claims))
        megabytes = path.stat().st_size / 1e6
        found: dict[int, list[tuple[int, float]]] = {}
        pools = {number: ProcessPoolExecutor(number, mp_context=get_context("spawn")) for number in PROCESSES}

        def stream(number: int) -> None:
            with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
                pieces = cut(mapped, number)
            found[number] = [counted for counted, _ in in_order(pieces, partial(count, path), pools[number].map)]

        for pool in pools.values():  # each process is there, its imports done, before anything is timed
            list(pool.map(time.sleep, [1.0] * PROCESSES[-1]))
        seconds = best_of({str(number): partial(stream, number) for number in PROCESSES})
        for pool in pools.values():
            pool.shutdown()
    print(f"\nStreaming an 837P of {claims:,} rich claims, {megabytes:,.0f} MB; {machine()}; best of 3")
    for number in PROCESSES:
        took, read = seconds[str(number)], sum(claims for claims, _ in found[number])
        peaks = " and ".join(f"{peak:,.0f}" for _, peak in found[number])
        ratio = seconds[str(PROCESSES[0])] / took
        print(f"{number} process(es): {read / took:12,.0f} claims/s {ratio:6.2f} × one   peak {peaks} MB")


if __name__ == "__main__":
    main()
