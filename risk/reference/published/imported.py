"""What an importer is told, and what it gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class ImportOptions:
    """What a file's name does not tell.

    Parameters
    ----------
    edition
        Quarter, such as ``2026Q4``.
    setting
        ``practitioner`` or ``outpatient``.
    """

    edition: str | None = None
    setting: str | None = None


@dataclass(frozen=True, eq=False)
class Imported:
    """One edition that was read whole and is not kept yet.

    Parameters
    ----------
    table
        Name of the table.
    quarter
        Such as ``2026Q4``.
    columns
        As the table's look-up wants them.
    sources
        Names of the files it was read from.
    """

    table: str
    quarter: str
    columns: dict[str, np.ndarray[Any, Any]]
    sources: list[str]
