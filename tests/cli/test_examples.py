"""The example in each command's help runs as it stands."""

import re
import shlex
import shutil

import pytest

from risk.cli import run
from risk.cli.docs import COMMANDS, PAGES, SHIPPED_FILE, outdated, write_rule_pages

#: The others only gather commands, or need a file that is nobody's to ship.
RUNNABLE = [
    command for command in COMMANDS if command not in ("history", "model", "note", "reference", "reference import")
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory, examples):
    """A working folder as a reader of the help would have it: the sample claims, synthetic claims, two models."""
    place = tmp_path_factory.mktemp("examples")
    shutil.copytree(examples, place / "examples")
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("MLFLOW_TRACKING_URI", raising=False)
        patch.chdir(place)
        run(["synth", "--claims", "1200", "--seed", "7", "--out", "synthetic", "--quiet"])
        for seed in ("1", "2"):
            run(["train", "--data", "synthetic/labels.parquet", "--seed", seed, "--quiet"])
            run(["model", "promote"])
        run(["train", "--data", "synthetic/labels.parquet", "--seed", "3", "--quiet"])
        run(["history", "add", "--claims", "examples/claims.csv", "--quiet"])
        yield place


@pytest.mark.parametrize("command", RUNNABLE)
def test_the_example_in_the_help_runs(command, folder, capsys):
    run([*command.split(), "--help"])
    text = " ".join(capsys.readouterr().out.split())
    example = re.search(rf"Example: denial-risk ({command}.*?) (?:Arguments|Options):", text)
    assert example, text
    arguments = shlex.split(example[1].removesuffix("[default"))
    assert run(arguments) == (1 if command == "check" else 0), capsys.readouterr().err


def test_every_command_is_documented(capsys):
    run(["--help"])
    listed = re.findall(r"^  (\w+)  ", capsys.readouterr().out.split("Commands:")[1], re.MULTILINE)
    assert set(listed) == {command.split()[0] for command in COMMANDS}


def test_a_page_that_is_out_of_date_is_named(tmp_path, examples, monkeypatch):
    (tmp_path / SHIPPED_FILE).parent.mkdir(parents=True)
    shutil.copy(examples.parent / SHIPPED_FILE, tmp_path / SHIPPED_FILE)
    write_rule_pages(tmp_path)
    for name, page in PAGES.items():
        (tmp_path / name).write_text(page(), encoding="utf-8")
    shutil.copytree(examples, tmp_path / "examples")
    (tmp_path / "README.md").write_text("```console\n$ denial-risk --version\ndenial-risk 0.0.0 of old\n```\n")
    (tmp_path / "docs" / "features.md").write_text("old")
    monkeypatch.setenv("COLUMNS", "80")
    assert list(outdated(tmp_path)) == ["docs/features.md", "README.md"]
