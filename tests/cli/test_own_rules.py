"""denial-risk.toml and rules of one's own, as they are met on the command line; docs/configuration.md as it stands."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from risk.cli import run
from risk.configuration_file import KEYS, KEYS_OF_TABLES
from tests.cli.test_privacy import MEMBER, assert_clean
from tests.conftest import ROOT
from tests.rules.own_rule_files import rule_file

HEADER = (
    "claim_id,payer_id,payer_name,member_id,dx_code_1,procedure_code,line_charge,service_from_date,dx_pointers,"
    "referring_npi\n"
)
PAGE = (ROOT / "docs" / "configuration.md").read_text()
EXAMPLES = re.findall(r"```(toml|python)\n(.*?)```", PAGE, re.DOTALL)


def claims_csv(*payers):
    rows = [
        f"C{n},{payer},Example Health Plan,{MEMBER}{n},I10,99213,100.00,2026-10-01,1,\n"
        for n, payer in enumerate(payers)
    ]
    return HEADER + "".join(rows)


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A working folder with a claim file and one rule of its own, of payer BAD; no configuration of the user's."""
    monkeypatch.setenv("DENIAL_RISK_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("DENIAL_RISK_DEBUG", raising=False)
    folder = tmp_path / "work"
    (folder / "ours").mkdir(parents=True)
    monkeypatch.chdir(folder)
    (folder / "claims.csv").write_text(claims_csv("P1", "BAD", "P1"))
    (folder / "ours" / "one.py").write_text(rule_file())
    (folder / "denial-risk.toml").write_text('rules_folder = "ours"\n')
    return folder


def raising(place, *, body=None):
    lines = [
        "    bad = batch.claims['payer_id'] == 'BAD'",
        "    if bad.any():",
        "        raise KeyError(batch.claims['member_id'].tolist())",
        "    return batch.claims[bad]",
    ]
    (place / "ours" / "one.py").write_text(rule_file(body=body or "\n".join(lines)))


def findings(*options, code=1):
    assert run(["check", "claims.csv", "-o", "f.jsonl", *options]) == code
    return [json.loads(line) for line in Path("f.jsonl").read_text().splitlines()]


def scores(*options, code=0):
    assert run(["score", "claims.csv", "--rules-only", "-o", "s.jsonl", *options]) == code
    records = [json.loads(line) for line in Path("s.jsonl").read_text().splitlines()]
    return {record["claim_id"]: record for record in records}


def test_check_and_score_find_what_an_own_rule_finds(place):
    (found,) = findings("--select", "OWN001")
    assert (found["claim_id"], found["rule_id"], found["severity"]) == ("C1", "OWN001", "deny")
    assert (found["category"], found["message"], found["citation"]) == ("own", "Payer BAD is not ours.", "our contract")
    scored = scores()
    assert [one["rule_id"] for one in scored["C1"]["findings"]] == ["OWN001"]
    assert scored["C1"]["denial_risk"] > 0.5 > scored["C0"]["denial_risk"]
    assert scored["C1"]["queue"] == "coding"
    assert scored["C1"]["fixes"][0]["change"] == "Bill another payer."


def test_a_trained_model_counts_an_own_rule_it_never_saw(place, workspace, monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{workspace}/mlruns/mlflow.db")
    risks = []
    for word in ("DX", "OWN"):
        assert run(["score", "claims.csv", "-o", "s.jsonl", "--select", word]) == 0
        risks.append([json.loads(line)["denial_risk"] for line in (place / "s.jsonl").read_text().splitlines()])
    without, with_it = risks
    assert with_it[1] > without[1] + 0.2
    assert (with_it[0], with_it[2]) == (without[0], without[2])


def test_another_severity_shows_everywhere_and_moves_the_risk_of_rules_alone(place, capsys):
    before, as_it_was = scores(), findings()
    (place / "denial-risk.toml").write_text('rules_folder = "ours"\n[severity]\nOWN001 = "review"\n')
    after = scores()
    assert {one["severity"] for one in as_it_was} == {"deny"}
    assert {one["severity"] for one in findings()} == {"review"}
    assert after["C1"]["findings"][0]["severity"] == "review"
    assert 0.118 < after["C1"]["denial_risk"] < before["C1"]["denial_risk"]
    assert after["C0"]["denial_risk"] == before["C0"]["denial_risk"]
    assert after["C1"]["versions"]["ruleset"] != before["C1"]["versions"]["ruleset"]
    capsys.readouterr()
    assert run(["rule", "OWN001"]) == 0
    assert "severity: review" in capsys.readouterr().out
    assert run(["rule"]) == 0
    assert re.search(r"^OWN001 +review +own +Claim of a payer", capsys.readouterr().out, re.MULTILINE)


def test_a_rule_of_the_tool_made_a_reject_speaks_of_voids_too(place):
    void = claims_csv("P1").replace("referring_npi\n", "referring_npi,claim_frequency_code\n").replace(",\n", ",,8\n")
    (place / "claims.csv").write_text(void.replace("I10", "M54.5"))
    assert findings("--select", "DX002", code=0) == []
    (place / "denial-risk.toml").write_text('[severity]\nDX002 = "reject"\n')
    assert [one["severity"] for one in findings("--select", "DX002")] == ["reject"]


def test_selection_and_payer_terms_come_from_the_file_and_options_win(place):
    late = (
        claims_csv("P1")
        .replace("2026-10-01", "2026-01-01")
        .replace("referring_npi\n", "referring_npi,submission_date\n")
    )
    (place / "claims.csv").write_text(late.replace(",\n", ",,2026-03-01\n"))
    terms = '[[timely_filing]]\nnames = ["Example Health Plan"]\ndays = {}\n'
    (place / "short.toml").write_text(terms.format(30))
    (place / "long.toml").write_text(terms.format(300))
    (place / "denial-risk.toml").write_text('payer_terms = "short.toml"\nselect = ["TIM"]\n')
    assert [one["rule_id"] for one in findings()] == ["TIM001"]
    assert findings("--payer-terms", "long.toml", code=0) == []
    assert findings("--select", "PTP", code=0) == []
    (place / "denial-risk.toml").write_text(
        'payer_terms = "short.toml"\nselect = ["TIM", "PTP"]\nignore = ["TIM001"]\n'
    )
    assert findings(code=0) == []
    assert [one["rule_id"] for one in findings("--select", "TIM001")] == ["TIM001"]
    assert [one["rule_id"] for one in findings("--ignore", "PTP")] == ["TIM001"]


@pytest.mark.parametrize("command", [["check", "claims.csv"], ["score", "claims.csv", "--rules-only"], ["rule"]])
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("colour = 1\n", "denial-risk.toml, line 1, colour: expected one of"),
        ('[severity]\nPTP001 = "grave"\n', "denial-risk.toml, line 2, severity.PTP001: expected one of"),
        ('rules_folder = "nowhere"\n', "denial-risk.toml, line 1, rules_folder: expected a folder"),
        (
            'rules_folder = "broken"\n',
            "broken/bad.py, line 2: expected Python that can be imported, found ZeroDivision",
        ),
    ],
)
def test_a_wrong_configuration_ends_every_command_in_one_line(command, text, expected, place, capsys):
    (place / "broken").mkdir()
    (place / "broken" / "bad.py").write_text("x = 0\n1 / x\n")
    (place / "denial-risk.toml").write_text(text)
    assert run(command) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert len(captured.err.splitlines()) == 1
    assert expected in captured.err


