"""Places at which to cut an X12 file: what is lost there depends on where in a segment the cut is."""

from __future__ import annotations


def cuts(data: bytes, terminator: bytes = b"~", start: int = 0) -> list[int]:
    """Two places in each segment from ``start`` on, of four kinds by turns, and the end of the file but one byte.

    The kinds: within the id, in the middle, before the terminator and behind it.
    """
    places, begin, number = [], start, 0
    while (end := data.find(terminator, begin)) >= 0:
        kinds = (begin + 1, (begin + end) // 2, end, end + len(terminator))
        places += [kinds[number % 4], kinds[(number + 2) % 4]]
        begin, number = end + len(terminator), number + 1
    return sorted({place for place in (*places, len(data) - 1) if place < len(data)})
