"""Fair timing: things compared take turns, garbage collection stays on, and the best of several counts."""

from __future__ import annotations

import platform
import time
from collections.abc import Callable, Mapping
from os import cpu_count

Run = Callable[[], object]


def best_of(runs: Mapping[str, Run], times: int = 3) -> dict[str, float]:
    """Best wall-clock seconds of each run, taken in turn so that a slow spell of the machine hits all alike."""
    best = dict.fromkeys(runs, float("inf"))
    for _ in range(times):
        for name, run in runs.items():
            started = time.perf_counter()
            run()
            best[name] = min(best[name], time.perf_counter() - started)
    return best


def machine() -> str:
    """What the figures were measured on."""
    return f"{platform.machine()}, {cpu_count()} cores, Python {platform.python_version()}"