def test_the_structure_of_files_is_checked_with_their_headers_and_without_rules(place):
    raising(place)
    (place / "claims.csv").write_text(claims_csv("P1").replace("claim_id", "Visit"))
    assert run(["check", "claims.csv", "--structure"]) == 2
    (place / "denial-risk.toml").write_text('rules_folder = "ours"\n[columns]\nVisit = "claim_id"\n')
    assert run(["check", "claims.csv", "--structure"]) == 0


def test_a_rule_that_raises_is_told_and_left_out_and_strict_exits_2(place, capsys):
    (place / "claims.csv").write_text(claims_csv("P1", "P1", "BAD").replace("I10", "M54.5"))
    raising(place)
    found = findings()
    assert {one["rule_id"] for one in found} == {"DX002"}
    said = capsys.readouterr().err.splitlines()
    assert said[0] == "rule OWN001 failed on claim C2 (one.py:27): KeyError"
    assert said[1] == "findings and ruleset version are without what failed: OWN001"
    assert said[-1] == "read 3 = checked 3 + rejected 0"
    assert findings("--strict", code=2) == found
    with_failure = scores()
    assert [one["rule_id"] for one in with_failure["C2"]["findings"]] == ["DX002"]
    assert scores("--strict", code=2) == with_failure
    assert scores("--fail-above", "0.01", code=1) == with_failure
    assert with_failure == scores("--ignore", "OWN001")
    assert findings("--strict", "--ignore", "OWN001") == found


def test_a_failing_rule_that_finds_nothing_else_exits_0(place):
    raising(place)
    assert findings(code=0) == []


@pytest.mark.parametrize(
    "body", ["    return None", "    return batch.claims[['payer_id']]", "    return batch.claims.assign(claim_key=77)"]
)
def test_a_result_that_is_no_list_of_claims_is_a_failure_too(body, place, capsys):
    raising(place, body=body)
    assert findings("--strict", code=2) == []
    assert re.search(r"rule OWN001 failed on claim C0 \(one.py\): expected", capsys.readouterr().err)


