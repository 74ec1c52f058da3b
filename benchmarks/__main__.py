"""`make bench`: everything, or the parts named on the command line.

Every part prints what it measures and gives back its figures; a run of all parts ends with the bars and writes
``docs/benchmarks.md``.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

from benchmarks.figures import Figure, bars_table
from benchmarks.page import Told, tee, write_page

PARTS = (
    "startup",
    "latency",
    "read_837",
    "stream_837",
    "read_835",
    "rules",
    "scoring",
    "predict",
    "engine",
    "spark",
    "fixes",
    "quality",
)

told: list[Told] = []
for part in sys.argv[1:] or PARTS:
    with tee() as printed:
        figures: list[Figure] = importlib.import_module(f"benchmarks.{part}").main() or []
    told.append(Told(part, printed.getvalue(), figures))
every = [figure for one in told for figure in one.figures]
if any(figure.bar for figure in every):
    print(f"\n{bars_table(every)}")
if not sys.argv[1:]:
    write_page(Path(__file__).resolve().parents[1], told)
