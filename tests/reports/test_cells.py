import csv
import io

import pytest

from risk.reports.cells import LONGEST, csv_row, starts_formula, xlsx_text


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\uff1d1", "\uff0b1", "\uff0d1", "\uff20A1"]
)
def test_a_text_that_starts_like_a_formula_gets_an_apostrophe_in_csv(text):
    assert starts_formula(text)
    assert csv_row({"claim_id": text}) == {"claim_id": f"'{text}"}


@pytest.mark.parametrize("text", ["A=1", "'=1", "", " =1", "1-2"])
def test_other_texts_stay(text):
    assert csv_row({"claim_id": text}) == {"claim_id": text}


def test_numbers_of_our_own_stay_numbers():
    stream = io.StringIO()
    writer = csv.DictWriter(stream, ["contribution", "none"])
    writer.writerow(csv_row({"contribution": -0.25, "none": None}))
    assert stream.getvalue() == "-0.25,\r\n"


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("A\x00B", "A\\x00B"),
        ("A\x0bB\x1b", "A\\x0bB\\x1b"),
        ("A\ufffeB\uffff", "A\\ufffeB\\uffff"),
        ("\ud800", "\\ud800"),
        ("_x0041_", "_x005F_x0041_"),
        ("_x0041_x0042_", "_x005F_x0041_x005F_x0042_"),
        ("_x41_ _", "_x41_ _"),
        ("é漢😀\nb", "é漢😀\nb"),
    ],
)
def test_a_workbook_holds_any_text(text, held):
    assert xlsx_text(text) == held


def test_a_text_too_long_for_a_cell_is_cut_and_says_so():
    assert xlsx_text("x" * LONGEST) == "x" * LONGEST
    cut = xlsx_text("x" * (LONGEST + 1))
    assert len(cut) == LONGEST
    assert cut.endswith("x…")
