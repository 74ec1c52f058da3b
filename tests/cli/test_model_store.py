"""A model store that is damaged, moved or out of reach is told in one line, and nobody's model is replaced."""

import shutil

import pytest

from risk.cli import run


@pytest.fixture
def copied(workspace, tmp_path, monkeypatch):
    """A working folder with a copy of the small champion's store."""
    shutil.copytree(workspace / "mlruns", tmp_path / "mlruns")
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def only_line(capsys):
    captured = capsys.readouterr()
    assert captured.out == ""
    (line,) = captured.err.splitlines()
    return line


def test_a_store_that_is_no_database(copied, examples, capsys):
    (copied / "mlruns" / "mlflow.db").write_bytes(b"not a database " * 100)
    assert run(["score", str(examples / "claims.csv")]) == 2
    assert "model store" in only_line(capsys)


def test_a_champion_whose_files_are_gone_is_not_replaced_by_the_default(copied, examples, capsys):
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(copied / "mlruns" / "mlflow.db")) as store, store:
        for column in ("source", "storage_location"):
            store.execute(f"update model_versions set {column} = ?", (str(copied / "nowhere"),))
    assert run(["score", str(examples / "claims.csv")]) == 2
    assert "champion" in only_line(capsys)
    assert run(["model", "show"]) == 0
    assert "version 1 (champion)" in capsys.readouterr().out


def test_a_place_for_the_store_that_is_a_file_is_found_out_before_training(tmp_path, monkeypatch, examples, capsys):
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mlruns").write_text("a file")
    assert run(["score", str(examples / "claims.csv")]) == 2
    assert "mlruns" in only_line(capsys)


def test_promoting_without_a_challenger_says_what_is_missing(copied, capsys):
    assert run(["model", "promote"]) == 2
    assert "challenger" in only_line(capsys)
