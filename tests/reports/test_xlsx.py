import io
import re
import time
import zipfile

import openpyxl
import pytest

from risk.claims.examples import claim, line
from risk.reports import xlsx
from risk.reports.flat import FLAT_COLUMNS, flat_records
from risk.reports.records import claim_records
from risk.reports.summary import QUEUE_ORDER, summarize
from risk.reports.xlsx import XLSX_COLUMNS, write_xlsx


def written(scored, fixes, keys=None):
    stream = io.BytesIO()
    write_xlsx(scored, fixes, stream, range(len(scored.batch)) if keys is None else keys)
    return stream.getvalue()


def opened(*arguments):
    return openpyxl.load_workbook(io.BytesIO(written(*arguments)))


def rows_of(book):
    """Rows of all queues, as dicts by heading."""
    for sheet in book.worksheets[1:]:
        head, *rows = sheet.iter_rows(values_only=True)
        for row in rows:
            yield dict(zip(head, row, strict=True))


def row_of(book, claim_id):
    return next(
        {XLSX_COLUMNS[position]: cell for position, cell in enumerate(row)}
        for sheet in book.worksheets[1:]
        for row in sheet.iter_rows(min_row=2)
        if row[0].value == claim_id
    )


@pytest.fixture
def hostile(score):
    """Score one claim with the given id, and payer name."""

    def scored(claim_id, payer_name="Example Health Plan"):
        return score(claim(claim_id=claim_id, payer_name=payer_name))

    return scored


def test_the_columns_are_those_of_the_record_and_the_versions_stand_once(three):
    assert set(XLSX_COLUMNS) == {name for name in FLAT_COLUMNS if not name.endswith("_version")}
    book = opened(*three)
    for sheet in book.worksheets[1:]:
        assert tuple(cell.value for cell in sheet[1]) == XLSX_COLUMNS
    told = dict(row[:2] for row in book["summary"].iter_rows(values_only=True) if row[0])
    assert {part: told[part] for part in three[0].versions} == three[0].versions


def test_every_cell_says_what_the_record_says(three):
    flat = {row["claim_id"]: row for row in flat_records(*three, range(3), between="\n")}
    rows = list(rows_of(opened(*three)))
    assert len(rows) == len(flat) == 3
    for row in rows:
        own = flat[row["claim_id"]]
        assert row == {name: None if own[name] == "" else own[name] for name in XLSX_COLUMNS}


def test_each_queue_has_its_sheet_with_the_riskiest_claim_first(score):
    lines = [line("62323", charge="600"), line("64483", charge="400")]
    scored, fixes = score(
        *(claim(claim_id=f"CLEAN{n}", member_id=f"C{n}") for n in range(2)),
        claim(claim_id="POINTLESS", lines=[line("97110", pointers=())], member_id="P"),
        claim(claim_id="BUNDLED", lines=lines, member_id="B"),
    )
    book = opened(scored, fixes)
    assert book.sheetnames == ["summary", *QUEUE_ORDER]
    records = list(claim_records(scored, fixes, range(4)))
    for queue in QUEUE_ORDER:
        own = sorted((one for one in records if one["queue"] == queue), key=lambda one: -one["denial_risk"])
        shown = [row[0] for row in book[queue].iter_rows(min_row=2, max_col=1, values_only=True) if row[0]]
        assert shown == [one["claim_id"] for one in own]


def test_sheets_are_made_to_work_in(three):
    book = opened(*three)
    for sheet in book.worksheets[1:]:
        assert sheet.freeze_panes == "B2"
        assert sheet.auto_filter.ref == f"A1:AK{max(sheet.max_row, 1)}"
        assert sheet.column_dimensions["A"].width > 20
    cells = row_of(book, "BUNDLED")
    assert cells["denial_risk"].number_format == "0.0%"
    assert cells["expected_denied_amount"].number_format == '"$"#,##0.00'
    assert cells["findings"].alignment.wrap_text
    colours = xlsx.BAND_COLOURS[cells["risk_band"].value]
    assert (cells["risk_band"].fill.fgColor.rgb[2:], cells["risk_band"].font.color.rgb[2:]) == colours
    assert cells["denial_risk"].fill.fgColor.rgb[2:] == colours[0]


