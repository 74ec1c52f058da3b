"""Whole scoring on the command line: read, rules, model, reasons, fixes, JSON lines; time and memory by claims.

Time is that of the whole process, imports included. Memory is the most that it and its workers held together, shared
pages counted once, looked at five times a second.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from math import log
from pathlib import Path
from statistics import median

import pandas as pd

from benchmarks.figures import Figure
from benchmarks.timing import best_of, machine
from benchmarks.workspace import COMMAND, workspace
from synthetic_data import simulate, write_world

SIZES = (1_000, 10_000, 100_000, 1_000_000)
KINDS = ("claims.csv", "claims.837", "claims_i.837")
#: Kinds that hold most claims of a world, and so are held against the bars.
_MOST = ("claims.csv", "claims.837")
TIMES = 3
_BAR_CLAIMS = 100_000
_ONCE = 1_000_000
_LOOK_EVERY = 0.2  # seconds


@dataclass(frozen=True)
class Measured:
    """Whole scoring of so many claims of one kind of file: median seconds, and the most memory of any run."""

    kind: str
    claims: int
    seconds: float
    peak_mb: float


#: What the last run of this part measured, smallest first.
CURVE: list[Measured] = []


def main(*sizes: str) -> list[Figure]:
    """Print claims a second, peak memory and the exponent of time over claims."""
    counts = [int(one.replace("_", "")) for one in sizes] or list(SIZES)
    CURVE.clear()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        workspace()
        print(f"\nWhole scoring on the command line; {machine()}; median of {TIMES}, of a million claims one run")
        for claims in counts:
            for kind in KINDS:
                path = folder / str(claims) / kind
                if not path.exists():
                    path.parent.mkdir(exist_ok=True)
                    write_world(simulate(claims, seed=99), path.parent)
                runs = [_score(path, folder) for _ in range(TIMES if claims < _ONCE else 1)]
                held, seconds = _claims_in(path), median(one for one, _ in runs)
                own = Measured(kind, held, seconds, max(peak for _, peak in runs))
                CURVE.append(own)
                print(
                    f"{kind:12} {held:>10,} claims {seconds:8.1f} s {held / seconds:10,.0f} claims/s "
                    f"{own.peak_mb:8,.0f} MB"
                )
            if claims == _BAR_CLAIMS:
                floor = floor_seconds(folder / str(claims) / "claims.csv")
                print(f"floor: pandas.read_csv + predict_proba of the trees: {floor:.2f} s")
        return _figures(floor if _BAR_CLAIMS in counts else None)


def _figures(floor: float | None) -> list[Figure]:
    figures = []
    for kind in _MOST:
        own = [one for one in CURVE if one.kind == kind]
        by_size = dict(zip(SIZES, own, strict=False)) if len(own) == len(SIZES) else {}
        hundred = by_size.get(_BAR_CLAIMS)
        if hundred is None:
            continue
        speed = hundred.claims / hundred.seconds
        figures.append(
            Figure(f"whole scoring of {hundred.claims:,} claims, {kind}", speed, "claims/s", at_least=12_000)
        )
        if kind == "claims.csv" and floor:
            figures.append(Figure("the same, times the floor", hundred.seconds / floor, "", at_most=2.5))
        few, many = by_size[10_000], by_size[1_000_000]
        exponent = log(many.seconds / few.seconds) / log(many.claims / few.claims)
        growth = many.peak_mb / hundred.peak_mb
        figures += [
            Figure(f"exponent of time from {few.claims:,} to {many.claims:,}, {kind}", exponent, "", at_most=1.05),
            Figure(f"peak memory of {many.claims:,} over that of {hundred.claims:,}, {kind}", growth, "", at_most=1.2),
            Figure(f"peak memory of {many.claims:,}, all processes, {kind}", many.peak_mb, "MB", at_most=1500),
        ]
    return figures


def floor_seconds(path: Path) -> float:
    """Best seconds of reading a CSV with pandas and predicting with bare trees on a ready matrix: no work at all."""
    from benchmarks.scoring import bare_trees, default_model, ready
    from risk.cli._run import read

    matrix = default_model().model.encoder.encode(ready(read([str(path)]).batch))
    booster = bare_trees()

    def floor() -> None:
        pd.read_csv(path, low_memory=False)
        booster.predict_proba(matrix)

    return best_of({"floor": floor})["floor"]


def _claims_in(path: Path) -> int:
    if path.suffix == ".837":
        return path.read_bytes().count(b"~\nCLM*") or path.read_bytes().count(b"~CLM*")
    with path.open(encoding="utf-8") as stream:
        return len({row.split(",", 1)[0] for row in stream}) - 1


def _score(path: Path, folder: Path) -> tuple[float, float]:
    """Seconds of one run, and megabytes at its peak."""
    where, environment = workspace()
    command = [*COMMAND, "score", str(path), "-o", str(folder / "scores.jsonl"), "--quiet"]
    began = time.perf_counter()
    process = subprocess.Popen(command, cwd=where, env=environment, start_new_session=True, stderr=subprocess.DEVNULL)
    peaks, ended = [0.0], threading.Event()
    watch = threading.Thread(target=_watch, args=(process.pid, peaks, ended), daemon=True)
    watch.start()
    code, seconds = process.wait(), time.perf_counter() - began
    ended.set()  # else every run would slow the next ones
    watch.join()
    if code:
        raise SystemExit(f"{' '.join(command)} ended with {code}")
    return seconds, max(peaks)


def _watch(session: int, peaks: list[float], ended: threading.Event) -> None:
    while not ended.wait(_LOOK_EVERY):
        held = 0.0
        for status in Path("/proc").glob("[0-9]*/stat"):
            try:
                if int(status.read_text().rpartition(")")[2].split()[3]) == session:
                    held += _megabytes(status.parent)
            except (OSError, ValueError, IndexError):
                continue  # it has ended
        peaks.append(held)


def _megabytes(process: Path) -> float:
    rows = (process / "smaps_rollup").read_text().splitlines()
    return sum(int(row.split()[1]) for row in rows if row.startswith("Pss:")) / 1024


if __name__ == "__main__":
    main(*sys.argv[1:])
