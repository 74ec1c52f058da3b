"""Claims and remittances go into a store once, whatever the order, all of an addition or nothing."""

import os
import signal
import subprocess
import sys

import pandas as pd
import pytest

from risk.claims.examples import batch_of, claim, line
from risk.cli import run
from risk.past import contents_of, open_past, updating
from risk.past.files import reading
from risk.reports.claims_file import write_claims
from tests.outcomes import files as made
from tests.past.stores import add, outcomes


def put(store, *claims):
    with updating(store) as update:
        update.add_claims(batch_of(*claims))
    return update.added


def charges(store):
    with reading(store) as (connection, _):
        return connection.execute("SELECT line_charge_cents FROM lines ORDER BY ALL").fetchall()


def test_the_same_claim_added_again_does_not_count_twice(tmp_path):
    store = tmp_path / "h.duckdb"
    assert put(store, claim(), claim(claim_id="OTHER")).claims_new == 2
    again = put(store, claim(), claim())
    assert (again.claims_new, again.claims_known, again.claims_replaced) == (0, 2, 0)
    assert contents_of(store).claims == 2


def test_a_later_version_of_a_submission_takes_the_place_of_the_earlier(tmp_path):
    store = tmp_path / "h.duckdb"
    put(store, claim(lines=[line("99213", charge="90")]), claim(claim_id="OTHER", lines=[line("99213", charge="70")]))
    added = put(store, claim(lines=[line("99213", charge="120")]))
    assert (added.claims_new, added.claims_replaced) == (1, 1)
    assert charges(store) == [(7000,), (12000,)]


@pytest.mark.parametrize(
    "change",
    [
        {"claim_id": "OTHER"},
        {"billing_npi": "1679576722"},
        {"member_id": "SOMEBODY"},
        {"claim_frequency_code": "7"},
        {"claim_kind": "institutional", "bill_type_code": "131"},
        {"submission_date": pd.Timestamp("2026-12-24")},
        {"lines": [line("99213", day=2)]},
    ],
    ids=lambda change: next(iter(change)),
)
def test_another_submission_is_another_claim(tmp_path, change):
    store = tmp_path / "h.duckdb"
    put(store, claim())
    assert put(store, claim(**change)).claims_replaced == 0
    assert contents_of(store).claims == 2


def test_two_claims_of_one_number_in_one_addition_are_both_kept(tmp_path):
    store = tmp_path / "h.duckdb"
    both = claim(lines=[line("99213")]), claim(lines=[line("20553")])
    put(store, *both)
    put(store, *both)
    assert contents_of(store).claims == 2


def test_remits_count_once_and_complete_claims_that_come_before_or_after_them(tmp_path):
    sent = made.claims_837(made.claim("C1", "62323 400 20260901"), made.claim("C2", "99213 120 20260901"))
    paid = made.remits_835(made.payment("20260920", made.remit("C1", "SVC*HC:62323*400*250 CAS*CO*45*150")))
    denied = made.remits_835(
        made.payment("20260925", made.remit("C2", "SVC*HC:99213*120*0 CAS*CO*16*120", number="I2"))
    )
    store = tmp_path / "h.duckdb"
    assert add(store, remits=[denied]).remits_new == 1
    assert contents_of(store).waiting == 1
    add(store, claims=[sent])
    assert [one[2] for one in outcomes(store)] == [None, True]
    twice = add(store, remits=[paid, denied, paid])
    assert (twice.remits_new, twice.remits_known) == (1, 2)
    assert [one[2] for one in outcomes(store)] == [False, True]
    assert [f"{one[3]:%m%d}" for one in outcomes(store)] == ["0920", "0925"]


def test_an_addition_that_fails_leaves_the_store_as_it_was(tmp_path):
    store = tmp_path / "h.duckdb"
    put(store, claim())

    def fail_midway():
        with updating(store) as update:
            update.add_claims(batch_of(claim(claim_id="OTHER")))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_midway()
    assert contents_of(store).claims == 1


