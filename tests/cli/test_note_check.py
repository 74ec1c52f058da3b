"""`denial-risk note check`: what is there, what is missing, and what to ask, for one note or several."""

import io
import json
import subprocess
import sys
from types import SimpleNamespace

import pytest

from risk.cli import run
from risk.reference.documentation import load_documentation

NOTE = "Low back pain for 3 weeks, 7/10. Failed PT x 6 weeks, NSAIDs. Will start gabapentin. Plan: L4-5 TFESI."
OTHER = "Neck pain for 2 years. No prior injections."


@pytest.fixture
def files(tmp_path):
    for name, text in (("a.txt", NOTE), ("b.txt", OTHER)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    return [str(tmp_path / "a.txt"), str(tmp_path / "b.txt")]


def records(capsys, *arguments: str) -> list[dict]:
    assert run(["note", "check", "--format", "jsonl", *arguments]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def statuses(record: dict, scope: str) -> dict[str, str]:
    return {one["requirement"]: one["status"] for one in record["checks"] if one["scope"] == scope}


def test_the_table_says_what_is_there_what_is_missing_and_what_to_ask(files, capsys):
    assert run(["note", "check", files[0], "--procedure", "64483"]) == 0
    out = capsys.readouterr().out
    assert "treatment_duration   physical therapy 6 weeks  done_failed     45-52" in out
    assert "too little    pain for at least 4 weeks: 3 weeks" in out
    assert "→ Since when has the patient had this pain?" in out
    assert "64483, epidural injection (LCD L39015 (CGS)" in out


def test_without_a_procedure_the_elements_of_any_note_are_asked_for(files, capsys):
    (record,) = records(capsys, files[0])
    assert {one["scope"] for one in record["checks"]} == {"any note"}
    assert len(record["checks"]) == len(load_documentation().general)


def test_a_record_holds_elements_with_places_and_checks_that_point_at_them(files, capsys):
    (record,) = records(capsys, files[0], "--procedure", "64483")
    told = {(one["element"], one["value"], one["state"]): NOTE[one["start"] : one["end"]] for one in record["elements"]}
    assert told["treatment", "physical therapy", "done_failed"] == "PT"
    assert told["treatment", "gabapentinoid", "planned"] == "gabapentin"
    assert told["site", "L4-L5", "planned"] == "TFESI"
    failed = next(one for one in record["checks"] if one["requirement"] == "failed_care")
    assert failed["status"] == "met"
    assert failed["question"] is None
    assert failed["source"].startswith("LCD L39015")
    assert [record["elements"][place]["value"] for place in failed["elements"]] == ["physical therapy", "NSAID"]
    short = next(one for one in record["checks"] if one["requirement"] == "weeks_of_pain")
    assert (short["status"], short["question"]) == ("below", "Since when has the patient had this pain?")
    assert record["documentation"] == load_documentation().version


def test_several_notes_are_numbered_in_their_order(files, capsys):
    assert [record["note"] for record in records(capsys, *files)] == [1, 2]
    assert run(["note", "check", *files]) == 0
    heads = [line for line in capsys.readouterr().out.splitlines() if line.startswith("note ")]
    assert [head.split(":")[0] for head in heads] == ["note 1", "note 2"]


def test_procedures_can_be_repeated_and_separated_by_commas(files, capsys):
    (record,) = records(capsys, files[0], "--procedure", "64483,64493", "--procedure", "20552")
    assert record["procedures"] == ["64483", "64493", "20552"]
    assert {"epidural injection", "facet joint injection", "trigger point injection"} <= {
        one["scope"] for one in record["checks"]
    }


def test_a_note_can_come_from_standard_input(monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BufferedReader(io.BytesIO(NOTE.encode()))))
    (record,) = records(capsys, "-")
    assert statuses(record, "any note")["failed_treatments"] == "met"


def test_a_byte_order_mark_moves_no_place(tmp_path, capsys):
    (tmp_path / "bom.txt").write_bytes(b"\xef\xbb\xbf" + NOTE.encode())
    (record,) = records(capsys, str(tmp_path / "bom.txt"))
    assert record["elements"][0]["start"] == 0


def test_the_suffix_of_the_output_picks_the_format(files, tmp_path, capsys):
    assert run(["note", "check", files[0], "-o", str(tmp_path / "out.jsonl")]) == 0
    assert run(["note", "check", files[0], "-o", str(tmp_path / "out.txt")]) == 0
    assert capsys.readouterr().out == ""
    assert json.loads((tmp_path / "out.jsonl").read_text("utf-8"))["note"] == 1
    assert (tmp_path / "out.txt").read_text("utf-8").startswith("note 1: ")


def test_the_same_note_gives_the_same_bytes(files, capsys):
    first = [run(["note", "check", *files]), capsys.readouterr().out]
    assert [run(["note", "check", *files]), capsys.readouterr().out] == first


def test_where_no_policy_is_held_it_is_said(files, capsys):
    (record,) = records(capsys, files[0], "--procedure", "64483", "--payer-type", "commercial")
    assert record["remarks"] == [
        "64483: no documentation policy of a commercial payer with a source is held; any note's elements apply"
    ]
    (record,) = records(capsys, files[0], "--procedure", "99213")
    assert record["remarks"][0].startswith("99213: no documentation policy")


def test_policies_and_codes_are_those_of_the_date(files, capsys):
    (record,) = records(capsys, files[0], "--procedure", "64493", "--date", "2020-01-01")
    assert record["date_of_service"] == "2020-01-01"
    assert "in force since 2021-04-25" in record["remarks"][0]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--procedure", "epidural"], "expected procedure codes of five characters"),
        (["--payer-type", "martian"], "expected one of medicare"),
        (["--date", "yesterday"], "expected a date such as"),
        (["--format", "csv"], "expected table, jsonl"),
        (["-o", "out.csv"], "expected a name that ends in .txt, .jsonl"),
        (["-o", "no/such/folder/out.jsonl"], "cannot write here"),
    ],
)
def test_a_wrong_option_is_one_line(files, capsys, arguments, told):
    assert run(["note", "check", files[0], *arguments]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert told in err
    assert err.count("\n") == 1


def test_at_least_one_note_is_asked_for(capsys):
    assert run(["note", "check"]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_checking_a_note_imports_nothing_heavy(files):
    check = f"import sys; from risk.cli import run; run(['note', 'check', {files[0]!r}])"
    code = f"{check}; print(*sys.modules, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, encoding="utf-8")
    assert done.stdout.startswith("note 1: ")
    assert not {"mlflow", "sklearn", "scipy", "synthetic_data", "models"} & set(done.stderr.split())
