"""`label` as people run it: files in, a labelled file out, and what is said of both."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from risk.cli import run
from risk.outcomes import LABEL_COLUMNS
from risk.readers import read_claims
from risk.training import read_labelled, read_past
from synthetic_data import simulate, write_world
from tests.cli.test_privacy import ADDRESS, CLAIMS_837, FIRST, MARKERS, NAME
from tests.outcomes.files import claim, claims_837, payment, remit, remits_835

SHARED = Path(os.environ.get("DENIAL_RISK_SHARED") or Path(__file__).resolve().parents[3] / "shared")
CORPUS = sorted((SHARED / "corpus" / "835").glob("*"))

SENT = claims_837(claim("C1", "62323 400 20260901"), claim("C2", "99213 120 20260901"))
PAID = remit("C1", "SVC*HC:62323*400*250 CAS*CO*45*150")
DENIED = remit("C2", "SVC*HC:99213*120*0 CAS*CO*16*120 LQ*HE*N290", number="ICN2")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("world")
    write_world(simulate(600, seed=4), folder)
    return folder


def files(folder: Path, **contents: bytes) -> dict[str, str]:
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return {name: str(folder / name) for name in contents}


def test_a_labelled_file_is_the_claims_with_their_labels_and_trains(world, tmp_path, capsys):
    out = tmp_path / "labels.parquet"
    claims, remits = str(world / "claims.csv"), str(world / "remits.835")
    assert run(["label", "--claims", claims, "--remits", remits, "--out", str(out)]) == 0
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.endswith("read 600 = labelled 600 + rejected 0\n")
    assert "      600  claims with a known initial decision\n" in said.err
    assert "remits: read " in said.err
    table = pq.read_table(out)
    given = pq.read_table(world / "labels.parquet")
    assert table.column_names[-len(LABEL_COLUMNS) :] == list(LABEL_COLUMNS) == given.column_names[-len(LABEL_COLUMNS) :]
    assert table.schema.types[-len(LABEL_COLUMNS) :] == given.schema.types[-len(LABEL_COLUMNS) :]
    assert set(given.column_names) <= set(table.column_names)
    labelled, expected = read_labelled(out), read_labelled(world / "labels.parquet")
    pd.testing.assert_frame_equal(labelled.outcomes, expected.outcomes)
    assert (len(labelled.batch), labelled.left_out) == (600, 0)
    assert len(read_past(out).outcomes.outcomes) == 600
    assert [path.name for path in tmp_path.iterdir()] == ["labels.parquet"]


def test_the_same_files_give_the_same_bytes(world, tmp_path):
    for name in ("1.parquet", "2.parquet"):
        line = ["label", "--claims", str(world / "claims.csv"), "--remits", str(world / "remits.835")]
        assert run([*line, "--out", str(tmp_path / name)]) == 0
    assert (tmp_path / "1.parquet").read_bytes() == (tmp_path / "2.parquet").read_bytes()


@pytest.mark.parametrize("way", ["words", "repeated"])
def test_several_files_may_follow_one_option(tmp_path, capsys, way):
    paths = files(
        tmp_path,
        c1=claims_837(claim("C1", "62323 400 20260901")),
        c2=claims_837(claim("C2", "99213 120 20260901"), control=2),
        r1=remits_835(payment("20260920", PAID)),
        r2=remits_835(payment("20260921", DENIED), control=2),
    )
    out = str(tmp_path / "l.parquet")
    claims, remits = [paths["c1"], paths["c2"]], [paths["r1"], paths["r2"]]
    if way == "words":
        line = ["--claims", *claims, "--out", out, "--remits", *remits, "--quiet"]
    else:
        line = [
            f"--claims={claims[0]}",
            "--claims",
            claims[1],
            "-q",
            *(f"--remits={one}" for one in remits),
            "--out",
            out,
        ]
    assert run(["label", *line]) == 0
    err = capsys.readouterr().err
    assert "known initial decision" not in err
    assert err.splitlines() == [
        "remits: read 2 = matched 2 + unmatched 0 + repeated 0 + rejected 0",
        "read 2 = labelled 2 + rejected 0",
    ]
    assert pd.read_parquet(out)["denied"].tolist() == [0, 1]


def test_what_is_not_known_is_null_and_left_out_of_training(tmp_path):
    paths = files(tmp_path, c=SENT, r=remits_835(payment("20260920", PAID)))
    out = tmp_path / "l.parquet"
    assert run(["label", "--claims", paths["c"], "--remits", paths["r"], "--out", str(out)]) == 0
    table = pd.read_parquet(out)
    assert table["label_status"].tolist() == ["matched", "immature"]
    assert table["denied"].isna().tolist() == table["remit_date"].isna().tolist() == [False, True]
    assert read_labelled(out).left_out == 1


def test_claims_given_twice_and_remits_of_nobody_are_rejects_with_their_place(world, tmp_path, capsys):
    out = tmp_path / "l.parquet"
    stranger = files(tmp_path, r=remits_835(payment("20260920", remit("ZZ9", "SVC*HC:62323*1*1"))))["r"]
    claims = [str(world / name) for name in ("claims.837", "claims_i.837", "claims.csv")]
    remits = [str(world / "remits.835"), str(world / "remits.835"), stranger]
    assert run(["label", "--claims", *claims, "--remits", *remits, "--out", str(out)]) == 0
    err = capsys.readouterr().err
    assert "read 1200 = labelled 600 + rejected 600" in err
    assert "+ unmatched 1 + repeated " in err
    beside = [json.loads(line) for line in (tmp_path / "l.parquet.rejects.jsonl").read_text().splitlines()]
    assert len(beside) == 601
    assert beside[0] == {
        "file": claims[2],
        "reason": "expected each claim once",
        "claim_id": "W1S4-000001",
        "row": 2,
    }
    last = beside[-1]
    assert (last["claim_id"], last["element"], last["reason"]) == (
        "ZZ9",
        "CLP01",
        "expected a claim that this remit answers",
    )
    assert Path(stranger).read_bytes()[last["byte_offset"] :].startswith(b"CLP*ZZ9*")
    alone = tmp_path / "alone.parquet"
    assert run(["label", "--claims", *claims[:2], "--remits", remits[0], "--out", str(alone)]) == 0
    columns = ["claim_id", "line_number", *LABEL_COLUMNS]
    pd.testing.assert_frame_equal(pd.read_parquet(out)[columns], pd.read_parquet(alone)[columns])


def test_rejects_of_claims_and_of_remits_are_kept_and_counted(tmp_path, capsys):
    broken = remits_835(payment("20260920", PAID, DENIED)).replace(b"CLP*C2*1*", b"CLP*C2**")
    paths = files(
        tmp_path,
        c=SENT.replace(b"SV1*HC:62323*400*", b"SV1*HC:62323*x*"),
        r=broken,
    )
    out = tmp_path / "l.parquet"
    assert run(["label", "--claims", paths["c"], "--remits", paths["r"], "--out", str(out)]) == 2
    assert "none of 1 has the control number of a claim" in capsys.readouterr().err
    assert not out.exists()
    paths = files(tmp_path, c=SENT, r=broken)
    assert run(["label", "--claims", paths["c"], "--remits", paths["r"], "--out", str(out)]) == 0
    assert "read 2 = matched 1 + unmatched 0 + repeated 0 + rejected 1" in capsys.readouterr().err
    reject = json.loads((tmp_path / "l.parquet.rejects.jsonl").read_text())
    assert (reject["claim_id"], reject["element"]) == ("C2", "CLP02")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"--remits": "c"}, "an 837P claim file: expected 835 remittances"),
        ({"--remits": "t"}, "is it an 835 file?"),
        ({"--remits": "nothing"}, "no such file"),
        ({"--claims": "r"}, "an 835 remittance: expected 837P or 837I claims"),
        (
            {"--remits": "other"},
            "none of 1 has the control number of a claim and its days or charge; CLP01 of the 835 is CLM01 of the 837",
        ),
        (
            {"--remits": "early"},
            "expected remits dated on or after the submission of their claims, all are earlier",
        ),
        ({"--remits": "torn"}, "expected at least one remit that can be read"),
        ({"--claims": "bad"}, "expected at least one claim that can be read"),
        ({"--out": "l.csv"}, "expected a name that ends in .parquet"),
        ({"--out": "no/such/l.parquet"}, "no such folder; make it, or choose another --out"),
        ({"--remits": None}, "Missing option '--remits'"),
        ({"--claims": None}, "Missing option '--claims'"),
        ({"--out": None}, "Missing option '--out'"),
    ],
)
def test_what_cannot_be_labelled_is_one_line(tmp_path, monkeypatch, capsys, changes, expected):
    monkeypatch.chdir(tmp_path)
    files(
        tmp_path,
        c=SENT,
        r=remits_835(payment("20260920", PAID)),
        t=b"claim_id,denied\nC1,0\n",
        other=remits_835(payment("20260920", remit("C3", "SVC*HC:62323*400*250"))),
        early=remits_835(payment("20260801", PAID)),
        torn=remits_835(payment("20260920", PAID)).replace(b"CLP*C1*1*", b"CLP*C1**"),
        bad=SENT.replace(b"SV1*HC:62323*400*", b"SV1*HC:62323*x*").replace(b"SV1*HC:99213*120*", b"SV1*HC:99213*x*"),
    )
    line = {"--claims": "c", "--remits": "r", "--out": "l.parquet"} | changes
    assert run(["label", *(word for one in line.items() if one[1] for word in one)]) == 2
    err = capsys.readouterr().err
    assert expected in err
    assert err.count("\n") == 1
    assert not list(tmp_path.rglob("l.*"))


def test_a_file_that_is_read_is_not_written_over(tmp_path, capsys):
    paths = files(tmp_path, c=SENT)
    remits = tmp_path / "r.parquet"
    remits.write_bytes(remits_835(payment("20260920", PAID)))
    assert run(["label", "--claims", paths["c"], "--remits", str(remits), "--out", str(remits)]) == 2
    assert "other than the files that are read" in capsys.readouterr().err
    assert remits.read_bytes().startswith(b"ISA*")


def test_messages_and_rejects_hold_nothing_of_a_patient_and_the_file_no_name_or_address(tmp_path, capsys):
    named = remits_835(
        payment(
            "20261120",
            remit(
                "C1", "SVC*HC:62323*500*250 CAS*CO*45*250", claim_segments=[f"NM1*QC*1*{NAME}*{FIRST}"], days="20261015"
            ),
            remit(
                "ZZ9",
                "SVC*HC:62323*500*250",
                claim_segments=[f"NM1*QC*1*{NAME}*{FIRST}"],
                days="20261015",
                number="ICN9",
            ),
        )
    )
    paths = files(tmp_path, c=CLAIMS_837.encode(), r=named)
    out = tmp_path / "l.parquet"
    assert run(["label", "--claims", paths["c"], "--remits", paths["r"], "--out", str(out)]) == 0
    said = capsys.readouterr().err + (tmp_path / "l.parquet.rejects.jsonl").read_text()
    assert "ZZ9" in said
    assert not [marker for marker in MARKERS if marker in said]
    text = pd.read_parquet(out).to_csv()
    assert "C1" in text
    assert not [marker for marker in (NAME, FIRST, ADDRESS) if marker in text]


@pytest.mark.skipif(not CORPUS, reason="no corpus of other writers' files; DENIAL_RISK_SHARED can name its folder")
def test_remits_of_other_writers_are_matched_unmatched_repeated_or_rejected(tmp_path, capsys):
    """Claims made up for a corpus of remits: each remit is accounted for, and no denial is out of thin air."""
    sources = [path for path in CORPUS if path.suffix != ".997"]
    readable = []
    for path in sources:
        out = tmp_path / "probe.parquet"
        code = run(["label", "--claims", str(tmp_path / "none"), "--remits", str(path), "--out", str(out)])
        assert code == 2
        if str(tmp_path / "none") in capsys.readouterr().err:
            readable.append(str(path))
    assert len(readable) > 20
    claims = claims_837(
        claim("PATACCT", "99213 150 20190801", "85003 100 20190801", "36415 150 20190801"),
        claim("2005555A", "T1005 500.04 20040801", "T1005 127.8 20040802", "T1005 287.55 20040803"),
        claim("EXAMPLE2", "99213 500 20190301"),
        claim("5554555444", "99211 800 20190301"),
        claim("EXAMPLE8", "99213 500 20190301", sequence="S"),
        sent="20040901",
    )
    path = files(tmp_path, c=claims)["c"]
    out = tmp_path / "l.parquet"
    assert run(["label", "--claims", path, "--remits", *readable, "--out", str(out), "-q"]) == 0
    err = capsys.readouterr().err
    read, matched, unmatched, repeated, rejected = (
        int(word)
        for word in next(line for line in err.splitlines() if line.startswith("remits:")).split()
        if word.isdigit()
    )
    assert read == matched + unmatched + repeated + rejected
    table = pd.read_parquet(out)
    found = table.groupby("claim_id", sort=False)["line_denied"].agg(list).to_dict()
    carcs = {carc for carc in table["carc"] if not pd.isna(carc)}
    assert found["PATACCT"] == [0, 1, 1]
    assert found["2005555A"][0] == 1
    assert found["5554555444"] == [0], "the patient owes a deductible"
    assert pd.isna(found["EXAMPLE2"][0]), "a secondary payer alone"
    assert found["EXAMPLE8"] == [0], "sent to that payer as the secondary"
    assert carcs == {"204", "97", "16"}


def test_a_number_that_several_claims_have_trains_with_the_label_of_each(tmp_path):
    paths = files(
        tmp_path,
        c=claims_837(claim("C1", "62323 400 20260901"), claim("C1", "99213 120 20260715", "77003 50 20260715")),
        d=claims_837(claim("C1", "62323 400 20260901", frequency="7", original="ICN1"), sent="20261001", control=2),
        r=remits_835(
            payment(
                "20260920",
                remit("C1", "SVC*HC:62323*400*0 CAS*CO*50*400"),
                remit("C1", "SVC*HC:99213*120*0 CAS*CO*16*120", "SVC*HC:77003*50*9", days="20260715", number="ICN5"),
            ),
            payment(
                "20261020",
                remit("C1", "SVC*HC:62323*400*250 CAS*CO*45*150", number="ICN2", frequency="7", original="ICN1"),
            ),
        ),
    )
    out = tmp_path / "l.parquet"
    assert run(["label", "--claims", paths["c"], paths["d"], "--remits", paths["r"], "--out", str(out)]) == 0
    labelled = read_labelled(out)
    total = labelled.batch.claims["total_charge_cents"].tolist()
    frequency = labelled.batch.claims["claim_frequency_code"].tolist()
    carc = labelled.outcomes["carc"].fillna("none")
    found = sorted(zip(total, frequency, labelled.outcomes["denied"], carc, strict=True), key=str)
    assert found == [(17000, "1", 1, "16"), (40000, "1", 1, "50"), (40000, "7", 0, "none")]


def test_claims_of_a_labelled_file_read_back_as_they_were(world, tmp_path):
    out = tmp_path / "l.parquet"
    line = ["label", "--claims", str(world / "claims.csv"), "--remits", str(world / "remits.835"), "--out", str(out)]
    assert run(line) == 0
    read = read_claims(world / "claims.csv").batch
    columns = ["claim_id", "payer_id", "member_id", "submission_date", "total_charge_cents"]
    pd.testing.assert_frame_equal(read_labelled(out).batch.claims[columns], read.claims[columns])
