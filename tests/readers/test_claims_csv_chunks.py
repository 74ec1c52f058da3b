"""A CSV read in chunks is the same CSV."""

import gzip

import pandas as pd
import pytest

from risk.claims import concat_batches
from risk.errors import InputError
from risk.readers import csv_records
from risk.readers.claims_csv import read_claims_csv
from risk.readers.csv_chunks import iter_claims_csv

HEADER = "claim_id,payer_id,dx_code_1,procedure_code,line_charge,service_from_date,line_note"


def text_of(claims=50, *, lines=3):
    rows = []
    for number in range(claims):
        for line in range(1 + number % lines):
            note = '"two\nlines, with a comma"' if line == 1 else "x" * (number % 5)
            charge = "ten" if number % 11 == 10 else f"{line + 1}.00"
            rows.append(f"C{number},P{number % 3},M54.16,99213,{charge},2026-10-{1 + number % 28:02},{note}")
        if number % 13 == 5:
            rows += ["", f"C{number},ragged"]
        if number % 13 == 3:
            rows.insert(-1 - number % lines, f"C{number},ragged before")
        if number % 13 == 6:
            rows.append(",P1,M54.16,99213,1.00,2026-10-01,")
    return "\n".join([HEADER, *rows, ""])


@pytest.fixture
def small_blocks(monkeypatch):
    monkeypatch.setattr(csv_records, "BLOCK_BYTES", 400)


def assert_same(batch, other):
    for name in ("claims", "service_lines", "diagnoses", "notes"):
        pd.testing.assert_frame_equal(getattr(batch, name), getattr(other, name))


@pytest.mark.parametrize("chunk_claims", [1, 7, 50, 1000])
def test_chunks_add_up_to_the_whole(tmp_path, small_blocks, chunk_claims):
    path = tmp_path / "claims.csv"
    path.write_text(text_of(), encoding="utf-8")
    whole = read_claims_csv(path.read_bytes(), str(path))
    chunks = list(iter_claims_csv(path, chunk_claims=chunk_claims))
    assert_same(concat_batches([chunk.batch for chunk in chunks]), whole.batch)
    assert sum(chunk.claims_read for chunk in chunks) == whole.claims_read == 50 + 4
    assert sorted((reject for chunk in chunks for reject in chunk.rejects), key=lambda one: one.row) == whole.rejects
    assert max(len(chunk.batch) for chunk in chunks) <= chunk_claims


def test_a_gzipped_file_is_read_in_chunks_too(tmp_path):
    path = tmp_path / "claims.csv.gz"
    path.write_bytes(gzip.compress(text_of(20).encode("utf-16")))
    assert sum(chunk.claims_read for chunk in iter_claims_csv(path, chunk_claims=6)) == 20 + 2


def test_a_file_without_rows_gives_one_empty_result(tmp_path):
    path = tmp_path / "claims.csv"
    path.write_text(HEADER + ",Colour\n", encoding="utf-8")
    (only,) = iter_claims_csv(path)
    assert (only.claims_read, only.ignored_columns) == (0, (f"{path}: Colour",))


def test_a_file_of_ragged_rows_loses_none(tmp_path):
    path = tmp_path / "claims.csv"
    path.write_text(HEADER + "\nA1,x\nA2,y\n", encoding="utf-8")
    (only,) = iter_claims_csv(path)
    assert [(one.claim_id, one.row) for one in only.rejects] == [("A1", 2), ("A2", 3)]


def test_faults_deep_in_the_file_are_told(tmp_path, small_blocks):
    open_quote, nul, cut = tmp_path / "quote.csv", tmp_path / "nul.csv", tmp_path / "cut.csv.gz"
    open_quote.write_text(text_of() + 'Z,P1,M54.16,99213,1.00,2026-10-01,"open\n' + text_of(9), encoding="utf-8")
    nul.write_bytes(text_of().encode() + b"\x00")
    cut.write_bytes(gzip.compress(text_of().encode())[:-20])
    for path, expected in ((open_quote, "quote is opened"), (nul, "NUL"), (cut, "ends too early")):
        with pytest.raises(InputError, match=expected):
            list(iter_claims_csv(path, chunk_claims=5))


def test_an_837_is_not_taken_for_csv(tmp_path):
    path = tmp_path / "claims.837"
    path.write_text("ISA*00*          *00*", encoding="utf-8")
    with pytest.raises(InputError, match="this is X12"):
        next(iter_claims_csv(path))
