"""The pages of the rules: written, and found where they are old, missing or of no rule."""

import shutil

import pytest

from risk.cli.docs import PAGES, SHIPPED_FILE, empty_home, main, outdated, write_rule_pages
from risk.reference.home import cache_folder, data_folder


@pytest.fixture
def checkout(tmp_path, examples):
    """The generated files as `make docs` writes them, and a README that prints nothing."""
    (tmp_path / SHIPPED_FILE).parent.mkdir(parents=True)
    shutil.copy(examples.parent / SHIPPED_FILE, tmp_path / SHIPPED_FILE)
    (tmp_path / "examples").mkdir()
    (tmp_path / "README.md").write_text("# A tool\n")
    write_rule_pages(tmp_path)
    for name, page in PAGES.items():
        (tmp_path / name).write_text(page(), encoding="utf-8")
    return tmp_path


def test_the_shipped_effects_follow_from_the_rules_the_data_and_the_world_as_they_are(checkout):
    assert outdated(checkout) == {}


def test_old_missing_and_surplus_pages_are_each_found(checkout, capsys):
    rules = checkout / "docs" / "rules"
    (rules / "PTP001.md").write_text("old")
    (rules / "DX001.md").unlink()
    (rules / "OLD001.md").write_text("# A rule that is gone\n")
    (rules / "index.md").write_text("# Rules\n")
    assert outdated(checkout) == {
        "docs/rules/PTP001.md": "is out of date",
        "docs/rules/DX001.md": "is missing",
        "docs/rules/OLD001.md": "is of no rule",
        "docs/rules/index.md": "is out of date",
    }
    assert main(["--check", str(checkout)]) == 1
    assert "docs/rules/OLD001.md is of no rule; run `make docs`" in capsys.readouterr().err


def test_writing_the_pages_mends_all_of_it(checkout):
    rules = checkout / "docs" / "rules"
    (rules / "PTP001.md").write_text("old")
    (rules / "DX001.md").unlink()
    (rules / "OLD001.md").write_text("# A rule that is gone\n")
    assert main([str(checkout)]) == 0
    assert main(["--check", str(checkout)]) == 0


@pytest.mark.parametrize("text", [None, "nonsense"])
def test_effects_that_are_missing_or_damaged_are_found(checkout, text):
    (checkout / SHIPPED_FILE).unlink()
    if text is not None:
        (checkout / SHIPPED_FILE).write_text(text)
    assert outdated(checkout) == {SHIPPED_FILE: "is missing" if text is None else "is out of date"}


def test_effects_of_other_rules_are_found_and_measured_again(checkout, monkeypatch):
    measured = checkout / SHIPPED_FILE
    as_shipped = measured.read_text("utf-8")
    measured.write_text(as_shipped.replace("# basis: ", "# basis: other"), encoding="utf-8")
    assert outdated(checkout) == {SHIPPED_FILE: "is out of date"}
    from risk.effects import world

    measure = world.measure_world
    monkeypatch.setattr(world, "measure_world", lambda reference: measure(reference, claims=1500))
    write_rule_pages(checkout)
    assert "# claims: 1500\n" in measured.read_text("utf-8")
    assert "1,500 synthetic claims" in (checkout / "docs" / "rules" / "PTP001.md").read_text("utf-8")
    assert outdated(checkout) == {}


def test_an_empty_home_shares_the_cache_and_nothing_else(tmp_path, monkeypatch):
    monkeypatch.setenv("DENIAL_RISK_HOME", str(tmp_path / "mine"))
    mine = cache_folder(), data_folder()
    with empty_home(tmp_path / "empty"):
        assert data_folder() == tmp_path / "empty" / "data"
        assert not data_folder().exists()
        assert cache_folder().resolve() == mine[0].resolve()
    assert (cache_folder(), data_folder()) == mine
