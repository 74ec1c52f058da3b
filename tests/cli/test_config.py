"""`denial-risk config`: what is in force and from where; and that the settings do what they say."""

import json
import os
from pathlib import Path

import pytest

from risk.cli import run

HEADER = "Visit,payer_id,payer_type,dx_code_1,procedure_code,line_charge,service_from_date,dx_pointers,claim_id\n"


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A working folder with a claim file of headers of its own, and a home without a configuration."""
    monkeypatch.setenv("DENIAL_RISK_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.chdir(folder)
    rows = [f"V{n},P{n % 2},commercial,M54.5,99213,100.00,2026-10-01,1,X{n}\n" for n in range(4)]
    (folder / "claims.csv").write_text(HEADER + "".join(rows))
    return folder


def write(folder, text):
    (folder / "denial-risk.toml").write_text(text)


def shown(capsys):
    capsys.readouterr()
    assert run(["config", "--format", "jsonl"]) == 0
    return {row["key"]: row for row in map(json.loads, capsys.readouterr().out.splitlines())}


def scores(*options, code=0, name="s.jsonl"):
    assert run(["score", "claims.csv", "--rules-only", "-o", name, *options]) == code
    return [json.loads(line) for line in Path(name).read_text().splitlines()]


def test_without_a_file_everything_is_built_in_or_of_the_environment(place, capsys):
    rows = shown(capsys)
    sources = {key: row["source"] for key, row in rows.items()}
    assert {sources.pop(f"{name}_folder") for name in ("config", "data", "cache")} == {"environment"}
    assert set(sources.values()) == {"built in"}
    assert rows["thresholds.high"]["value"] == rows["thresholds.flag"]["value"] == 0.3
    assert rows["queues.eligibility"]["value"] == "registration"
    assert rows["data_folder"] == {
        "key": "data_folder",
        "value": os.environ["DENIAL_RISK_HOME"] + "/data",
        "source": "environment",
        "file": None,
        "line": None,
        "variable": "DENIAL_RISK_HOME",
    }


def test_no_output_takes_the_place_of_a_file_that_the_configuration_names(place, capsys):
    for name in ("terms.toml", "ratios.toml"):
        (place / name).write_text("precious")
    write(place, 'payer_terms = "terms.toml"\n[dollars]\nratios = "ratios.toml"\n')
    for path in (place / "terms.toml", place / "ratios.toml", place / "denial-risk.toml"):
        before = path.read_text()
        capsys.readouterr()
        assert run(["score", "claims.csv", "--rules-only", "--format", "jsonl", "-o", str(path)]) == 2
        assert "expected an output other than the files that are read" in capsys.readouterr().err
        assert path.read_text() == before


def test_each_setting_names_its_file_and_line(place, capsys, monkeypatch):
    home = place.parent / "home" / "config"
    home.mkdir(parents=True)
    write(home, 'ignore = ["REG003"]\n[thresholds]\nhigh = 0.4\nprecision = 0.5\n')
    write(place, '\n[thresholds]\nflag = 0.2\n[columns]\n"Visit" = "claim_id"\n')
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "https://me:secret@models.example:5000/x?key=secret")
    rows = shown(capsys)

    def told(key):
        return rows[key]["value"], rows[key]["file"], rows[key]["line"]

    assert told("ignore") == (["REG003"], str(home / "denial-risk.toml"), 1)
    assert told("thresholds.high") == (0.4, str(home / "denial-risk.toml"), 3)
    assert told("thresholds.flag") == (0.2, str(place / "denial-risk.toml"), 3)
    assert told("columns.Visit") == ("claim_id", str(place / "denial-risk.toml"), 5)
    assert rows["thresholds.precision"]["value"] is None, "the working folder flags by a risk instead"
    assert rows["model_store"]["variable"] == "MLFLOW_TRACKING_URI"
    assert run(["config"]) == 0
    said = capsys.readouterr()
    assert f"{place / 'denial-risk.toml'}, line 5" in said.out
    assert said.err == f"read {home / 'denial-risk.toml'}, {place / 'denial-risk.toml'}\n"
    assert "secret" not in json.dumps(rows) + said.out


def test_what_it_writes_as_toml_says_the_same(place, capsys):
    (place / "ratios.csv").write_text("payer_id,ratio\nP1,0.5\n")
    write(
        place,
        'select = ["DX"]\n[severity]\nDX004 = "deny"\n[queues]\nDX = "billing"\nduplicate = "coding"\n[columns]\n'
        '"Acct. \\u0007\\u007f=\\"1\\"" = ""\n[dollars]\nratios = "ratios.csv"\n[output]\ncolumns = ["claim_id"]\n',
    )
    before = {key: row["value"] for key, row in shown(capsys).items()}
    assert run(["config", "--format", "toml", "--quiet"]) == 0
    said = capsys.readouterr()
    assert said.err == ""
    write(place, said.out)
    assert {key: row["value"] for key, row in shown(capsys).items()} == before


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("treshold = 1\n", "line 1, treshold: expected one of payer_terms, "),
        ("treshold = 1\n", "did you mean thresholds?"),
        ("[thresholds]\nhgih = 0.2\n", "line 2, thresholds.hgih: expected one of medium, high, "),
        ("[thresholds]\nhigh = 0.6\n", "line 2, thresholds.high: expected medium, high, critical above 0 and each"),
        ("[thresholds]\nmedium = 0\n", "line 2, thresholds.medium: expected medium, high, critical above 0"),
        ("[thresholds]\nflag = 30\n", "line 2, thresholds.flag: expected a probability from 0 to 1"),
        ("[thresholds]\nflag = true\n", "expected a probability from 0 to 1"),
        ("[thresholds]\nflag = 0.1\nprecision = 0.5\n", "line 3, thresholds.precision: expected either flag or"),
        ('[queues]\nduplicate = "codin"\n', "line 2, queues.duplicate: expected one of registration, "),
        ('[queues]\nduplicat = "coding"\n', "line 2, queues.duplicat: expected a reason, a rule category, "),
        ('[queues]\nduplicat = "coding"\n', "did you mean duplicate?"),
        ('[severity]\nDX0004 = "deny"\n', "did you mean DX004?"),
        ('[columns]\nVisit = "claimid"\n', "line 2, columns.Visit: expected a column of docs/csv.md"),
        ('[dollars]\nratios = "none.csv"\n', "line 2, dollars.ratios: expected a file, and "),
        ('[dollars]\nratios = "claims.csv"\n', "claims.csv, row 1: expected columns among payer_id, "),
        ('[output]\ncolumns = ["risk"]\n', "line 2, output.columns, 'risk': expected a column that "),
        ('[output]\ncolumns = ["claim_id", "claim_id"]\n', "output.columns: expected each column once"),
        ("[[queues]]\na = 1\n", "line 1, queues: expected a table [queues]"),
    ],
)
def test_what_is_wrong_is_one_line_with_key_and_place(place, capsys, text, expected):
    write(place, text)
    assert run(["config"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert expected in said.err


def test_a_format_there_is_not_is_told(place, capsys):
    assert run(["config", "--format", "yaml"]) == 2
    assert "expected one of table, jsonl, toml" in capsys.readouterr().err


def test_headers_are_named_where_a_file_has_them(place):
    assert [one["claim_id"] for one in scores()] == ["X0", "X1", "X2", "X3"]
    write(place, '[columns]\nVisit = "claim_id"\n"Not in the file" = "payer_name"\n')
    assert [one["claim_id"] for one in scores()] == ["V0", "V1", "V2", "V3"]
    (place / "map.toml").write_text('[columns]\nclaim_id = "claim_id"\n')
    assert [one["claim_id"] for one in scores("--map", "map.toml")] == ["X0", "X1", "X2", "X3"]


def test_bands_flag_exit_code_and_queue_are_as_set(place, capsys):
    first = scores()[0]
    risk = first["denial_risk"]
    write(
        place,
        f"[thresholds]\nmedium = {risk / 4}\nhigh = {risk / 2}\ncritical = {risk - 1e-6}\nflag = {risk / 3}\n"
        f'fail_above = {risk / 3}\n[queues]\ndiagnosis = "authorization"\n',
    )
    capsys.readouterr()
    second = scores(code=1)[0]
    assert "flagged 4 at a risk of" in capsys.readouterr().err
    assert (second["risk_band"], second["queue"]) == ("critical", "authorization")
    assert (first["risk_band"], first["queue"]) != ("critical", "authorization")
    assert second["denial_risk"] == risk
    assert second["versions"]["reference"] != first["versions"]["reference"]
    scores("--fail-above", "1")
    capsys.readouterr()
    scores("--fail-above", "1", "--threshold", "1")
    assert "flagged 0 at a risk of 100%" in capsys.readouterr().err


def test_ratios_make_the_dollars_and_the_charge_is_said_where_it_stands(place, capsys):
    charged = scores()
    assert "expected denied dollars are of the charge: rules alone know no payment ratios" in capsys.readouterr().err
    (place / "ratios.csv").write_text("payer_id,ratio\nP1,0.5\n")
    write(place, '[dollars]\nratios = "ratios.csv"\n')
    given = scores()
    assert "of 2 lines are of the charge" in capsys.readouterr().err
    for one, other, share in zip(given, charged, (1, 0.5, 1, 0.5), strict=True):
        assert one["expected_denied_amount"] == pytest.approx(share * other["expected_denied_amount"], abs=0.01)


def test_csv_has_the_columns_that_are_chosen(place):
    write(place, '[output]\ncolumns = ["risk_band", "claim_id"]\n')
    assert run(["score", "claims.csv", "--rules-only", "-o", "s.csv", "-q"]) == 0
    rows = (place / "s.csv").read_text().splitlines()
    assert rows[0] == "risk_band,claim_id"
    assert [row.split(",")[1] for row in rows[1:]] == ["X0", "X1", "X2", "X3"]
