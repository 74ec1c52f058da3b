"""The claim CSV as the contract describes it."""

from datetime import date

import pandas as pd
import pyarrow as pa
import pytest

from risk.claims.validate import structural_failures
from risk.errors import InputError
from risk.readers.claims_csv import read_claims_csv, read_claims_table

HEADER = "claim_id,payer_id,dx_code_1,procedure_code,line_charge,service_from_date"
ROW = "A1,P1,M54.16,99213,100.00,2026-10-02"


def read(*rows, header=HEADER, mapping=None, encoding="utf-8", newline="\n"):
    return read_claims_csv(newline.join([header, *rows, ""]).encode(encoding), "claims.csv", mapping)


def with_columns(**columns):
    """One claim of one line with more columns than the required ones."""
    return read(",".join([ROW, *columns.values()]), header=",".join([HEADER, *columns]))


def test_a_minimal_file_makes_a_sound_claim():
    result = read(ROW)
    assert result.rejects == []
    assert structural_failures(result.batch) == []
    claim, line = result.batch.claims.iloc[0], result.batch.service_lines.iloc[0]
    assert (claim["claim_id"], claim["payer_id"], claim["claim_kind"]) == ("A1", "P1", "professional")
    assert (claim["source_file"], claim["source_offset"]) == ("claims.csv", 2)
    assert claim["total_charge_cents"] == 10000
    assert (line["line_number"], line["quantity"], line["line_charge_cents"]) == (1, 1.0, 10000)
    assert line["service_to_date"] == line["service_from_date"] == pd.Timestamp("2026-10-02")
    assert result.batch.diagnoses["dx_code"].tolist() == ["M5416"]
    assert result.batch.claims["member_id"].isna().all()


def test_headers_come_in_any_order_case_and_spacing():
    result = read("99213,A1,100,P1,10/02/2026,M54.16", header="CPT, Claim # ,CHARGES,Payer_ID,D.O.S.,Dx 1")
    assert result.rejects == []
    assert result.batch.service_lines["procedure_code"].tolist() == ["99213"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(delimiter):
    result = read(ROW.replace(",", delimiter), header=HEADER.replace(",", delimiter))
    assert (len(result.batch), result.rejects) == (1, [])


def test_excel_may_name_the_delimiter_in_a_line_of_its_own():
    result = read_claims_csv(("sep=;\n" + HEADER + "\n" + ROW + "\n").replace(",", ";").encode(), "f")
    assert result.batch.claims["source_offset"].tolist() == [3]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_the_usual_encodings_read_the_same(encoding):
    result = read(ROW + ",Krankenkasse Zürich", header=HEADER + ",payer_name", encoding=encoding)
    assert result.batch.claims["payer_name"].tolist() == ["Krankenkasse Zürich"]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_lines_end_as_on_any_system(newline):
    result = read(ROW, ROW.replace("A1", "A2"), newline=newline)
    assert result.batch.claims["source_offset"].tolist() == [2, 3]


def test_a_quoted_note_keeps_its_line_breaks_quotes_and_commas():
    result = read(ROW + ',"said ""worse"",\nthen better"', header=HEADER + ",claim_note")
    assert result.batch.notes["note_text"].tolist() == ['said "worse",\nthen better']
    assert result.batch.notes["line_number"].isna().all()


def test_notes_of_claim_and_line_are_kept_apart():
    result = read(ROW + ",of claim,of line", header=HEADER + ",claim_note,line_note")
    assert result.batch.notes["line_number"].fillna(0).tolist() == [0, 1]


@pytest.mark.parametrize(
    "text",
    ["2026-10-02", "10/02/2026", "10/2/2026", "20261002", "2026-10-02 00:00:00", "2026-10-02T00:00", " 2026-10-02 "],
)
def test_dates_are_iso_or_month_first(text):
    assert read(ROW.replace("2026-10-02", text)).batch.service_lines["service_from_date"][0] == pd.Timestamp(
        2026, 10, 2
    )


@pytest.mark.parametrize(
    "text", ["2026-02-29", "13/01/2026", "10/02/26", "2.10.2026", "2026-10-02 10:30", "00/00/0000", "soon"]
)
def test_any_other_date_rejects_the_claim(text):
    (reject,) = read(ROW.replace("2026-10-02", text)).rejects
    assert (reject.row, reject.column, reject.claim_id) == (2, "service_from_date", "A1")
    assert text not in reject.reason


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("100", 10000),
        ("0.1", 10),
        (".50", 50),
        ("$1234.5", 123450),
        ('"1,234.50"', 123450),
        ("-3.00", -300),
        ("1.500", 150),
        ("0", 0),
    ],
)
def test_money_is_read_to_the_cent(text, cents):
    assert read(ROW.replace("100.00", text)).batch.service_lines["line_charge_cents"].tolist() == [cents]


