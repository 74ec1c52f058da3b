import csv
import json

import pytest

from risk.claims.examples import batch_of, claim, line
from risk.cli import run
from risk.reference import load_reference
from risk.reports.findings import COLUMNS, write_findings
from risk.rules import ruleset_version, run_rules, select_rules


@pytest.fixture(scope="module")
def found():
    batch = batch_of(claim(lines=[line("62323"), line("64483")]), claim(dx=["M54.5"], member_id="SECOND"))
    return batch, run_rules(batch, load_reference())


def rows_of(path):
    if path.suffix == ".jsonl":
        return [json.loads(row) for row in path.read_text("utf-8").splitlines()]
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.parametrize("name", ["f.csv", "f.jsonl"])
def test_every_finding_in_a_file_names_the_ruleset_that_made_it(found, tmp_path, name):
    write_findings(*found, tmp_path / name, ruleset="abc123")
    rows = rows_of(tmp_path / name)
    assert len(rows) == len(found[1]) > 1
    assert {row["ruleset"] for row in rows} == {"abc123"}
    assert all(list(row) == COLUMNS for row in rows)


@pytest.mark.parametrize("chosen", [[], ["--select", "PTP,DX"]])
def test_check_writes_the_version_of_the_rules_it_was_told_to_apply(chosen, examples, tmp_path, capsys):
    output = tmp_path / "findings.jsonl"
    assert run(["check", str(examples / "claims.csv"), *chosen, "-o", str(output), "--quiet"]) == 1
    rules = select_rules(["PTP", "DX"]) if chosen else None
    assert {row["ruleset"] for row in rows_of(output)} == {ruleset_version(load_reference(), rules)}


def test_a_finding_says_the_same_ruleset_as_the_score_of_its_claim(examples, tmp_path, capsys):
    claims, checked, scored = str(examples / "claims.csv"), tmp_path / "checked.csv", tmp_path / "scored.jsonl"
    run(["check", claims, "-o", str(checked), "--quiet"])
    run(["score", claims, "--rules-only", "-o", str(scored), "--quiet"])
    assert {row["ruleset"] for row in rows_of(checked)} == {row["versions"]["ruleset"] for row in rows_of(scored)}
