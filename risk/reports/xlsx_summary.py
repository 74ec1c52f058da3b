"""First sheet of the workbook: totals, versions, what is at stake by band, queue, payer and reason, the top fixes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from risk.reports.capacity import CapacityLists
from risk.reports.summary import Group, Mendable, Summary
from risk.reports.xlsx import (
    COUNT,
    DOLLARS,
    PERCENT,
    append,
    bold,
    coloured,
    folded_height,
    heading,
    number_cell,
    printed_across,
    text_cell,
)

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.chart import BarChart
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

TITLE = "summary"

#: Width of the first column, which holds names and changes.
_FIRST_WIDTH = 60

#: Column where the charts begin, and how many rows of the sheet one takes.
_CHARTS_AT, _CHART_ROWS = "K", 17

_LETTERS = {"low": "4C9A57", "medium": "E0B000", "high": "E07B1F", "critical": "C62828"}


def add_summary(book: Workbook, summary: Summary, lists: CapacityLists | None = None, *, threshold: float) -> None:
    """Append the sheet to a write-only workbook, with what the ``lists`` would catch where that is known.

    ``threshold`` is the risk that the smallest sets of fixes take claims below.
    """
    sheet = book.create_sheet(TITLE)
    for column, width in zip("ABCDEFGHI", (_FIRST_WIDTH, 12, 14, 18, 12, 14, 12, 12, 12), strict=True):
        sheet.column_dimensions[column].width = width
    printed_across(sheet)
    page = _Page(sheet)
    page.title("Worklist")
    page.pair("claims", number_cell(sheet, summary.total.claims, COUNT))
    page.pair("expected denied", number_cell(sheet, summary.total.dollars, DOLLARS))
    page.pair("mean risk", number_cell(sheet, summary.total.mean_risk, PERCENT))
    page.mendable(summary.mendable, threshold)
    if lists:
        page.caught(lists)
    page.gap()
    page.row([heading(sheet, "versions"), heading(sheet, "")])
    for part, version in summary.versions.items():
        page.pair(part, text_cell(sheet, version))
    bands = page.groups("risk band", summary.bands, of_bands=True)
    queues = page.groups("queue", summary.queues)
    payers = page.groups("payer", summary.payers)
    reasons = page.groups("likeliest reason", summary.reasons)
    page.fixes(summary)
    for position, (title, rows) in enumerate(
        [
            ("Expected denied dollars by risk band", bands),
            ("Expected denied dollars by queue", queues),
            ("Expected denied dollars by payer", payers),
            ("Expected denied dollars by likeliest reason", reasons),
        ]
    ):
        if rows[1] >= rows[0]:
            chart = _bars(sheet, title, rows)
            if rows is bands:
                _colour(chart, [one.name for one in summary.bands])
            sheet.add_chart(chart, f"{_CHARTS_AT}{2 + position * _CHART_ROWS}")


class _Page:
    """Rows of the sheet, one after the other; ``at`` is the number of the last one written."""

    def __init__(self, sheet: WriteOnlyWorksheet) -> None:
        self.sheet, self.at = sheet, 0

    def row(self, cells: Sequence[object], height: float | None = None) -> None:
        self.at += 1
        append(self.sheet, self.at, cells, height)

    def gap(self) -> None:
        self.row([])

    def title(self, text: str) -> None:
        cell = text_cell(self.sheet, text)
        cell.font = bold(size=16)
        self.row([cell])

    def pair(self, name: str, cell: object) -> None:
        self.row([text_cell(self.sheet, name), cell])

    def headings(self, first: str, *others: str) -> None:
        """A row of headings: what the rows are of, and numbers of them."""
        self.row([heading(self.sheet, first), *(heading(self.sheet, text, right=True) for text in others)])

    def groups(self, name: str, groups: Sequence[Group], *, of_bands: bool = False) -> tuple[int, int]:
        """A table of groups; returns its first and last row."""
        sheet = self.sheet
        self.gap()
        self.headings(name, "claims", "mean risk", "expected denied")
        first = self.at + 1
        for one in groups:
            label = text_cell(sheet, one.name)
            self.row(
                [
                    coloured(label, one.name) if of_bands else label,
                    number_cell(sheet, one.claims, COUNT),
                    number_cell(sheet, one.mean_risk if one.claims else None, PERCENT),
                    number_cell(sheet, one.dollars, DOLLARS),
                ]
            )
        return first, self.at

    def mendable(self, mendable: Mendable, threshold: float) -> None:
        """Claims that their smallest sets of fixes mend, and their mean risk before and after."""
        sheet, below = self.sheet, f"{100 * threshold:.3g}%"
        self.pair(f"mendable to below {below}", number_cell(sheet, mendable.claims, COUNT))
        if mendable.claims:
            self.pair("  of these only under a condition", number_cell(sheet, mendable.conditional, COUNT))
            self.pair("  their mean risk", number_cell(sheet, mendable.mean_risk, PERCENT))
            self.pair("  their mean risk after", number_cell(sheet, mendable.mean_risk_after, PERCENT))

    def caught(self, lists: CapacityLists) -> None:
        """A row for each list that has figures: its length, and what as long a one caught of the validation claims."""
        rows = [one for one in lists.both if one.caught]
        if not rows:
            return
        self.gap()
        names = (
            "caught on validation by the first claims",
            "claims",
            "share of all",
            "of the denials",
            "of the dollars",
        )
        self.headings(*names)
        for one in rows:
            assert one.caught is not None
            shares = (one.caught.share, one.caught.denials, one.caught.amount)
            count = number_cell(self.sheet, len(one.claim_keys), COUNT)
            self.row(
                [text_cell(self.sheet, one.name), count, *(number_cell(self.sheet, share, PERCENT) for share in shares)]
            )

    def fixes(self, summary: Summary) -> None:
        """A table of the fixes worth most; risk before and after of the claims whose repair was scored again."""
        from openpyxl.styles import Alignment

        sheet = self.sheet
        self.gap()
        names = (
            "top fixes",
            "claims",
            "rule",
            "expected denied",
            "do it first",
            "scored again",
            "conditional",
            "mean risk",
            "risk after",
        )
        self.headings(*names)
        for one in summary.fixes:
            change = text_cell(sheet, one.change)
            cells = [
                change,
                number_cell(sheet, one.claims, COUNT),
                text_cell(sheet, one.rule_id),
                number_cell(sheet, one.dollars, DOLLARS),
                number_cell(sheet, one.first, COUNT),
                number_cell(sheet, one.rescored, COUNT),
                number_cell(sheet, one.conditional, COUNT),
                number_cell(sheet, one.mean_risk, PERCENT),
                number_cell(sheet, one.mean_risk_after, PERCENT),
            ]
            for cell in cells:
                cell.alignment = Alignment(
                    wrap_text=cell is change, vertical="top", horizontal="left" if cell is change else "right"
                )
            self.row(cells, folded_height([(one.change, _FIRST_WIDTH)]))


def _bars(sheet: WriteOnlyWorksheet, title: str, rows: tuple[int, int]) -> BarChart:
    """Bars of the dollars in column D, the first row on top."""
    from openpyxl.chart import BarChart, Reference

    chart = BarChart()
    chart.type, chart.style, chart.title, chart.legend = "bar", 10, title, None
    chart.add_data(Reference(sheet, min_col=4, min_row=rows[0], max_row=rows[1]))
    chart.set_categories(Reference(sheet, min_col=1, min_row=rows[0], max_row=rows[1]))
    chart.x_axis.scaling.orientation = "maxMin"
    chart.y_axis.number_format = '"$"#,##0'
    chart.y_axis.majorGridlines = None
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.gapWidth, chart.width, chart.height = 40, 20, 8
    return chart


def _colour(chart: BarChart, bands: Sequence[str]) -> None:
    from openpyxl.chart.series import DataPoint

    for position, band in enumerate(bands):
        point = DataPoint(idx=position)
        point.graphicalProperties.solidFill = _LETTERS[band]
        chart.series[0].dPt.append(point)
