"""`make bench`: everything, or the parts named on the command line."""

from __future__ import annotations

import importlib
import sys

PARTS = ("startup", "read_837", "stream_837", "read_835", "rules", "scoring", "fixes", "quality")

for part in sys.argv[1:] or PARTS:
    importlib.import_module(f"benchmarks.{part}").main()
