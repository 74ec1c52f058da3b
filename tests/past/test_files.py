"""What is no store, or cannot be used now, is told in one line, with exit code 2."""

import os
import subprocess
import sys
from functools import partial

import pytest

from risk.claims.examples import batch_of, claim
from risk.cli import run
from risk.past import updating
from risk.past.files import is_store, writing
from risk.past.frames import run as do
from risk.past.secret import secret_file
from risk.reports.claims_file import write_claims


@pytest.fixture
def claims(tmp_path):
    write_claims(batch_of(claim(claim_id="NEW")), tmp_path / "claims.csv")
    return tmp_path / "claims.csv"


@pytest.fixture
def store(tmp_path):
    path = tmp_path / "h.duckdb"
    with updating(path) as update:
        update.add_claims(batch_of(claim()))
    return path


def told(capsys, *words):
    assert run([str(word) for word in words]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    return err


def every_way(capsys, claims, path):
    """What is said when it is scored against, added to and counted."""
    return [
        told(capsys, "score", claims, "--rules-only", "--history", path),
        told(capsys, "history", "add", "--claims", claims, "--history", path),
        told(capsys, "history", "status", "--history", path),
    ]


def test_a_store_is_told_by_its_content_and_not_by_its_name(store, claims, tmp_path):
    other = tmp_path / "past.csv"
    store.rename(other)
    secret_file(store).rename(secret_file(other))
    assert is_store(other)
    assert not is_store(claims)
    assert run(["score", str(claims), "--rules-only", "-q", "--history", str(other)]) == 0


def test_a_file_that_is_none_is_left_alone(claims, tmp_path, capsys):
    other = tmp_path / "notes.txt"
    other.write_text("nothing of ours")
    scored, added, counted = every_way(capsys, claims, other)
    assert "expected labelled claims" in scored
    assert "this file is something else" in added
    assert "expected a history store" in counted
    assert other.read_text() == "nothing of ours"


def test_another_database_is_left_alone(claims, tmp_path, capsys):
    import duckdb

    other = tmp_path / "other.duckdb"
    with duckdb.connect(str(other)) as connection:
        do(connection, "CREATE TABLE meta_of_another (a INTEGER)")
    assert all("this is another database" in one for one in every_way(capsys, claims, other))


def test_a_store_of_a_later_format_is_refused(store, claims, capsys):
    with writing(store) as (connection, _):
        do(connection, "UPDATE meta SET value = '9' WHERE name = 'format'")
    assert all("this is of format 9" in one for one in every_way(capsys, claims, store))


def test_a_damaged_store_is_refused(store, claims, capsys):
    whole = bytearray(store.read_bytes())
    whole[64:] = b"\xff" * (len(whole) - 64)
    store.write_bytes(bytes(whole))
    assert all(str(store) in one for one in every_way(capsys, claims, store))


def test_a_store_without_its_secret_or_with_another_ones_is_refused(store, claims, tmp_path, capsys):
    secret = secret_file(store).read_text()
    secret_file(store).write_text("00" * 32)
    assert all("another store's" in one for one in every_way(capsys, claims, store))
    secret_file(store).write_text("short")
    assert all("expected the secret of a store" in one for one in every_way(capsys, claims, store))
    secret_file(store).unlink()
    assert all("keep the two together" in one for one in every_way(capsys, claims, store))
    assert secret not in "".join(every_way(capsys, claims, store))


def test_there_is_none(claims, tmp_path, capsys):
    assert "there is none" in told(capsys, "history", "status", "--history", tmp_path / "absent.duckdb")
    assert "check the path" in told(capsys, "score", claims, "--history", tmp_path / "absent.duckdb", "--rules-only")
    assert "at least one of them" in told(capsys, "history", "add", "--history", tmp_path / "absent.duckdb")
    assert not (tmp_path / "absent.duckdb").exists()


def test_what_is_no_claims_file_adds_nothing(store, claims, tmp_path, capsys):
    (tmp_path / "poison.csv").write_bytes(b"%PDF-1.7")
    before = store.read_bytes()
    words = ["history", "add", "--claims", claims, tmp_path / "poison.csv", "--history", store]
    assert "expected claims" in told(capsys, *words)
    assert store.read_bytes() == before


HOLDER = """
import sys
from pathlib import Path
from risk.past.files import reading, writing
with {"w": writing, "r": reading}[sys.argv[2]](Path(sys.argv[1])):
    print("ready", flush=True)
    sys.stdin.read()
"""


def holding(store, how):
    command = [sys.executable, "-c", HOLDER, str(store), how]
    process = subprocess.Popen(command, env=os.environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout.readline() == b"ready\n"
    return process


def test_a_store_that_another_process_adds_to_is_in_use(store, claims, capsys):
    process = holding(store, "w")
    try:
        assert all("in use by another process" in one for one in every_way(capsys, claims, store))
    finally:
        process.communicate()


def test_a_store_that_others_read_can_be_read_and_not_added_to(store, claims, capsys):
    process = holding(store, "r")
    try:
        assert run(["score", str(claims), "--rules-only", "-q", "--history", str(store)]) == 0
        capsys.readouterr()
        said = told(capsys, "history", "add", "--claims", claims, "--history", store)
        assert "in use by another process" in said
    finally:
        process.communicate()


def test_without_the_engine_one_line_says_what_to_install(store, claims, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "duckdb", None)
    for said in every_way(capsys, claims, store):
        assert "pip install 'denial-risk[history]'" in said


def test_where_there_is_no_room_the_store_is_as_it_was(store, tmp_path, capsys):
    resource = pytest.importorskip("resource")
    many = (claim(claim_id=f"C{n}", member_id=f"M{n}", payer_name=f"Plan {n * 7919}") for n in range(4000))
    write_claims(batch_of(*many), tmp_path / "many.csv")
    words = ["history", "add", "--claims", str(tmp_path / "many.csv"), "--history", str(store), "-q"]
    command = [sys.executable, "-c", "import sys; from risk.cli import run; sys.exit(run(sys.argv[1:]))", *words]
    most = store.stat().st_size + 20_000
    limit = partial(resource.setrlimit, resource.RLIMIT_FSIZE, (most, most))
    done = subprocess.run(command, env=os.environ, capture_output=True, preexec_fn=limit, check=False)
    assert done.returncode == 2, done.stderr
    assert done.stderr.count(b"\n") == 1
    assert b"no room to write" in done.stderr
    assert run(["history", "status", "--history", str(store)]) == 0
    assert "claims                        1, 1 lines" in capsys.readouterr().out


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_store_that_may_not_be_written_is_told(store, claims, capsys):
    store.chmod(0o400)
    assert "cannot be read or written" in told(capsys, "history", "add", "--claims", claims, "--history", store)
