"""The script of the documentation runs as it stands, at small size."""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "examples" / "own_history.sh"


def test_claims_and_remittances_become_a_model_that_scores(tmp_path):
    commands = tmp_path / "bin"
    commands.mkdir()
    command = commands / "denial-risk"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m risk.cli "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    own = {
        "PATH": f"{commands}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "DENIAL_RISK_HOME": str(tmp_path / "home"),
        "CLAIMS": "1500",
    }
    environment = {name: value for name, value in os.environ.items() if name != "MLFLOW_TRACKING_URI"} | own
    ran = subprocess.run(["sh", str(SCRIPT)], cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    assert "read 1500 = labelled 1500 + rejected 0" in ran.stderr
    assert "champion is now version 1" in ran.stdout
    assert "read 500 = scored 500 + rejected 0" in ran.stderr
    scores = [json.loads(text) for text in (tmp_path / "scores.jsonl").read_text(encoding="utf-8").splitlines()]
    assert len(scores) == 500
    assert {one["versions"]["model"] for one in scores} != {"rules-only"}
    assert all(0 < one["denial_risk"] < 1 for one in scores)


def test_the_documentation_shows_the_script_as_it_stands():
    commands = [text for text in SCRIPT.read_text(encoding="utf-8").splitlines() if text.startswith("denial-risk ")]
    page = (ROOT / "docs" / "model.md").read_text(encoding="utf-8")
    assert [
        text for text in commands if f"    {text.replace('$claims', '20000').replace(chr(34), '')}" not in page
    ] == []
