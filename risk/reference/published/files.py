"""Published files as tables of texts: plain, zipped or as a workbook, in UTF-8 or Latin-1."""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path, PurePosixPath

from risk.errors import ReferenceDataError

_ZIP = b"PK\x03\x04"
_WORKBOOK_PART = "xl/workbook.xml"
#: What reading an archive raises: damaged, packed otherwise, or with a password.
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)
#: What is read of an archive: the first kind there is. The tabular list has the alphabetic index beside it, in XML too;
#: the coverage database packs its CSVs into an archive in one.
_BEST_FIRST = [
    re.compile(ending + "$", re.IGNORECASE)
    for ending in (r"tabular[^/]*\.xml", r"_csv\.zip", r"\.csv", r"\.txt", r"\.xlsx", r"\.zip")
]
_DEEPEST = 3  # archives within archives
#: Bytes of a file that tell what it is: the notices before a header are long.
HEAD = 1 << 14


@dataclass(frozen=True)
class PublishedFile:
    """One file, read when it is asked for, so that no more than one need be in memory.

    Parameters
    ----------
    name
        As the user gave it, with the name inside an archive after it.
    read
        Reads the first bytes of it, decompressed, or all where the number is null. Raises
        :class:`ReferenceDataError` where it cannot.
    is_workbook
        Whether it is an Excel workbook.
    """

    name: str
    read: Callable[[int | None], bytes]
    is_workbook: bool = False

    @property
    def data(self) -> bytes:
        """All bytes, read anew each time: ask once, and let them go."""
        return self.read(None)

    @cached_property
    def beginning(self) -> bytes:
        """The first :data:`HEAD` bytes."""
        return self.read(HEAD)

    @property
    def stem(self) -> str:
        """Name without folders and suffix, as published names carry versions."""
        return PurePosixPath(self.name.rpartition(" in ")[0] or self.name).stem

    def head(self) -> str:
        """Text of the beginning."""
        return decoded(self.beginning)

    def rows(self, within: int | None = None) -> Iterator[tuple[int, list[str]]]:
        """Rows of a CSV with the number of the line each ends on, or of a workbook's first sheet; cells stripped.

        Of a CSV ``within`` bytes are looked at, so that the last row may be cut; all of it where that is null.

        Raises :class:`ReferenceDataError` for a workbook that is damaged.
        """
        if self.is_workbook:
            return self._sheet()
        return self._lines(self.beginning if within == HEAD else self.read(within))

    def _lines(self, data: bytes) -> Iterator[tuple[int, list[str]]]:
        reader = csv.reader(io.StringIO(decoded(data), newline=""))
        for row in reader:
            yield reader.line_num, [cell.strip() for cell in row]

    def _sheet(self) -> Iterator[tuple[int, list[str]]]:
        from openpyxl import load_workbook

        try:
            sheet = load_workbook(io.BytesIO(self.data), read_only=True, data_only=True).worksheets[0]
            for number, row in enumerate(sheet.iter_rows(values_only=True), start=1):
                yield number, ["" if cell is None else str(cell).strip() for cell in row]
        except (zipfile.BadZipFile, KeyError, ValueError, IndexError):
            raise ReferenceDataError(self.name, "expected a whole Excel workbook", "download it again") from None


def decoded(data: bytes) -> str:
    """Text of bytes that are UTF-8, or else Latin-1, as CMS publishes either."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def open_published(source: str | Path) -> list[PublishedFile]:
    """Open a file a user names: itself, or what is of use in a zip archive, which may hold another.

    Raises
    ------
    ReferenceDataError
        For what cannot be read, an empty file, and an archive that is damaged or holds none of these.
    """
    name = str(source).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    path = Path(source)
    is_pipe = path.exists() and not path.is_file() and not path.is_dir()
    place: Path | bytes = _read_file(name, path, None) if is_pipe else path  # a pipe can be read but once
    whole = partial(_read_file, name, place)
    begins = whole(len(_ZIP))
    if not begins:
        raise ReferenceDataError(name, "expected a published file, this one is empty", "download it again")
    if begins != _ZIP:
        return [PublishedFile(name, whole)]
    found = _unpacked(name, place)
    if not found:
        raise ReferenceDataError(name, "expected a text file, a workbook or a tabular list in the archive")
    return found


def _unpacked(name: str, place: Path | bytes, depth: int = 1) -> list[PublishedFile]:
    """Files of an archive, of the first kind of ``_BEST_FIRST`` there is, those of archives within it among them."""
    with _opened_archive(name, place) as archive:
        members = archive.namelist()
    if _WORKBOOK_PART in members:
        return [PublishedFile(name, partial(_read_file, name, place), is_workbook=True)]
    kinds = [[one for one in members if kind.search(one)] for kind in _BEST_FIRST]
    found: list[PublishedFile] = []
    for member in next((own for own in kinds if own), []):
        whole = partial(_read_member, name, place, member)
        inner = f"{member} in {name}"
        if whole(len(_ZIP)) != _ZIP:
            found.append(PublishedFile(inner, whole))
        elif depth < _DEEPEST:  # the name of an export tells more than those of the archives in it
            found += _unpacked(name if member.lower().endswith(".zip") else inner, whole(None), depth + 1)
    return found


def _read_file(name: str, place: Path | bytes, length: int | None) -> bytes:
    if isinstance(place, bytes):
        return place[:length]
    try:
        with place.open("rb") as stream:
            return stream.read(-1 if length is None else length)
    except OSError as error:
        raise ReferenceDataError(name, f"expected a file that can be read: {error.strerror}") from None


def _read_member(name: str, place: Path | bytes, member: str, length: int | None) -> bytes:
    with _opened_archive(name, place) as archive, archive.open(member) as stream:
        return stream.read(-1 if length is None else length)


@contextmanager
def _opened_archive(name: str, place: Path | bytes) -> Iterator[zipfile.ZipFile]:
    """The archive; raises :class:`ReferenceDataError` where it or what is read of it is damaged."""
    try:
        with zipfile.ZipFile(io.BytesIO(place) if isinstance(place, bytes) else place) as archive:
            yield archive
    except OSError as error:
        raise ReferenceDataError(name, f"expected a file that can be read: {error.strerror}") from None
    except _DAMAGED:
        raise ReferenceDataError(name, "expected a whole zip archive", "download it again") from None
