"""`--history`: the rules see the patient's past claims, answered or not."""

import json

import pandas as pd
import pytest

from risk.claims.examples import batch_of, claim, line
from risk.cli import run
from risk.reports.claims_file import write_claims

MONTHS = (1, 3, 5, 7)


@pytest.fixture
def files(tmp_path):
    """A fifth epidural of the year to be sent, and the four before it as labelled claims, the last unanswered."""
    past = [
        claim(claim_id=f"PAST-{month}", payer_type="medicare", lines=[line("62323", month=month)]) for month in MONTHS
    ]
    write_claims(batch_of(claim(claim_id="NEW-1", payer_type="medicare", lines=[line("62323")])), tmp_path / "new.csv")
    write_claims(batch_of(*past), tmp_path / "past.csv")
    rows = pd.read_csv(tmp_path / "past.csv", dtype="str")
    rows.assign(denied=["0", "0", "1", None], remit_date=["2026-08-20"] * 3 + [None]).to_csv(
        tmp_path / "labels.csv", index=False
    )
    return tmp_path


def test_check_tells_what_only_the_history_shows(files, capsys):
    only = ["--select", "FRQ,GLB,DUP"]
    assert run(["check", str(files / "new.csv"), *only]) == 0
    assert run(["check", str(files / "new.csv"), *only, "--history", str(files / "labels.csv")]) == 1
    out, err = capsys.readouterr()
    assert "62323 is epidural session 5 of a year" in out
    assert "EXAMPLEMEMBER" not in out + err
    assert err.endswith("read 1 = checked 1 + rejected 0\n")


def test_score_hands_the_history_to_the_rules(files):
    asked = ["score", str(files / "new.csv"), "--rules-only", "-o"]
    assert run([*asked, str(files / "alone.jsonl")]) == 0
    assert run([*asked, str(files / "known.jsonl"), "--history", str(files / "labels.csv")]) == 0
    alone, known = (json.loads((files / name).read_text()) for name in ("alone.jsonl", "known.jsonl"))
    assert "FRQ001" not in [one["rule_id"] for one in alone["findings"]]
    assert "FRQ001" in [one["rule_id"] for one in known["findings"]]
    assert known["denial_risk"] > alone["denial_risk"]


def test_a_claim_sent_again_is_a_duplicate_of_the_one_in_the_history(files, capsys):
    again = claim(claim_id="AGAIN-1", payer_type="medicare", lines=[line("62323", month=7)])
    write_claims(batch_of(again), files / "again.csv")
    asked = ["check", str(files / "again.csv"), "--select", "DUP", "--history", str(files / "labels.csv")]
    assert run(asked) == 1
    assert "already billed on line 1 of claim PAST-7" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("absent.csv", None, "check the path"),
        ("claims.csv", "claim_id\nA\n", "expected labelled claims"),
        ("labels.parquet", "no parquet", "expected a Parquet file"),
        ("labels.csv", "claim_id,denied\nA,maybe\n", "expected 0, 1 or nothing"),
    ],
)
@pytest.mark.parametrize("command", [["check"], ["score", "--rules-only"]], ids=lambda words: words[0])
def test_a_history_that_is_none_is_one_line_and_exit_2(command, name, text, said, files, tmp_path, capsys):
    bad = tmp_path / f"bad-{name}"
    if text is not None:
        bad.write_text(text)
    assert run([*command, str(files / "new.csv"), "--history", str(bad)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert said in err


def test_the_structure_of_a_file_has_no_history(files, capsys):
    assert run(["check", str(files / "new.csv"), "--structure", "--history", str(files / "labels.csv")]) == 2
    assert "--history" in capsys.readouterr().err
