"""HCPCS level II: reading the alpha-numeric file in its forms, refusing others, the code of the day, and PRO001."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from risk.claims.examples import batch_of, claim, line
from risk.errors import ReferenceDataError
from risk.reference import load_reference
from risk.reference.published.imported import ImportOptions
from risk.reference.published.importing import import_files
from risk.reports.reference_status import status_table
from risk.rules import catalogue, run_rules
from tests.reference.published.published_files import (
    HCPCS_HEADER,
    hcpcs_text,
    write_hcpcs_csv,
    write_hcpcs_text,
    write_hcpcs_workbook,
)

ROWS = (
    "A1111 3 20100101 20200101 -",
    "A1111 4 - - -",
    "A2222 3 20100101 20261001 20261031",
    "A3333 3 20261115 20261115 -",
    "A4444 3 20270101 20261001 -",
    "22 7 19900101 19900101 -",
    "22 8 - - -",
    "KX 7 20010101 20010101 20051231",
)


def status(reference, code, day):
    days = pd.Series(pd.to_datetime([day]))
    return reference.hcpcs.status(pd.Series([code], dtype="str"), days).iloc[0]


def messages(reference, *lines, **columns):
    return run_rules(batch_of(claim(lines=lines, **columns)), reference, [catalogue()["PRO001"]])["message"].tolist()


@pytest.mark.parametrize("write", [write_hcpcs_csv, write_hcpcs_workbook, write_hcpcs_text])
def test_codes_are_dated_by_their_rows_in_every_form_of_the_file(imported, tmp_path, write):
    reference = imported(write(tmp_path, *ROWS))
    (edition,) = reference.procedures.published.editions
    assert (edition.table, edition.name, edition.begins, edition.rows) == (
        "hcpcs_level_2",
        "2026Q4",
        "2026-10-01",
        5004,
    )
    assert status(reference, "A1111", "2026-10-01") == "valid"
    assert status(reference, "A2222", "2026-10-31") == "valid", "the termination date is the last valid day"
    assert status(reference, "A2222", "2026-11-01") == "ended"
    assert status(reference, "A3333", "2026-11-14") == "not_yet"
    assert status(reference, "A3333", "2026-11-15") == "valid"
    assert status(reference, "A4444", "2026-10-01") == "valid", "an action may set the start before the date added"
    assert status(reference, "A9999", "2026-12-31") == "unknown"


def test_of_what_the_file_does_not_tell_nothing_is_said(imported, tmp_path):
    reference = imported(write_hcpcs_csv(tmp_path, *ROWS))
    assert status(reference, "A9999", "2026-09-30") == "undated", "before the oldest edition"
    assert status(reference, "A3333", "2026-09-30") == "undated"
    assert status(reference, "A9999", "2027-01-01") == "undated", "it may be new in the quarter that follows"
    assert status(reference, "A2222", "2027-01-01") == "ended", "what ended stays so"
    assert status(reference, "A1111", "2027-01-01") == "valid"
    assert status(reference, "A1111", None) == "undated"
    for code in ("99213", "0275T", "D9999", "W1111", "A111", "22", None):
        assert status(reference, code, "2026-11-01") == "undated", code


def test_a_code_that_a_later_file_dropped_had_ended_and_the_newest_row_counts(imported, tmp_path):
    imported(write_hcpcs_csv(tmp_path, "A5555 3 20100101 20100101 -", "A6666 3 20100101 20100101 -", month="JUL"))
    reference = imported(write_hcpcs_csv(tmp_path, *ROWS, "A6666 3 20260801 20260801 20260930"))
    assert status(reference, "A5555", "2026-09-30") == "valid"
    assert status(reference, "A5555", "2026-10-01") == "ended"
    assert status(reference, "A6666", "2026-07-15") == "valid", "the earlier of two starts"
    assert status(reference, "A6666", "2026-10-01") == "ended"
    assert status(reference, "A1111", "2026-08-01") == "valid", "in the later file only, and its row is older"
    (told,) = messages(reference, line("A5555"))
    assert told.endswith("It had ended: it is no more in the edition of that day, 2026Q4.")


def test_the_rule_names_the_code_and_what_became_of_it(imported, tmp_path):
    reference = imported(write_hcpcs_csv(tmp_path, *ROWS))
    lines = [line(code, date_of_service="2026-11-10") for code in ("A1111", "A2222", "A3333", "A9999", "J1030")]
    assert messages(reference, *lines) == [
        f"Line {number}: {code} is not a valid HCPCS code on the date of service, 2026-11-10. {why}."
        for number, code, why in (
            (2, "A2222", "It was last valid on 2026-10-31"),
            (3, "A3333", "It is valid only from 2026-11-15"),
            (4, "A9999", "There is no such code in the edition of that day, 2026Q4"),
            (5, "J1030", "It was last valid on 2024-03-31; it was replaced by J1010"),
        )
    ]


def test_rate_codes_of_institutional_bills_are_left_alone(imported, tmp_path):
    reference = imported(write_hcpcs_csv(tmp_path, *ROWS))
    bill = {"claim_kind": "institutional", "bill_type_code": "111"}
    assert messages(reference, line("A9999", revenue_center_code="0024"), **bill) == []
    assert len(messages(reference, line("A9999", revenue_center_code="0270"), **bill)) == 1


def test_without_an_import_only_our_own_list_speaks(home):
    reference = load_reference()
    assert messages(reference, line("A9999"), line("J3301"), line("J1030", date_of_service="2024-03-31")) == []
    assert [status(reference, code, "2024-04-01") for code in ("J1020", "J1030", "J1040")] == ["ended"] * 3
    assert status(reference, "J1030", "2024-03-31") == "undated"


def test_an_imported_row_counts_before_our_own_list(imported, tmp_path):
    reference = imported(write_hcpcs_csv(tmp_path, "J1030 3 19900101 20261001 -"))
    assert status(reference, "J1030", "2026-10-01") == "valid", "taken up again"


def test_an_import_changes_the_version(imported, tmp_path, home):
    before = load_reference().hcpcs.version
    assert imported(write_hcpcs_csv(tmp_path, *ROWS)).hcpcs.version != before


def test_the_status_names_the_edition_and_that_it_counts_first(imported, tmp_path):
    imported(write_hcpcs_csv(tmp_path, *ROWS))
    table = status_table(date(2026, 11, 1))
    assert "3 codes that ended; the imported tables count before them" in table
    assert "hcpcs_level_2 2026Q4: HCPCS level II, codes and their dates, 2026-10-01 to 2026-12-31, 5,004 rows" in table


def test_names_with_underscores_in_another_order_and_other_dates_are_read(imported, tmp_path):
    names = ("HCPC", "SEQNUM", "RECID", "LONG_DESCRIPTION", "SHORT_DESCRIPTION", "COV", "ACT_EFF_DT", "ADD_DT")
    path = write_hcpcs_csv(tmp_path, "A2222 3 2026-10-01 1/5/2010 -", header=names)
    reference = imported(path)
    assert status(reference, "A2222", "2026-10-01") == "valid"
    assert reference.hcpcs.dated(pd.Series(["A2222"], dtype="str"), pd.Series(pd.to_datetime(["2026-10-01"])))[
        "begins"
    ].iloc[0] == pd.Timestamp("2010-01-05")


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("A1111 3 20261301 20200101 -", "YYYYMMDD"),
        ("A1111 3 20200101 20200101 20260230", "YYYYMMDD"),
        ("A1111 3 20200101 20200101 202602", "YYYYMMDD"),
        ("A1111 3 20200101 20200101 99991231", "years"),
        ("A1111 3 - - -", "date added"),
        ("A1111 5 20200101 20200101 -", "record id"),
        ("11111 3 20200101 20200101 -", "letter and four digits"),
        ("K0001 3 20200101 20200101 -", "once"),
    ],
)
def test_a_row_that_is_not_as_published_is_refused_and_what_was_there_serves_on(imported, tmp_path, row, expected):
    imported(write_hcpcs_csv(tmp_path, *ROWS))
    with pytest.raises(ReferenceDataError, match=expected) as refused:
        import_files([write_hcpcs_csv(tmp_path, "B1111 3 20100101 20100101 -", row)], ImportOptions())
    number = 7 if row.startswith("K") else 5  # of a code told twice the second row is named
    assert f"line {number}" in str(refused.value)
    load_reference.cache_clear()
    assert status(load_reference(), "A2222", "2026-11-01") == "ended"
    assert status(load_reference(), "B1111", "2026-11-01") == "unknown"


TEXT = hcpcs_text(*ROWS)
FIRST = TEXT.splitlines()[3]


@pytest.mark.parametrize(
    ("text", "line_number", "expected"),
    [
        (TEXT[:-9], None, "line end"),
        ("\r\n".join(TEXT.splitlines()[:3000]) + "\r\n", None, "whole file"),
        (TEXT.replace(FIRST, FIRST + "\r\nB1111001003Own words", 1), 5, "columns 269 to 292"),
        (TEXT.replace(FIRST, FIRST + "\r\n" + FIRST[1:], 1), 5, "columns 1 to 5"),
        (
            TEXT.replace(FIRST, FIRST + "\r\n" + FIRST[:268] + " " + FIRST[268:], 1).replace("A1111", "B1111", 1),
            5,
            "YYYY",
        ),
    ],
)
def test_a_text_that_is_cut_or_shifted_is_refused(home, tmp_path, text, line_number, expected):
    path = tmp_path / "HCPC2026_OCT_ANWEB.txt"
    path.write_text(text, newline="")
    with pytest.raises(ReferenceDataError, match=expected) as refused:
        import_files([path], ImportOptions())
    assert (f"line {line_number}" in str(refused.value)) == (line_number is not None)
    assert not list(home.glob("data/reference/*/*"))


def test_a_list_of_changes_is_no_whole_file_and_a_torn_row_is_named(home, tmp_path):
    path = write_hcpcs_csv(tmp_path, *ROWS)
    lines = path.read_text().splitlines()
    path.write_text("\n".join(lines[:400]) + "\n")
    with pytest.raises(ReferenceDataError, match="list of changes"):
        import_files([path], ImportOptions())
    path.write_text("\n".join([*lines[:4900], lines[4900][:20]]) + "\n")
    with pytest.raises(ReferenceDataError, match="line 4901"):
        import_files([path], ImportOptions())
    path.write_text("\n".join([lines[0], ",".join(HCPCS_HEADER), *lines[3:]]) + "\n")
    with pytest.raises(ReferenceDataError, match="as CMS and CDC publish them"):
        import_files([path], ImportOptions())
