"""How long a command takes before it does anything."""

from __future__ import annotations

import subprocess
import sys

from benchmarks.figures import Figure
from benchmarks.timing import best_of, machine


def main() -> list[Figure]:
    """Print the seconds of `--help` beside those of an interpreter that does nothing."""
    seconds = best_of(
        {
            "python -c pass": lambda: subprocess.run([sys.executable, "-c", "pass"], check=True),
            "denial-risk --help": lambda: subprocess.run(
                [sys.executable, "-m", "risk.cli", "--help"], check=True, capture_output=True
            ),
        },
        times=5,
    )
    print(f"\nStart-up; {machine()}; best of 5")
    for name, taken in seconds.items():
        print(f"{name:<45} {taken:8.3f} s")
    return [Figure("--help", seconds["denial-risk --help"], "s", at_most=0.3)]


if __name__ == "__main__":
    main()
