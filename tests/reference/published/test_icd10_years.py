"""ICD-10-CM by fiscal year: order files and addenda that the user imports."""

from __future__ import annotations

import pandas as pd
import pytest

from risk.errors import ReferenceDataError
from risk.reference import load_reference
from risk.reference.published.imported import ImportOptions
from risk.reference.published.importing import import_files
from tests.reference.icd10_shared import oracle


def write_order(folder, codes, year=2028, flag="1"):
    path = folder / f"icd10cm_order_{year}.txt"
    rows = [f"{at:05d} {code:<7} {flag} {'Short words':<60} Long words" for at, code in enumerate(codes, start=1)]
    path.write_text("\r\n".join(rows) + "\r\n", newline="")
    return path


def invented(count, without=()):
    """Codes of a list long enough to be a year's, some real ones among them."""
    codes = [f"Q{number:05X}" for number in range(count)] + ["M5416", "M5450", "Z9999"]
    return [code for code in codes if code not in without]


def test_a_year_that_was_imported_decides_for_its_days(imported, tmp_path):
    icd10 = imported(write_order(tmp_path, invented(60_000))).icd10

    def status(code, day):
        return icd10.status(pd.Series([code], dtype="str"), pd.Series(pd.to_datetime([day]))).iloc[0]

    assert status("M5416", "2027-10-01") == "valid"
    assert status("Z9999", "2028-09-30") == "valid", "new in that year"
    assert status("Z9999", "2027-09-30") == "unknown", "the year before is ours"
    assert status("G894", "2027-12-01") == "ended", "no more in the list of the year"
    assert status("G894", "2026-12-01") == "valid"
    assert status("X9999", "2028-01-01") == "unknown"
    assert status("M5416", "2028-10-01") == "undated", "of the year after nobody knows"


def test_a_heading_of_the_year_is_no_billable_code(imported, tmp_path):
    path = write_order(tmp_path, invented(60_000))
    path.write_bytes(path.read_bytes().replace(b"M5416   1", b"M5416   0"))
    icd10 = imported(path).icd10
    assert (
        icd10.status(pd.Series(["M5416"], dtype="str"), pd.Series(pd.to_datetime(["2028-01-01"]))).iloc[0] == "header"
    )


def test_a_list_that_is_cut_or_torn_is_refused(home, tmp_path):
    with pytest.raises(ReferenceDataError, match="whole year"):
        import_files([write_order(tmp_path, invented(100))], ImportOptions())
    path = write_order(tmp_path, invented(60_000))
    path.write_bytes(path.read_bytes().replace(b"00007 Q00006 ", b"00007 Q0006", 1))
    with pytest.raises(ReferenceDataError, match="line 7"):
        import_files([path], ImportOptions())
    with pytest.raises(ReferenceDataError, match="once"):
        import_files([write_order(tmp_path, [*invented(60_000), "M5416"])], ImportOptions())


def write_addenda(folder, *rows, year=2028, before=None, after=None):
    """Rows ``action flag code`` as addenda, with the totals that hold for the built-in list of the year before."""
    icd10 = load_reference().icd10
    codes = icd10.nodes["code"]
    served = pd.Series(pd.Timestamp(f"{year - 1}-09-30"), index=codes.index)
    start = int(icd10.has_status(codes, served, "valid").sum()) if before is None else before
    change = sum({"Add": 1, "Delete": -1}.get(row.split()[0], 0) * int(row.split()[1]) for row in rows)
    body = [f"{action + ':':<13}{flag} {code:<7} Words" for action, flag, code in map(str.split, rows)]
    end = start + change if after is None else after
    totals = [f"  {start} codes in icd10cm_order_{year - 1}.txt", f"  {end} codes in icd10cm_order_{year}.txt"]
    path = folder / "addenda.txt"
    path.write_text("\r\n".join([*body, "", "Codes", *totals]) + "\r\n", newline="")
    return path


def test_addenda_change_the_list_of_the_year_before(imported, tmp_path):
    icd10 = imported(write_addenda(tmp_path, "Delete 1 M5416", "Add 0 M5416", "Add 1 M54160")).icd10

    def status(code, day):
        return icd10.status(pd.Series([code], dtype="str"), pd.Series(pd.to_datetime([day]))).iloc[0]

    assert status("M5416", "2027-09-30") == "valid"
    assert status("M5416", "2027-10-01") == "header"
    assert status("M54160", "2027-10-01") == "valid"
    assert status("G894", "2027-10-01") == "valid"


@pytest.mark.parametrize(
    ("rows", "totals", "expected"),
    [
        (["Add 1 M54160"], {"after": 7}, "expected 7 codes in FY2028"),
        (["Add 1 M54160"], {"before": 7}, "expected 7 codes in FY2027"),
        (["Add 2 M54160"], {}, "line 1"),
    ],
)
def test_addenda_that_do_not_add_up_are_refused(home, tmp_path, rows, totals, expected):
    with pytest.raises(ReferenceDataError, match=expected):
        import_files([write_addenda(tmp_path, *rows, **totals)], ImportOptions())


def test_addenda_without_their_totals_are_cut(home, tmp_path):
    path = write_addenda(tmp_path, "Add 1 M54160")
    path.write_bytes(path.read_bytes()[:-60])
    with pytest.raises(ReferenceDataError, match="is the file cut"):
        import_files([path], ImportOptions())


def test_the_addenda_of_fiscal_year_2027_give_the_list_that_is_built_in(imported):
    built_in = load_reference().icd10
    codes = built_in.nodes["code"]
    day = pd.Series(pd.Timestamp("2026-10-01"), index=codes.index)
    expected = built_in.status(codes, day)
    found = imported(oracle("icd10cm_order_addenda_2027.txt")).icd10.status(codes, day)
    assert (found == expected).all()
    assert int((found == "valid").sum()) == 74_879


def test_an_xml_file_is_named(home, tmp_path):
    path = tmp_path / "tabular.xml"
    path.write_text("<?xml version='1.0'?>\n<list/>\n")
    with pytest.raises(ReferenceDataError, match="XML"):
        import_files([path], ImportOptions())
