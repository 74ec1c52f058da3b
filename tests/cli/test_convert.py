"""`convert` writes the CSV contract: what it writes reads back as what was read, and nothing is dropped in silence."""

import json
import os
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from risk.claims.tables import TABLES
from risk.claims.tables_837 import TABLES_OF_837
from risk.cli import run
from risk.readers import read_claims, read_claims_table
from tests.cli.test_privacy import CLAIMS_837, FIRST, NAME

SHARED = Path(os.environ.get("DENIAL_RISK_SHARED") or Path(__file__).resolve().parents[3] / "shared")
FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
CORPUS = sorted((SHARED / "corpus" / "837p").glob("*"))

#: What the CSV contract has no column for, apart from the tables that only an 837 fills.
NOT_CARRIED = ["source_file", "source_offset", "dx_qualifier"]

HEADER = "claim_id,payer_id,dx_code_1,line_number,procedure_code,line_charge,service_from_date"


def row(claim_id, line_number, charge="10.00"):
    return f"{claim_id},P1,M54.16,{line_number},99213,{charge},2026-10-01"


def csv_file(path, *rows):
    path.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    return str(path)


def assert_carried(read, written):
    assert len(written) > 0
    for name in TABLES.keys() - TABLES_OF_837.keys():
        left, right = (getattr(batch, name) for batch in (read, written))
        dropped = [column for column in NOT_CARRIED if column in left.columns]
        pd.testing.assert_frame_equal(left.drop(columns=dropped), right.drop(columns=dropped))


@pytest.mark.parametrize("example", ["claims.csv", "claims.837"])
def test_what_is_converted_reads_back_as_what_was_read(examples, tmp_path, capsys, example):
    out = tmp_path / "claims.csv"
    assert run(["convert", str(examples / example), "-o", str(out)]) == 0
    read = read_claims(examples / example)
    assert_carried(read.batch, read_claims(out).batch)
    count = len(read.batch)
    assert f"read {count} = converted {count} + rejected 0" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["claims.csv"]


def test_what_only_an_837_says_is_converted_too(tmp_path):
    """Also what stands once per diagnosis or line, and only the columns that say something."""
    text = (FIXTURES / "institutional.837").read_text(encoding="utf-8")
    text = text.replace("ABF>G894", "ABF>G894>>>>>>>N").replace(
        "DTP|472|D8|20261002^", "DTP|472|D8|20261002^REF|6R|L1^"
    )
    source, out = tmp_path / "in.837", tmp_path / "out.csv"
    source.write_text(text, encoding="utf-8")
    assert run(["convert", str(source), "-o", str(out)]) == 0
    header = out.read_text(encoding="utf-8").split("\n", 1)[0].split(",")
    assert {"attending_npi", "admission_date", "drg_code", "present_on_admission", "line_control_number"} <= set(header)
    assert "accident_date" not in header
    read, written = read_claims(source).batch, read_claims(out).batch
    assert set(read.diagnoses["present_on_admission"].dropna()) == {"Y", "N"}
    assert_carried(read, written)


def test_a_converted_csv_converts_to_the_same_bytes(examples, tmp_path):
    first, second = tmp_path / "1.csv", tmp_path / "2.csv"
    assert run(["convert", str(examples / "claims.837"), str(examples / "claims.csv"), "-o", str(first)]) == 0
    assert run(["convert", str(first), "-o", str(second)]) == 0
    assert first.read_bytes() == second.read_bytes()


def test_parquet_has_the_same_columns_with_types_and_the_same_claims(examples, tmp_path):
    out, again, text = (tmp_path / name for name in ("1.parquet", "2.parquet", "c.csv"))
    for path in (out, again, text):
        assert run(["convert", str(examples / "claims.837"), "-o", str(path)]) == 0
    assert out.read_bytes() == again.read_bytes()
    table = pq.read_table(out)
    assert table.column_names == text.read_text(encoding="utf-8").split("\n", 1)[0].split(",")
    kinds = {name: str(table.schema.field(name).type) for name in table.column_names}
    assert kinds["line_charge"] == kinds["total_charge"] == "decimal128(18, 2)"
    assert kinds["service_from_date"] == kinds["patient_birth_date"] == "date32[day]"
    assert (kinds["line_number"], kinds["quantity"], kinds["procedure_code"]) == ("int64", "double", "string")
    assert_carried(read_claims(examples / "claims.837").batch, read_claims_table(table, "1.parquet").batch)


def test_rejects_are_counted_and_kept_beside_the_output(tmp_path, capsys):
    file = csv_file(tmp_path / "in.csv", row("A", 1), row("B", 1, charge="ten"), row("C", 1))
    out = tmp_path / "out.csv"
    assert run(["convert", file, "-o", str(out)]) == 0
    assert "read 3 = converted 2 + rejected 1" in capsys.readouterr().err
    rejects = [json.loads(line) for line in (tmp_path / "out.csv.rejects.jsonl").read_text().splitlines()]
    assert [(one["claim_id"], one["row"], one["column"]) for one in rejects] == [("B", 3, "line_charge")]
    assert list(read_claims(out).batch.claims["claim_id"]) == ["A", "C"]


