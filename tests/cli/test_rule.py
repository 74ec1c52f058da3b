"""`denial-risk rule`, and the effects that `train --data` keeps for it."""

import subprocess
import sys

import pytest

from risk.cli import run
from risk.effects.files import own_effects_path
from risk.rules import catalogue


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A home of one's own, and a working folder with a store of its own."""
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    monkeypatch.setenv("DENIAL_RISK_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    return tmp_path / "home"


def test_a_rules_page_is_printed_with_its_effect_by_id_in_any_case(home, capsys):
    assert run(["rule", "ptp001"]) == 0
    page = capsys.readouterr().out
    assert page.startswith("# PTP001 ")
    assert "synthetic claims, not payers' own" in page


def test_without_an_id_the_rules_are_listed_and_a_prefix_chooses_some(capsys):
    assert run(["rule"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == len(catalogue())
    assert run(["rule", "PTP"]) == 0
    assert {line.split()[0][:3] for line in capsys.readouterr().out.splitlines()} == {"PTP"}


def test_an_unknown_id_is_one_line(capsys):
    assert run(["rule", "XYZ999"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert "denial-risk rule" in err


def test_training_on_ones_own_claims_shows_their_effect_and_training_on_synthetic_ones_does_not(home, capsys):
    assert run(["synth", "--claims", "1500", "--seed", "5", "--out", "made", "--quiet"]) == 0
    assert run(["train", "--synthetic", "1500", "--quiet"]) == 0
    assert not own_effects_path().exists()
    assert run(["train", "--data", "made/labels.parquet", "--quiet"]) == 0
    assert own_effects_path().is_relative_to(home)
    capsys.readouterr()
    assert run(["rule", "DX004"]) == 0
    page = capsys.readouterr().out
    assert "Measured on your own claims: 1,500 claims of labels.parquet, on 20" in page
    assert "not payers' own" not in page


def test_effects_that_cannot_be_kept_do_not_undo_the_training(home, capsys):
    assert run(["synth", "--claims", "1500", "--seed", "5", "--out", "made", "--quiet"]) == 0
    home.mkdir(exist_ok=True)
    (home / "data").write_text("a file where the folder would be")
    assert run(["train", "--data", "made/labels.parquet", "--quiet"]) == 0
    told = capsys.readouterr().err
    assert "note: effects of the rules not kept" in told
    assert "registered version 1" in told


def test_damaged_effects_are_one_line(home, capsys):
    own_effects_path().parent.mkdir(parents=True)
    own_effects_path().write_text("nonsense")
    assert run(["rule", "PTP001"]) == 2
    assert "rule_effects.csv: expected measured effects of rules" in capsys.readouterr().err


def test_a_page_imports_nothing_heavy(home):
    code = "import sys; from risk.cli import run; run(['rule', 'PTP001']); print(sorted(sys.modules), file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, encoding="utf-8")
    assert done.stdout.startswith("# PTP001 ")
    assert not {"mlflow", "sklearn", "scipy", "synthetic_data", "models"} & {
        name.strip("'") for name in done.stderr.strip("[]\n").split(", ")
    }
