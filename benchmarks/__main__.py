"""`make bench`: everything, or the parts named on the command line.

Every part prints what it measures and gives back its figures, and a run ends with the bars. A run of all parts writes
``docs/benchmarks.md`` anew; with ``--page`` the parts that are named take their place in it.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

from benchmarks.figures import Figure, bars_table
from benchmarks.page import Told, kept, tee, write_page

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

root = Path(__file__).resolve().parents[1]
named = [one for one in sys.argv[1:] if one != "--page"]
told: dict[str, Told] = {}
for part in named or PARTS:
    with tee() as printed:
        figures: list[Figure] = importlib.import_module(f"benchmarks.{part}").main() or []
    told[part] = Told.of(part, printed.getvalue(), figures)
every = [figure for one in told.values() for figure in one.figures]
if any(figure.bar for figure in every):
    print(f"\n{bars_table(every)}")
if not named:
    write_page(root, told)
elif "--page" in sys.argv:
    before = kept(root)
    write_page(root, {part: told.get(part) or before[part] for part in PARTS if part in told or part in before})
