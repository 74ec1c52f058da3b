"""Whether two ways of reading one file agree on everything that is read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from risk.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


def read_or_none(read: Callable[[], Any]) -> Any:
    """What is read, or null where the file is refused."""
    try:
        return read()
    except InputError:
        return None


def disagreement(expected: Any, found: Any, tables: Iterable[str]) -> str | None:
    """What two results disagree on, or null; a result that is null refused the file."""
    if expected is None or found is None:
        return None if expected is found else "only one refuses the file"
    for table in tables:
        if not getattr(expected.batch, table).equals(getattr(found.batch, table)):
            return table
    for name in ("rejects", "notes", "claims_read"):
        if getattr(expected, name) != getattr(found, name):
            return f"{name}: {getattr(expected, name)} and {getattr(found, name)}"
    return None
