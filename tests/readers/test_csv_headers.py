"""Which header means which column, and what is refused rather than guessed."""

from pathlib import Path

import pytest

from risk.errors import InputError
from risk.readers.csv_docs import csv_page
from risk.readers.csv_headers import ambiguous_headers, contract_columns, load_mapping, match_headers, squeezed

REQUIRED = ["claim_id", "payer_id", "dx_code_1", "procedure_code", "line_charge", "service_from_date"]
CONTRACT = """
    claim_id payer_id payer_name payer_type member_id subscriber_relationship_code patient_birth_date patient_sex
    patient_state billing_npi billing_taxonomy_code rendering_npi referring_npi facility_npi facility_state
    place_of_service_code bill_type_code claim_frequency_code submission_date prior_auth_number claim_note total_charge
    dx_code_1 dx_code_2 dx_code_3 dx_code_4 dx_code_5 dx_code_6 dx_code_7 dx_code_8 dx_code_9 dx_code_10 dx_code_11
    dx_code_12 line_number procedure_code modifier_1 modifier_2 modifier_3 modifier_4 quantity line_charge dx_pointers
    service_from_date service_to_date revenue_center_code line_note
"""


def test_every_column_of_the_contract_is_known_by_its_name():
    names = CONTRACT.split()
    layout = match_headers(names, "f")
    assert list(layout.positions) == names
    assert layout.ignored == ()
    assert [name for name, column in contract_columns().items() if column.required] == sorted(
        REQUIRED, key=list(contract_columns()).index
    )


def test_every_synonym_finds_its_column_and_no_header_means_two():
    for name, column in contract_columns().items():
        for synonym in column.synonyms:
            assert squeezed(synonym) not in ambiguous_headers(), synonym
            others = [one for one in REQUIRED if one != name]
            if name == "dx_codes":
                others.remove("dx_code_1")
            assert match_headers([*others, synonym], "f").positions[name] == len(others), synonym


@pytest.mark.parametrize(
    ("header", "column"),
    [
        ("Claim #", "claim_id"),
        ("CLAIM NO.", "claim_id"),
        ("DOS", "service_from_date"),
        ("CPT", "procedure_code"),
        ("HCPCS", "procedure_code"),
        ("Dx1", "dx_code_1"),
        ("ICD1", "dx_code_1"),
        ("ICD10_1", "dx_code_1"),
        ("Diagnosis Code 01", "dx_code_1"),
        ("Charges", "line_charge"),
    ],
)
def test_the_headers_of_billing_systems_are_recognised(header, column):
    headers = [header if name == column else name for name in REQUIRED]
    assert match_headers(headers, "f").positions[column] == REQUIRED.index(column)


@pytest.mark.parametrize(
    ("header", "column"),
    [("Mod1", "modifier_1"), ("Mod 2", "modifier_2"), ("POS", "place_of_service_code"), ("Units", "quantity"),
     ("Ins ID", "member_id"), ("Insurance", "payer_name"), ("Auth #", "prior_auth_number"), ("Dx 12", "dx_code_12"),
     ("DOB", "patient_birth_date"), ("TOB", "bill_type_code")],
)  # fmt: skip
def test_so_are_those_of_optional_columns(header, column):
    assert match_headers([*REQUIRED, header], "f").positions[column] == 6


def test_a_header_that_could_mean_two_columns_is_refused_by_name():
    with pytest.raises(
        InputError, match=r"column 7: the header 'NPI' could mean billing_npi or rendering_npi; .*--map"
    ):
        match_headers([*REQUIRED, "NPI"], "f")


def test_an_ambiguous_header_beside_both_its_columns_is_only_ignored():
    layout = match_headers([*REQUIRED, "billing_npi", "rendering_npi", "NPI"], "f")
    assert layout.ignored == ("f: NPI",)


def test_two_headers_for_one_column_are_refused_by_name():
    with pytest.raises(InputError, match=r"columns 7 and 8: both headers, 'Units' and 'Qty', mean quantity"):
        match_headers([*REQUIRED, "Units", "Qty"], "f")


def test_the_name_of_the_contract_wins_over_a_synonym():
    layout = match_headers([*REQUIRED, "Claim #"], "f")
    assert layout.positions["claim_id"] == 0
    assert layout.ignored == ("f: Claim #",)


def test_one_column_twice_is_refused():
    with pytest.raises(InputError, match="columns 1 and 7"):
        match_headers([*REQUIRED, "claim_id"], "f")


def test_diagnoses_in_both_layouts_are_refused():
    with pytest.raises(InputError, match="not in both"):
        match_headers([*REQUIRED, "dx_codes"], "f")


def test_a_missing_required_column_is_named_with_the_nearest_header():
    headers = [name for name in REQUIRED if name != "service_from_date"]
    with pytest.raises(InputError, match=r"required column service_from_date; the nearest header .* is 'Servce Date'"):
        match_headers([*headers, "Servce Date"], "f")


def test_a_first_row_that_is_no_header_is_not_shown():
    with pytest.raises(InputError) as error:
        match_headers(["A17", "Doe", "Jane", "1968-04-02", "M54.16"], "f")
    assert "first row of column names" in str(error.value)
    assert "Doe" not in str(error.value)


def mapping_file(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "map.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_mapping_names_settles_and_ignores_headers(tmp_path):
    path = mapping_file(tmp_path, '[columns]\n"Chg $" = "line_charge"\nNPI = "billing_npi"\n"Line Charges" = ""\n')
    headers = [name if name != "line_charge" else "Chg $" for name in REQUIRED]
    layout = match_headers([*headers, "NPI", "Line Charges"], "f", load_mapping(path))
    assert (layout.positions["line_charge"], layout.positions["billing_npi"]) == (4, 6)
    assert layout.ignored == ("f: Line Charges",)


def test_a_mapped_header_must_stand_in_the_file():
    with pytest.raises(InputError, match="expected the header 'Chg' that the mapping names"):
        match_headers(REQUIRED, "f", {"Chg": "line_charge"})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('[columns]\nChg = "line_chrge"\n', "did you mean line_charge"),
        ("columns = 3\n", "expected a table"),
        ("[columns]\nChg = 3\n", "expected a table"),
        ("Chg: line_charge\n", "expected TOML"),
    ],
)
def test_a_mapping_that_makes_no_sense_is_refused(tmp_path, text, expected):
    with pytest.raises(InputError, match=expected):
        load_mapping(mapping_file(tmp_path, text))


def test_a_mapping_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(InputError, match="readable mapping file"):
        load_mapping(tmp_path / "none.toml")


def test_the_page_about_the_csv_is_what_the_table_says():
    page = Path(__file__).resolve().parents[2] / "docs" / "csv.md"
    assert page.read_text(encoding="utf-8") == csv_page(), "run python -m risk.readers.csv_docs > docs/csv.md"


def test_the_example_on_the_page_reads_without_rejects():
    from risk.readers.claims_csv import read_claims_csv

    rows = [row[4:] for row in csv_page().splitlines() if row.startswith(("    claim_id,", "    A-1001,"))]
    result = read_claims_csv("\n".join(rows).encode(), "page")
    assert (len(result.batch), len(result.batch.service_lines), result.rejects) == (1, 2, [])
