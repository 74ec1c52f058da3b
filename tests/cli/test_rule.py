"""`denial-risk rule`, and the effects that `train --data` keeps for it."""

import subprocess
import sys
from types import SimpleNamespace

import pytest

from risk import training
from risk.cli import run
from risk.effects import Effects, RuleEffect, own_effects
from risk.effects.files import own_effects_path
from risk.reports import quality
from risk.rules import catalogue
from risk.training import Registered


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


@pytest.fixture
def trained(monkeypatch):
    """What a training gives back, without the training."""
    own = Effects("labels.csv", False, 900, 90, "abc123", "2026-11-01", {"PTP001": RuleEffect(900, 40, 30)})
    registered = Registered(SimpleNamespace(evaluation=None), 1, own)
    monkeypatch.setattr(training, "train_and_register", lambda *_, **__: registered)
    monkeypatch.setattr(training, "read_labelled", lambda *_: None)
    monkeypatch.setattr(quality, "quality_table", lambda _: "figures")


def test_the_users_own_effect_is_printed_in_preference(home, trained, capsys):
    assert run(["train", "--data", "labels.csv"]) == 0
    assert own_effects_path().is_relative_to(home)
    capsys.readouterr()
    assert run(["rule", "PTP001"]) == 0
    assert "900 claims of labels.csv, on 2026-11-01 with ruleset abc123" in capsys.readouterr().out


def test_training_on_synthetic_claims_keeps_no_effects(home, trained):
    assert run(["train", "--synthetic", "1500"]) == 0
    assert own_effects() is None


def test_effects_that_cannot_be_kept_do_not_undo_the_training(home, trained, capsys):
    home.mkdir()
    (home / "data").write_text("a file where the folder would be")
    assert run(["train", "--data", "labels.csv"]) == 0
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
