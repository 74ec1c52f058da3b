"""What to do first: the smallest set of fixes that takes a claim below the threshold, as the worklists show it.

The set is found by :mod:`risk.fixes`; a record marks its fixes with ``in_smallest_set`` and has the risk with all of
them made in ``risk_after_smallest_set``. A fix that is ``conditional`` has its risk after only if what it requires is
so: wherever one is shown, that stands beside it.
"""

from __future__ import annotations

from risk.reports.records import Record


def first_fixes(record: Record) -> list[Record]:
    """Fixes of the smallest set, in the order of the record; none where the claim has no such set."""
    return [fix for fix in record["fixes"] if fix["in_smallest_set"]]


def first_ones_first(record: Record) -> list[Record]:
    """All fixes, those of the smallest set before the others."""
    return sorted(record["fixes"], key=lambda fix: not fix["in_smallest_set"])


def holds_only_if(record: Record) -> bool:
    """Whether the risk after the smallest set is only that of one answer to what its fixes ask."""
    return any(fix["conditional"] for fix in first_fixes(record))


def change_words(fix: Record) -> str:
    """The change, and what its risk after supposes."""
    return f"{fix['change']} (Its risk after, if: {fix['requires']})" if fix["conditional"] else str(fix["change"])


def first_words(record: Record, between: str = " | ") -> str:
    """What to do first: each change with its condition, numbered where there are several; nothing without a set."""
    changes = [
        f"{fix['change']} (Only if: {fix['requires']})" if fix["conditional"] else str(fix["change"])
        for fix in first_fixes(record)
    ]
    if len(changes) < 2:
        return "".join(changes)
    return between.join(f"{number}. {change}" for number, change in enumerate(changes, start=1))
