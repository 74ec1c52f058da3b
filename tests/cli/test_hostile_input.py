"""Input that is odd, broken or out to do harm: told in one line, never a bug, and nothing of it steers a terminal."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from risk.cli import run

HEADER = "claim_id,payer_id,dx_code_1,procedure_code,line_charge,service_from_date"
ROW = "A,P1,M54.16,99213,100.00,2026-10-01"


@pytest.fixture
def claims(tmp_path):
    """Write a claim file; returns its path."""

    def write(*rows, header=HEADER, name="claims.csv"):
        path = tmp_path / name
        path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
        return str(path)

    return write


def scored(path, tmp_path, *arguments):
    out = tmp_path / "scores.jsonl"
    assert run(["score", path, "--rules-only", "-o", str(out), *arguments]) == 0
    return [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]


def last_line(capsys):
    return capsys.readouterr().err.splitlines()[-1]


def command(*arguments, **options):
    return subprocess.run([sys.executable, "-m", "risk.cli", *arguments], capture_output=True, check=False, **options)


@pytest.mark.parametrize(
    "arguments",
    [
        ["serve"],
        ["note", "check", "x"],
        ["score", "claims.csv", "--jobs", "2"],
        ["score", "claims.csv", "--engine=spark"],
        ["score", "claims.csv", "--resume"],
    ],
)
def test_what_is_agreed_on_but_not_built_is_called_that(arguments, capsys):
    from risk.cli._app import PLANNED

    if not any(word.split("=")[0] in PLANNED for word in arguments):
        pytest.skip("it is built now")
    assert run(arguments) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "not in this version yet" in line


def test_what_is_planned_is_not_there(capsys):
    from risk.cli._app import PLANNED

    for word in PLANNED:
        assert run(["score", "x", word] if word.startswith("--") else [word]) == 2
        assert "not in this version yet" in last_line(capsys), f"{word} is built: it belongs on the list no more"


def test_a_misspelt_option_is_not_called_planned(capsys):
    assert run(["score", "x", "--thresold", "1"]) == 2
    assert "--threshold" in last_line(capsys)


@pytest.mark.parametrize("command_name", ["score", "check"])
def test_no_byte_of_a_claim_steers_the_terminal(command_name, claims, capsys):
    path = claims(
        "\x1b[31mA\x9b2J\u202eB\u2028C,P1,M54.16,\x1b[1m,100.00,2026-10-01,x",
        "\x1b]0;D\x07,P1,M54.16,99213,much,2026-10-01,x",
        header=HEADER + ",\x1b[5mheader\x85",
    )
    run([command_name, path, *(["--rules-only"] if command_name == "score" else [])])
    captured = capsys.readouterr()
    for line in (captured.out + captured.err).split("\n"):
        assert all(character.isprintable() for character in line), ascii(line)


def test_nor_does_a_name_on_the_command_line(capsys):
    assert run(["score", "no\x1b[31m\nsuch.csv", "--rules-only"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.isprintable()


def test_a_data_file_has_the_claim_id_as_it_was_on_one_line(claims, tmp_path):
    (record,) = scored(claims(ROW.replace("A,", "\x1b[31mÄ\u2028\x85B,")), tmp_path)
    assert record["claim_id"] == "\x1b[31mÄ\u2028\x85B"


def test_a_charge_below_zero_puts_nothing_at_stake(claims, tmp_path):
    (record,) = scored(claims(ROW.replace("100.00", "-100.00")), tmp_path)
    assert record["expected_denied_amount"] == 0


def test_the_dollars_of_the_largest_claim_do_not_overflow(claims, tmp_path):
    (record,) = scored(claims(*[ROW.replace("100.00", "9999999999.99")] * 1000), tmp_path)
    assert 0 < record["expected_denied_amount"] < 1e13


def test_more_dollars_than_any_claim_can_have_are_rejected(claims, tmp_path, capsys):
    assert scored(claims(ROW.replace("100.00", "10000000000.00")), tmp_path) == []
    assert last_line(capsys) == "read 1 = scored 0 + rejected 1"


def test_header_cells_may_hold_line_breaks(claims, tmp_path):
    path = claims(ROW + ",x", header=HEADER.replace("claim_id", '"Claim\nID"') + ',"Other\nthing"')
    assert [record["claim_id"] for record in scored(path, tmp_path)] == ["A"]


def test_rules_that_leave_none_to_apply_are_a_mistake(claims, capsys):
    assert run(["check", claims(ROW), "--select", "PTP", "--ignore", "PTP"]) == 2
    assert "--ignore" in last_line(capsys)


def test_a_findings_file_of_another_kind_is_refused_before_reading(capsys):
    assert run(["check", "absent.csv", "-o", "findings.xml"]) == 2
    assert "findings.xml" in last_line(capsys)


def test_letters_that_have_no_capital_in_latin_1_are_no_bug(examples, tmp_path):
    data = (examples / "claims.837").read_bytes().replace(b"HC:62323", b"HC:\xff2323", 1)
    (tmp_path / "c.837").write_bytes(data)
    assert len(scored(str(tmp_path / "c.837"), tmp_path)) == 14


@pytest.mark.skipif(sys.platform != "linux", reason="file names are text on other systems")
def test_a_file_whose_name_is_no_text_is_read_like_any_other(tmp_path):
    path = os.fsencode(tmp_path) + b"/\xff.csv"
    Path(os.fsdecode(path)).write_text(f"{HEADER}\n{ROW}\n")
    done = command("score", path, "--rules-only", "--format", "jsonl")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["source"]["file"].endswith("/\ufffd.csv")


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_a_pipe_gets_utf_8_wherever_the_command_runs(encoding, claims):
    done = command(
        "score", claims(ROW.replace("A,", "Ü漢,")), "--rules-only", env={**os.environ, "PYTHONIOENCODING": encoding}
    )
    assert done.returncode == 0, done.stderr
    assert "Ü漢" in done.stdout.decode("utf-8")


@pytest.mark.skipif(os.name != "posix", reason="closes streams as a POSIX shell does")
def test_streams_that_are_closed_are_told_apart(claims):
    call = f"{sys.executable} -m risk.cli score"
    run_shell = {"shell": True, "capture_output": True, "text": True, "check": False}
    no_input = subprocess.run(f"{call} - --rules-only <&-", **run_shell)
    assert (no_input.returncode, no_input.stderr.count("\n")) == (2, 1)
    assert "stdin" in no_input.stderr
    no_output = subprocess.run(f"{call} '{claims(ROW)}' --rules-only >&-", **run_shell)
    assert (no_output.returncode, no_output.stderr.count("\n")) == (2, 1)
    no_errors = subprocess.run(f"{call} '{claims(ROW)}' --rules-only 2>&-", **run_shell)
    assert no_errors.returncode == 0
    assert "read 1" not in no_errors.stdout


@pytest.mark.skipif(not Path("/dev/full").is_char_device(), reason="this system has no device that is always full")
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_full_disk_is_nobodys_bug(claims, unbuffered):
    environment = os.environ | {"PYTHONUNBUFFERED": unbuffered}
    with Path("/dev/full").open("w") as full:
        for arguments in (["score", claims(ROW), "--rules-only"], ["rule"]):
            command = [sys.executable, "-m", "risk.cli", *arguments]
            done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, check=False, env=environment)
            assert done.returncode == 2
            assert done.stderr.count(b"denial-risk: ") == 1
            assert b"a bug" not in done.stderr
            assert b"ignored" not in done.stderr
