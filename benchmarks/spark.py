"""Scoring on a cluster of one and of two executors, real processes of this machine, and by the local engine with two.

Starting Spark and its executors counts, as it does for whoever runs it: some twenty seconds with one executor and twice
that with two, which start on the same two cores. So the input is one that a cluster is for, and is scored once by each.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from benchmarks.figures import Figure
from benchmarks.timing import machine
from benchmarks.workspace import COMMAND, workspace
from synthetic_data import simulate, write_world

CLAIMS = 1_000_000
_NAME, _WANTED = "Spark, one executor's time over that of two", 1.2


def main(claims: int = CLAIMS) -> list[Figure]:
    """Print claims a second, and how much faster two executors are than one."""
    if importlib.util.find_spec("pyspark") is None or not (os.environ.get("JAVA_HOME") or shutil.which("java")):
        print("\nSpark: not measured, since it needs PySpark and Java")
        return [Figure(_NAME, None, "", at_least=_WANTED, note="needs PySpark and Java")]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_world(simulate(claims, seed=99), folder)
        where, environment = workspace()
        command = [*COMMAND, "score", str(folder / "claims.csv"), "--quiet"]
        on_spark = [*command, "--engine", "spark", "--master"]
        runs = {
            "local engine, two processes": [*command, "--jobs", "2", "-o", str(folder / "local.parquet")],
            "one executor": [*on_spark, "local-cluster[1,1,2048]", "-o", str(folder / "one")],
            "two executors": [*on_spark, "local-cluster[2,1,2048]", "-o", str(folder / "two")],
        }
        seconds: dict[str, float] = {}
        for kind, arguments in runs.items():
            began = time.perf_counter()
            subprocess.run(arguments, check=True, cwd=where, env=environment, capture_output=True)
            seconds[kind] = time.perf_counter() - began
            shutil.rmtree(arguments[-1], ignore_errors=True)
    print(f"\nScoring {claims:,} claims of a CSV; {machine()}; one run each")
    for kind, took in seconds.items():
        print(f"{kind:<45} {took:8.1f} s {claims / took:10,.0f} claims/s")
    return [Figure(_NAME, seconds["one executor"] / seconds["two executors"], "", at_least=_WANTED)]


if __name__ == "__main__":
    main()