def test_a_claim_that_the_csv_cannot_carry_is_a_reject_with_its_place(tmp_path, capsys):
    source, out = tmp_path / "in.837", tmp_path / "out.csv"
    source.write_text(CLAIMS_837.replace("~HI*ABK:M549~LX*1~SV1*HC:62323*500", "~LX*1~SV1*HC:62323*500"))
    assert run(["convert", str(source), "-o", str(out)]) == 0
    assert "read 2 = converted 0 + rejected 2" in capsys.readouterr().err
    first = json.loads((tmp_path / "out.csv.rejects.jsonl").read_text().splitlines()[0])
    assert (first["claim_id"], first["segment"], first["column"]) == ("C1", "CLM", "dx_code_1")
    assert source.read_bytes()[first["byte_offset"] :].startswith(b"CLM*C1*")
    assert read_claims(out).claims_read == 0


def test_a_nul_in_a_text_costs_its_claim_and_no_other(tmp_path, capsys):
    source, out = tmp_path / "in.837", tmp_path / "out.csv"
    good = CLAIMS_837.split("CLM*C2*")[0]
    second = good[good.index("CLM*C1*") :].replace("CLM*C1*", "CLM*C3*")
    source.write_text(good.replace("INTRACTABLE", "INTR\0ACTABLE") + second + "SE*36*0001~GE*1*1~IEA*1*000000001~")
    assert run(["convert", str(source), "-o", str(out)]) == 0
    assert "read 2 = converted 1 + rejected 1" in capsys.readouterr().err
    reject = json.loads((tmp_path / "out.csv.rejects.jsonl").read_text())
    assert (reject["claim_id"], reject["column"]) == ("C1", "claim_note")
    assert read_claims(out).batch.claims["claim_id"].tolist() == ["C3"]


def test_claims_of_one_id_that_would_be_read_as_one_are_told_apart_or_rejected(tmp_path, capsys):
    apart = [csv_file(tmp_path / "a.csv", row("X", 1), row("X", 2)), csv_file(tmp_path / "b.csv", row("X", 1))]
    out = tmp_path / "out.csv"
    assert run(["convert", *apart, "-o", str(out)]) == 0
    assert read_claims(out).batch.service_lines["claim_key"].tolist() == [0, 0, 1]
    merged = [csv_file(tmp_path / "c.csv", row("X", 1), row("Y", 1)), csv_file(tmp_path / "d.csv", row("X", 2))]
    assert run(["convert", *merged, "-o", str(out)]) == 0
    assert "read 3 = converted 2 + rejected 1" in capsys.readouterr().err
    reject = json.loads((tmp_path / "out.csv.rejects.jsonl").read_text())
    assert (reject["file"], reject["claim_id"], reject["row"]) == (merged[1], "X", 2)
    assert read_claims(out).batch.claims["claim_id"].tolist() == ["X", "Y"]


def test_no_patient_name_is_converted(tmp_path):
    (tmp_path / "in.837").write_text(CLAIMS_837)
    out = tmp_path / "out.csv"
    assert run(["convert", str(tmp_path / "in.837"), "-o", str(out)]) == 0
    text = out.read_text(encoding="utf-8")
    assert "C1" in text
    assert NAME not in text
    assert FIRST not in text


@pytest.mark.parametrize("name", ["out.jsonl", "out", "-"])
def test_another_suffix_is_refused_before_anything_is_read(examples, tmp_path, monkeypatch, capsys, name):
    monkeypatch.chdir(tmp_path)
    assert run(["convert", str(examples / "claims.csv"), "-o", name]) == 2
    assert "expected a name that ends in .csv or .parquet" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_the_file_that_is_read_is_not_written_over(tmp_path, capsys):
    file = csv_file(tmp_path / "in.csv", row("A", 1), row("B", 1, charge="ten"))
    before = Path(file).read_bytes()
    assert run(["convert", file, "-o", file]) == 2
    assert "other than the files that are read" in capsys.readouterr().err
    assert Path(file).read_bytes() == before


def test_a_file_without_claims_leaves_no_output(tmp_path):
    (tmp_path / "in.csv").write_text("a,b\n1,2\n")
    assert run(["convert", str(tmp_path / "in.csv"), "-o", str(tmp_path / "out.csv")]) == 2
    assert [path.name for path in tmp_path.iterdir()] == ["in.csv"]


@pytest.mark.skipif(not CORPUS, reason="no corpus of other writers' files; DENIAL_RISK_SHARED can name its folder")
@pytest.mark.parametrize("source", CORPUS, ids=lambda path: path.name)
def test_claims_and_lines_of_other_writers_are_all_converted_or_rejected(tmp_path, source):
    out = tmp_path / "out.csv"
    assert run(["convert", str(source), "-o", str(out), "--quiet"]) == 0
    beside = tmp_path / "out.csv.rejects.jsonl"
    rejects = [json.loads(line) for line in beside.read_text().splitlines()] if beside.exists() else []
    read, written = read_claims(source), read_claims(out)
    assert written.rejects == []
    assert read.claims_read == len(written.batch) + len(rejects)
    refused = read.batch.claims["source_offset"].isin([one["byte_offset"] for one in rejects]).to_numpy()
    kept = read.batch.select(read.batch.claims.index[~refused])
    assert len(written.batch) == len(kept)
    columns = ["claim_key", "line_number", "procedure_code", "line_charge_cents", "quantity", "service_from_date"]
    pd.testing.assert_frame_equal(written.batch.service_lines[columns], kept.service_lines[columns])
