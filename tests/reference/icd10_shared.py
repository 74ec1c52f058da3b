"""Oracle tables that lie beside the project, where they are at hand."""

import os
from pathlib import Path

import pytest


def oracle(name: str) -> Path:
    """Path of a reference table beside the project; skips the test where there is none."""
    beside = Path(__file__).resolve().parents[3] / "shared"
    path = Path(os.environ.get("DENIAL_RISK_SHARED", beside)) / "refdata" / name
    if not path.exists():
        pytest.skip(f"no oracle table {name} beside the project")
    return path
