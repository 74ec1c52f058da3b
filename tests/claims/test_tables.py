from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from risk.claims import concat_batches, empty_batch, make_batch, structural_failures
from risk.claims.examples import batch_of, claim, line
from risk.claims.tables import TABLES


def two_claims():
    return batch_of(
        claim(claim_id="A", prior_auth_number="AUTH-1"),
        claim(
            claim_id="B",
            bill_type_code="131",
            claim_kind="institutional",
            lines=[line("64483", day=4, pointers=()), line("62323", day=2, pointers=(), note="n")],
            dx=["M54.16", "M48.062"],
            note="of the claim",
        ),
    )


def test_example_claims_are_sound():
    assert structural_failures(two_claims()) == []


def test_the_empty_batch_has_every_column_and_is_sound():
    assert structural_failures(empty_batch()) == []
    assert len(empty_batch()) == 0


def test_a_line_takes_from_its_claim_what_it_lacks():
    batch = batch_of(claim(rendering_npi="1", lines=[line("99213"), line("20553", rendering_npi="2")]))
    assert batch.service_lines["rendering_npi"].tolist() == ["1", "2"]
    assert batch.service_lines["place_of_service_code"].tolist() == ["11", "11"]


def test_claim_columns_join_to_lines_by_key():
    lines = two_claims().lines_with("claim_id", "payer_type")
    assert lines["claim_id"].tolist() == ["A", "B", "B"]


def test_selecting_claims_renumbers_keys_everywhere():
    chosen = two_claims().select([1])
    assert structural_failures(chosen) == []
    assert chosen.claims["claim_id"].tolist() == ["B"]
    assert chosen.notes["note_text"].tolist() == ["of the claim", "n"]


def test_claims_that_stand_together_are_the_same_cut_out_or_taken():
    batch = concat_batches([two_claims(), with_codes(), two_claims()])
    together, apart = batch.select(range(1, 6)), batch.select([1, 2, 3, 4, 5, 0]).select([0, 1, 2, 3, 4])
    assert structural_failures(together) == []
    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(together, name), getattr(apart, name))


def test_tables_that_are_the_very_same_are_not_looked_at_again():
    batch = two_claims()
    broken = replace(batch, service_lines=batch.service_lines.assign(claim_key=9))
    assert {one.table for one in structural_failures(broken, since=batch)} == {"service_lines"}
    assert structural_failures(broken, since=broken) == []


def test_a_column_that_is_there_twice_is_named():
    batch = two_claims()
    twice = replace(batch, notes=pd.concat([batch.notes, batch.notes["note_text"]], axis=1))
    assert [str(one) for one in structural_failures(twice)] == ["notes.note_text: expected no such column"]


def test_joining_batches_keeps_each_claims_rows():
    joined = concat_batches([two_claims(), empty_batch(), two_claims()])
    assert structural_failures(joined) == []
    assert joined.lines_with("claim_id")["claim_id"].tolist() == ["A", "B", "B", "A", "B", "B"]


def test_service_dates_of_a_claim_span_its_lines():
    batch = two_claims()
    assert batch.first_service_date.tolist() == [pd.Timestamp("2026-10-01"), pd.Timestamp("2026-10-02")]
    assert batch.last_service_date.tolist() == [pd.Timestamp("2026-10-01"), pd.Timestamp("2026-10-04")]


def test_lines_of_a_claim_without_any_pointer_take_every_diagnosis():
    batch = batch_of(claim(lines=[line("64483", pointers=())], dx=["M54.16", "M48.062"]))
    assert batch.line_diagnoses["dx_code"].tolist() == ["M5416", "M48062"]
    half = batch_of(claim(lines=[line("64483", pointers=()), line("99213")], dx=["M54.16"]))
    assert half.line_diagnoses["line_number"].tolist() == [2]


def test_institutional_lines_take_every_diagnosis_of_their_claim():
    reached = two_claims().line_diagnoses
    assert reached.loc[reached["claim_key"] == 1, "dx_code"].tolist() == ["M5416", "M48062", "M5416", "M48062"]


def test_a_pointer_to_nothing_reaches_no_diagnosis():
    batch = batch_of(claim(lines=[line("99213", pointers=(1, 7))]))
    assert batch.line_diagnoses["dx_position"].tolist() == [1]


def test_columns_no_table_declares_are_refused():
    with pytest.raises(ValueError, match="nickname"):
        make_batch({"claim_id": ["A"], "nickname": ["x"]}, {}, {})


@pytest.mark.parametrize(
    ("table", "column", "value", "expected"),
    [
        ("claims", "claim_key", 7, "the row's position"),
        ("claims", "claim_id", None, "a value"),
        ("service_lines", "claim_key", 9, "the key of a claim"),
        ("service_lines", "line_number", 0, "1 or more"),
        ("diagnoses", "dx_position", 0, "1 or more"),
    ],
)
def test_each_broken_promise_is_located(table, column, value, expected):
    batch = two_claims()
    frame = getattr(batch, table).copy()
    frame.loc[0, column] = value
    broken = type(batch)(**{name: getattr(batch, name) for name in TABLES} | {table: frame})
    failures = structural_failures(broken)
    assert any((f.table, f.column, f.row, f.expected) == (table, column, 0, expected) for f in failures)
    assert f"{table}.{column}, row 0" in str(failures[0])


def test_a_column_that_is_missing_surplus_or_of_another_type_is_named():
    batch = two_claims()
    lines = batch.service_lines.drop(columns="quantity").assign(extra=1, procedure_code=np.arange(3))
    broken = type(batch)(batch.claims, lines, batch.diagnoses, batch.notes)
    named = {(failure.column, failure.expected) for failure in structural_failures(broken)}
    assert named == {("quantity", "the column to exist"), ("extra", "no such column"), ("procedure_code", "type str")}


def with_codes():
    claims = {"claim_id": ["A", "B", "C"], "claim_kind": ["professional"] * 3}
    codes = {"claim_key": [2, 0, 2], "position": [2, 1, 1], "code_kind": ["condition"] * 3, "code": ["2", "0", "1"]}
    return make_batch(claims, {}, {}, claim_codes=codes)


def test_tables_that_only_an_837_fills_are_empty_unless_given():
    assert len(two_claims().claim_codes) == 0
    assert structural_failures(with_codes()) == []
    assert with_codes().claim_codes["code"].tolist() == ["0", "1", "2"]
    with pytest.raises(ValueError, match="no such table: codes"):
        make_batch({}, {}, {}, codes={})


def test_tables_that_only_an_837_fills_go_with_their_claims():
    batch = with_codes()
    chosen = batch.select([2, 1])
    assert chosen.claim_codes[["claim_key", "code"]].to_numpy().tolist() == [[0, "1"], [0, "2"]]
    joined = concat_batches([two_claims(), batch, empty_batch(), chosen])
    assert joined.claim_codes["claim_key"].tolist() == [2, 4, 4, 5, 5]
    assert structural_failures(joined) == []