def test_a_row_is_as_high_as_its_folded_texts_and_no_higher_than_a_row_may_be(three):
    book = opened(*three)
    heights = {row[0].value: sheet.row_dimensions[row[0].row].height for sheet in book.worksheets[1:] for row in sheet}
    assert heights["CLEAN"] is None
    assert heights["BUNDLED"] > 3 * xlsx.LINE_POINTS
    assert xlsx.folded_height([("x" * 40, 50), ("a\nb\nc", 50)]) == 3 * xlsx.LINE_POINTS
    assert xlsx.folded_height([("x" * 101, 50), ("", 50)]) == 3 * xlsx.LINE_POINTS
    assert xlsx.folded_height([("x" * 50, 50)]) is None
    assert xlsx.folded_height([("x" * 32_000, 50)]) == xlsx.MOST_POINTS


def test_every_sheet_prints_across_on_letter_and_queues_only_what_can_be_read(three):
    book = opened(*three)
    for sheet in book.worksheets:
        setup = sheet.page_setup
        assert (setup.orientation, int(setup.paperSize), setup.fitToWidth, setup.fitToHeight) == (
            "landscape",
            1,
            None,
            0,
        )
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
    for sheet in book.worksheets[1:]:
        last = sheet.cell(1, XLSX_COLUMNS.index("fixes") + 1).column_letter
        assert sheet.print_area == f"'{sheet.title}'!$A$1:${last}${sheet.max_row}"
        assert sheet.print_title_rows == "$1:$1"
    stream = io.BytesIO()
    write_xlsx(*three, stream, range(3), columns=["claim_id", "denial_risk"])
    assert not any(sheet.print_area for sheet in openpyxl.load_workbook(stream).worksheets)


def test_what_to_do_first_has_columns_of_its_own_and_each_fix_its_line(score, two_to_mend, three):
    cells = row_of(opened(*score(two_to_mend)), "TWO")
    (first, second) = cells["do_first"].value.split("\n")
    assert (first[:3], second[:3]) == ("1. ", "2. ")
    assert cells["do_first"].alignment.wrap_text
    assert cells["risk_after_smallest_set"].number_format == "0.0%"
    assert cells["do_first_conditional"].value == "no"
    assert cells["fixes"].value.split("\n") == [first[3:], second[3:]]
    pair = row_of(opened(*three), "BUNDLED")
    assert pair["do_first_conditional"].value == "yes"
    assert " (Only if: " in pair["do_first"].value


def test_the_first_sheet_says_how_many_claims_their_fixes_take_below(three):
    stream, mendable = io.BytesIO(), summarize(*three, range(3)).mendable
    write_xlsx(*three, stream, range(3), threshold=0.3)
    rows = [row[:2] for row in openpyxl.load_workbook(stream)["summary"].iter_rows(values_only=True)]
    assert ("mendable to below 30%", mendable.claims) in rows
    assert ("  of these only under a condition", mendable.conditional) in rows


def test_the_first_sheet_adds_up_and_has_native_charts_over_its_rows(three):
    book = opened(*three)
    sheet, summary = book["summary"], summarize(*three, range(3))
    shown = [row[:4] for row in sheet.iter_rows(values_only=True)]
    for groups in (summary.bands, summary.queues, summary.payers, summary.reasons):
        for one in groups:
            assert (one.name, one.claims, pytest.approx(one.mean_risk) if one.claims else None, one.dollars) in shown
    assert ("claims", 3, None, None) in shown
    assert [row[0] for row in shown if row[0] and row[0] in {fix.change for fix in summary.fixes}]
    with zipfile.ZipFile(io.BytesIO(written(*three))) as archive:
        charts = sorted(name for name in archive.namelist() if name.startswith("xl/charts/chart"))
        found = [re.search(r"'summary'!\$D\$(\d+)(?::\$D\$(\d+))?<", archive.read(name).decode()) for name in charts]
    places = [(int(one[1]), int(one[2] or one[1])) for one in found]
    assert [last - first + 1 for first, last in places] == [
        len(groups) for groups in (summary.bands, summary.queues, summary.payers, summary.reasons)
    ]
    assert shown[places[0][0] - 1][0] == "critical"


