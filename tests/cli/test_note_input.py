"""What is no note is one line and exit code 2; what can only be doubted is a warning; nothing of a note is repeated."""

import json

import pytest

from risk.cli import run
from risk.notes.source import MOST_BYTES

MARKERS = (
    "Zqxname", "Zqxfirst", "03/14/1961", "1961-03-14", "MRN99887766", "99887766", "555-0142", "Zqxstreet",
    "zqx@mail.example", "ZQXMEMBER", "Z99.ZQX9",
)  # fmt: skip
PLANTED = (
    "Patient: Zqxname, Zqxfirst. DOB: 03/14/1961 (1961-03-14). MRN99887766, phone 555-0142, 9 Zqxstreet, "
    "zqx@mail.example. Member ZQXMEMBER, case Z99.ZQX9. Zqxname has low back pain for 6 months since Zqxstreet fall, "
    "7/10, failed Zqxname PT x 6 weeks. Zqxfirst's MRI shows Zqxname stenosis L4-5 right. Plan for Zqxname: L4-5 "
    "TFESI, see Zqxname in 3 weeks."
)


def told(capsys) -> str:
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    return err


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "the file is empty"),
        (b" \n\t\r\n", "the file is empty"),
        (b"\xef\xbb\xbf", "the file is empty"),
        (b"12/3 45 --", "there are no words in it"),
        (b"low back pain\x00", "this is binary"),
        (bytes(range(256)) * 8, "this is binary"),
        (b"%PDF-1.7 low back pain", "a PDF document"),
        (b"PK\x03\x04 docx", "an office document"),
        (b"{\\rtf1 low back pain}", "a rich-text document"),
        ("low back pain".encode("utf-16")[:-1], "expected UTF-16 text to the end"),
        (b"low back pain, \xe9\x81", "expected UTF-8 or Windows-1252"),
        (b"<ClinicalDocument>low back pain</ClinicalDocument>", "XML or HTML"),
        (b"MSH|^~\\&|low back pain", "an HL7 message"),
        (b"ISA*00*          *", "denial-risk check"),
        (b"low back pain. " * (MOST_BYTES // 15 + 1), "expected a note of at most 500,000 bytes"),
        (b"low back pain. " * 400_000, "expected a note of at most 500,000 bytes"),
        (
            "Paciente con dolor lumbar de seis meses, irradiado a la pierna derecha, sin mejor\u00eda.".encode(),
            "this note does not read as English: 2 of 11 words known",
        ),
    ],
)
@pytest.mark.parametrize("command", ["check", "template"])
def test_what_is_no_note_is_one_line(tmp_path, capsys, content, expected, command):
    (tmp_path / "note.txt").write_bytes(content)
    assert run(["note", command, str(tmp_path / "note.txt")]) == 2
    assert expected in told(capsys)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_note_reads_the_same_in_every_encoding_that_systems_write(tmp_path, capsys, encoding):
    text = "Low back pain \u2014 6 months. PT didn\u2019t help. Won\u2019t consider surgery."
    outputs = []
    for name in ("utf-8", encoding):
        (tmp_path / "note.txt").write_bytes(text.encode(name))
        assert run(["note", "check", str(tmp_path / "note.txt")]) == 0
        outputs.append(capsys.readouterr())
    assert outputs[0] == outputs[1]
    assert "refused" in outputs[0].out


def test_a_file_that_is_not_there_and_a_folder_are_one_line(tmp_path, capsys):
    assert run(["note", "check", str(tmp_path / "none.txt")]) == 2
    assert "no such file" in told(capsys)
    assert run(["note", "check", str(tmp_path)]) == 2
    assert "this is a folder" in told(capsys)


def test_one_bad_note_among_good_ones_leaves_no_output(tmp_path, capsys):
    (tmp_path / "a.txt").write_text("Low back pain.")
    (tmp_path / "b.txt").write_text("")
    output = tmp_path / "out.jsonl"
    assert run(["note", "check", str(tmp_path / "a.txt"), str(tmp_path / "b.txt"), "-o", str(output)]) == 2
    assert "b.txt" in told(capsys)
    assert not output.exists()


def test_a_note_half_in_another_language_is_read_with_a_warning(tmp_path, capsys):
    path = tmp_path / "note.txt"
    path.write_text("Failed physical therapy for 8 weeks. Paciente refiere dolor lumbar intenso hace seis meses.")
    assert run(["note", "check", str(path)]) == 0
    assert "warning: note 1 hardly reads as English: 6 of 13 words known" in capsys.readouterr().err


def test_a_hundred_unknown_abbreviations_are_said_and_not_guessed(tmp_path, capsys):
    letters = "BCDFGHJKLM"
    codes = [f"Q{a}{b}X" for a in letters for b in letters]
    path = tmp_path / "note.txt"
    noted = f"The patient has low back pain and failed PT. Noted: {', '.join(codes)}. "
    path.write_text(noted + "The exam is normal. " * 30)
    assert run(["note", "check", str(path), "--format", "jsonl"]) == 0
    out, err = capsys.readouterr()
    assert "note 1: 100 abbreviations are not known and passed over" in err
    record = json.loads(out)
    assert record["unknown_abbreviations"] == len(record["unknown_abbreviation_places"]) == 100
    assert {one["element"] for one in record["elements"]} == {"location", "treatment"}


def test_nothing_of_a_note_reaches_output_or_messages(tmp_path, capsys):
    path = tmp_path / "note.txt"
    path.write_text(PLANTED)
    for arguments in (
        ["check", str(path), "--procedure", "64483"],
        ["check", str(path), "--format", "jsonl"],
        ["check", str(path), "-o", str(tmp_path / "out.txt")],
        ["template", str(path), "--procedure", "64483"],
    ):
        assert run(["note", *arguments]) == 0
    out, err = capsys.readouterr()
    everything = out + err + (tmp_path / "out.txt").read_text("utf-8")
    assert "stenosis L4-L5 right" in everything
    for marker in MARKERS:
        assert marker.lower() not in everything.lower()


@pytest.mark.parametrize("spoilt", [PLANTED.encode() + b"\x81", PLANTED.encode() + b"\x00", PLANTED.encode() * 2000])
def test_nothing_of_a_note_reaches_an_error(tmp_path, capsys, spoilt):
    path = tmp_path / "note.txt"
    path.write_bytes(spoilt)
    assert run(["note", "check", str(path)]) == 2
    err = told(capsys)
    assert not [marker for marker in MARKERS if marker.lower() in err.lower()]


def test_nothing_of_a_foreign_note_reaches_the_refusal(tmp_path, capsys):
    path = tmp_path / "note.txt"
    path.write_text("Zqxname tiene dolor lumbar desde hace meses, irradiado hacia la pierna derecha.")
    assert run(["note", "check", str(path)]) == 2
    assert "zqx" not in told(capsys).lower()
