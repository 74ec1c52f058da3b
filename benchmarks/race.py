"""Readers that take turns: our own in this process, each of the others in one of its own."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.peers import Peer, PeerError, read_by

OURS = "denial-risk"


@dataclass(frozen=True)
class Result:
    """Median ``seconds`` that a reader took for ``size`` things, None where it did not read; and what is to be said."""

    name: str
    size: int
    seconds: float | None
    note: str = ""

    @property
    def speed(self) -> float | None:
        """Things a second."""
        return None if self.seconds is None else self.size / self.seconds


def race(
    own: Mapping[str, Callable[[], object]], size: int, peers: Sequence[Peer], path: Path, expected: int, times: int
) -> list[Result]:
    """Let all read so many times; ours ``size`` things, the others a file that holds ``expected``."""
    taken: dict[str, list[float]] = {name: [] for name in (*own, *(peer.name for peer in peers))}
    notes: dict[str, str] = {}
    for _ in range(times):
        for name, run in own.items():
            began = time.perf_counter()
            run()
            taken[name].append(time.perf_counter() - began)
        for peer in peers:
            try:
                took, found = read_by(peer, path)
            except PeerError as error:
                notes[peer.name] = str(error)
                continue
            taken[peer.name].append(took)
            if found != expected:
                notes[peer.name] = f"found {found:,} of {expected:,}"
    return [
        Result(name, size if name in own else expected, median(seconds) if seconds else None, notes.get(name, ""))
        for name, seconds in taken.items()
    ]


def print_race(results: Sequence[Result], unit: str) -> None:
    """Print how many a second each reads, and how many times our time it takes for one."""
    (ours,) = (one.speed for one in results if one.name == OURS)
    for one in results:
        if one.seconds is None or one.speed is None or ours is None:
            print(f"{one.name:<35} not measured: {one.note}")
            continue
        ratio = ours / one.speed
        line = f"{one.name:<35} {one.seconds:8.2f} s {one.speed:12,.0f} {unit}/s {ratio:8.2f} × our time   {one.note}"
        print(line.rstrip())
