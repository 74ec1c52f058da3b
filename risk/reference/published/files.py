"""Published files as tables of texts: plain, zipped or as a workbook, in UTF-8 or Latin-1."""

from __future__ import annotations

import csv
import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from risk.errors import ReferenceDataError

_ZIP = b"PK\x03\x04"
_WORKBOOK_PART = "xl/workbook.xml"
#: What is read of an archive: the first kind there is. The coverage database packs its CSVs into an archive in one.
_BEST_FIRST = ("_csv.zip", ".csv", ".txt", ".xlsx", ".zip")
_DEEPEST = 3  # archives within archives
#: Bytes of a file that tell what it is: the notices before a header are long.
HEAD = 1 << 14


@dataclass(frozen=True)
class PublishedFile:
    """One file, decompressed.

    Parameters
    ----------
    name
        As the user gave it, with the name inside an archive after it.
    data
        Its bytes.
    is_workbook
        Whether it is an Excel workbook.
    """

    name: str
    data: bytes
    is_workbook: bool = False

    @property
    def stem(self) -> str:
        """Name without folders and suffix, as published names carry versions."""
        return PurePosixPath(self.name.rpartition(" in ")[0] or self.name).stem

    def head(self) -> str:
        """Text of the beginning."""
        return decoded(self.data[:HEAD])

    def rows(self, within: int | None = None) -> Iterator[tuple[int, list[str]]]:
        """Rows of a CSV with the number of the line each ends on, or of a workbook's first sheet; cells stripped.

        Of a CSV ``within`` bytes are looked at, so that the last row may be cut; all of it where that is null.

        Raises :class:`ReferenceDataError` for a workbook that is damaged.
        """
        return self._sheet() if self.is_workbook else self._lines(within)

    def _lines(self, within: int | None) -> Iterator[tuple[int, list[str]]]:
        reader = csv.reader(io.StringIO(decoded(self.data[:within]), newline=""))
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
    """Open a file a user names: itself, or the text files or workbooks in a zip archive, which may hold another.

    Raises
    ------
    ReferenceDataError
        For what cannot be read, an empty file, and an archive that is damaged or holds no text file or workbook.
    """
    name = str(source).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    try:
        data = Path(source).read_bytes()
    except OSError as error:
        raise ReferenceDataError(name, f"expected a file that can be read: {error.strerror}") from None
    if not data:
        raise ReferenceDataError(name, "expected a published file, this one is empty", "download it again")
    if not data.startswith(_ZIP):
        return [PublishedFile(name, data)]
    found = _unpacked(name, data)
    if not found:
        raise ReferenceDataError(name, "expected a text file or a workbook in the archive")
    return found


def _unpacked(name: str, data: bytes, depth: int = 1) -> list[PublishedFile]:
    """Files of an archive: of the archives of CSVs in it, or else its CSVs, or other texts, or workbooks."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.namelist()
            if _WORKBOOK_PART in members:
                return [PublishedFile(name, data, is_workbook=True)]
            kinds = [[one for one in members if one.lower().endswith(ending)] for ending in _BEST_FIRST]
            wanted = next((own for own in kinds if own), [])
            content = [(f"{one} in {name}", archive.read(one)) for one in wanted]
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, zlib.error):  # damaged, or with a password
        raise ReferenceDataError(name, "expected a whole zip archive", "download it again") from None
    found: list[PublishedFile] = []
    for inner, own in content:
        if not own.startswith(_ZIP):
            found.append(PublishedFile(inner, own))
        elif depth < _DEEPEST:
            found += _unpacked(name, own, depth + 1)
    return found
