"""Whole scoring on the command line: read, rules, model, reasons, fixes, JSON lines; time and memory by claims.

Time is that of the whole process, imports included. Memory is the most that it and its workers held together, shared
pages counted once, looked at five times a second.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from itertools import pairwise
from math import log
from pathlib import Path
from statistics import median

from benchmarks.timing import machine
from synthetic_data import simulate, write_world

SIZES = (1_000, 10_000, 100_000)
TIMES = 3


def main(*sizes: str) -> None:
    """Print claims a second, peak memory and the exponent of time over claims."""
    counts = [int(one.replace("_", "")) for one in sizes] or list(SIZES)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _score(folder, "--help")  # compiled modules
        _train(folder)
        print(f"\nWhole scoring on the command line; {machine()}; median of {TIMES}")
        for kind in ("claims.csv", "claims.837"):
            taken = []
            for claims in counts:
                path = folder / str(claims) / kind
                if not path.exists():
                    path.parent.mkdir(exist_ok=True)
                    write_world(simulate(claims, seed=99), path.parent)
                held = _claims_in(path)
                runs = [_score(folder, str(path), "-o", "scores.jsonl", "--quiet") for _ in range(TIMES)]
                seconds, peak = median(one for one, _ in runs), max(one for _, one in runs)
                taken.append((held, seconds))
                print(f"{kind:10} {held:>10,} claims {seconds:8.1f} s {held / seconds:10,.0f} claims/s {peak:8,.0f} MB")
            for (few, short), (many, long) in pairwise(taken):
                print(f"{kind:10} exponent from {few:,} to {many:,}: {log(long / short) / log(many / few):.2f}")


def _train(folder: Path) -> None:
    (folder / "one.csv").write_text(
        "claim_id,payer_id,dx_code_1,procedure_code,line_charge,service_from_date\nA,P,M54.16,99213,90,2026-10-01\n"
    )
    _score(folder, "one.csv", "--quiet", "-o", "one.jsonl")


def _claims_in(path: Path) -> int:
    if path.suffix == ".837":
        return path.read_bytes().count(b"~\nCLM*") or path.read_bytes().count(b"~CLM*")
    with path.open(encoding="utf-8") as stream:
        return len({row.split(",", 1)[0] for row in stream}) - 1


def _score(folder: Path, *arguments: str) -> tuple[float, float]:
    """Seconds of one run, and megabytes at its peak."""
    root = str(Path(__file__).resolve().parents[1])
    environment = os.environ | {"PYTHONPATH": root, "DENIAL_RISK_HOME": str(folder / "home")}
    command = [sys.executable, "-m", "risk.cli", "score", *arguments]
    began = time.perf_counter()
    process = subprocess.Popen(command, cwd=folder, env=environment, start_new_session=True, stdout=subprocess.DEVNULL)
    peaks = [0.0]
    watch = threading.Thread(target=_watch, args=(process.pid, peaks), daemon=True)
    watch.start()
    if process.wait():
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    return time.perf_counter() - began, max(peaks)


def _watch(session: int, peaks: list[float]) -> None:
    while True:
        held = 0.0
        for status in Path("/proc").glob("[0-9]*/stat"):
            try:
                if int(status.read_text().rpartition(")")[2].split()[3]) == session:
                    held += _megabytes(status.parent)
            except (OSError, ValueError, IndexError):
                continue  # it has ended
        peaks.append(held)
        time.sleep(0.2)


def _megabytes(process: Path) -> float:
    rows = (process / "smaps_rollup").read_text().splitlines()
    return sum(int(row.split()[1]) for row in rows if row.startswith("Pss:")) / 1024


if __name__ == "__main__":
    main(*sys.argv[1:])
