"""On a cluster of real separate processes claims get the answers they get on one machine, whatever dies meanwhile."""

import importlib.util
import os
import shutil
import signal
import subprocess
import threading
import time
import warnings
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from risk.cli import run
from risk.engine import spark as engine
from risk.engine.spark_session import require_pyspark, start
from risk.errors import DenialRiskError
from risk.readers import read_claims
from tests.engine.test_local import failing_on
from tests.rules.own_rule_files import HEAD, rule_text

try:
    require_pyspark()
except DenialRiskError as missing:
    pytest.skip(str(missing), allow_module_level=True)

#: Rules that look at other claims and some that are mended.
RULES = ["--select", "DUP,FRQ,GLB,PTP,IMG,CLM"]

#: What takes least time to start: the first of Java's compilers, and plans that are not compiled.
JAVA = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
SETTINGS = {
    "spark.driver.extraJavaOptions": JAVA,
    "spark.executor.extraJavaOptions": JAVA,
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.shuffle.partitions": "2",
    "spark.task.maxFailures": "2",
    "spark.ui.enabled": "false",
}


def home_of_spark(folder: Path) -> Path:
    """Spark as it is installed, but that executors work in a folder of the test."""
    installed = Path(importlib.util.find_spec("pyspark").submodule_search_locations[0])
    home = folder / "spark"
    home.mkdir()
    for one in installed.iterdir():
        if one.name != "work":
            (home / one.name).symlink_to(one)
    return home


def without_denial_risk(folder: Path) -> Path:
    """A folder for the PATH with a Python that an executor must not take."""
    python = folder / "bin" / "python3"
    python.parent.mkdir()
    python.write_text("#!/bin/sh\nexit 1\n")
    python.chmod(0o755)
    return python.parent


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """A session of a cluster of two executors, each a process of its own."""
    folder = tmp_path_factory.mktemp("cluster")
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        patch.setenv("SPARK_HOME", str(home_of_spark(folder)))
        patch.setenv("PATH", f"{without_denial_risk(folder)}{os.pathsep}{os.environ['PATH']}")
        patch.delenv("PYSPARK_PYTHON", raising=False)
        patch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
        patch.setenv("SPARK_LOCAL_DIRS", str(folder))
        patch.setattr(engine, "PIECE_BYTES", 150_000)
        session = start("local-cluster[2,1,2048]", SETTINGS)
        yield session
        session.stop()
        session.sparkContext._gateway.shutdown()


@pytest.fixture(scope="module")
def night(many, tmp_path_factory) -> Path:
    """A folder as it is sent: 837s, a CSV to be cut into pieces, one that cannot be, a file that is poisoned."""
    folder = tmp_path_factory.mktemp("night") / "day=1"
    (folder / "b [2]").mkdir(parents=True)
    shutil.copy(many / "claims.837", folder / "a.837")
    shutil.copy(many / "claims_i.837", folder / "b [2]" / "c.837")
    rows = (many / "claims.csv").read_text().splitlines(keepends=True)
    (folder / "d.csv").write_text(
        "".join(row.replace(",", ",,", 1) if n % 197 == 5 else row for n, row in enumerate(rows))
    )
    table = pd.read_csv(many / "claims.csv", dtype=str)
    some = table[table["claim_id"].isin(table["claim_id"].unique()[:600])]
    apart = some.sort_values("line_number", kind="stable", key=lambda numbers: numbers.astype(int))
    apart.to_csv(folder / "e.csv", index=False)
    (folder / "b [2]" / "poison.837").write_bytes(b"%PDF-1.7 ZZMARKER")
    (folder / "_ignored").write_text("not data")
    return folder


@pytest.fixture(scope="module")
def scored(cluster, night, workspace, tmp_path_factory) -> Path:
    """The folder scored on the cluster."""
    output = tmp_path_factory.mktemp("scored") / "out"
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(workspace)
        patch.delenv("MLFLOW_TRACKING_URI", raising=False)
        assert score(output, night) == 2, "a file was left out"
    return output


def score(output, *files, options=()):
    return run(["score", "--engine", "spark", *map(str, files), "-o", str(output), *RULES, *options])


def assert_same(found: Path, expected: Path):
    left, right = (pd.read_parquet(one) for one in (found, expected))
    pd.testing.assert_frame_equal(left, right)


def test_rows_and_rejects_are_those_of_the_local_engine(scored, night, in_workspace, tmp_path, capsys):
    sound = [night / "a.837", night / "b [2]" / "c.837", night / "d.csv", night / "e.csv"]
    local = tmp_path / "local.parquet"
    assert run(["score", *map(str, sound), "-o", str(local), *RULES]) == 0
    assert "rejected 0" not in capsys.readouterr().err
    assert_same(scored, local)
    assert len(pd.read_parquet(local)) > 2500
    rejects = (scored.parent / "out.rejects.jsonl").read_text().splitlines()
    assert [one for one in rejects if "poison" not in one] == Path(f"{local}.rejects.jsonl").read_text().splitlines()
    (poison,) = (one for one in rejects if "poison" in one)
    assert "this is a PDF document" in poison
    assert sorted(one.name for one in scored.parent.iterdir()) == ["out", "out.rejects.jsonl"]
    assert (scored / "_SUCCESS").exists()


