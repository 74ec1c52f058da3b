"""The worklist as a workbook people keep: a summary, then one sheet for each team, the riskiest claim first."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import IO, TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import pandas as pd

from risk.fixes import THRESHOLD
from risk.reports.capacity import CapacityLists
from risk.reports.cells import starts_formula, xlsx_text
from risk.reports.flat import FLAT_COLUMNS, flat_records
from risk.reports.order import riskiest_first
from risk.reports.records import DRIVERS_SHOWN
from risk.reports.summary import QUEUE_ORDER, summarize
from risk.scoring import BANDS, REASONS_SHOWN, ScoredBatch

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

#: Most rows of an Excel sheet (Excel specifications and limits); a queue with more claims goes on in another sheet.
SHEET_ROWS = 1_048_576

#: Columns of a queue's sheet: those of CSV, what a person works with first. Versions stand once, on the first sheet.
XLSX_COLUMNS: tuple[str, ...] = (
    "claim_id",
    "denial_risk",
    "risk_band",
    "expected_denied_amount",
    "certain_reject",
    "reason_1",
    "reason_1_carc",
    "do_first",
    "risk_after_smallest_set",
    "findings",
    "fixes",
    "lowest_risk_after_fix",
    "do_first_conditional",
)
#: The last column that is printed: further ones would make the type too small to read.
PRINTED_TO = "fixes"
XLSX_COLUMNS += tuple(name for name in FLAT_COLUMNS if name not in XLSX_COLUMNS and not name.endswith("_version"))

PERCENT, DOLLARS, COUNT, LOG_ODDS = "0.0%", '"$"#,##0.00', "#,##0", "0.000"

_FORMATS: dict[str, str] = (
    dict.fromkeys(("denial_risk", "denial_risk_low", "denial_risk_high"), PERCENT)
    | dict.fromkeys(("lowest_risk_after_fix", "risk_after_smallest_set"), PERCENT)
    | {f"reason_{rank}_probability": PERCENT for rank in range(1, REASONS_SHOWN + 1)}
    | {f"driver_{rank}_contribution": LOG_ODDS for rank in range(1, DRIVERS_SHOWN + 1)}
    | {"expected_denied_amount": DOLLARS, "source_offset": "0"}
)

#: Widths in characters; what is not named here is as wide as its heading.
_WIDTHS = {"claim_id": 21, "source_file": 28, "do_first": 36, "findings": 46, "fixes": 46, "rule_ids": 24}
_WIDTHS |= {f"driver_{rank}": 40 for rank in range(1, DRIVERS_SHOWN + 1)}
_WIDTHS |= {f"reason_{rank}": 20 for rank in range(1, REASONS_SHOWN + 1)}
_WIDTHS |= {"queue": 24, "line_risks": 28}

#: Points of a line of text, and of the highest row (Excel specifications and limits).
LINE_POINTS, MOST_POINTS = 15.0, 409.0

#: Points of headings, the height of their row, and how wide a character of theirs is to one of 11 points.
_HEADING_SIZE, _HEADING_HEIGHT, _HEADING_WIDTH = 9, 20, 0.85

#: US letter (ECMA-376-1, 18.3.1.63).
_LETTER = 1

#: Columns whose text is folded, so that a row shows all of it.
_FOLDED = ("do_first", "findings", "fixes")

#: What stands between the entries of a list in a cell: each has a line of its own.
BETWEEN = "\n"

#: Fill and letters of each band, light enough to read on and to print.
BAND_COLOURS = {
    "low": ("E3F1E4", "1E5B27"),
    "medium": ("FFF4CC", "6B4E00"),
    "high": ("FFE0C7", "8A3B00"),
    "critical": ("F8D3D3", "8E1414"),
}
HEADING = "1F3A5F"

#: Time of the workbook: the earliest a ZIP archive knows, so that the same claims give the same bytes.
WRITTEN = datetime(1980, 1, 1)


def write_xlsx(
    scored: ScoredBatch,
    fixes: pd.DataFrame,
    stream: IO[bytes],
    claim_keys: Sequence[int],
    *,
    lists: CapacityLists | None = None,
    columns: Sequence[str] = (),
    threshold: float = THRESHOLD,
) -> None:
    """Write the given claims as a workbook; rows are written as they are made, none is kept.

    ``lists`` have a sheet each after the summary; ``columns`` are those of every list, ``XLSX_COLUMNS`` unless given;
    ``threshold`` is the risk that the smallest sets of ``fixes`` take claims below. Text is written as text whatever it
    starts with, and with control characters as escapes.
    """
    from openpyxl import Workbook
    from openpyxl.writer.excel import ExcelWriter

    from risk.reports.xlsx_summary import add_summary

    book = Workbook(write_only=True)
    book.properties.creator = "denial-risk"
    book.properties.created = book.properties.modified = WRITTEN
    columns = tuple(columns) or XLSX_COLUMNS
    add_summary(book, summarize(scored, fixes, claim_keys), lists, threshold=threshold)
    for one in lists.both if lists else ():
        _add_sheet(
            book, one.name, columns, flat_records(scored, fixes, one.claim_keys, between=BETWEEN), len(one.claim_keys)
        )
    worklist = riskiest_first(scored.claims.loc[pd.Index(claim_keys, dtype="int64")])
    rank = worklist["queue"].map({queue: position for position, queue in enumerate(QUEUE_ORDER)})
    worklist = worklist.assign(rank=rank).sort_values("rank", kind="stable")
    rows = flat_records(scored, fixes, worklist.index.tolist(), between=BETWEEN)
    for queue in QUEUE_ORDER:
        _add_sheet(book, queue, columns, rows, int((worklist["queue"] == queue).sum()))
    ExcelWriter(book, _TimelessZip(stream, "w", ZIP_DEFLATED, allowZip64=True)).save()


def _add_sheet(book: Workbook, name: str, columns: Sequence[str], rows: Iterator[dict[str, Any]], claims: int) -> None:
    """Take so many rows and write them; a list without claims is a sheet with headings alone."""
    for start in range(0, max(claims, 1), SHEET_ROWS - 1):
        own = min(claims - start, SHEET_ROWS - 1)
        sheet = _sheet(book, name if start == 0 else f"{name} {start // (SHEET_ROWS - 1) + 1}", columns, own)
        cells = _Cells(sheet, columns)
        for number in range(2, own + 2):
            append(sheet, number, *cells.row(next(rows)))


def _sheet(book: Workbook, title: str, columns: Sequence[str], claims: int) -> WriteOnlyWorksheet:
    from openpyxl.utils import get_column_letter

    sheet = book.create_sheet(title)
    sheet.freeze_panes = "B2"
    sheet.print_title_rows = "1:1"
    printed_across(sheet)
    if PRINTED_TO in columns:
        sheet.print_area = f"A1:{get_column_letter(columns.index(PRINTED_TO) + 1)}{claims + 1}"
    for position, name in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(position)].width = _WIDTHS.get(name, _heading_width(name))
    sheet.row_dimensions[1].height = _HEADING_HEIGHT
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{claims + 1}"
    sheet.append([heading(sheet, name) for name in columns])
    return sheet


def append(sheet: WriteOnlyWorksheet, number: int, cells: Sequence[object], height: float | None) -> None:
    """Write a row, which is the next one, at a height of its own; nothing of it is kept."""
    if height is not None:
        sheet.row_dimensions[number].height = height
    sheet.append(cells)
    sheet.row_dimensions.pop(number, None)


def _heading_width(name: str) -> int:
    """Room for a heading and the arrow of its filter."""
    return round(_HEADING_WIDTH * len(name)) + 4


def folded_height(texts: Iterable[tuple[str, float]]) -> float | None:
    """Height of a row that shows all of the texts, each in a column of that width; None for a single line.

    Excel fits rows to folded text when it opens a workbook; other programs leave them as they are.
    """
    lines = max((_lines(text, width) for text, width in texts), default=1)
    return min(lines * LINE_POINTS, MOST_POINTS) if lines > 1 else None


def _lines(text: str, width: float) -> int:
    """Lines that a text folds to: words leave the end of a line free, narrow letters make up for it."""
    return sum(max(1, math.ceil(len(part) / width)) for part in text.split("\n"))


def printed_across(sheet: WriteOnlyWorksheet) -> None:
    """Print on letter paper across, all columns on a page, with the sheet's name and the page below."""
    from openpyxl.worksheet.page import PageMargins

    setup = sheet.page_setup
    setup.orientation, setup.paperSize, setup.fitToHeight = "landscape", _LETTER, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_margins = PageMargins(left=0.4, right=0.4, top=0.4, bottom=0.6, header=0.2, footer=0.3)
    footer = sheet.HeaderFooter.oddFooter
    footer.left.text, footer.right.text = "&A", "&P / &N"


