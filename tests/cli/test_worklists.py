"""The formats for people, as the command writes them: workbook and page."""

import json
import os
import re
import subprocess
import sys

import openpyxl
import pytest

from risk.cli import run

HEADER = "claim_id,payer_id,payer_name,dx_code_1,procedure_code,line_charge,service_from_date,dx_pointers"


@pytest.fixture
def claims(tmp_path):
    def write(*ids, dx_code="M54.16"):
        path = tmp_path / "claims.csv"
        rows = [f'"{one}",P1,"{one}",{dx_code},99213,100.00,2026-10-01,1' for one in ids]
        path.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
        return str(path)

    return write


def records_in_page(text):
    data = json.loads(re.search(r'id="data">(.*?)</script>', text, re.DOTALL)[1])
    return [claim | {"versions": data["versions"]} for claim in data["claims"]]


def by_id(records):
    return sorted(records, key=lambda record: record["claim_id"])


def test_workbook_and_page_say_what_json_lines_say(in_workspace, examples, tmp_path):
    sources = [str(examples / "claims.837"), str(examples / "claims.csv")]
    for name in ("s.jsonl", "s.xlsx", "s.html"):
        assert run(["score", *sources, "-o", str(tmp_path / name), "--quiet"]) == 0
    records = [json.loads(line) for line in (tmp_path / "s.jsonl").read_text().splitlines()]
    assert by_id(records_in_page((tmp_path / "s.html").read_text(encoding="utf-8"))) == by_id(records)
    sheets = openpyxl.load_workbook(tmp_path / "s.xlsx").worksheets[1:]
    shown = {
        (sheet.title, *(row[column].value for column in (0, 1, 2, 3)))
        for sheet in sheets
        for row in sheet.iter_rows(min_row=2)
    }
    keys = ("queue", "claim_id", "denial_risk", "risk_band", "expected_denied_amount")
    assert shown == {tuple(record[key] for key in keys) for record in records}


@pytest.mark.parametrize("name", ["s.xlsx", "s.html"])
def test_two_runs_give_the_same_bytes(name, examples, tmp_path):
    runs = []
    for _ in range(2):
        assert run(["score", str(examples / "claims.csv"), "--rules-only", "-o", str(tmp_path / name)]) == 0
        runs.append((tmp_path / name).read_bytes())
    assert runs[0] == runs[1]


def test_a_format_may_be_named_for_any_suffix(claims, tmp_path):
    source = claims("A")
    for name in ("xlsx", "html"):
        assert run(["score", source, "--rules-only", "--format", name.upper(), "-o", str(tmp_path / "list.out")]) == 0
        content = (tmp_path / "list.out").read_bytes()
        assert content.startswith(b"PK" if name == "xlsx" else b"<!doctype html>")


def test_a_workbook_needs_a_file_and_says_so_before_anything_is_read(capsys):
    assert run(["score", "absent.csv", "--format", "xlsx"]) == 2
    captured = capsys.readouterr()
    assert captured.err.splitlines() == ["denial-risk: --format xlsx: expected a file to write to; add -o scores.xlsx"]
    assert captured.out == ""


def test_a_page_may_go_to_stdout(claims, capsys):
    assert run(["score", claims("A"), "--rules-only", "--format", "html"]) == 0
    assert [one["claim_id"] for one in records_in_page(capsys.readouterr().out)] == ["A"]


@pytest.mark.skipif(os.name != "posix", reason="a pipe by a name")
def test_a_workbook_may_go_through_a_pipe(claims, tmp_path):
    call = [sys.executable, "-m", "risk.cli", "score", claims("A"), "--rules-only", "-o", "/dev/stdout"]
    done = subprocess.run([*call, "--format", "xlsx"], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    (tmp_path / "piped.xlsx").write_bytes(done.stdout)
    assert "summary" in openpyxl.load_workbook(tmp_path / "piped.xlsx").sheetnames


def test_capacity_lists_that_many_and_adds_up_those(examples, tmp_path):
    for name in ("s.jsonl", "s.html", "s.xlsx"):
        source = str(examples / "claims.csv")
        assert run(["score", source, "--rules-only", "--capacity", "3", "-o", str(tmp_path / name), "--quiet"]) == 0
    records = [json.loads(line) for line in (tmp_path / "s.jsonl").read_text().splitlines()]
    text = (tmp_path / "s.html").read_text(encoding="utf-8")
    data = json.loads(re.search(r'id="data">(.*?)</script>', text, re.DOTALL)[1])
    costly = [records_in_page(text)[place] for place in data["lists"]["most costly"]]
    assert costly == records
    assert "<dt>Claims</dt><dd>3</dd>" in text
    book = openpyxl.load_workbook(tmp_path / "s.xlsx")
    assert [row[0] for row in book["most costly"].iter_rows(min_row=2, values_only=True)] == [
        one["claim_id"] for one in records
    ]
    sheets = book.worksheets[3:]
    assert {row[0].value for sheet in sheets for row in sheet.iter_rows(min_row=2)} == {
        record["claim_id"] for record in records
    }


def test_with_a_model_each_list_says_what_it_caught_on_validation(in_workspace, examples, capsys):
    assert run(["score", str(examples / "claims.csv"), "--capacity", "3"]) == 0
    said = capsys.readouterr()
    shares = [
        tuple(int(one) for one in found)
        for found in re.findall(
            r"held\s+(\d+)% of the denials\s+and\s+(\d+)% of the\s+denied\s+dollars", " ".join(said.out.split())
        )
    ]
    (costly_denials, costly_dollars), (likely_denials, likely_dollars) = shares
    assert 10 < costly_denials <= likely_denials < 100
    assert 10 < likely_dollars < 100
    assert likely_dollars - 5 <= costly_dollars < 100  # of some fifty denials: to chance
    assert "of the charge" not in said.err


def test_nothing_a_file_says_is_a_formula_or_markup(claims, tmp_path):
    ids = ["=cmd|'/c calc'!A1", "+1", "-1", "@SUM(1)", "</script><script>x</script>", "<img src=x onerror=y>"]
    source = claims(*ids)
    for name in ("s.csv", "s.xlsx", "s.html", "s.jsonl"):
        assert run(["score", source, "--rules-only", "-o", str(tmp_path / name), "--quiet"]) == 0
    rows = (tmp_path / "s.csv").read_text().splitlines()[1:]
    assert [row.split(",")[0] for row in rows] == [f"'{one}" for one in ids[:4]] + ids[4:]
    exact = [json.loads(line)["claim_id"] for line in (tmp_path / "s.jsonl").read_text().splitlines()]
    assert exact == ids
    cells = [
        cell
        for sheet in openpyxl.load_workbook(tmp_path / "s.xlsx")
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    ]
    assert {cell.data_type for cell in cells} == {"s", "n"}
    assert set(ids) <= {cell.value for cell in cells}
    text = (tmp_path / "s.html").read_text()
    assert text.count("<script") == 2
    assert "<img" not in text


def test_findings_as_csv_are_no_formulas_either(claims, tmp_path):
    assert run(["check", claims("=1+1", "A", dx_code="M54.5"), "-o", str(tmp_path / "f.csv")]) == 1
    assert {row.split(",")[0] for row in (tmp_path / "f.csv").read_text().splitlines()[1:]} == {"'=1+1", "A"}
