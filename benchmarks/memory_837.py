"""Peak memory of streaming a million rich claims from a file: it depends on the block, not on the file."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.rich_837 import rich_claims
from benchmarks.timing import machine

CLAIMS = 1_000_000

#: Run in a process of its own, so that nothing else counts. Memory is that after the imports, and the peak.
_CHILD = """
import sys, time
from benchmarks.memory_837 import peak_mb
from risk.readers.claims_837 import stream_claims_837
before, started, claims = peak_mb(), time.perf_counter(), 0
with open(sys.argv[1], "rb") as stream:
    for result in stream_claims_837(stream, "claims.837"):
        claims += len(result.batch)
print(claims, time.perf_counter() - started, before, peak_mb())
"""


def peak_mb() -> float:
    """Most memory this process has held so far; Linux passes the peak of the parent on to ``getrusage``."""
    import resource

    status = Path("/proc/self/status")
    if status.exists():
        (kilobytes,) = (row.split()[1] for row in status.read_text().splitlines() if row.startswith("VmHWM:"))
        return int(kilobytes) / (1 << 10)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1 << 20 if sys.platform == "darwin" else 1 << 10)


def main(claims: int = CLAIMS) -> None:
    """Print claims a second and the peak."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "claims.837"
        with path.open("w", encoding="ascii", newline="") as out:
            out.writelines(rich_claims(claims))
        megabytes = path.stat().st_size / 1e6
        done = subprocess.run([sys.executable, "-c", _CHILD, str(path)], capture_output=True, text=True, check=True)
    read, seconds, before, peak = (float(word) for word in done.stdout.split())
    print(f"\nStreaming an 837P of {read:,.0f} rich claims, {megabytes:,.0f} MB; {machine()}")
    print(f"{read / seconds:,.0f} claims/s; peak {peak:,.0f} MB, {before:,.0f} MB of it before reading")


if __name__ == "__main__":
    main()