@pytest.mark.parametrize("start", ["=HYPERLINK(1)", "+1", "-1", "@A", "#N/A", "=", "TRUE", "007", "1e5", "2026-01-01"])
def test_a_text_is_a_text_whatever_it_looks_like(start, hostile):
    book = opened(*hostile(start, payer_name=start))
    cells = row_of(book, start)
    assert (cells["claim_id"].data_type, cells["claim_id"].value) == ("s", start)
    assert cells["claim_id"].quotePrefix == (start[0] in "=+-@")
    label = next(
        cell for row in book["summary"].iter_rows() for cell in row if str(cell.value).startswith(f"{start} (")
    )
    assert (label.data_type, label.quotePrefix) == ("s", start[0] in "=+-@")


def test_nothing_in_the_workbook_is_a_formula(hostile):
    with zipfile.ZipFile(io.BytesIO(written(*hostile("=1+1", "=2+2")))) as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/"):
                assert not re.search(rb"<f[ >]", archive.read(name))


def test_a_look_is_not_carried_over_to_the_next_claim(score):
    book = opened(*score(claim(claim_id="=A"), claim(claim_id="B", member_id="SECOND")))
    assert row_of(book, "=A")["claim_id"].quotePrefix
    assert not row_of(book, "B")["claim_id"].quotePrefix


@pytest.mark.parametrize(
    ("claim_id", "shown"),
    [
        ("A\x00\x0b\x1bB", "A\\x00\\x0b\\x1bB"),
        ("\tA", "\\x09A"),
        ("A\ufffe", "A\\ufffe"),
        ("<b>&\"'</t>]]>", "<b>&\"'</t>]]>"),
        ("Ü漢😀", "Ü漢😀"),
        (" A ", " A "),
        ("X" * 40_000, "X" * 32_766 + "…"),
    ],
)
def test_unusual_ids_are_held(claim_id, shown, hostile):
    assert [row["claim_id"] for row in rows_of(opened(*hostile(claim_id)))] == [shown]


def test_the_same_claims_give_the_same_bytes_at_another_time(three, monkeypatch):
    first = written(*three)
    monkeypatch.setattr(time, "time", lambda: 2_000_000_000.0)
    assert written(*three) == first
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert {one.date_time for one in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.testzip() is None
    properties = openpyxl.load_workbook(io.BytesIO(first)).properties
    assert properties.created == properties.modified == xlsx.WRITTEN


def test_a_queue_with_more_claims_than_a_sheet_holds_goes_on_in_another(score, monkeypatch):
    monkeypatch.setattr(xlsx, "SHEET_ROWS", 3)
    scored, fixes = score(*(claim(claim_id=f"C{number}", member_id=f"M{number}") for number in range(5)))
    queue = scored.claims["queue"].iat[0]
    book = opened(scored, fixes)
    assert [name for name in book.sheetnames if name.startswith(queue)] == [queue, f"{queue} 2", f"{queue} 3"]
    assert sorted(row["claim_id"] for row in rows_of(book) if row["claim_id"]) == [f"C{number}" for number in range(5)]
    assert [book[name].max_row for name in (queue, f"{queue} 2", f"{queue} 3")] == [3, 3, 2]


def test_no_claims_are_a_workbook_too(three):
    book = opened(*three, [])
    assert book.sheetnames == ["summary", *QUEUE_ORDER]
    assert all(sheet.max_row == 1 for sheet in book.worksheets[1:])


def test_only_the_claims_that_are_listed_are_in_it(three):
    assert [row["claim_id"] for row in rows_of(opened(*three, [1]))] == ["CLEAN"]
