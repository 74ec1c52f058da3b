"""What the reader passed over is said once for each kind, however often it stands in a file."""

from pathlib import Path

from risk.cli import run

FIXTURE = Path(__file__).resolve().parents[1] / "fixtures" / "professional.837"


def test_notes_of_a_kind_are_said_once_with_their_number(tmp_path, capsys):
    text = FIXTURE.read_text(encoding="utf-8")
    assert text.count("HI*") == 2
    path = tmp_path / "in.837"
    path.write_text(text.replace("HI*ABK:", "HI*ABK*ABK:"), encoding="utf-8")
    run(["check", str(path)])
    notes = [line for line in capsys.readouterr().err.splitlines() if line.startswith("note: ") and "HI01-2" in line]
    assert len(notes) == 1
    assert f"({text.count('HI*ABK:') - 1} more like it: `denial-risk check --structure` lists all)" in notes[0]
    run(["check", "--structure", str(path)])
    listed = [line for line in capsys.readouterr().out.splitlines() if "HI01-2" in line]
    assert len(listed) == text.count("HI*ABK:")
