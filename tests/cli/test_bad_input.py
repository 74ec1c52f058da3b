"""Wrong input ends in one line that says where, what was expected and what to do; exit 2, no traceback."""

import gzip
import os
import subprocess
import sys
from pathlib import Path

import pytest

from risk.cli import run

ISA = "ISA*00*          *00*          *ZZ*A              *ZZ*B              *260101*1200*^*00501*000000001*0*P*:~"


def failure(arguments, capsys):
    code = run(arguments)
    captured = capsys.readouterr()
    lines = [line for line in captured.err.splitlines() if line.startswith("denial-risk: ")]
    assert code == 2, captured.err
    assert len(lines) == 1, captured.err
    assert "Traceback" not in captured.err
    assert captured.out == ""
    return lines[0]


@pytest.fixture
def wrong(tmp_path):
    def write(name, content):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return str(path)

    return write


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("empty.csv", "", "empty"),
        ("picture.png", b"\x89PNG\r\n\x1a\n" + bytes(100), "PNG|image|picture|binary"),
        (
            "remits.835",
            ISA + "GS*HP*A*B*20260101*1200*1*X*005010X221A1~ST*835*0001~BPR*I*0~SE*3*0001~GE*1*1~IEA*1*000000001~",
            "835",
        ),
        ("missing.csv", "claim_id,procedure_code\nA,99213\n", "payer_id"),
        ("cut.csv.gz", gzip.compress(b"claim_id," * 500, mtime=0)[:-20], "gz|compress|truncat"),
    ],
)
def test_a_file_that_is_no_claim_file(name, content, expected, wrong, capsys):
    import re

    message = failure(["score", wrong(name, content), "--rules-only"], capsys)
    assert name in message
    assert re.search(expected, message), message


def test_a_file_that_is_not_there(capsys, tmp_path):
    assert "nowhere.csv" in failure(["score", str(tmp_path / "nowhere.csv"), "--rules-only"], capsys)


def test_a_folder_where_a_file_should_be(capsys, tmp_path):
    failure(["check", str(tmp_path)], capsys)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the superuser may read everything")
def test_a_file_one_may_not_read(capsys, wrong):
    path = wrong("locked.csv", "claim_id\n")
    Path(path).chmod(0)
    failure(["check", path], capsys)


def test_an_unknown_rule(capsys, examples):
    assert "denial-risk rule" in failure(["check", str(examples / "claims.csv"), "--select", "ZZZ999"], capsys)


def test_an_unknown_model(capsys, in_workspace, examples):
    failure(["score", str(examples / "claims.csv"), "--model", "99"], capsys)


def test_a_model_folder_that_is_damaged(capsys, in_workspace, examples, tmp_path):
    (tmp_path / "model.json").write_text("{")
    failure(["score", str(examples / "claims.csv"), "--model", str(tmp_path)], capsys)


def test_an_unknown_option_and_a_probability_out_of_range(capsys, examples):
    failure(["score", str(examples / "claims.csv"), "--nonsense"], capsys)
    failure(["score", str(examples / "claims.csv"), "--threshold", "7"], capsys)


def test_an_output_that_cannot_be_written(capsys, in_workspace, examples, tmp_path):
    failure(
        ["score", str(examples / "claims.csv"), "--rules-only", "-o", str(tmp_path / "no" / "such" / "s.csv")], capsys
    )


def test_a_format_that_does_not_exist(capsys, examples):
    assert "jsonl" in failure(["score", str(examples / "claims.csv"), "--format", "stone"], capsys)


def test_training_data_that_is_none(capsys, tmp_path, wrong):
    failure(["train", "--data", wrong("labels.csv", "claim_id,payer_id\nA,B\n")], capsys)
    failure(["train", "--data", wrong("labels.parquet", "not parquet")], capsys)


def test_a_bug_exits_3_and_shows_no_value(capsys, monkeypatch, examples):
    import risk.rules

    def broken(*_, **__):
        raise KeyError("SECRET VALUE")

    monkeypatch.setattr(risk.rules, "run_rules", broken)
    assert run(["check", str(examples / "claims.csv")]) == 3
    captured = capsys.readouterr()
    assert "SECRET" not in captured.err
    assert "a bug: KeyError" in captured.err


def test_help_imports_nothing_heavy():
    heavy = ["mlflow", "sklearn", "shap", "pandas", "numpy", "pyarrow", "matplotlib", "scipy"]
    code = (
        "import sys; from risk.cli import run; run(['--help']);"
        f"sys.exit(','.join(name for name in {heavy} if name in sys.modules) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_reader_of_the_output_that_goes_away_is_no_failure(examples):
    command = f"{sys.executable} -m risk.cli check {examples / 'claims.csv'} | head -1"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False, env=os.environ)
    assert "Traceback" not in done.stderr


ONE = (
    "claim_id,payer_id,dx_code_1,procedure_code,line_charge,service_from_date,dx_pointers\n"
    "A,P1,M54.16,99213,100.00,2026-10-01,1\n"
)
COMMANDS = {
    "score": ["--rules-only"],
    "explain": ["--rules-only", "--claim", "A"],
    "check": [],
    "check --structure": [],
    "convert": [],
}


@pytest.mark.parametrize("command", COMMANDS)
def test_no_command_writes_over_what_it_reads(command, wrong, capsys, tmp_path):
    suffix = "jsonl" if command == "explain" else "csv"
    claims = wrong(f"claims.{suffix}", ONE)
    (tmp_path / f"link.{suffix}").symlink_to(claims)
    for output in (claims, str(tmp_path / f"link.{suffix}")):
        message = failure([*command.split(), claims, *COMMANDS[command], "-o", output], capsys)
        assert message.endswith("expected an output other than the files that are read; choose another --output")
    assert Path(claims).read_text() == ONE
    assert not list(tmp_path.glob("*.rejects.jsonl"))


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl", "a.parquet", "a.xlsx", "a.html", "a.txt"])
def test_a_folder_that_is_not_there_is_told_before_anything_is_read(name, capsys, tmp_path):
    output = str(tmp_path / "nowhere" / name)
    message = failure(["score", str(tmp_path / "absent.csv"), "--rules-only", "-o", output], capsys)
    assert message == f"denial-risk: {output}: expected a folder that exists; make it, or choose another --output"


@pytest.mark.parametrize("name", ["s.csv", "s.jsonl", "s.parquet", "s.xlsx", "s.html", "s.txt"])
def test_where_every_claim_is_rejected_the_output_is_empty_and_the_rejects_say_why(name, wrong, capsys, tmp_path):
    claims = wrong("claims.csv", ONE.replace("100.00", "much"))
    assert run(["score", claims, "--rules-only", "-o", str(tmp_path / name)]) == 0
    assert capsys.readouterr().err.endswith("read 1 = scored 0 + rejected 1\n")
    assert (tmp_path / name).exists()
    (reject,) = (tmp_path / f"{name}.rejects.jsonl").read_text().splitlines()
    assert '"column": "line_charge"' in reject
    assert "much" not in reject
