"""Claims of patients who come back, as the generator writes them, and a scorer for them."""

from pathlib import Path

import pytest

from synthetic_data import simulate, write_world


@pytest.fixture(scope="session")
def many(tmp_path_factory) -> Path:
    """A folder with 1,500 claims as CSV and 837s, whose patients come back in any month."""
    folder = tmp_path_factory.mktemp("many")
    write_world(simulate(1500, seed=5), folder)
    return folder
