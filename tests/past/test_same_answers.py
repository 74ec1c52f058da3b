"""A store answers as a labelled file of the same past: whatever the parts, the processes, the order of adding."""

import json

import numpy as np
import pandas as pd
import pytest

from features import compute_features
from risk.cli import run
from risk.engine import local, reading
from risk.past import open_past
from risk.readers import read_claims
from risk.reference import load_reference
from risk.rules import run_rules, select_rules
from risk.training import read_past

#: Rules that look at other claims; the others cost every run some time and read no past.
ACROSS = ["--select", "DUP,FRQ,GLB"]


def scored(files, output, *options):
    assert run(["score", *map(str, files), "-o", str(output), "--quiet", *ACROSS, *map(str, options)]) == 0
    return output.read_bytes()


def by_claim(rows):
    told = [json.loads(row) for row in rows.splitlines()]
    return {one.pop("claim_id"): one for one in told if one.pop("source")}


def test_findings_features_and_risks_are_those_of_the_labelled_file(world, store, in_workspace, tmp_path):
    file, kept = (
        scored([world / "today.csv"], tmp_path / f"{name}.jsonl", "--history", path)
        for name, path in (("file", world / "before.parquet"), ("store", store))
    )
    assert kept == file
    alone = scored([world / "today.csv"], tmp_path / "alone.jsonl")
    assert by_claim(alone) != by_claim(kept)
    found = [finding["rule_id"] for one in by_claim(kept).values() for finding in one["findings"]]
    assert found.count("DUP001") > 40, "what was billed before is known"


def test_every_feature_of_the_past_has_the_value_of_the_labelled_file(world, store):
    batch, reference, past = read_claims([str(world / "today.csv")]).batch, load_reference(), open_past(store)
    expected = compute_features(batch, reference, read_past(world / "before.parquet").outcomes)
    found = compute_features(batch, reference, past.history)
    pd.testing.assert_frame_equal(found, expected)
    of_the_past = ["payer_denial_rate", "payer_dx_denial_rate", "rendering_denial_rate", "days_since_service"]
    assert (found[of_the_past].nunique() > 10).all()


def test_rules_across_claims_find_the_same_in_each_claim_alone(world, store):
    batch, reference, past = read_claims([str(world / "today.csv")]).batch, load_reference(), open_past(store)
    rules = [one for one in select_rules() if one.history]
    whole = read_past(world / "before.parquet").claims
    again = np.flatnonzero(batch.claims["claim_id"].str.endswith("R"))[:4]
    for key in [*again, 0, 1]:
        one = batch.select([key])
        of_store = run_rules(one, reference, rules, [], past=past.claims_about(one))
        pd.testing.assert_frame_equal(of_store, run_rules(one, reference, rules, [], past=whole))


@pytest.mark.parametrize(("jobs", "part"), [(1, 15_000), (2, 30_000)])
def test_shuffled_and_cut_anew_each_claim_gets_its_answer(
    world, store, in_workspace, tmp_path, monkeypatch, jobs, part
):
    whole = by_claim(scored([world / "today.csv"], tmp_path / "whole.jsonl", "--history", store))
    table = pd.read_csv(world / "today.csv", dtype=str)
    # Of two alike the later one is the duplicate, so a member's claims stay in order.
    claims = table.drop_duplicates("claim_id").fillna({"member_id": ""})
    places = np.random.default_rng(3).permutation(claims["member_id"].to_numpy())
    place = pd.Series(np.argsort(places, kind="stable"), claims.sort_values("member_id", kind="stable")["claim_id"])
    shuffled = table.iloc[table["claim_id"].map(place).argsort(kind="stable")]
    shuffled.to_csv(tmp_path / "shuffled.csv", index=False)
    assert shuffled["claim_id"].iloc[0] != table["claim_id"].iloc[0]
    monkeypatch.setattr(local, "PART_BYTES", part)
    monkeypatch.setattr(reading, "UNIT_CLAIMS", 70)
    parts = scored([tmp_path / "shuffled.csv"], tmp_path / "parts.jsonl", "--history", store, "--jobs", jobs)
    assert local.parts_for([str(tmp_path / "shuffled.csv")]) > 2
    assert by_claim(parts) == whole


def test_the_order_of_adding_changes_nothing(world, store, pieces, in_workspace, tmp_path):
    expected = scored([world / "today.csv"], tmp_path / "whole.jsonl", "--history", store)
    other = tmp_path / "other.duckdb"
    adding = ["history", "add", "--history", str(other), "-q"]
    assert run([*adding, "--claims", str(pieces[3])]) == 0
    assert run([*adding, "--remits", str(world / "remits.835")]) == 0
    for piece in (pieces[2], *reversed(pieces)):
        assert run([*adding, "--claims", str(piece)]) == 0
    assert run([*adding, "--remits", str(world / "remits.835")]) == 0
    assert scored([world / "today.csv"], tmp_path / "other.jsonl", "--history", other) == expected


def test_what_is_scored_may_have_been_added_before_and_is_no_duplicate_of_itself_or_of_what_came_later(
    world, store, in_workspace, tmp_path
):
    before = by_claim(scored([world / "today.csv"], tmp_path / "before.jsonl", "--history", store))
    all_of_it = tmp_path / "all.duckdb"
    files = ["--claims", str(world / "claims.csv"), str(world / "today.csv"), "--remits", str(world / "remits.835")]
    assert run(["history", "add", *files, "--history", str(all_of_it), "-q"]) == 0
    after = by_claim(scored([world / "today.csv"], tmp_path / "after.jsonl", "--history", all_of_it))
    assert sum(one["findings"] != [] for one in before.values()) > 40
    assert {one: told["findings"] for one, told in after.items()} == {
        one: told["findings"] for one, told in before.items()
    }


def test_check_and_explain_and_evaluate_take_a_store(world, store, in_workspace, tmp_path, capsys):
    claim = next(one for one in pd.read_csv(world / "today.csv", dtype=str)["claim_id"] if one.endswith("R"))
    said = {}
    for name, path in (("file", world / "before.parquet"), ("store", store)):
        run(["check", str(world / "today.csv"), *ACROSS, "--history", str(path), "-q"])
        assert run(["explain", str(world / "today.csv"), "--claim", claim, *ACROSS, "--history", str(path), "-q"]) == 0
        assert run(["evaluate", "--data", str(world / "labels.parquet"), "--history", str(path), "-q"]) == 0
        said[name] = capsys.readouterr().out
    assert "is already billed on line" in said["store"]
    assert said["store"] == said["file"]
