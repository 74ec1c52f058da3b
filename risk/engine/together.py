"""Pieces of work that this process and others do together: whoever is done with one takes the next."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future
from concurrent.futures.process import BrokenProcessPool
from threading import Lock
from typing import TypeVar

Result = TypeVar("Result")


def done_together(
    pieces: Sequence[int],
    here: Callable[[int], Result],
    there: Callable[[int], Result],
    pool: Executor,
    helpers: int,
) -> Iterator[Result]:
    """Results of all pieces, as they come: of ``here``, and of ``there`` in as many processes of ``pool``.

    A process that waited for this one to look would wait for as long as this one's own piece takes; so each next piece
    is handed out as soon as a result is there. What is raised here or there is raised; no piece is begun after it.
    """
    lock, waiting, handed = Lock(), deque(pieces), list[Future[Result]]()

    def hand_out(before: Future[Result] | None = None) -> None:
        if before is not None and (before.cancelled() or before.exception() is not None):
            return
        with lock:
            if not waiting:
                return
            handed.append(_submitted(pool, there, waiting.popleft()))
        handed[-1].add_done_callback(hand_out)

    def taken() -> int | None:
        with lock:
            return waiting.popleft() if waiting else None

    try:
        for _ in range(helpers):
            hand_out()
        while (piece := taken()) is not None:
            yield here(piece)
            for one in handed:
                if one.done():
                    one.result()
        for one in handed:
            yield one.result()
    finally:
        with lock:
            waiting.clear()
        for one in handed:
            one.cancel()


def _submitted(pool: Executor, there: Callable[[int], Result], piece: int) -> Future[Result]:
    """The piece in a process of the pool; where that is broken, a future that says so."""
    try:
        return pool.submit(there, piece)
    except BrokenProcessPool as broken:
        failed: Future[Result] = Future()
        failed.set_exception(broken)
        return failed
