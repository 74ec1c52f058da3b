"""Nothing that identifies a patient leaves: markers planted in every identifying field are found nowhere afterwards."""

import json
import sqlite3
import zipfile

from risk.cli import run

NAME, FIRST, MEMBER, ADDRESS = "ZZMARKERLAST", "ZZMARKERFIRST", "ZZMARKERMEMBER", "ZZMARKERSTREET"
BIRTH = "19370817"
BIRTH_FORMS = (BIRTH, "1937-08-17", "08/17/1937")
NOTE = "ZZMARKERNOTE INTRACTABLE LOW BACK PAIN"
MARKERS = (NAME, FIRST, MEMBER, ADDRESS, "ZZMARKERNOTE", *BIRTH_FORMS)

CLAIMS_837 = "~".join(
    [
        "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *261102*0900*^*00501*000000001*0*P*:",
        "GS*HC*SENDER*RECEIVER*20261102*0900*1*X*005010X222A1",
        "ST*837*0001*005010X222A1",
        "BHT*0019*00*1*20261102*0900*CH",
        "NM1*41*2*BILLING SERVICE*****46*SENDER",
        "PER*IC*HELP*TE*5550000000",
        "NM1*40*2*CLEARINGHOUSE*****46*RECEIVER",
        "HL*1**20*1",
        "NM1*85*2*CLINIC*****XX*1234567893",
        "N3*1 CLINIC ST",
        "N4*DENVER*CO*80202",
        "REF*EI*000000000",
        "HL*2*1*22*0",
        "SBR*P*18*******CI",
        f"NM1*IL*1*{NAME}*{FIRST}****MI*{MEMBER}",
        f"N3*{ADDRESS} 9",
        "N4*DENVER*CO*80202",
        f"DMG*D8*{BIRTH}*F",
        "NM1*PR*2*PAYER*****PI*P1",
        "CLM*C1*900***11:B:1*Y*A*Y*Y",
        f"NTE*ADD*{NOTE}",
        "HI*ABK:M549",
        "LX*1",
        "SV1*HC:62323*500*UN*1***1",
        "DTP*472*D8*20261015",
        "LX*2",
        "SV1*HC:64483*400*UN*1***1",
        "DTP*472*D8*20261015",
        f"CLM*C2*{NAME}***11:B:1*Y*A*Y*Y",
        "HI*ABK:M549",
        "LX*1",
        f"SV1*HC:62323*{MEMBER}*UN*1***1",
        f"DTP*472*D8*{MEMBER}",
        "SE*31*0001",
        "GE*1*1",
        "IEA*1*000000001",
        "",
    ]
)


def planted_csv(extra_header="", extra=""):
    header = (
        "claim_id,payer_id,member_id,patient_birth_date,patient_sex,claim_note,line_note,dx_code_1,procedure_code,line_charge,"
        "service_from_date,dx_pointers"
    )
    good = f"G1,P1,{MEMBER},08/17/1937,F,{NOTE},{NOTE},M54.9,62323,500.00,2026-10-15,1"
    bad_date = f"B1,P1,{MEMBER},{BIRTH}x,F,{NOTE},,M54.9,62323,500.00,2026-10-15,1"
    bad_money = f"B2,P1,{MEMBER},1937-08-17,F,{NOTE},,M54.9,62323,{MEMBER},2026-10-15,1"
    return "\n".join([header + extra_header, *(row + extra for row in (good, bad_date, bad_money))]) + "\n"


def assert_clean(text, where):
    for marker in MARKERS:
        assert marker not in text, f"{marker} in {where}"


def test_planted_markers_reach_no_output_log_error_or_reject(in_workspace, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("DENIAL_RISK_DEBUG", "")
    (tmp_path / "c.837").write_text(CLAIMS_837)
    (tmp_path / "c.csv").write_text(planted_csv())
    files = [str(tmp_path / "c.837"), str(tmp_path / "c.csv")]
    out = tmp_path / "out"
    out.mkdir()
    for name in ("s.jsonl", "s.csv", "s.txt", "s.html", "s.xlsx"):
        assert run(["score", *files, "-o", str(out / name)]) == 0
    run(["score", *files])
    for claim_id, name in (("C1", "c1.html"), ("G1", "g1.html"), ("G1", "g1.txt")):
        assert run(["explain", *files, "--claim", claim_id, "-o", str(out / name)]) == 0
    assert run(["explain", *files, "--claim", MEMBER]) == 2
    assert run(["explain", *files, "--claim", "B1"]) == 2
    run(["check", *files])
    run(["check", *files, "-o", str(out / "f.jsonl")])
    scored = [json.loads(line) for line in (out / "s.jsonl").read_text().splitlines()]
    assert [record["claim_id"] for record in scored] == ["C1", "G1"]
    assert any(finding["rule_id"].startswith("DOC") for record in scored for finding in record["findings"])
    captured = capsys.readouterr()
    assert_clean(captured.out, "stdout")
    assert_clean(captured.err, "stderr")
    with zipfile.ZipFile(out / "s.xlsx") as book:
        for name in book.namelist():
            assert_clean(book.read(name).decode(), name)
    (out / "s.xlsx").unlink()
    for path in out.iterdir():
        assert_clean(path.read_text(), path.name)


def test_a_header_that_is_a_patient_is_not_repeated(capsys, tmp_path):
    (tmp_path / "headless.csv").write_text(planted_csv().split("\n", 1)[1])
    assert run(["check", str(tmp_path / "headless.csv")]) == 2
    assert_clean(capsys.readouterr().err, "stderr")


def test_training_on_claims_with_markers_leaves_none_in_the_tracking_store(tmp_path, monkeypatch, capsys):
    import pandas as pd

    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    assert run(["synth", "--claims", "900", "--seed", "4", "--out", "made", "--quiet"]) == 0
    labels = pd.read_parquet("made/labels.parquet")
    labels["member_id"] = MEMBER
    labels["patient_birth_date"] = "1937-08-17"
    labels["claim_note"] = NOTE
    labels.to_parquet("planted.parquet")
    assert run(["train", "--data", "planted.parquet", "--seed", "4"]) == 0
    captured = capsys.readouterr()
    assert_clean(captured.out + captured.err, "what train prints")
    store = sorted(path for path in (tmp_path / "mlruns").rglob("*") if path.is_file())
    assert len(store) > 3
    for path in store:
        content = path.read_bytes()
        for marker in MARKERS:
            assert marker.encode() not in content, f"{marker} in {path.name}"
    with sqlite3.connect(tmp_path / "mlruns" / "mlflow.db") as database:
        assert_clean("\n".join(database.iterdump()), "the tracking database")
