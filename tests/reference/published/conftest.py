"""A home of its own for every test, and the reference as it stands there."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from risk.reference import Reference, load_reference
from risk.reference.home import cache_folder
from risk.reference.icd10 import load_icd10
from risk.reference.published.imported import ImportOptions
from risk.reference.published.importing import import_files

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty home, in which the ICD-10-CM tables that are compiled already may be used."""
    shared, folder = cache_folder(), tmp_path / "home"
    own = folder / "cache"
    own.mkdir(parents=True)
    load_icd10()  # compiled for all tests; what a test imports is compiled for itself alone
    for compiled in shared.glob("icd10cm-*"):
        (own / compiled.name).symlink_to(compiled.resolve())
    monkeypatch.setenv("DENIAL_RISK_HOME", str(folder))
    load_reference.cache_clear()
    yield folder
    load_reference.cache_clear()


@pytest.fixture
def imported(home: Path) -> Callable[..., Reference]:
    """Import files and load the reference anew."""

    def load(*paths: Path, **options: str) -> Reference:
        import_files(paths, ImportOptions(**options))
        load_reference.cache_clear()
        return load_reference()

    return load