@pytest.mark.parametrize("text", ["1.005", '"1,23.00"', '"1.234,56"', "1e3", "ten", "$", "(5.00)", "5 USD", "NaN"])
def test_any_other_amount_rejects_the_claim(text):
    (reject,) = read(ROW.replace("100.00", text)).rejects
    assert (reject.row, reject.column) == (2, "line_charge")


def test_money_never_passes_through_a_float():
    assert int(float("9999999999.05") * 100) != 999999999905
    assert read(ROW.replace("100.00", "9999999999.05")).batch.service_lines["line_charge_cents"][0] == 999999999905


def test_ten_billion_dollars_are_no_charge_of_a_line():
    assert read(ROW.replace("100.00", "10000000000.00")).rejects[0].column == "line_charge"


@pytest.mark.parametrize(
    ("text", "pointers"),
    [("1:2", [1, 2]), ("AB", [1, 2]), ('"1,2"', [1, 2]), ("b a", [2, 1]), ("12", [12]), ("L", [12])],
)
def test_pointers_are_numbers_or_letters(text, pointers):
    lines = with_columns(dx_pointers=text).batch.service_lines
    assert lines[["dx_pointer_1", "dx_pointer_2"]].iloc[0].dropna().tolist() == pointers


@pytest.mark.parametrize("text", ["0", "13", "M", "1:2:3:4:5", "1-2", "?"])
def test_any_other_pointer_rejects_the_claim(text):
    (reject,) = with_columns(dx_pointers=text).rejects
    assert reject.column == "dx_pointers"


def test_diagnoses_keep_the_position_their_column_has():
    result = with_columns(dx_code_2="", dx_code_3="g89.29")
    assert result.batch.diagnoses[["dx_position", "dx_code"]].to_numpy().tolist() == [[1, "M5416"], [3, "G8929"]]
    assert result.batch.diagnoses["dx_qualifier"].tolist() == ["principal", "other"]


def test_diagnoses_may_stand_in_one_column():
    header = HEADER.replace("dx_code_1", "dx_codes")
    result = read(ROW.replace("M54.16", "M54.16 | M4806 ||G89.29"), header=header)
    assert result.batch.diagnoses["dx_code"].tolist() == ["M5416", "M4806", "G8929"]
    assert result.batch.diagnoses["dx_position"].tolist() == [1, 2, 4]


def test_one_column_of_diagnoses_needs_a_first_one():
    (reject,) = read(ROW.replace("M54.16", "|M48.06"), header=HEADER.replace("dx_code_1", "dx_codes")).rejects
    assert reject.column == "dx_codes"


@pytest.mark.parametrize("text", ["medicare_advantage", "Medicare Advantage", "MEDICARE-ADVANTAGE"])
def test_the_payer_type_is_one_of_a_list(text):
    assert with_columns(payer_type=text).batch.claims["payer_type"].tolist() == ["medicare_advantage"]