def executors(cluster) -> list[int]:
    """Processes of the executors: what the JVM of the driver has started."""
    driver = cluster.sparkContext._gateway.proc.pid
    listed = subprocess.run(["ps", "-ww", "-eo", "pid,ppid,args"], capture_output=True, text=True, check=True).stdout
    own = [line.split(None, 2) for line in listed.splitlines()[1:]]
    return [int(pid) for pid, parent, told in own if int(parent) == driver and "CoarseGrainedExecutor" in told]


def test_an_executor_that_is_killed_in_the_middle_changes_nothing(
    cluster, scored, night, in_workspace, tmp_path, monkeypatch
):
    killed = []

    def kill_while_scoring():
        tracker, ends = cluster.sparkContext.statusTracker(), time.monotonic() + 60
        while time.monotonic() < ends:
            stages = [tracker.getStageInfo(one) for one in tracker.getActiveStageIds()]
            if any(one and one.numActiveTasks for one in stages):
                time.sleep(0.5)
                killed.append(executors(cluster)[0])
                os.kill(killed[0], signal.SIGKILL)
                return
            time.sleep(0.05)

    shipped = engine._shipped

    def shipping(*arguments):
        threading.Thread(target=kill_while_scoring, daemon=True).start()
        return shipped(*arguments)

    monkeypatch.setattr(engine, "_shipped", shipping)
    assert len(executors(cluster)) == 2
    assert score(tmp_path / "again", night) == 2, "a file was left out, as before"
    assert len(killed) == 1
    assert killed[0] not in executors(cluster)
    assert_same(tmp_path / "again", scored)
    rejects = [(folder.parent / f"{folder.name}.rejects.jsonl").read_text() for folder in (scored, tmp_path / "again")]
    assert rejects[0] == rejects[1]


def test_executors_that_score_with_something_else_end_the_run_with_one_line(
    cluster, many, in_workspace, tmp_path, monkeypatch, capsys
):
    other = engine.score_on_spark

    def elsewhere(order, tell):
        return other(replace(order, versions={**order.versions, "tool": "0"}), tell)

    monkeypatch.setattr(engine, "score_on_spark", elsewhere)
    assert score(tmp_path / "out", many / "claims_i.837") == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "another: tool; install the same denial-risk" in line
    assert list(tmp_path.iterdir()) == []


def test_a_rule_that_fails_on_one_claim_is_left_out_of_all(cluster, many, in_workspace, tmp_path, monkeypatch, capsys):
    claims, rules = many / "claims_i.837", tmp_path / "own"
    rules.mkdir()
    claim_id = read_claims(str(claims)).batch.claims["claim_id"].iloc[3]
    (rules / "own.py").write_text(HEAD + failing_on("OWN001", "one", claim_id) + rule_text("OWN002"))
    (tmp_path / "denial-risk.toml").write_text('rules_folder = "own"\n')
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(engine, "BATCH_CLAIMS", 60)
    options = ["--rules-only", "--select", "OWN"]
    assert score(tmp_path / "out", claims, options=options) == 0
    said = capsys.readouterr().err.splitlines()
    assert run(["score", str(claims), "-o", str(tmp_path / "local.parquet"), *RULES, *options]) == 0
    assert said == capsys.readouterr().err.splitlines()
    assert any(one.startswith(f"rule OWN001 failed on claim {claim_id} ") for one in said)
    assert_same(tmp_path / "out", tmp_path / "local.parquet")


def test_input_and_output_that_will_not_do_are_one_line_each(cluster, many, night, in_workspace, tmp_path, capsys):
    (tmp_path / "empty").mkdir()
    (tmp_path / "poisoned").mkdir()
    for name in ("one.csv", "two.csv"):
        (tmp_path / "poisoned" / name).write_bytes(b"%PDF-1.7 ZZMARKER")
    (tmp_path / "there").mkdir()
    (tmp_path / "file").touch()
    claims = many / "claims_i.837"
    expected = [
        (tmp_path / "gone", "out", "no such file or folder"),
        (tmp_path / "empty", "out", "this folder has none"),
        (tmp_path / "poisoned", "out", "none of 2 is one; the first: "),
        (claims, "there", "a folder that is not there yet"),
        (claims, "gone/out", "a folder that exists"),
        (claims, "file/out", "cannot write here: a file is where a folder should be"),
    ]
    for files, output, why in expected:
        assert score(tmp_path / output, files, options=["--rules-only"]) == 2
        (line,) = capsys.readouterr().err.splitlines()
        assert why in line
        assert "ZZMARKER" not in line
    assert score(tmp_path / "out", claims, claims) == 2
    assert "named twice" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_no_log_of_an_executor_holds_a_value_of_a_claim(cluster, scored, many):
    logs = [one.read_text() for one in Path(os.environ["SPARK_HOME"]).glob("work/*/*/std*")]
    assert len(logs) >= 4
    members = pd.read_csv(many / "claims.csv", dtype=str)["member_id"].dropna().unique()
    for log in logs:
        assert "ZZMARKER" not in log
        assert not any(one in log for one in members)
