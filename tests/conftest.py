"""What several test rooms share: the places of the project, and one small trained model for all of them."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def examples() -> Path:
    return ROOT / "examples"


@pytest.fixture(scope="session", autouse=True)
def _no_home_of_the_user(tmp_path_factory):
    """Nothing a test trains or imports lands among the user's own data, and nothing of theirs is read."""
    from risk.cli.docs import empty_home

    with empty_home(tmp_path_factory.mktemp("home")):
        yield


@pytest.fixture(scope="session")
def workspace(tmp_path_factory) -> Path:
    """A working folder whose registry has a small champion, trained on synthetic claims."""
    from models import tracking
    from risk.reference import load_reference
    from risk.training import synthetic_claims, train_and_register

    folder = tmp_path_factory.mktemp("workspace")
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("MLFLOW_TRACKING_URI", raising=False)
        patch.chdir(folder)
        train_and_register(synthetic_claims(3000, seed=11), load_reference(), seed=11, tell=lambda _: None)
        tracking.promote()
    return folder


@pytest.fixture
def in_workspace(workspace, monkeypatch) -> Path:
    """Run the test in the working folder, with nothing of the user's environment in the way."""
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    monkeypatch.chdir(workspace)
    return workspace
