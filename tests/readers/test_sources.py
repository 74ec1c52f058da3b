"""Opening files and telling what they are by their content."""

import gzip
import io
import os
import sys
from types import SimpleNamespace

import pytest

from risk.errors import InputError
from risk.readers.sources import as_utf8, open_source, read_source, sniff, utf8_blocks

ISA = b"ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *261102*1200*^*00501*000000001*0*T*:~"


def test_a_file_is_read_whole_and_gzip_is_told_by_content(tmp_path):
    plain, packed = tmp_path / "a.csv", tmp_path / "b.csv"
    plain.write_bytes(b"claim_id\n")
    packed.write_bytes(gzip.compress(b"claim") + gzip.compress(b"_id\n"))
    assert read_source(plain) == read_source(str(packed)) == b"claim_id\n"


def test_a_file_of_one_byte_is_read(tmp_path):
    (tmp_path / "a").write_bytes(b"x")
    assert read_source(tmp_path / "a") == b"x"


def test_a_dash_is_standard_input(monkeypatch):
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(gzip.compress(b"claim_id\n"))))
    assert read_source("-") == b"claim_id\n"
    assert not sys.stdin.buffer.closed


def test_what_cannot_be_opened_is_told_in_one_line(tmp_path):
    for source, expected in ((tmp_path, "this is a folder"), (tmp_path / "none.csv", "no such file")):
        with pytest.raises(InputError, match=expected) as error:
            read_source(source)
        assert "\n" not in str(error.value)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_told(tmp_path):
    locked = tmp_path / "locked.csv"
    locked.write_bytes(b"x")
    locked.chmod(0)
    with pytest.raises(InputError, match="permissions"):
        open_source(locked)


@pytest.mark.parametrize(
    ("damage", "expected"),
    [(lambda data: data[:-12], "ends too early"), (lambda data: data[:12] + b"\x00" * 20, "damaged")],
)
def test_a_broken_gzip_file_is_told(tmp_path, damage, expected):
    path = tmp_path / "a.gz"
    path.write_bytes(damage(gzip.compress(os.urandom(2000))))
    with pytest.raises(InputError, match=expected):
        read_source(path)


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf \r\n\r\n", "empty"),
        (b"PK\x03\x04....", "Excel workbook"),
        (b"%PDF-1.7", "PDF"),
        (b"\x89PNG\r\n\x1a\n", "image"),
        (b"\xff\xd8\xff\xe0", "image"),
        (b"PAR1....", "Parquet"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "old Excel"),
        (b"<?xml version='1.0'?>", "XML"),
        (b'[{"claim_id": 1}]', "JSON"),
        (b"claim_id\x00\x01\x02,payer_id", "NUL"),
        (b"\x1f\x8b\x08", "gzip inside gzip"),
    ],
)
def test_what_holds_no_claims_is_refused_by_what_it_is(head, expected):
    with pytest.raises(InputError, match=expected):
        sniff(head, "f")


@pytest.mark.parametrize(
    "head",
    [
        ISA,
        b"\r\n\x0b " + ISA,
        b"\xef\xbb\xbf" + ISA,
        b"HTTP junk\r\n" + ISA,
        b"GS*HC*A*B*",
        b"ST*837*0001~",
        ISA.decode().encode("utf-16"),
    ],
)
def test_an_interchange_is_told_even_behind_junk(head):
    assert sniff(head, "f") == "x12"


@pytest.mark.parametrize(
    "head", [b"claim_id,payer_id\n", b"ST|claim_id|837\n", b"VISA*00*\n", b"Isa,00,00\n", "claim_id".encode("utf-16")]
)
def test_anything_else_is_taken_for_csv(head):
    assert sniff(head, "f") == "csv"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_text_becomes_utf8(encoding):
    mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(encoding, b"")
    assert as_utf8(mark + "Zürich".encode(encoding), "f") == "Zürich".encode()


def test_bytes_that_windows_leaves_undefined_are_still_text():
    assert as_utf8(b"caf\xe9 \x81", "f").decode() == "café \x81"


def test_nul_bytes_are_no_text():
    with pytest.raises(InputError, match="NUL"):
        as_utf8(b"a\x00b", "f")


def test_utf16_that_breaks_off_is_told():
    with pytest.raises(InputError, match="UTF-16"):
        as_utf8("claims".encode("utf-16")[:-1], "f")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("block_bytes", [1, 7, 1000])
def test_blocks_of_text_join_to_the_whole(encoding, block_bytes):
    text = "Zürich,Genève\r\nBern,Ä\n" * 5 + "Thun"
    assert b"".join(utf8_blocks(io.BytesIO(text.encode(encoding)), "f", block_bytes)) == text.encode()