PROGRAM = """
import os, signal, sys
from pathlib import Path
from risk.past import adding, updating
from risk.claims.examples import batch_of, claim
with updating(Path(sys.argv[1])) as update:
    update.add_claims(batch_of(*(claim(claim_id=f"NEW-{n}") for n in range(500))))
    if sys.argv[2] == "late":
        update.finish()
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("moment", ["early", "late"])
@pytest.mark.parametrize("there", [True, False], ids=["added to", "made"])
def test_an_addition_that_is_killed_leaves_the_store_as_it_was(tmp_path, moment, there):
    store = tmp_path / "h.duckdb"
    if there:
        put(store, claim())
    process = subprocess.run([sys.executable, "-c", PROGRAM, str(store), moment], env=os.environ, check=False)
    assert process.returncode == -signal.SIGKILL
    if there:
        assert contents_of(store).claims == 1
    assert put(store, claim(), claim(claim_id="NEW-7")).claims_new == (1 if there else 2)
    assert contents_of(store).claims == 2


def test_a_command_that_is_killed_at_any_moment_has_added_all_or_nothing(tmp_path):
    many = batch_of(*(claim(claim_id=f"C{n}", member_id=f"M{n % 50}") for n in range(400)))
    write_claims(many, tmp_path / "claims.csv")
    store = tmp_path / "h.duckdb"
    put(store, claim(claim_id="FIRST"))
    words = ["history", "add", "--claims", str(tmp_path / "claims.csv"), "--history", str(store), "-q"]
    command = [sys.executable, "-c", "import sys; from risk.cli import run; sys.exit(run(sys.argv[1:]))", *words]
    seen, wait = set(), 0.2
    while 401 not in seen:
        process = subprocess.Popen(command, env=os.environ, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        try:
            process.wait(wait)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        seen.add(contents_of(store).claims)
        wait *= 1.7
        assert wait < 600
    assert seen == {1, 401}


def test_rejects_are_kept_beside_the_store_and_everything_read_is_accounted_for(tmp_path, capsys):
    write_claims(batch_of(claim(), claim(claim_id="BROKEN")), tmp_path / "claims.csv")
    table = pd.read_csv(tmp_path / "claims.csv", dtype=str)
    table.loc[1, "line_charge"] = "many"
    table.to_csv(tmp_path / "claims.csv", index=False)
    store = tmp_path / "h.duckdb"
    assert run(["history", "add", "--claims", str(tmp_path / "claims.csv"), "--history", str(store)]) == 0
    out, err = capsys.readouterr()
    assert "1 claims added" in out
    assert err.endswith("claims: added 1 + known 0\nread 2 = kept 1 + rejected 1\n")
    assert "BROKEN" in (tmp_path / "h.duckdb.rejects.jsonl").read_text()
    table[:1].to_csv(tmp_path / "claims.csv", index=False)
    assert run(["history", "add", "--claims", str(tmp_path / "claims.csv"), "--history", str(store)]) == 0
    assert not (tmp_path / "h.duckdb.rejects.jsonl").exists()


def test_nothing_that_identifies_a_patient_lies_in_the_store_and_its_files_are_private(tmp_path, capsys):
    members = [f"MEMBERMARKER{n:04d}" for n in range(300)]
    notes = {"note": "NOTEMARKER of a patient", "patient_birth_date": pd.Timestamp("1931-07-19")}
    store = tmp_path / "h.duckdb"
    put(store, *(claim(claim_id=f"C{n}", member_id=member, **notes) for n, member in enumerate(members)))
    held = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"MEMBERMARKER" not in held
    assert b"NOTEMARKER" not in held
    assert b"19310719" not in held
    with reading(store) as (connection, _):
        columns = {row[0] for row in connection.execute("SELECT column_name FROM duckdb_columns()").fetchall()}
        assert not columns & {"member_id", "patient_birth_date", "patient_sex", "note_text"}
        dates = connection.execute("SELECT count(*) FROM claims WHERE service_date < '1990-01-01'").fetchall()
    assert dates == [(0,)]
    assert {path.stat().st_mode & 0o077 for path in tmp_path.iterdir()} == {0}
    assert run(["history", "status", "--history", str(store)]) == 0
    assert "MEMBERMARKER" not in capsys.readouterr().out


def test_the_digest_of_a_patient_is_another_in_every_store(tmp_path):
    digests = []
    for name in ("a", "b"):
        put(tmp_path / name, claim())
        with reading(tmp_path / name) as (connection, _):
            digests.append(connection.execute("SELECT member, patient FROM claims").fetchall())
    assert digests[0] != digests[1]


def test_members_of_a_family_share_an_id_and_no_birth_date(tmp_path):
    store = tmp_path / "h.duckdb"
    child = {"patient_birth_date": pd.Timestamp("2015-03-02")}
    put(store, claim(claim_id="OLD"), claim(claim_id="CHILD", **child), claim(claim_id="X", member_id="OTHER"))
    past = open_past(store).claims_about(batch_of(claim(claim_id="NEW")))
    born = dict(zip(past.claims["claim_id"], past.claims["patient_birth_date"].notna(), strict=True))
    assert born == {"OLD": True, "CHILD": False}


def test_what_is_counted_adds_up(tmp_path, capsys):
    write_claims(batch_of(claim(), claim(claim_id="B", payer_type="medicare")), tmp_path / "claims.csv")
    store = tmp_path / "h.duckdb"
    assert run(["history", "add", "--claims", str(tmp_path / "claims.csv"), "--history", str(store)]) == 0
    assert run(["history", "status", "--history", str(store)]) == 0
    out = capsys.readouterr().out
    contents = contents_of(store)
    assert sum(group[2] for group in contents.groups) == contents.claims == 2
    assert {group[1] for group in contents.groups} == {"commercial", "medicare"}
    assert "without                     2" in out
