"""Published files: read when asked for, from the disk, an archive or a pipe, and never all at once."""

import os
import threading
import zipfile

import pytest

from risk.errors import ReferenceDataError
from risk.reference.published import ptp
from risk.reference.published.files import HEAD, PublishedFile, open_published
from risk.reference.published.imported import ImportOptions
from risk.reference.published.importing import import_files
from tests.reference.published.published_files import ptp_text, write_add_ons, write_ptp

ROWS = ["11111 22222 20200101 * 1", "11111 33333 20200101 20221231 0"]


class Text(bytes):
    """Bytes that are counted while they are held."""

    held = 0

    def __new__(cls, content):
        cls.held += 1
        return super().__new__(cls, content)

    def __del__(self):
        type(self).held -= 1


def test_the_text_of_one_file_of_pairs_is_gone_before_the_next_is_read():
    whole = []

    def read(row, length):
        if length is not None:
            return ptp_text(row)[:length]
        assert Text.held == 0, "the text of the file before is still there"
        whole.append(row)
        return Text(ptp_text(row))

    files = [
        PublishedFile(f"ccipra-v323r0-f{part}.txt", lambda length, row=row: read(row, length))
        for part, row in enumerate(ROWS * 2, start=1)
    ]
    (quarter,) = ptp.read(files, ImportOptions())
    assert len(quarter.columns["key"]) == 4
    assert whole == ROWS * 2, "each file is read whole once"
    assert Text.held == 0


def test_of_a_file_that_is_none_of_the_kinds_only_the_beginning_is_read(tmp_path):
    path = tmp_path / "large.txt"
    path.write_bytes(b"x" * (HEAD * 4))
    (file,) = open_published(path)
    assert len(file.head()) == HEAD
    path.unlink()
    assert len(file.head()) == HEAD
    with pytest.raises(ReferenceDataError, match="can be read"):
        _ = file.data


def quarter_of(home, *paths):
    (edition,) = import_files(paths, ImportOptions(edition="2026Q4", setting="practitioner"))
    return edition.digest


def test_from_an_archive_or_a_pipe_comes_the_same_as_from_the_disk(home, tmp_path):
    paths = write_ptp(tmp_path, *ROWS)
    whole = quarter_of(home, *paths)
    packed = tmp_path / "quarter.zip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in paths:
            archive.write(path, path.name)
        archive.writestr("readme.pdf", b"%PDF")
    assert quarter_of(home, packed) == whole

    def piped(source):
        pipe = tmp_path / f"{source.stem}.pipe"
        os.mkfifo(pipe)
        writer = threading.Thread(target=lambda: pipe.write_bytes(source.read_bytes()))
        writer.start()
        return pipe, writer

    for sources in (paths, [packed]):
        pipes, writers = zip(*map(piped, sources), strict=True)
        assert quarter_of(home, *pipes) == whole
        for writer in writers:
            writer.join()


@pytest.mark.parametrize("where", ["head", "tail"])
def test_an_archive_whose_content_is_damaged_is_refused_in_one_line(home, tmp_path, where):
    packed = tmp_path / "quarter.zip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in (1, 2):
            rows = [f"{number:05d} 22222 20200101 * 1" for number in range(20_000)]
            archive.writestr(f"ccipra-v323r0-f{part}.txt", ptp_text(*rows))
    data = bytearray(packed.read_bytes())
    at = 300 if where == "head" else len(data) // 2 - 2_000
    data[at : at + 40] = bytes(40)
    packed.write_bytes(data)
    with pytest.raises(ReferenceDataError, match="whole zip archive") as refused:
        import_files([packed], ImportOptions())
    assert "\n" not in str(refused.value)
    assert not list(home.glob("data/reference/*/*"))


def test_a_workbook_in_an_archive_is_read(home, tmp_path):
    book = write_add_ons(tmp_path, "A1111 1 B1111 2020001 -")
    packed = tmp_path / "aoc.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.write(book, book.name)
    assert import_files([packed], ImportOptions())[0].rows == 1


def test_a_folder_or_nothing_at_all_cannot_be_read(tmp_path):
    for path in (tmp_path, tmp_path / "none"):
        with pytest.raises(ReferenceDataError, match="can be read"):
            open_published(path)
