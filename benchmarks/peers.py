"""Other open readers, optional: from this environment, or the ``site-packages`` folder that ``BENCH_PEERS`` names."""

from __future__ import annotations

import importlib
import os
import sys
from typing import Any


def imported(*names: str) -> Any | None:
    """The last of some modules, null where one of them is not installed."""
    folder = os.environ.get("BENCH_PEERS", "")
    if folder and folder not in sys.path:
        sys.path.append(folder)
    try:
        return [importlib.import_module(name) for name in names][-1]
    except ImportError:
        return None
