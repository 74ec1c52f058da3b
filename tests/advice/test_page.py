"""The page on `advise` shows what the command prints."""

import shlex
from pathlib import Path

from risk.cli import run
from risk.cli.docs import BLOCK, MORE

PAGE = Path(__file__).resolve().parents[2] / "docs" / "advise.md"


def test_the_page_shows_what_the_command_prints(monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "100")
    blocks = list(BLOCK.finditer(PAGE.read_text(encoding="utf-8")))
    assert blocks
    for block in blocks:
        assert run(shlex.split(block["command"])) == 0
        printed, shown = capsys.readouterr().out, block["output"]
        assert printed.startswith(shown.removesuffix(MORE + "\n")) if shown.endswith(MORE + "\n") else printed == shown
