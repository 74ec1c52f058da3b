"""A folder in which the default model is trained: commands that are measured start there, and train nothing."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

COMMAND = (sys.executable, "-m", "risk.cli")

_CLAIM = "claim_id,payer_id,dx_code_1,procedure_code,line_charge,service_from_date\nA,P,M54.16,99213,90,2026-10-01\n"


@cache
def _made() -> tempfile.TemporaryDirectory[str]:
    made = tempfile.TemporaryDirectory(prefix="benchmarks-")  # gone with this process
    folder = Path(made.name)
    (folder / "one.csv").write_text(_CLAIM)
    command = [*COMMAND, "score", "one.csv", "--quiet", "-o", "one.jsonl"]
    subprocess.run(command, check=True, cwd=folder, env=_environment(folder), capture_output=True)
    return made


def _environment(folder: Path) -> dict[str, str]:
    root = str(Path(__file__).resolve().parents[1])
    return os.environ | {"PYTHONPATH": root, "DENIAL_RISK_HOME": str(folder / "home")}


def workspace() -> tuple[Path, dict[str, str]]:
    """The folder and the environment in which commands are to run; made once, modules compiled."""
    folder = Path(_made().name)
    return folder, _environment(folder)
