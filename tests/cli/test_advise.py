"""`denial-risk advise`."""

import io
import json
import subprocess
import sys
from types import SimpleNamespace

import pytest

from risk.cli import run

ON = ["--date", "2026-11-30"]


def test_advice_is_a_table_for_people(capsys):
    assert run(["advise", "intractable low back pain, failed PT, right leg", *ON]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("ICD-10-CM on 2026-11-30: candidates\n")
    assert "M54.50   Low back pain, unspecified" in out
    assert "only when: the clinician diagnoses sciatica" in out
    assert "M54.50, M54.51," in out
    assert err == ""


def test_advice_is_one_json_line_for_scripts(tmp_path, capsys):
    assert run(["advise", "M54.5, back pain", *ON, "--format", "jsonl"]) == 0
    out = capsys.readouterr().out
    assert run(["advise", "M54.5, back pain", *ON, "-o", str(tmp_path / "advice.jsonl")]) == 0
    assert (tmp_path / "advice.jsonl").read_text(encoding="utf-8") == out
    advice = json.loads(out)
    assert out.count("\n") == 1
    assert advice["answer"] == "candidates"
    assert advice["codes"][0]["instead"][0] == {"code": "M54.50", "description": "Low back pain, unspecified"}
    assert {"code", "billable", "supported", "why", "document", "excludes1", "payers"} <= advice["candidates"][0].keys()
    assert all(one["billable"] for one in advice["candidates"])


def test_words_that_settle_nothing_are_no_failure(capsys):
    assert run(["advise", "dolor crónico", *ON]) == 0
    out = capsys.readouterr().out
    assert "not enough to choose" in out
    assert "crónico" not in out


def test_the_text_can_come_from_stdin_and_stay_out_of_the_shells_history(monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(b"\xef\xbb\xbfneck pain")))
    assert run(["advise", "-", *ON]) == 0
    assert "M54.2 " in capsys.readouterr().out


@pytest.mark.parametrize(
    ("content", "told"),
    [(b"pain " * 1_000_000, "at most"), (b"\xff\xfe\x00p", "UTF-8"), (b"low\x00back", "expected text"), (b"", "words")],
)
def test_what_is_no_record_on_stdin_is_one_line(monkeypatch, capsys, content, told):
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(content)))
    assert run(["advise", "-", *ON]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert told in err


@pytest.mark.parametrize(
    "arguments",
    [
        ["--date", "2015-09-30"],
        ["--date", "2040-01-01"],
        ["--date", "soon"],
        ["--limit", "0"],
        ["--format", "xml"],
        ["-o", "advice.csv"],
    ],
)
def test_a_wrong_option_is_one_line(arguments, capsys):
    assert run(["advise", "low back pain", *arguments]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1


def test_advice_needs_no_model():
    code = (
        "import sys; from risk.cli import run; run(['advise', 'neck pain', '--date', '2026-11-30']);"
        "heavy = {'mlflow', 'sklearn', 'scipy', 'models', 'synthetic_data'} & set(sys.modules);"
        "sys.exit(repr(heavy) if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
