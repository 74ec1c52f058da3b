"""One claim: of a warm process, from its CSV to its row of JSON; and ten claims by a command that starts cold.

A warm process has model and reference data in memory, as a web page or a practice-management system would keep them.
The claims differ, since a claim that was seen before would be found remembered.
"""

from __future__ import annotations

import subprocess
import tempfile
import time
from pathlib import Path
from statistics import median

import numpy as np

from benchmarks.figures import Figure
from benchmarks.scoring import default_model
from benchmarks.timing import machine
from benchmarks.workspace import COMMAND, workspace
from risk.engine.collector import collector_paused
from risk.fixes import fixes_of
from risk.readers import read_claims
from risk.reference import load_reference
from risk.reports.rows import encoded_rows
from risk.rules import select_rules
from risk.scoring import Scorer, score_batch
from synthetic_data import simulate, write_world

CLAIMS, COLD, TIMES = 300, 10, 5
_SEED = 41


def main(claims: int = CLAIMS) -> list[Figure]:
    """Print the median and the 99th percentile of one claim, and the median of ten claims cold."""
    reference = load_reference()
    scorer = Scorer(reference, default_model().model, select_rules())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_world(simulate(claims + COLD, seed=_SEED), folder)
        files = _one_by_one(folder / "claims.csv", claims)
        for path in files[:COLD]:  # compiled, cached, in memory
            _score(path, scorer)
        taken = np.array([_seconds(path, scorer) for path in files[COLD:]]) * 1000
        ten = _first(folder / "claims.csv", COLD)
        where, environment = workspace()
        command = [*COMMAND, "score", str(ten), "-o", str(folder / "scores.jsonl"), "--quiet"]
        subprocess.run(command, check=True, cwd=where, env=environment, capture_output=True)  # files cached
        cold = [_command(command, where, environment) for _ in range(TIMES)]
    middle, late = np.percentile(taken, [50, 99])
    print(f"\nOne claim warm, {len(taken)} different ones; {machine()}")
    print(f"{'median':<45} {middle:8.1f} ms")
    print(f"{'99th percentile':<45} {late:8.1f} ms")
    print(f"{f'{COLD} claims, command started cold':<45} {median(cold):8.2f} s   median of {TIMES}")
    return [
        Figure("one claim warm, 99th percentile", float(late), "ms", at_most=30),
        Figure(f"{COLD} claims scored cold", median(cold), "s", at_most=3),
    ]


@collector_paused()  # as the commands do
def _score(path: Path, scorer: Scorer) -> list[bytes]:
    scored = score_batch(read_claims(str(path)).batch, scorer)
    return list(encoded_rows(scored, fixes_of(scored, scorer), range(len(scored.batch)), "jsonl", ()))


def _seconds(path: Path, scorer: Scorer) -> float:
    began = time.perf_counter()
    _score(path, scorer)
    return time.perf_counter() - began


def _command(command: list[str], folder: Path, environment: dict[str, str]) -> float:
    began = time.perf_counter()
    subprocess.run(command, check=True, cwd=folder, env=environment, capture_output=True)
    return time.perf_counter() - began


def _one_by_one(path: Path, claims: int) -> list[Path]:
    """A file for each of the first claims of a CSV, whose rows stand together."""
    header, *rows = path.read_text(encoding="utf-8").splitlines(keepends=True)
    by_claim: dict[str, list[str]] = {}
    for row in rows:
        by_claim.setdefault(row.split(",", 1)[0], []).append(row)
    files = []
    for number, own in enumerate(list(by_claim.values())[:claims]):
        files.append(path.with_name(f"claim-{number}.csv"))
        files[-1].write_text(header + "".join(own), encoding="utf-8")
    return files


def _first(path: Path, claims: int) -> Path:
    """The first claims of a CSV, as a file."""
    header, *rows = path.read_text(encoding="utf-8").splitlines(keepends=True)
    known = list(dict.fromkeys(row.split(",", 1)[0] for row in rows))[:claims]
    first = path.with_name("first.csv")
    first.write_text(header + "".join(row for row in rows if row.split(",", 1)[0] in known), encoding="utf-8")
    return first


if __name__ == "__main__":
    main()