def heading(sheet: WriteOnlyWorksheet, text: str, *, right: bool = False) -> WriteOnlyCell:
    """Cell of a row of headings, to the right over numbers."""
    from openpyxl.styles import Alignment, PatternFill

    cell = text_cell(sheet, text)
    cell.font, cell.fill = bold("FFFFFF", _HEADING_SIZE), PatternFill("solid", fgColor=HEADING)
    cell.alignment = Alignment(vertical="center", horizontal="right" if right else None)
    return cell


def bold(colour: str | None = None, size: int = 11) -> Font:
    """The font of the other cells, bold: without its name, programs take one of their own."""
    from openpyxl.styles import Font

    return Font(name="Calibri", family=2, size=size, bold=True, color=colour)


def text_cell(sheet: WriteOnlyWorksheet, text: str) -> WriteOnlyCell:
    """Cell with a text, marked as one where it starts like a formula."""
    from openpyxl.cell import WriteOnlyCell

    cell = WriteOnlyCell(sheet)
    _set_text(cell, text)
    if starts_formula(text):
        cell.quotePrefix = True
    return cell


def number_cell(sheet: WriteOnlyWorksheet, number: float | None, number_format: str) -> WriteOnlyCell:
    """Cell with a number of our own; empty for None."""
    from openpyxl.cell import WriteOnlyCell

    cell = WriteOnlyCell(sheet, number)
    cell.number_format = number_format
    return cell


