"""Groups of procedure codes by range: what is surely a visit, and what surely is none.

The ranges are data, each with its source: ``data/code_ranges.csv``. What may or may not be a visit, such as the care of
a pregnancy, is in neither group.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING

import pandas as pd

from risk.claims.columns import holds
from risk.errors import ReferenceDataError

if TYPE_CHECKING:
    from collections.abc import Mapping

FILE = "code_ranges.csv"
_PLAIN = re.compile(r"[A-Z][0-9]{4}|[0-9]{5}")


@dataclass(frozen=True)
class CodeRanges:
    """Ranges by group; build one with :func:`load_code_ranges`.

    Attributes
    ----------
    ranges
        First and last code of each range of a group, both in it.
    version
        Digest of the data.
    """

    ranges: Mapping[str, tuple[tuple[str, str], ...]]
    version: str

    def within(self, group: str, codes: pd.Series) -> pd.Series:
        """Whether each code lies in a range of the group: bool, aligned with ``codes``; null lies in none.

        Raises :class:`risk.errors.ReferenceDataError` for a group that does not exist.
        """
        try:
            ranges = self.ranges[group]
        except KeyError:
            known = ", ".join(sorted(self.ranges))
            raise ReferenceDataError(f"code range group {group!r}", f"expected one of {known}") from None
        return pd.Series(holds(codes, lambda code: _within(ranges, code)), index=codes.index)


def load_code_ranges() -> CodeRanges:
    """Load the shipped ranges."""
    content = files("risk.reference").joinpath("data", FILE)
    with content.open(encoding="utf-8") as handle:
        table = pd.read_csv(handle, dtype="str")
    return CodeRanges(
        ranges={
            str(group): tuple(zip(rows["first"], rows["last"], strict=True)) for group, rows in table.groupby("group")
        },
        version=hashlib.sha256(content.read_bytes()).hexdigest()[:12],
    )


def _within(ranges: tuple[tuple[str, str], ...], code: str) -> bool:
    """Codes of one length and letter are in the order of their characters."""
    return _PLAIN.fullmatch(code) is not None and any(first <= code <= last for first, last in ranges)
