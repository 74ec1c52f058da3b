"""What is missing for Spark is one line each; none of these starts Java."""

import importlib.util
import os
import socket
import sys

import pytest

from risk.cli import run
from risk.engine import spark_session
from risk.engine.spark_tasks import TaskBugError, guarded, told_by
from risk.errors import DenialRiskError

MEMBER = "ZZMARKERMEMBER"


def refused(capsys, examples, tmp_path, *options):
    arguments = [
        "score",
        str(examples / "claims.837"),
        "--engine",
        "spark",
        "-o",
        str(tmp_path / "out"),
        "--rules-only",
    ]
    assert run([*arguments, *options]) == 2
    assert not (tmp_path / "out").exists()
    (line,) = capsys.readouterr().err.splitlines()
    return line


def test_without_pyspark_the_extra_is_named(examples, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(spark_session, "find_spec", lambda _: None)
    assert "pip install 'denial-risk[spark]'" in refused(capsys, examples, tmp_path)


@pytest.fixture
def with_pyspark(monkeypatch):
    monkeypatch.setattr(spark_session, "find_spec", lambda _: importlib.util.find_spec("risk"))
    monkeypatch.delenv("JAVA_HOME", raising=False)


def java(folder, says):
    program = folder / "java"
    program.write_text(f"#!{sys.executable}\nimport sys\nsys.stderr.write({says!r})\n")
    program.chmod(0o755)


@pytest.mark.skipif(os.name == "nt", reason="a script that is a program")
@pytest.mark.parametrize(
    ("says", "told"),
    [
        (None, "expected Java 17 or newer, found none"),
        ('openjdk version "11.0.2" 2019-01-15', "expected Java 17 or newer, found 11"),
        ('java version "1.8.0_202"', "found 1"),
        ("no runtime", "found one that does not run"),
    ],
)
def test_without_a_java_that_will_do_one_line_says_so(
    says, told, examples, tmp_path, capsys, monkeypatch, with_pyspark
):
    (tmp_path / "bin").mkdir()
    if says is not None:
        java(tmp_path / "bin", says)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert told in refused(capsys, examples, tmp_path)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--format", "csv"], "expected a folder of Parquet to write to"),
        (["--resume"], "--resume: expected one of them"),
        (["--capacity", "5"], "--capacity: expected one of them"),
        (["-"], "this is standard input"),
        (["--engine", "flink"], "expected local or spark"),
        (["--engine", "local", "--format", "jsonl", "--master", "local"], "expected --engine spark"),
    ],
)
def test_what_a_cluster_does_not_do_is_said(options, told, examples, tmp_path, capsys):
    assert told in refused(capsys, examples, tmp_path, *options)


@pytest.mark.skipif(importlib.util.find_spec("pyspark") is None, reason="PySpark is not installed")
def test_a_master_that_nobody_answers_for_is_one_line():
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        with pytest.raises(DenialRiskError, match="no master answers there"):
            spark_session.start(f"spark://127.0.0.1:{port}")
    with pytest.raises(DenialRiskError, match="expected spark://HOST:PORT"):
        spark_session.start("spark://somewhere")


def failing(error):
    def task(_batches):
        yield 1
        raise error

    return guarded(task)


def test_what_a_task_fails_of_leaves_it_without_a_value():
    with pytest.raises(Exception, match="denial-risk-task") as bug:
        list(failing(KeyError(MEMBER))(iter(())))
    assert MEMBER not in str(bug.value)
    assert bug.value.__suppress_context__
    told = told_by(f"org.apache.spark.SparkException: {bug.value}\n at somewhere")
    assert isinstance(told, TaskBugError)
    assert told.place.startswith("KeyError at test_spark_session.py:")

    with pytest.raises(Exception, match="denial-risk-task") as expected:
        list(failing(DenialRiskError("model", "expected {one}", "train"))(iter(())))
    assert str(told_by(str(expected.value))) == "model: expected {one}; train"
    assert told_by("something of Java") is None


def test_a_bug_in_a_task_is_told_with_its_place(capsys, monkeypatch, examples):
    from risk.cli import _scoring

    def bug(_request):
        raise TaskBugError("KeyError at ptp.py:12 in pairs")

    monkeypatch.setattr(_scoring, "score_claims", bug)
    assert run(["score", str(examples / "claims.837")]) == 3
    assert "a bug: KeyError at ptp.py:12 in pairs;" in capsys.readouterr().err