def coloured(cell: WriteOnlyCell, band: str) -> WriteOnlyCell:
    """The cell in the colours of a band."""
    from openpyxl.styles import PatternFill

    fill, letters = BAND_COLOURS[band]
    cell.fill, cell.font = PatternFill("solid", fgColor=fill), bold(letters)
    return cell


def _set_text(cell: WriteOnlyCell, text: str) -> None:
    cell.value = xlsx_text(text)
    cell.data_type = "s"  # else a text that starts with = would be a formula, and #N/A an error


class _Cells:
    """Cells of one sheet's rows, made once for each look and filled anew for each row: making them is what costs."""

    def __init__(self, sheet: WriteOnlyWorksheet, columns: Sequence[str]) -> None:
        self._columns = columns
        self._texts = {name: self._folded(text_cell(sheet, ""), name) for name in columns}
        self._quoted = {name: self._folded(text_cell(sheet, "="), name) for name in columns}
        self._numbers = {name: self._on_top(number_cell(sheet, 0, look)) for name, look in _FORMATS.items()}
        self._bands = {
            band: {
                "risk_band": self._folded(coloured(text_cell(sheet, band), band), "risk_band"),
                "denial_risk": self._on_top(coloured(number_cell(sheet, 0, PERCENT), band)),
            }
            for band in BANDS
        }

    def row(self, record: dict[str, Any]) -> tuple[list[WriteOnlyCell | None], float | None]:
        """Cells of one claim, for at once, and the height of their row; the next row takes the cells again."""
        of_band = self._bands[record["risk_band"]]
        height = folded_height((record[name] or "", _WIDTHS[name]) for name in self._columns if name in _FOLDED)
        return [self._cell(name, record[name], of_band) for name in self._columns], height

    def _cell(self, name: str, value: str | float | None, of_band: dict[str, WriteOnlyCell]) -> WriteOnlyCell | None:
        if value is None or value == "":
            return None
        if isinstance(value, str):
            cell = of_band.get(name) or (self._quoted if starts_formula(value) else self._texts)[name]
            _set_text(cell, value)
        else:
            cell = of_band.get(name) or self._numbers[name]
            cell.value = value
        return cell

    @staticmethod
    def _on_top(cell: WriteOnlyCell) -> WriteOnlyCell:
        from openpyxl.styles import Alignment

        cell.alignment = Alignment(vertical="top")
        return cell

    @classmethod
    def _folded(cls, cell: WriteOnlyCell, name: str) -> WriteOnlyCell:
        from openpyxl.styles import Alignment

        cell.alignment = Alignment(horizontal="left", vertical="top", indent=1, wrap_text=name in _FOLDED)
        return cell


class _TimelessZip(ZipFile):
    """A ZIP archive whose members are all from the same time."""

    def writestr(self, zinfo_or_arcname: str | ZipInfo, data: Any, *_: Any, **__: Any) -> None:
        """Write one member; openpyxl names it."""
        super().writestr(self._info(str(zinfo_or_arcname)), data)

    def write(self, filename: Any, arcname: Any = None, *_: Any, **__: Any) -> None:
        """Copy a file in, piece by piece."""
        import shutil
        from pathlib import Path

        with Path(filename).open("rb") as source, self.open(self._info(str(arcname)), "w", force_zip64=True) as target:
            shutil.copyfileobj(source, target, 1 << 20)

    @staticmethod
    def _info(name: str) -> ZipInfo:
        info = ZipInfo(name.lstrip("/"), WRITTEN.timetuple()[:6])
        info.compress_type, info.create_system = ZIP_DEFLATED, 3
        info.external_attr = 0o600 << 16
        return info
