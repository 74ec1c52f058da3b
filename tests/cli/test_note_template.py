"""`denial-risk note template`: blanks, filled with normalised values alone."""

import re

import pytest

from risk.cli import run

NOTE = (
    "Low back pain for 6 months, burning, 7/10. Failed PT x 6 weeks; naproxen helped. Declined surgery. Denies "
    "weakness. The last L4-5 ESI gave 60% relief for 4 months. Dx M54.16. Will start gabapentin. SLR negative. RTC 4 "
    "wks."
)


@pytest.fixture
def note(tmp_path):
    (tmp_path / "note.txt").write_text(NOTE, encoding="utf-8")
    return str(tmp_path / "note.txt")


def printed(capsys, *arguments: str) -> str:
    assert run(["note", "template", *arguments]) == 0
    return capsys.readouterr().out


def test_without_a_note_everything_is_a_blank(capsys):
    page = printed(capsys)
    assert len(re.findall(r"\[[^\]]+\]", page)) > 25
    assert "{" not in page
    assert not re.search(r"\bM54\.\d", page)


def test_a_note_fills_what_it_says(note, capsys):
    page = printed(capsys, note)
    for line in (
        "Location: lumbar. Duration: 26 weeks.",
        "Character: burning.",
        "physical therapy for 6 weeks (without lasting benefit), NSAID (helped)",
        "relief 60%, lasting 17.3 weeks.",
        "Declined, or not suitable: surgery (refused).",
        "Associated symptoms: no weakness.",
        "straight leg raise negative",
        "ICD-10-CM: M54.16.",
        "Treatment: gabapentinoid.",
        "Follow-up: 4 weeks.",
        "Onset: [gradual, sudden, after what].",
    ):
        assert line in page


def test_a_plan_is_no_treatment_so_far_and_a_refusal_no_plan(note, capsys):
    page = printed(capsys, note)
    so_far, later = page.split("MEDICAL AND SURGICAL HISTORY")
    assert "gabapentinoid" not in so_far
    assert "surgery" not in later


def test_copied_text_and_a_relatives_history_fill_nothing(tmp_path, capsys):
    path = tmp_path / "note.txt"
    path.write_text("Mother has sharp neck pain. Prior note: burning low back pain for 6 months, failed PT.", "utf-8")
    assert printed(capsys, str(path)) == printed(capsys)


def test_what_a_policy_wants_and_the_note_lacks_follows(note, capsys):
    page = printed(capsys, note, "--procedure", "64483")
    assert "FOR 64483: EPIDURAL INJECTION (LCD L39015 (CGS)" in page
    assert "- CT or fluoroscopic guidance: [Which imaging guidance is used for the injection?]" in page
    assert "pain for at least 4 weeks" not in page
    assert "pain for at least 4 weeks" in printed(capsys, "--procedure", "64483")


def test_a_page_can_go_to_a_file(note, tmp_path, capsys):
    assert printed(capsys, note, "-o", str(tmp_path / "page.txt")) == ""
    assert (tmp_path / "page.txt").read_text("utf-8").startswith("HISTORY OF PRESENT ILLNESS\n")