def test_a_payer_type_outside_the_list_rejects_and_a_blank_one_does_not():
    assert with_columns(payer_type="hmo").rejects[0].column == "payer_type"
    assert with_columns(payer_type="").batch.claims["payer_type"].isna().all()


@pytest.mark.parametrize(
    ("column", "text", "read_as"),
    [
        ("patient_sex", "female", "F"),
        ("subscriber_relationship_code", "Self", "18"),
        ("subscriber_relationship_code", "1", "01"),
        ("place_of_service_code", "2", "02"),
        ("bill_type_code", "0131", "131"),
        ("patient_state", "co", "CO"),
    ],
)
def test_a_spelling_that_can_mean_one_thing_only_is_taken_for_it(column, text, read_as):
    assert with_columns(**{column: text}).batch.claims[column].tolist() == [read_as]


def test_a_bill_type_or_revenue_codes_without_a_place_make_a_claim_institutional():
    assert with_columns(bill_type_code="131").batch.claims["claim_kind"].tolist() == ["institutional"]
    assert with_columns(revenue_center_code="360").batch.claims["claim_kind"].tolist() == ["institutional"]
    both = with_columns(revenue_center_code="360", place_of_service_code="22").batch
    assert both.claims["claim_kind"].tolist() == ["professional"]
    assert both.service_lines["revenue_center_code"].tolist() == ["0360"]


def test_a_line_with_a_revenue_code_needs_no_procedure():
    header = HEADER + ",revenue_center_code"
    assert read(ROW.replace("99213", "") + ",0250", header=header).rejects == []
    (reject,) = read(ROW.replace("99213", "") + ",", header=header).rejects
    assert reject.column == "procedure_code"


def test_units_are_one_without_a_column_and_unknown_in_a_blank_cell():
    assert read(ROW).batch.service_lines["quantity"].tolist() == [1.0]
    assert with_columns(quantity="2.5").batch.service_lines["quantity"].tolist() == [2.5]
    assert with_columns(quantity="").batch.service_lines["quantity"].isna().all()
    assert with_columns(quantity="two").rejects[0].column == "quantity"


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("payer_id", "P1"),
        ("dx_code_1", "M54.16"),
        ("procedure_code", "99213"),
        ("line_charge", "100.00"),
        ("service_from_date", "2026-10-02"),
    ],
)
def test_a_blank_in_a_required_column_rejects_its_claim_alone(column, cell):
    result = read(ROW.replace(cell, " "), ROW.replace("A1", "A2"))
    assert result.batch.claims["claim_id"].tolist() == ["A2"]
    assert [(one.claim_id, one.row, one.column) for one in result.rejects] == [("A1", 2, column)]
    assert result.claims_read == 2


def test_each_row_without_a_claim_id_counts_as_one_claim():
    result = read(ROW.replace("A1", ""), ROW, ROW.replace("A1", ""))
    assert [(one.claim_id, one.row, one.column) for one in result.rejects] == [
        (None, 2, "claim_id"),
        (None, 4, "claim_id"),
    ]
    assert result.claims_read == 3


def test_a_bad_line_rejects_the_whole_claim_at_its_first_fault():
    result = read(ROW, ROW.replace("2026-10-02", "x").replace("100.00", "y"), ROW.replace("100.00", "z"))
    assert [(one.row, one.column) for one in result.rejects] == [(3, "line_charge")]
    assert (len(result.batch), len(result.batch.service_lines), result.claims_read) == (0, 0, 1)


def test_rejects_never_hold_what_was_found():
    secret = "Doe^Jane"
    for column in (
        "payer_type",
        "patient_birth_date",
        "patient_sex",
        "total_charge",
        "quantity",
        "line_number",
        "dx_pointers",
    ):
        (reject,) = with_columns(**{column: secret}).rejects
        assert secret not in str(reject.to_json())


