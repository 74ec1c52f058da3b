import csv
import json
import math

import pandas as pd
import pytest

from risk.cli import run

KEYS = [
    "claim_id",
    "source",
    "denial_risk",
    "denial_risk_interval",
    "risk_band",
    "certain_reject",
    "expected_denied_amount",
    "reasons",
    "lines",
    "findings",
    "drivers",
    "fixes",
    "risk_after_smallest_set",
    "queue",
    "versions",
]
REASONS = {
    "eligibility",
    "claim_data",
    "authorization",
    "coding",
    "bundling",
    "medical_necessity",
    "frequency",
    "documentation",
    "timely_filing",
    "duplicate",
    "provider",
    "coordination_of_benefits",
}
QUEUES = {"registration", "authorization", "coding", "clinical_documentation", "billing"}


@pytest.fixture
def records(in_workspace, examples, tmp_path):
    out = tmp_path / "scores.jsonl"
    assert run(["score", str(examples / "claims.837"), str(examples / "claims.csv"), "-o", str(out)]) == 0
    return [json.loads(line) for line in out.read_text().splitlines()]


def test_every_record_has_the_keys_of_the_contract_in_order(records):
    assert all(list(record) == KEYS for record in records)


def test_every_value_is_of_the_agreed_kind(records):
    for record in records:
        low, high = record["denial_risk_interval"]
        assert 0 < low <= record["denial_risk"] <= high < 1
        assert record["risk_band"] in ("low", "medium", "high", "critical")
        assert record["certain_reject"] in (True, False)
        assert record["expected_denied_amount"] >= 0
        assert 0 < len(record["reasons"]) <= 3
        chances = [reason["probability"] for reason in record["reasons"]]
        assert chances == sorted(chances, reverse=True)
        assert {reason["reason"] for reason in record["reasons"]} <= REASONS
        assert sum(chances) <= record["denial_risk"] + 1e-4
        assert record["queue"] in QUEUES
        assert set(record["versions"]) == {"tool", "model", "ruleset", "reference"}
        assert isinstance(record["source"]["offset"], int)


def test_no_line_is_riskier_than_its_claim_and_dollars_follow_from_lines(records):
    for record in records:
        assert record["lines"]
        assert all(0 <= line["denial_risk"] <= record["denial_risk"] + 1e-6 for line in record["lines"])


def test_drivers_add_up_to_the_models_log_odds_and_findings_never_lower_the_risk(records):
    from models import tracking

    model = tracking.load("champion")
    for record in records:
        total = sum(driver["contribution"] for driver in record["drivers"])
        assert [driver["feature"] for driver in record["drivers"]][-2:] == ["other_features", "base_value"]
        combined = math.log(record["denial_risk"] / (1 - record["denial_risk"]))
        if not record["findings"]:
            assert combined == pytest.approx(total + model.combiner.intercept, abs=1e-3)
        else:
            assert combined >= total + model.combiner.intercept - 1e-3


def test_drivers_are_named_for_flagged_claims_or_for_all(in_workspace, examples, tmp_path):
    def scored(*options):
        out = tmp_path / "scores.jsonl"
        assert run(["score", str(examples / "claims.837"), "-o", str(out), "--threshold", "0.3", *options]) == 0
        return [json.loads(line) for line in out.read_text().splitlines()]

    flagged, every, listed = scored(), scored("--drivers", "all"), scored("--capacity", "2")
    assert {record["denial_risk"] >= 0.3 for record in flagged} == {True, False}
    for some, named in zip(flagged, every, strict=True):
        drivers, own = some.pop("drivers"), named.pop("drivers")
        assert some == named
        assert len(own) == 7
        if some["denial_risk"] >= 0.3:
            assert drivers == own
            continue
        assert [one["feature"] for one in drivers] == ["other_features", "base_value"]
        assert drivers[-1] == own[-1]
        assert drivers[0]["contribution"] == pytest.approx(sum(one["contribution"] for one in own[:-1]), abs=1e-5)
    assert [len(record["drivers"]) for record in listed] == [7, 7]


def test_findings_are_cited_and_each_has_a_fix(records):
    found = [record for record in records if record["findings"]]
    assert found
    for record in found:
        assert record["fixes"]
        for finding in record["findings"]:
            assert finding["citation"]
            assert finding["fix"]
            assert finding["carc"]
        for fix in record["fixes"]:
            assert fix["kind"] in ("data", "documentation")
            assert fix["denial_risk_after"] is None or 0 < fix["denial_risk_after"] < 1


