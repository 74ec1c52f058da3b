"""Scoring in parts: the rows are the same however the input is cut, by however many processes, after any death."""

import gzip
import json
import os
import signal

import numpy as np
import pandas as pd
import pytest

from risk.cli import run
from risk.engine import local, reading
from tests.engine.scored import RULES, score
from tests.rules.own_rule_files import HEAD, rule_text

FORMATS = ("jsonl", "csv", "parquet")


@pytest.fixture
def cut_small(monkeypatch):
    """Parts and units so small that a test's claims make several."""
    monkeypatch.setattr(local, "PART_BYTES", 300_000)
    monkeypatch.setattr(reading, "UNIT_CLAIMS", 400)
    monkeypatch.setattr(reading, "BLOCK_BYTES", 100_000)


@pytest.mark.parametrize("kind", FORMATS)
def test_rows_are_those_of_a_batch_in_memory(kind, many, in_workspace, tmp_path, monkeypatch):
    files = [many / "claims.837", many / "claims_i.837"]
    whole = score(files, tmp_path / f"whole.{kind}")
    monkeypatch.setattr(local, "PART_BYTES", 300_000)
    parts = score(files, tmp_path / f"parts.{kind}", "--jobs", "1")
    if kind == "parquet":
        pd.testing.assert_frame_equal(*(pd.read_parquet(tmp_path / f"{name}.parquet") for name in ("parts", "whole")))
    else:
        assert parts == whole
    assert not list(tmp_path.glob(".*")), "the work is gone"


@pytest.mark.parametrize("unit", [70, 900])
def test_the_answer_does_not_depend_on_the_cut(unit, many, in_workspace, tmp_path, monkeypatch, cut_small):
    first = score([many / "claims.csv"], tmp_path / "a.jsonl", "--jobs", "1")
    monkeypatch.setattr(local, "PART_BYTES", 130_000)
    monkeypatch.setattr(reading, "UNIT_CLAIMS", unit)
    assert score([many / "claims.csv"], tmp_path / "b.jsonl", "--jobs", "1") == first


def test_several_processes_give_what_one_gives(many, in_workspace, tmp_path, cut_small):
    one, several = (score([many / "claims.837"], tmp_path / f"{n}.jsonl", "--jobs", str(n)) for n in (1, 4))
    assert one == several
    assert one.count(b"\n") > 1000


def test_a_claim_gets_the_same_answer_wherever_its_neighbours_are(many, in_workspace, tmp_path, cut_small):
    table = pd.read_csv(many / "claims.csv", dtype=str)
    again = table[table["claim_id"].isin(table["claim_id"].unique()[:200])].copy()
    again["claim_id"] += "R"  # billed twice: found only where both are seen together
    both = pd.concat([table, again])
    both.to_csv(tmp_path / "far.csv", index=False)
    far = [json.loads(row) for row in score([tmp_path / "far.csv"], tmp_path / "far.jsonl").splitlines()]
    duplicates = [one["claim_id"] for one in far if any(found["rule_id"] == "DUP001" for found in one["findings"])]
    assert len(duplicates) > 100
    assert sum(one.endswith("R") for one in duplicates) > 100

    # Of two alike the later one is the duplicate, so a member's claims stay in order.
    claims = both.drop_duplicates("claim_id").fillna({"member_id": ""})
    places = np.random.default_rng(3).permutation(claims["member_id"].to_numpy())
    place = pd.Series(np.argsort(places, kind="stable"), claims.sort_values("member_id", kind="stable")["claim_id"])
    shuffled = both.iloc[both["claim_id"].map(place).argsort(kind="stable")]
    assert shuffled["claim_id"].iloc[0] != both["claim_id"].iloc[0]
    shuffled.to_csv(tmp_path / "near.csv", index=False)
    near = [json.loads(row) for row in score([tmp_path / "near.csv"], tmp_path / "near.jsonl").splitlines()]

    def told(records):
        return {one.pop("claim_id"): one for one in records if one.pop("source")}

    assert told(near) == told(far)


def test_rows_of_a_claim_that_stand_apart_are_still_one_claim(many, in_workspace, tmp_path, cut_small, capsys):
    table = pd.read_csv(many / "claims.csv", dtype=str)
    lines = table.sort_values("line_number", kind="stable", key=lambda numbers: numbers.astype(int))
    lines.to_csv(tmp_path / "apart.csv", index=False)
    assert run(["score", str(tmp_path / "apart.csv"), "-o", str(tmp_path / "apart.jsonl"), *RULES]) == 0
    said = capsys.readouterr().err
    assert "rows of one claim stand apart" in said
    assert f"scored {table['claim_id'].nunique()} + rejected 0" in said


