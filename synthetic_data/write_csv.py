"""Claims as a CSV file of the contract."""

from __future__ import annotations

from typing import TYPE_CHECKING

from risk.claims.csv_layout import csv_bytes, csv_layout
from risk.files import written_whole

if TYPE_CHECKING:
    from pathlib import Path

    from risk.claims.tables import ClaimBatch

__all__ = ["csv_layout", "write_claims_csv"]


def write_claims_csv(batch: ClaimBatch, path: Path) -> None:
    """Write a batch as UTF-8 CSV; the file appears under its name only when it is complete.

    What the layout cannot say is not written, see :mod:`risk.claims.csv_layout`. Raises ``ValueError`` as
    :func:`csv_layout` does.
    """
    with written_whole(path, binary=True) as out:
        out.write(csv_bytes(csv_layout(batch)))
