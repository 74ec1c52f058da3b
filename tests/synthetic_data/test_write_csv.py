import pytest

from risk.claims import empty_batch
from risk.claims.examples import batch_of, claim, line
from synthetic_data.write_csv import csv_layout, write_claims_csv


def cells(batch, column):
    return csv_layout(batch)[column].to_pylist()


def test_the_layout_has_the_columns_of_the_contract_and_a_row_for_each_line():
    layout = csv_layout(batch_of(claim(lines=[line("99213"), line("20610")]), claim()))
    assert len(layout) == 3
    assert layout.column_names[:3] == ["claim_id", "payer_id", "payer_name"]
    assert layout.column_names[-3:] == ["service_to_date", "revenue_center_code", "line_note"]
    assert len(layout.column_names) == 47


def test_money_dates_codes_and_pointers_are_written_as_people_write_them():
    batch = batch_of(
        claim(dx=["M54.16", "M96"], lines=[line("62323", charge="1200.05", pointers=[1, 2], quantity=2.0)])
    )
    assert cells(batch, "line_charge") == cells(batch, "total_charge") == ["1200.05"]
    assert cells(batch, "service_from_date") == ["2026-10-01"]
    assert (cells(batch, "dx_code_1"), cells(batch, "dx_code_2")) == (["M54.16"], ["M96"])
    assert cells(batch, "dx_pointers") == ["1:2"]
    assert cells(batch, "quantity") == ["2"]


@pytest.mark.parametrize(
    ("cents", "dollars"), [(0, "0.00"), (5, "0.05"), (-5, "-0.05"), (-12345, "-123.45"), (10**12, "10000000000.00")]
)
def test_cents_become_dollars_exactly(cents, dollars):
    assert cells(batch_of(claim(lines=[line("99213", line_charge_cents=cents)])), "line_charge") == [dollars]


def test_more_than_twelve_diagnoses_are_written_in_one_column():
    batch = batch_of(claim(dx=[f"M54.{number}" for number in range(10, 23)]), claim(dx=["G89.29"]))
    layout = csv_layout(batch)
    assert "dx_code_1" not in layout.column_names
    assert layout["dx_codes"].to_pylist()[1] == "G89.29"
    assert layout["dx_codes"].to_pylist()[0].count("|") == 12


def test_what_a_line_has_of_its_own_is_written_on_its_row():
    batch = batch_of(claim(lines=[line("99213"), line("62323", place_of_service_code="24")]))
    assert cells(batch, "place_of_service_code") == ["11", "24"]


def test_several_notes_of_a_line_are_joined():
    batch = batch_of(claim(lines=[line("99213", note="first")]))
    notes = batch.notes.loc[[0, 0]].assign(note_text=["first", "second"]).reset_index(drop=True)
    assert cells(type(batch)(batch.claims, batch.service_lines, batch.diagnoses, notes), "line_note") == [
        "first\nsecond"
    ]


def test_a_claim_without_lines_cannot_be_written():
    with pytest.raises(ValueError, match="1 claims have no service line"):
        csv_layout(batch_of(claim(lines=[])))


def test_cells_that_need_it_are_quoted(tmp_path):
    write_claims_csv(batch_of(claim(payer_name='A "B", C', note="two\nlines")), tmp_path / "c.csv")
    text = (tmp_path / "c.csv").read_text(encoding="utf-8")
    assert '"A ""B"", C"' in text
    assert '"two\nlines"' in text
    assert text.startswith("claim_id,payer_id,")


def test_no_claims_are_a_header(tmp_path):
    write_claims_csv(empty_batch(), tmp_path / "c.csv")
    assert (tmp_path / "c.csv").read_bytes().count(b"\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["c.csv"]