def test_rejects_and_counts_are_those_of_a_batch_in_memory(many, in_workspace, tmp_path, capsys, monkeypatch):
    text = (many / "claims.csv").read_text().splitlines(keepends=True)
    broken = [row.replace(",", ",,", 1) if n % 97 == 5 else row for n, row in enumerate(text)]
    (tmp_path / "broken.csv").write_text("".join(broken))
    told = {}
    for name, size in (("whole", 1 << 30), ("parts", 300_000)):
        monkeypatch.setattr(local, "PART_BYTES", size)
        monkeypatch.setattr(reading, "UNIT_CLAIMS", 400)
        output = tmp_path / f"{name}.jsonl"
        assert run(["score", str(tmp_path / "broken.csv"), "-o", str(output), *RULES]) == 0
        told[name] = capsys.readouterr().err, output.with_name(output.name + ".rejects.jsonl").read_bytes()
    assert told["whole"][1].count(b"\n") > 10
    assert told["parts"] == told["whole"]


def failing_on(rule_id, name, claim_id):
    body = [
        f"    if (batch.claims['claim_id'] == '{claim_id}').any():",
        "        raise KeyError",
        "    return batch.claims[batch.claims['payer_id'] == 'BAD']",
    ]
    return rule_text(rule_id, name=name, body="\n".join(body))


def test_rules_that_fail_in_one_part_are_left_out_of_all_and_told(many, in_workspace, tmp_path, monkeypatch, capsys):
    rules = tmp_path / "own"
    rules.mkdir()
    ids = pd.read_csv(many / "claims.csv", dtype=str)["claim_id"]
    own = [failing_on("OWN001", "one", ids.iloc[0]), failing_on("OWN002", "two", ids.iloc[-1]), rule_text("OWN003")]
    (rules / "own.py").write_text(HEAD + "\n".join(own))
    monkeypatch.setattr(local, "PART_BYTES", 300_000)
    (tmp_path / "denial-risk.toml").write_text('rules_folder = "own"\n')
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{in_workspace / 'mlruns' / 'mlflow.db'}")
    monkeypatch.chdir(tmp_path)
    rows = score([many / "claims.csv"], tmp_path / "s.jsonl", "--jobs", "1", "--select", "OWN,DUP").splitlines()
    versions = {json.loads(row)["versions"]["ruleset"] for row in rows}
    assert len(versions) == 1
    said = capsys.readouterr().err.splitlines()
    for rule_id, claim_id in (("OWN001", ids.iloc[0]), ("OWN002", ids.iloc[-1])):
        assert sum(one.startswith(f"rule {rule_id} failed on claim {claim_id} ") for one in said) == 1
    without = score([many / "claims.csv"], tmp_path / "w.jsonl", "--jobs", "1", "--select", "OWN003,DUP").splitlines()
    assert rows == without


def left_behind(many, tmp_path, monkeypatch):
    """Work of a run that could not write its output."""

    with monkeypatch.context() as patch:
        patch.setattr(local, "rows_in_order", _full)
        score([many / "claims.837"], tmp_path / "s.jsonl", "--jobs", "1", code=2)
    (work,) = tmp_path.glob(".*.work")
    return work


def test_what_a_run_left_is_told_and_never_mixed_in(many, in_workspace, tmp_path, monkeypatch, capsys, cut_small):
    work = left_behind(many, tmp_path, monkeypatch)
    assert "No space left on device" in capsys.readouterr().err
    assert work.stat().st_mode & 0o077 == 0, "it holds what the claims hold"
    (work / "part-0000.rows").write_bytes(b"stale")
    assert run(["score", str(many / "claims.837"), "-o", str(tmp_path / "s.jsonl"), "--jobs", "1", *RULES]) == 0
    assert "begun anew; --resume would go on with it" in capsys.readouterr().err
    assert b"stale" not in (tmp_path / "s.jsonl").read_bytes()
    assert not work.exists()


def test_only_the_same_run_is_gone_on_with(many, in_workspace, tmp_path, monkeypatch, capsys, cut_small):
    work = left_behind(many, tmp_path, monkeypatch)
    for options in (["--threshold", "0.9"], ["--rules-only"]):
        capsys.readouterr()
        score([many / "claims.837"], tmp_path / "s.jsonl", "--resume", *options, code=2)
        assert "expected the run that was begun" in capsys.readouterr().err
    score([many / "claims.csv"], tmp_path / "s.jsonl", "--resume", code=2)
    assert "files" in capsys.readouterr().err
    assert work.exists()
    score([many / "claims.837"], tmp_path / "s.jsonl", "--resume")
    assert not work.exists()


