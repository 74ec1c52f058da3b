"""Notes of the reader, by kind: a writer's slip stands in every claim of its file, and is told once."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from risk.readers.rejects import Reject


class Notes:
    """The first note of each kind, and how many more are like it, in the order in which kinds came up."""

    def __init__(self, notes: Iterable[Reject] = ()) -> None:
        self._kinds: dict[tuple[object, ...], tuple[Reject, int]] = {}
        self.add(notes)

    def add(self, notes: Iterable[Reject]) -> None:
        """Count notes in."""
        for note in notes:
            kind = _kind(note)
            first, count = self._kinds.get(kind, (note, 0))
            self._kinds[kind] = first, count + 1

    def __iter__(self) -> Iterator[tuple[Reject, int]]:
        """Each first note, and how many are of its kind."""
        return iter(self._kinds.values())

    @classmethod
    def counted(cls, notes: Iterable[tuple[Reject, int]]) -> Notes:
        """Notes whose kinds were counted before."""
        made = cls()
        for first, count in notes:
            made._kinds[_kind(first)] = first, count
        return made


def _kind(note: Reject) -> tuple[object, ...]:
    return note.file, note.reason, note.loop, note.segment, note.element, note.column
