"""Columns beyond the contract that are asked for by name."""

import gzip

import pytest

from risk.claims.tables import concat_batches
from risk.claims.validate import structural_failures
from risk.readers import read_claim_data, read_claims

HEADER = "claim_id,payer_id,dx_code_1,procedure_code,line_charge,service_from_date,Desk,wait\n"


def row(claim_id, desk, wait, charge="100.00", line="62323"):
    return f"{claim_id},P1,M54.9,{line},{charge},2026-10-15,{desk},{wait}\n"


def values_of(batch):
    ids = batch.claims["claim_id"]
    rows = batch.extra_values.itertuples()
    return {(ids[one.claim_key], one.name): one.value for one in rows}


def test_only_what_is_asked_for_is_kept():
    text = (HEADER + row("A", "north", 3) + row("B", "south", 4)).encode()
    plain = read_claim_data(text, "c.csv")
    assert plain.batch.extra_values.empty
    assert set(plain.ignored_columns) == {"c.csv: Desk", "c.csv: wait"}
    asked = read_claim_data(text, "c.csv", extras=["wait"])
    assert values_of(asked.batch) == {("A", "wait"): "3", ("B", "wait"): "4"}
    assert asked.ignored_columns == ("c.csv: Desk",)
    assert structural_failures(asked.batch) == []
    assert asked.batch.service_lines.equals(plain.batch.service_lines)
    assert asked.batch.claims.equals(plain.batch.claims)


def test_the_first_row_of_a_claim_counts_and_a_blank_says_nothing():
    text = HEADER + row("A", " north ", 3) + row("A", "south", 4, line="64483") + row("B", "", "") + row("B", "east", 9)
    batch = read_claim_data(text.encode(), "c.csv", extras=["Desk", "wait"]).batch
    assert values_of(batch) == {("A", "Desk"): "north", ("A", "wait"): "3"}


def test_values_stay_with_their_claims_where_others_are_rejected():
    text = (
        HEADER
        + "\n"
        + row("A", "one", 1, charge="x")
        + row("B", '"two, or\nthree"', 2)
        + "C,P1,short\n"
        + row("D", "four", 4)
    )
    result = read_claim_data(text.encode(), "c.csv", extras=["wait", "Desk"])
    assert len(result.rejects) == 2
    assert {key: value for key, value in values_of(result.batch).items() if key[1] == "wait"} == {
        ("B", "wait"): "2",
        ("D", "wait"): "4",
    }
    assert values_of(result.batch)["B", "Desk"].startswith("two, or")


def test_interleaved_claims_and_selections_keep_their_values():
    text = HEADER + row("A", "a", 1) + row("B", "b", 2) + row("A", "x", 8, line="64483") + row("C", "c", 3)
    batch = read_claim_data(text.encode(), "c.csv", extras=["Desk"]).batch
    assert values_of(batch) == {("A", "Desk"): "a", ("B", "Desk"): "b", ("C", "Desk"): "c"}
    assert values_of(batch.select([2, 0])) == {("C", "Desk"): "c", ("A", "Desk"): "a"}
    joined = concat_batches([batch.select([1]), batch.select([2])])
    assert values_of(joined) == {("B", "Desk"): "b", ("C", "Desk"): "c"}
    assert structural_failures(joined) == []


def test_files_with_and_without_the_column_are_read_together(tmp_path):
    (tmp_path / "with.csv.gz").write_bytes(gzip.compress((HEADER + row("A", "north", 3)).encode()))
    header = HEADER.replace(",Desk,wait", "")
    (tmp_path / "without.csv").write_text(header + row("B", "", "").rstrip(",\n") + "\n")
    result = read_claims([tmp_path / "without.csv", tmp_path / "with.csv.gz"], extras=["Desk", "nowhere"])
    assert len(result.batch) == 2
    assert values_of(result.batch) == {("A", "Desk"): "north"}


@pytest.mark.parametrize("name", ["payer_id", "claim_id"])
def test_a_column_of_the_contract_is_no_extra(name):
    batch = read_claim_data((HEADER + row("A", "north", 3)).encode(), "c.csv", extras=[name]).batch
    assert batch.extra_values.empty


def test_a_file_of_a_header_alone_has_no_values():
    assert read_claim_data(HEADER.encode(), "c.csv", extras=["Desk"]).batch.extra_values.empty