def test_the_formats_agree(in_workspace, examples, tmp_path):
    source = str(examples / "claims.csv")
    for name in ("s.jsonl", "s.csv", "s.parquet", "s.txt"):
        assert run(["score", source, "-o", str(tmp_path / name), "--quiet"]) == 0
    lines = [json.loads(line) for line in (tmp_path / "s.jsonl").read_text().splitlines()]
    rows = list(csv.DictReader((tmp_path / "s.csv").read_text().splitlines()))
    frame = pd.read_parquet(tmp_path / "s.parquet")
    assert [line["claim_id"] for line in lines] == [row["claim_id"] for row in rows] == frame["claim_id"].tolist()
    assert [line["denial_risk"] for line in lines] == [float(row["denial_risk"]) for row in rows]
    assert [line["denial_risk"] for line in lines] == frame["denial_risk"].tolist()
    text = (tmp_path / "s.txt").read_text()
    assert all(line["claim_id"] in text for line in lines)


def test_two_runs_give_the_same_bytes(in_workspace, examples, tmp_path):
    for name in ("a.jsonl", "b.jsonl"):
        run(
            ["score", str(examples / "claims.837"), str(examples / "claims.csv"), "-o", str(tmp_path / name), "--quiet"]
        )
    assert (tmp_path / "a.jsonl").read_bytes() == (tmp_path / "b.jsonl").read_bytes()


def test_every_run_ends_with_its_reconciliation(in_workspace, examples, capsys):
    run(["score", str(examples / "claims.csv"), "--quiet"])
    assert "= scored" in capsys.readouterr().err.splitlines()[-1]


def test_a_bad_row_is_rejected_alone_with_its_place(in_workspace, tmp_path, capsys):
    claims = tmp_path / "claims.csv"
    claims.write_text(
        "claim_id,payer_id,dx_code_1,procedure_code,line_charge,service_from_date\n"
        "A,P1,M54.16,99213,100.00,2026-10-01\n"
        "B,P1,M54.16,99213,cheap,2026-10-01\n"
        "C,P1,M54.16,99213,100.00,10/02/2026\n"
    )
    out = tmp_path / "out.jsonl"
    assert run(["score", str(claims), "-o", str(out)]) == 0
    assert [json.loads(line)["claim_id"] for line in out.read_text().splitlines()] == ["A", "C"]
    (reject,) = [json.loads(line) for line in (tmp_path / "out.jsonl.rejects.jsonl").read_text().splitlines()]
    assert (reject["row"], reject["column"], reject["claim_id"]) == (3, "line_charge", "B")
    assert "cheap" not in json.dumps(reject)
    assert capsys.readouterr().err.splitlines()[-1] == "read 3 = scored 2 + rejected 1"
    assert run(["score", str(claims), "-o", str(out), "--strict"]) == 2


def test_fail_above_is_for_scripts(in_workspace, examples):
    source = str(examples / "claims.csv")
    assert run(["score", source, "--fail-above", "0", "--quiet"]) == 1
    assert run(["score", source, "--fail-above", "1", "--quiet"]) == 0


def test_capacity_gives_the_claims_with_the_most_at_stake(in_workspace, examples, tmp_path, capsys):
    out = tmp_path / "top.jsonl"
    run(["score", str(examples / "claims.csv"), "-o", str(out), "--capacity", "3"])
    stakes = [json.loads(line)["expected_denied_amount"] for line in out.read_text().splitlines()]
    assert len(stakes) == 3
    assert stakes == sorted(stakes, reverse=True)
    assert "listed 3 of" in capsys.readouterr().err


def test_rules_alone_score_without_any_model(tmp_path, monkeypatch, examples):
    monkeypatch.chdir(tmp_path)
    out = tmp_path / "s.jsonl"
    assert run(["score", str(examples / "claims.csv"), "--rules-only", "-o", str(out)]) == 0
    records = [json.loads(line) for line in out.read_text().splitlines()]
    quiet = {record["denial_risk"] for record in records if not record["findings"]}
    assert quiet == {0.118}
    assert all(
        record["denial_risk"] > 0.118 for record in records if any(f["severity"] == "deny" for f in record["findings"])
    )
    assert not (tmp_path / "mlruns").exists()


def test_a_minimal_csv_is_scored_and_draws_no_finding_for_columns_it_does_not_have(in_workspace, tmp_path):
    claims = tmp_path / "claims.csv"
    claims.write_text(
        "claim_id,payer_id,dx_code_1,procedure_code,line_charge,service_from_date,dx_pointers\n"
        "A,P1,I10,99213,100.00,2026-10-01,1\n"
    )
    out = tmp_path / "s.jsonl"
    assert run(["score", str(claims), "-o", str(out)]) == 0
    (record,) = [json.loads(line) for line in out.read_text().splitlines()]
    assert record["findings"] == []


def test_a_mechanical_fix_is_scored_again_and_does_not_raise_the_risk(records):
    after = [
        (record["denial_risk"], fix["denial_risk_after"])
        for record in records
        for fix in record["fixes"]
        if fix["denial_risk_after"] is not None
    ]
    assert after
    assert any(mended < risk for risk, mended in after)