def test_rows_are_numbered_as_a_spreadsheet_shows_them():
    result = read(
        ROW + ',"two\nlines"',
        "",
        ROW.replace("A1", "A2") + ",",
        ",,,,,,",
        ROW.replace("A1", "A3").replace("100.00", "x") + ",",
        header=HEADER + ",line_note",
    )
    assert result.batch.claims["source_offset"].tolist() == [2, 4]
    assert [one.row for one in result.rejects] == [6]


def test_blank_rows_are_no_claims():
    result = read("", "   ", ",,,,,", ROW, "", "")
    assert (result.claims_read, result.rejects) == (1, [])
    assert result.batch.claims["source_offset"].tolist() == [5]


def test_a_ragged_row_rejects_the_claim_it_belongs_to():
    result = read(ROW, ROW + ",extra", ROW.replace("A1", "A2"))
    assert result.batch.claims["claim_id"].tolist() == ["A2"]
    assert [(one.claim_id, one.row) for one in result.rejects] == [("A1", 3)]
    assert result.claims_read == 2


def test_ragged_rows_of_one_unknown_claim_are_one_reject():
    result = read(ROW, "B7,short", "B7,short,too", "B8")
    assert [(one.claim_id, one.row) for one in result.rejects] == [("B7", 3), ("B8", 5)]
    assert result.claims_read == 3


def test_a_ragged_row_shows_no_claim_id_that_could_be_something_else():
    header = "payer_id,claim_id,dx_code_1,procedure_code,line_charge,service_from_date"
    result = read("P1,A1,M54.16,99213,1.00,2026-10-02", "P1,Doe,Jane,M54.16,99213,1.00,2026-10-02", header=header)
    assert [(one.claim_id, one.row) for one in result.rejects] == [(None, 3)]


def test_a_quote_left_open_is_told_with_its_row():
    rows = [ROW.replace("A1", f"A{number}") + ",fine" for number in range(1, 6)]
    rows[1] = rows[1].replace("fine", '"open')
    with pytest.raises(InputError, match=r"row 3: a quote is opened"):
        read(*rows, header=HEADER + ",line_note")


def test_a_quote_that_takes_in_the_next_row_is_told_though_the_cells_add_up():
    rows = [ROW.replace("A1", f"A{number}") + ",fine,1" for number in range(1, 6)]
    rows[1] = rows[1].replace("fine", '"open')
    rows[2] = rows[2].replace("fine", 'then"')
    with pytest.raises(InputError, match=r"row 3: a quote is opened"):
        read(*rows, header=HEADER + ",line_note,quantity")


def test_a_file_with_only_a_header_holds_no_claims():
    result = read()
    assert (len(result.batch), result.rejects, result.claims_read) == (0, [], 0)


def test_unknown_columns_are_ignored_and_named():
    assert read(ROW + ",x,y", header=HEADER + ",Colour,").ignored_columns == (
        "claims.csv: Colour",
        "claims.csv: column 8",
    )


def test_reading_twice_gives_the_same_tables():
    rows = [ROW.replace("A1", f"A{number % 7}").replace("100.00", f"{number}.00") for number in range(40)]
    one, other = read(*rows).batch, read(*rows).batch
    for name in ("claims", "service_lines", "diagnoses", "notes"):
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name))


def test_a_table_in_memory_is_read_as_its_csv_would_be():
    table = pa.table(
        {
            "Claim #": ["A1", "A1", "A2"],
            "payer_id": ["P1", "P1", "P2"],
            "dx_code_1": ["M54.16", None, "M54.16"],
            "procedure_code": ["99213", "20610", "99213"],
            "line_charge": [100.0, 20.5, 1.25],
            "service_from_date": [date(2026, 10, 2), date(2026, 10, 3), None],
            "denied": [1, 1, 0],
        }
    )
    result = read_claims_table(table, "labels.parquet")
    assert result.batch.service_lines["line_charge_cents"].tolist() == [10000, 2050]
    assert [(one.claim_id, one.row, one.column) for one in result.rejects] == [("A2", 4, "service_from_date")]
    assert result.ignored_columns == ("labels.parquet: denied",)