def test_two_runs_do_not_work_on_one_output(many, in_workspace, tmp_path, monkeypatch, capsys, cut_small):
    fcntl = pytest.importorskip("fcntl")
    work = left_behind(many, tmp_path, monkeypatch)
    with (work / "lock").open("w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        score([many / "claims.837"], tmp_path / "s.jsonl", "--resume", code=2)
    assert "another run is at work" in capsys.readouterr().err


@pytest.mark.parametrize("while_it", ["score_in_worker", "get_ready"])
def test_a_process_that_is_killed_ends_the_run_with_one_line(
    while_it, many, in_workspace, tmp_path, monkeypatch, capsys
):
    monkeypatch.setattr(local, "PART_BYTES", 300_000)
    monkeypatch.setattr(local, while_it, _die)
    score([many / "claims.837"], tmp_path / "s.jsonl", "--jobs", "4", code=2)
    said = capsys.readouterr().err.splitlines()
    assert "ended from outside" in said[-1]
    assert not (tmp_path / "s.jsonl").exists()
    monkeypatch.undo()


def _die(*_args: object, **_more: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def test_standard_output_takes_rows_too(many, in_workspace, tmp_path, capsysbinary, cut_small):
    expected = score([many / "claims.837"], tmp_path / "s.jsonl", "--jobs", "1")
    capsysbinary.readouterr()
    assert run(["score", str(many / "claims.837"), "--format", "jsonl", "--quiet", "--jobs", "1", *RULES]) == 0
    assert capsysbinary.readouterr().out == expected


@pytest.mark.parametrize("size", [1 << 30, 300_000], ids=["in memory", "in parts"])
def test_a_poisoned_file_among_others_is_a_reject_and_they_are_scored(
    size, many, in_workspace, tmp_path, capsys, monkeypatch, cut_small
):
    monkeypatch.setattr(local, "PART_BYTES", size)
    whole = (many / "claims.csv").read_bytes()
    (tmp_path / "poison.csv").write_bytes(b"%PDF-1.7 ZZMARKER")
    (tmp_path / "broken.csv.gz").write_bytes(gzip.compress(whole, mtime=0)[:-1000])  # most of its claims can be read
    files = [many / "claims.837", tmp_path / "poison.csv", tmp_path / "broken.csv.gz", many / "claims_i.837"]
    sound = score([files[0], files[-1]], tmp_path / "sound.jsonl")
    capsys.readouterr()
    assert score(files, tmp_path / "s.jsonl", code=2) == sound
    said = capsys.readouterr().err.splitlines()
    assert [one.split(":")[:2] for one in said[:2]] == [["left out", f" {file}"] for file in map(str, files[1:3])]
    claims = sound.count(b"\n")
    assert said[2:] == [f"read {claims + 2} = scored {claims} + rejected 2"]
    rejects = [json.loads(row) for row in (tmp_path / "s.jsonl.rejects.jsonl").read_text().splitlines()]
    assert [one["file"] for one in rejects] == list(map(str, files[1:3]))
    assert "PDF" in rejects[0]["reason"]
    assert "gzip" in rejects[1]["reason"]
    assert "ZZMARKER" not in "".join([*said, *map(str, rejects)])


def test_a_run_goes_on_without_the_poisoned_file_and_says_so_again(
    many, in_workspace, tmp_path, capsys, monkeypatch, cut_small
):
    (tmp_path / "poison.csv").write_bytes(b"%PDF-1.7")
    files = [tmp_path / "poison.csv", many / "claims.837"]
    sound = score(files[1:], tmp_path / "sound.jsonl")
    with monkeypatch.context() as patch:
        patch.setattr(local, "rows_in_order", _full)
        score(files, tmp_path / "s.jsonl", "--jobs", "1", code=2)
    capsys.readouterr()
    assert score(files, tmp_path / "s.jsonl", "--resume", code=2) == sound
    assert f"left out: {files[0]}: expected claims" in capsys.readouterr().err


@pytest.mark.parametrize("size", [1 << 30, 300_000], ids=["in memory", "in parts"])
def test_files_none_of_which_is_claims_or_one_of_which_is_not_there_end_the_run(
    size, many, in_workspace, tmp_path, capsys, monkeypatch, cut_small
):
    monkeypatch.setattr(local, "PART_BYTES", size)
    for name in ("one.csv", "two.csv"):
        (tmp_path / name).write_bytes(b"%PDF-1.7" + bytes(400_000))
    for files, why in (
        ([tmp_path / "one.csv", tmp_path / "two.csv"], "one.csv: expected claims"),
        ([many / "claims.csv", tmp_path / "gone.csv"], "gone.csv: no such file"),
    ):
        score(files, tmp_path / "s.jsonl", code=2)
        (line,) = capsys.readouterr().err.splitlines()
        assert why in line
        assert not (tmp_path / "s.jsonl").exists()


def _full(*_args: object) -> None:
    raise OSError(28, "No space left on device", "rows")


def test_a_file_that_is_named_twice_is_refused(many, in_workspace, tmp_path, capsys, cut_small):
    score([many / "claims.837", many / "claims.837"], tmp_path / "s.jsonl", code=2)
    assert "named twice" in capsys.readouterr().err
