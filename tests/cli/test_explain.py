"""`denial-risk explain`: one claim in full, scored among all of its file."""

import json
import re
import shutil

import pytest

from risk.cli import run

CLAIM = "CSV-1003"


@pytest.fixture
def claims(examples):
    return str(examples / "claims.csv")


def explained(capsys, *arguments):
    assert run(["explain", *arguments]) == 0
    return capsys.readouterr().out


def the_line(capsys):
    (line,) = capsys.readouterr().err.splitlines()
    return line


def test_the_record_is_that_of_score(in_workspace, claims, capsys, tmp_path):
    assert run(["score", claims, "-o", str(tmp_path / "all.jsonl"), "--quiet"]) == 0
    assert run(["explain", claims, "--claim", CLAIM, "-o", str(tmp_path / "one.jsonl"), "--quiet"]) == 0
    of_all = (tmp_path / "all.jsonl").read_text().splitlines()
    assert (tmp_path / "one.jsonl").read_text().splitlines() == [one for one in of_all if CLAIM in one]


def test_the_page_says_what_the_record_says(in_workspace, claims, capsys):
    record = json.loads(explained(capsys, claims, "--claim", CLAIM, "--format", "jsonl"))
    text = explained(capsys, claims, "--claim", CLAIM)
    flat = " ".join(text.split())
    assert text.startswith(f"Claim {CLAIM}\n")
    assert "\x1b" not in text, "no terminal, no colours"
    for finding in record["findings"]:
        assert finding["message"] in flat
        assert finding["citation"] in flat
    for fix in record["fixes"]:
        assert fix["change"] in flat
    for line in record["lines"]:
        assert line["procedure_code"] in flat
    shown = [float(number) for number in re.findall(r" ([+-]\d+\.\d\d)$", text, re.MULTILINE)]
    total = sum(driver["contribution"] for driver in record["drivers"])
    assert sum(shown) == pytest.approx(total, abs=0.005 * len(shown))
    assert f"They add up to {total:+.2f}" in flat
    assert "How similar claims ended" in text
    assert "drawn toward the overall rate of" in flat
    assert "What the interval means" in text


def test_a_claim_is_explained_among_the_others_of_its_file(tmp_path, examples, capsys):
    for name in ("a.csv", "b.csv"):
        shutil.copy(examples / "claims.csv", tmp_path / name)
    alone = explained(capsys, str(tmp_path / "a.csv"), "--claim", CLAIM, "--rules-only")
    both = explained(capsys, str(tmp_path / "a.csv"), str(tmp_path / "b.csv"), "--claim", CLAIM, "--rules-only")
    assert "DUP001" not in alone
    assert both.count(f"Claim {CLAIM}\n") == 2, "an id that occurs twice is shown twice"
    assert "DUP001" in both


def test_an_id_that_is_not_there_is_one_line_with_close_ids_at_most(claims, capsys):
    assert run(["explain", claims, "--claim", "csv-1003"]) == 2
    line = the_line(capsys)
    assert "expected the id of a claim in these files" in line
    assert CLAIM in line
    assert len(re.findall(r"CSV-\d+", line)) <= 3
    assert run(["explain", claims, "--claim", "ZZMARKERLAST"]) == 2
    line = the_line(capsys)
    assert "CSV-" not in line
    assert "ZZMARKERLAST" not in line


def test_a_claim_that_was_rejected_is_said_to_be(tmp_path, capsys):
    path = tmp_path / "claims.csv"
    path.write_text(
        "claim_id,payer_id,dx_code_1,procedure_code,line_charge,service_from_date\nA,P1,M54.16,99213,cheap,2026-10-01\n"
    )
    assert run(["explain", str(path), "--claim", "A"]) == 2
    line = the_line(capsys)
    assert "rejected" in line
    assert "row 2, column line_charge" in line
    assert "cheap" not in line


@pytest.mark.parametrize(
    "arguments", [["-o", "x.pdf"], ["--format", "xml"], ["--threshold", "2"], ["--precision", "1"]]
)
def test_what_is_asked_for_wrongly_is_one_line(arguments, claims, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run(["explain", claims, "--claim", CLAIM, "--rules-only", *arguments]) == 2
    the_line(capsys)
    assert list(tmp_path.iterdir()) == []


def test_the_history_tells_how_past_claims_ended(in_workspace, claims, capsys, tmp_path):
    assert run(["synth", "--claims", "400", "--seed", "5", "--out", str(tmp_path / "made"), "--quiet"]) == 0
    labels = str(tmp_path / "made" / "labels.parquet")
    text = explained(capsys, claims, "--claim", CLAIM, "--history", labels, "--rules-only")
    assert re.search(r"This procedure +\d+, \d+ denied +\d", text)
    assert "as if by 20 further claims" in " ".join(text.split())
    assert "training claims; each rate" not in text, "there is no model"


def test_without_a_model_there_are_no_drivers(claims, capsys):
    text = explained(capsys, claims, "--claim", CLAIM, "--rules-only")
    assert "Scored by the rules alone" in text
    assert "no outcome was counted" in " ".join(text.split())


def test_the_threshold_is_what_fixes_are_to_go_below(claims, capsys):
    for threshold in ("0.2", "0.9"):
        text = " ".join(explained(capsys, claims, "--claim", CLAIM, "--rules-only", "--threshold", threshold).split())
        assert f"below {float(threshold):.0%}" in text


def test_a_run_ends_with_its_reconciliation_and_the_same_bytes(claims, capsys, tmp_path):
    pages = [tmp_path / "a.html", tmp_path / "b.html"]
    for page in pages:
        assert run(["explain", claims, "--claim", CLAIM, "--rules-only", "-o", str(page)]) == 0
        assert re.fullmatch(r"read (\d+) = scored \1 \+ rejected 0", capsys.readouterr().err.splitlines()[-1])
    assert pages[0].read_bytes() == pages[1].read_bytes()
