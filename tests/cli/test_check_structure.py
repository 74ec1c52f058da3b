"""`check --structure` lists what is wrong with the files themselves, with its place and without its values."""

import csv
import json

import pytest

from risk.cli import run
from tests.cli.test_privacy import CLAIMS_837, assert_clean, planted_csv


@pytest.fixture
def faulty(tmp_path):
    path = tmp_path / "faulty.837"
    path.write_text(CLAIMS_837)
    return path


def test_a_sound_file_has_no_findings_and_no_rule_is_run(examples, capsys):
    assert run(["check", str(examples / "claims.837")]) == 1  # the rules do find something
    capsys.readouterr()
    assert run(["check", str(examples / "claims.837"), "--structure"]) == 0
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "+ rejected 0" in captured.err


def test_rejects_and_notes_are_listed_with_their_place(faulty, tmp_path, capsys):
    out = tmp_path / "s.jsonl"
    assert run(["check", str(faulty), "--structure", "-o", str(out)]) == 1
    assert "read 2 = checked 1 + rejected 1" in capsys.readouterr().err
    records = [json.loads(line) for line in out.read_text().splitlines()]
    assert {one["kind"] for one in records} == {"reject", "note"}
    assert [one["byte_offset"] for one in records] == sorted(one["byte_offset"] for one in records)
    reject = next(one for one in records if one["kind"] == "reject")
    assert (reject["claim_id"], reject["segment"], reject["element"], reject["loop"]) == ("C2", "CLM", "CLM02", "2300")
    controls = [reject[name] for name in ("interchange_control", "group_control", "transaction_control")]
    assert controls == ["000000001", "1", "0001"]
    assert reject["file"] == str(faulty)
    assert reject["expected"]
    assert faulty.read_bytes()[reject["byte_offset"] :].startswith(b"CLM*C2*")
    kept = json.loads((tmp_path / "s.jsonl.rejects.jsonl").read_text())
    assert (kept["claim_id"], kept["byte_offset"]) == ("C2", reject["byte_offset"])


def test_stdout_and_csv_say_the_same(faulty, tmp_path, capsys):
    assert run(["check", str(faulty), "--structure", "-o", str(tmp_path / "s.csv")]) == 1
    assert run(["check", str(faulty), "--structure"]) == 1
    shown = capsys.readouterr().out.splitlines()
    with (tmp_path / "s.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(shown) == len(rows) > 1
    for line, row in zip(shown, rows, strict=True):
        assert line.startswith(f"{row['file']}, segment {row['segment_number']}")
        assert line.endswith(f"{row['kind']}: {row['expected']}")
        assert f"byte {row['byte_offset']}" in line
        assert f"interchange {row['interchange_control']}" in line
    assert any("claim C2" in line for line in shown)


def test_notes_alone_are_findings(tmp_path, capsys):
    whole = CLAIMS_837.split("CLM*C2*")[0] + "SE*99*0001~GE*1*1~IEA*1*000000001~"
    (tmp_path / "n.837").write_text(whole)
    assert run(["check", str(tmp_path / "n.837"), "--structure"]) == 1
    captured = capsys.readouterr()
    assert "SE01" in captured.out
    assert ": note: " in captured.out
    assert "rejected 0" in captured.err
    assert "note:" not in captured.err  # said once


def test_rows_of_a_csv_are_named_and_files_keep_their_order(tmp_path, faulty, capsys):
    (tmp_path / "a.csv").write_text(planted_csv())
    assert run(["check", str(faulty), str(tmp_path / "a.csv"), "--structure"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if "a.csv" in line] == lines[-2:]
    assert "a.csv, row 3, column patient_birth_date (claim B1): reject: " in lines[-2]


def test_nothing_of_a_patient_is_shown(tmp_path, faulty, capsys):
    (tmp_path / "a.csv").write_text(planted_csv())
    out = tmp_path / "out"
    out.mkdir()
    files = [str(faulty), str(tmp_path / "a.csv")]
    for name in ("s.jsonl", "s.csv"):
        assert run(["check", *files, "--structure", "-o", str(out / name)]) == 1
    assert run(["check", *files, "--structure"]) == 1
    captured = capsys.readouterr()
    assert captured.out
    assert_clean(captured.out + captured.err, "what is printed")
    for path in out.iterdir():
        assert_clean(path.read_text(), path.name)


@pytest.mark.parametrize("content", ["", "%PDF-1.7", "ISA*00*"])
def test_what_cannot_be_read_at_all_is_exit_2(tmp_path, capsys, content):
    (tmp_path / "x.837").write_text(content)
    assert run(["check", str(tmp_path / "x.837"), "--structure"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert len(captured.err.splitlines()) == 1


@pytest.mark.parametrize("option", [["--select", "LAT"], ["--ignore", "LAT"], ["--payer-terms", "terms.toml"]])
def test_options_of_the_rules_are_refused(examples, capsys, option):
    assert run(["check", str(examples / "claims.csv"), "--structure", *option]) == 2
    assert option[0] in capsys.readouterr().err


def test_another_suffix_is_refused(faulty, tmp_path, capsys):
    assert run(["check", str(faulty), "--structure", "-o", str(tmp_path / "s.txt")]) == 2
    assert ".csv or .jsonl" in capsys.readouterr().err
