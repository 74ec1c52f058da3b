"""What is shipped to another machine makes the same scorer there, whatever the user configured."""

import os
from pathlib import Path

import pandas as pd
import pytest

from risk.cli import run
from risk.cli._kit import pack
from risk.cli._scorer import ScorerOptions
from risk.reference.home import HOME_VARIABLE
from tests.rules.own_rule_files import HEAD, rule_text

TERMS = """
[[timely_filing]]
payer = "Aetna, our contract"
names = ["Aetna"]
days = 77
source = "contract"
"""

CONFIGURATION = """
payer_terms = "terms.toml"
rules_folder = ["own", "more"]
ignore = ["REG"]
[severity]
OWN001 = "review"
DX004 = "deny"
[thresholds]
high = 0.25
flag = 0.4
[queues]
documentation = "coding"
[columns]
"Visit No." = "claim_id"
[dollars]
ratios = "ratios.csv"
"""


@pytest.fixture
def configured(workspace, tmp_path, monkeypatch) -> Path:
    """A working folder with everything that a user can configure."""
    for name, rule_id in (("own", "OWN001"), ("more", "OWN002")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "rules.py").write_text(HEAD + rule_text(rule_id, name=f"rule_{name}"))
    (tmp_path / "terms.toml").write_text(TERMS)
    (tmp_path / "ratios.csv").write_text("payer_type,ratio\ncommercial,0.5\n")
    (tmp_path / "denial-risk.toml").write_text(CONFIGURATION)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{workspace / 'mlruns' / 'mlflow.db'}")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(HOME_VARIABLE, os.environ[HOME_VARIABLE])  # put back afterwards
    return tmp_path


def test_another_machine_makes_the_same_scorer(configured, tmp_path_factory, monkeypatch):
    options = ScorerOptions("champion", None, None, ("PTP",))
    scorer = options()
    versions = scorer.versions
    kit, shipped = tmp_path_factory.mktemp("kit"), tmp_path_factory.mktemp("elsewhere") / "kit"
    make = pack(options, scorer, kit)
    kit.rename(shipped)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "sqlite:////nowhere/mlflow.db")
    for file in configured.rglob("*"):
        if file.is_file():
            file.unlink()
    monkeypatch.chdir(shipped.parent)
    again = make(Path("kit"))
    assert Path.cwd() == shipped.parent
    assert Path(os.environ[HOME_VARIABLE]) == shipped
    assert again.versions == versions
    assert [(one.id, one.severity) for one in again.rules] == [(one.id, one.severity) for one in scorer.rules]
    assert {"OWN001", "OWN002"} <= {one.id for one in again.rules}
    assert again.preferences == scorer.preferences
    assert again.preferences.bands["high"] == 0.25
    assert again.reference.payers.version == scorer.reference.payers.version


def test_without_a_model_none_is_shipped(configured, tmp_path_factory):
    options = ScorerOptions(None)
    folder = tmp_path_factory.mktemp("kit")
    make = pack(options, scorer := options(), folder)
    assert not (folder / "model").exists()
    assert make(folder).versions == scorer.versions


def test_past_claims_come_along(many_labels, workspace, tmp_path_factory, monkeypatch):
    monkeypatch.chdir(workspace)
    monkeypatch.setenv(HOME_VARIABLE, os.environ[HOME_VARIABLE])
    options = ScorerOptions(None, history=many_labels)
    folder = tmp_path_factory.mktemp("kit")
    make = pack(options, scorer := options(), folder)
    again = make(folder)
    assert scorer.past is not None
    pd.testing.assert_frame_equal(again.past.claims, scorer.past.claims)


@pytest.fixture
def many_labels(tmp_path) -> Path:
    from risk.cli import run

    assert run(["synth", "--claims", "200", "--seed", "3", "--out", str(tmp_path / "made"), "--quiet"]) == 0
    return tmp_path / "made" / "labels.parquet"


def test_a_history_store_travels_with_its_key(examples, tmp_path, monkeypatch):
    pytest.importorskip("duckdb", reason="DuckDB is not installed")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(HOME_VARIABLE, os.environ[HOME_VARIABLE])  # put back afterwards
    assert run(["history", "add", "--claims", str(examples / "claims.csv"), "--history", "past.duckdb"]) == 0
    options = ScorerOptions(None, None, None, None, Path("past.duckdb"))
    kit_folder = tmp_path / "kit"
    kit_folder.mkdir()
    kit = pack(options, options(), kit_folder)
    assert kit(kit_folder).past is not None