def test_what_an_exception_says_of_a_patient_reaches_no_output(place, capsys):
    raising(place)
    run(["check", "claims.csv"])
    for name in ("s.jsonl", "s.csv", "s.txt"):
        run(["score", "claims.csv", "--rules-only", "-o", name])
    run(["check", "claims.csv", "-o", "f.jsonl"])
    run(["rule", "--check"])
    captured = capsys.readouterr()
    assert "rule OWN001 failed on claim C1" in captured.err
    assert_clean(captured.out, "stdout")
    assert_clean(captured.err, "stderr")
    for name in ("s.jsonl", "s.csv", "s.txt", "f.jsonl"):
        assert_clean((place / name).read_text(), name)


def test_strict_check_refuses_rejected_claims(place):
    (place / "claims.csv").write_text(claims_csv("P1", "P1").replace("C1,P1", "C1,"))
    assert run(["check", "claims.csv"]) == 0
    assert run(["check", "claims.csv", "--strict"]) == 2
    assert run(["check", "claims.csv", "--structure"]) == 1
    assert run(["check", "claims.csv", "--structure", "--strict"]) == 2


def test_two_runs_with_own_rules_give_the_same_bytes(place):
    (place / "denial-risk.toml").write_text('rules_folder = "ours"\n[severity]\nDX004 = "deny"\n')
    for name in ("a.jsonl", "b.jsonl"):
        assert run(["score", "claims.csv", "--rules-only", "-o", name]) == 0
    assert (place / "a.jsonl").read_bytes() == (place / "b.jsonl").read_bytes()
    assert sorted(one.name for one in (place / "ours").rglob("*")) == ["one.py"]


def test_rule_check_runs_the_examples_of_own_rules(place, capsys):
    assert run(["rule", "--check"]) == 0
    assert capsys.readouterr().err == "checked 1 rules of your own: 0 problems\n"
    (place / "ours" / "two.py").write_text(rule_file(rule_id="OWN002", bad="claim()"))
    assert run(["rule", "--check"]) == 1
    assert capsys.readouterr().out == "OWN002 bad example 1 draws no finding\n"
    assert run(["rule", "OWN001", "--check"]) == 0
    capsys.readouterr()
    assert run(["rule", "PTP001", "--check"]) == 2
    assert "expected rules of your own" in capsys.readouterr().err


def test_training_stops_at_a_rule_that_fails_and_counts_one_that_does_not(place, capsys, monkeypatch):
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    always = "    if len(batch):\n        raise KeyError(batch.claims['member_id'].tolist())\n    return batch.claims"
    raising(place, body=always)
    assert run(["train", "--synthetic", "500", "--quiet"]) == 2
    assert "rule OWN001 failed on claim" in capsys.readouterr().err
    tenth = '    return batch.claims[batch.claims["claim_key"] % 10 == 0]'
    (place / "ours" / "one.py").write_text(rule_file(body=tenth))
    assert run(["train", "--synthetic", "600", "--quiet"]) == 0
    from models import tracking

    monkeypatch.chdir(place)
    assert tracking.load("challenger").combiner.rules["OWN001"].support > 40


def test_the_page_on_configuration_is_as_it_says(place, capsys):
    (_, settings), (_, rule_text), (_, test_text) = EXAMPLES
    terms = re.search(r"## An example\n\n```toml\n(.*?)```", (ROOT / "docs" / "payer_terms.md").read_text(), re.DOTALL)
    (place / "denial-risk.toml").write_text(settings)
    (place / "our_terms.toml").write_text(terms[1])
    (place / "our_rules").mkdir()
    name = re.search(r"This is `our_rules/(\w+\.py)`", PAGE)[1]
    (place / "our_rules" / name).write_text(rule_text)
    (found,) = findings("--select", "OUR001", "--ignore", "DX")[:1]
    assert (found["claim_id"], found["severity"]) == ("C0", "review")
    assert found["message"] == "Example Health Plan wants a referral, and no referring provider is named."
    assert run(["rule", "--check"]) == 0
    assert run(["rule", "OUR001"]) == 0
    assert "Referring provider missing" in capsys.readouterr().out
    (place / "test_ours.py").write_text(test_text)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(place / "test_ours.py")]
    done = subprocess.run(command, cwd=place, env=_with_root(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 passed" in done.stdout


def test_the_page_names_every_key_and_no_other():
    keys = re.findall(r"^\| `(?:\[(\w+)\]|(\w+))(?: (\w+))?` \|", PAGE, re.MULTILINE)
    assert {table or key for table, key, _ in keys} == set(KEYS)
    for table, names in KEYS_OF_TABLES.items():
        assert {name for own, _, name in keys if own == table} == set(names)


def _with_root():
    return os.environ | {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
