"""Payment indicators of the Medicare physician fee schedule, from the relative value file (``PPRRVU…``) of a quarter.

Source of the layout: the relative value files of CMS, a CSV or workbook whose header is wrapped over several rows; only
the national rows without a modifier are kept, since the indicators read here do not differ by component. Those on
further surgeons (ASST SURG, CO-SURG, TEAM SURG) are read where the file has them. Codes that
the schedule does not price are left out: their indicators there are fillers (CMS, relative value file, attachment A).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from risk.reference.published.codes import NONE, numbers_of
from risk.reference.published.editions import quarter_of
from risk.reference.published.files import PublishedFile
from risk.reference.published.imported import Imported, ImportOptions
from risk.reference.published.sheets import sheet_of

TABLE = "fee_schedule"
_CODE, _MODIFIER, _STATUS, _GLOBAL, _BILATERAL = "hcpcs", "mod", "status", "glob days", "bilat surg"
#: Statuses of codes paid elsewhere or not at all: excluded by regulation, not valid for Medicare, excluded by statute.
_NOT_PRICED = ("E", "I", "X")
#: Global periods by rank; the ranks are what is kept.
GLOBAL_DAYS = ("000", "010", "090", "MMM", "XXX", "YYY", "ZZZ")
_RANKS = {"": -1} | {days: rank for rank, days in enumerate(GLOBAL_DAYS)}
_BILATERALS = ("0", "1", "2", "3", "9")
#: Words of the columns on further surgeons, and what is kept of them.
_SURGEONS = {"asst surg": "assistant_indicator", "co surg": "cosurgeon_indicator", "team surg": "team_indicator"}
_SURGEON_INDICATORS = {"": -1, "0": 0, "1": 1, "2": 2, "9": 9}


def recognises(file: PublishedFile) -> bool:
    """Whether a file holds the relative values of the fee schedule."""
    return sheet_of(file, (_CODE, _MODIFIER, _STATUS, _GLOBAL, _BILATERAL)) is not None


def read(files: Sequence[PublishedFile], options: ImportOptions) -> list[Imported]:
    """Read one file for each quarter.

    Raises :class:`ReferenceDataError` with the line for a row that is not as published.
    """
    return [_edition(file, options) for file in files]


def _edition(file: PublishedFile, options: ImportOptions) -> Imported:
    names = (_CODE, _MODIFIER, _STATUS, _GLOBAL, _BILATERAL)
    sheet = sheet_of(file, names)
    assert sheet is not None, "only recognised files are read"
    further = [name for name in _SURGEONS if sheet.place(name) >= 0]
    lines, (codes, modifiers, statuses, global_days, bilateral, *surgeons) = sheet.columns(*names, *further)
    number = numbers_of(pa.array(codes, pa.large_string()))
    sheet.refuse(lines, (number == NONE).tolist(), "a code of five letters and digits")
    days = [text.zfill(3) if text.isdecimal() else text.upper() for text in global_days]
    sheet.refuse(lines, [text not in _RANKS for text in days], "a global period of the fee schedule")
    sheet.refuse(lines, [text not in _BILATERALS for text in bilateral], "a bilateral indicator 0, 1, 2, 3 or 9")
    priced = [status.strip().upper() not in _NOT_PRICED for status in statuses]
    whole = np.flatnonzero(
        [is_priced and text in ("", "00") for is_priced, text in zip(priced, modifiers, strict=True)]
    )
    kept = whole[np.unique(number[whole], return_index=True)[1]]
    for texts in surgeons:
        sheet.refuse(
            lines, [text not in _SURGEON_INDICATORS for text in texts], "an indicator 0, 1, 2 or 9 of surgeons"
        )
    columns = {
        "code": number[kept],
        "global_days": np.array([_RANKS[days[at]] for at in kept], dtype=np.int8),
        "bilateral_indicator": np.array([int(bilateral[at]) for at in kept], dtype=np.int8),
    }
    for name, texts in zip(further, surgeons, strict=True):
        columns[_SURGEONS[name]] = np.array([_SURGEON_INDICATORS[texts[at]] for at in kept], dtype=np.int8)
    return Imported.of_quarter(TABLE, quarter_of(file.name, file.stem, options.edition), columns, [file.name])
