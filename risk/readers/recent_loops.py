"""Loops that a later hierarchical level may name as its parent."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

T = TypeVar("T")

#: How far back a parent may lie, in loops of its level. In the guides it is always the open one (a hierarchy is written
#: depth first); remembering a bounded number keeps memory bounded too.
MOST = 1000


class RecentLoops(Generic[T]):
    """The latest loops of one level by their HL01; of loops that share one, the latest counts.

    Parameters
    ----------
    read
        Reads a loop that was only remembered by its bytes: its HL01 and itself.
    """

    def __init__(self, read: Callable[..., tuple[str, T]]) -> None:
        self._read = read
        self._loops: deque[tuple[str, T]] = deque(maxlen=MOST)
        self._unread: deque[tuple[Any, ...]] = deque(maxlen=MOST)

    def add(self, own: str, loop: T) -> None:
        """Remember a loop."""
        self._read_all()
        self._loops.append((own, loop))

    def defer(self, loops: Iterable[tuple[Any, ...]]) -> None:
        """Remember loops as arguments of ``read``, called only if any is ever asked for."""
        self._unread.extend(loops)

    def get(self, own: str, otherwise: T) -> T:
        """Latest loop of an id."""
        self._read_all()
        return next((loop for name, loop in reversed(self._loops) if name == own), otherwise)

    def _read_all(self) -> None:
        if self._unread:
            self._loops.extend(self._read(*loop) for loop in self._unread)
            self._unread.clear()
