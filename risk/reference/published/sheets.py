"""A published sheet, a CSV or workbook with notices above its header: columns by their names, rows with their lines."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from risk.errors import ReferenceDataError
from risk.reference.published.files import HEAD, PublishedFile

_HEADER_WITHIN = 30  # rows
_HEADER_ROWS = 5  # over which a header may be wrapped


@dataclass(frozen=True)
class Sheet:
    """Where the data of a file begin and what its columns are called.

    Parameters
    ----------
    file
        The file.
    header
        How many rows there are up to the end of the header.
    names
        Names of the columns in small letters.
    """

    file: PublishedFile
    header: int
    names: list[str]

    def place(self, words: str) -> int:
        """Position of the column whose name has all these words; −1 for none."""
        wanted = words.split()
        return next((at for at, name in enumerate(self.names) if all(word in name for word in wanted)), -1)

    def name_of(self, words: str) -> str:
        """Whole name of a column."""
        return self.names[self.place(words)]

    def columns(self, *names: str) -> tuple[list[int], list[list[str]]]:
        """Line numbers, and the cells of some columns; blank rows are left out.

        Raises :class:`ReferenceDataError` for a row that ends before one of them, and where there is no row.
        """
        places = [self.place(name) for name in names]
        lines: list[int] = []
        columns: list[list[str]] = [[] for _ in names]
        for line, row in islice(self._rows(), self.header, None):
            if not any(row):
                continue
            if len(row) <= max(places):
                raise ReferenceDataError(
                    f"{self.file.name}, line {line}", f"expected {len(self.names)} columns", "nothing was imported"
                )
            lines.append(line)
            for column, place in zip(columns, places, strict=True):
                column.append(row[place])
        if not lines:
            raise ReferenceDataError(self.file.name, "expected rows after the header", "is the file whole?")
        return lines, columns

    def _rows(self) -> Iterator[tuple[int, list[str]]]:
        try:
            yield from self.file.rows()
        except csv.Error:
            raise ReferenceDataError(
                self.file.name, "expected rows of a CSV to the end", "is a quotation mark missing? nothing was imported"
            ) from None

    def refuse(self, lines: Sequence[int], bad: Sequence[bool], expected: str) -> None:
        """Raise :class:`ReferenceDataError` at the first row that is bad."""
        first = next((line for line, is_bad in zip(lines, bad, strict=True) if is_bad), None)
        if first is not None:
            raise ReferenceDataError(f"{self.file.name}, line {first}", f"expected {expected}", "nothing was imported")


def sheet_of(file: PublishedFile, columns: Sequence[str]) -> Sheet | None:
    """Find the header that has a column for each of these names (words in any order); null where there is none.

    A header may be wrapped over several rows: a column's name is then all its cells from above.
    """
    rows: list[list[str]] = []
    for at, (_, row) in enumerate(islice(file.rows(HEAD), _HEADER_WITHIN)):
        rows.append([" ".join(cell.lower().split()) for cell in row])
        for height in range(1, min(_HEADER_ROWS, at + 1) + 1):
            sheet = Sheet(file, at + 1, _joined(rows[-height:]))
            if any(rows[-1][:1]) and all(sheet.place(name) >= 0 for name in columns):
                return sheet
    return None


def _joined(rows: Sequence[Sequence[str]]) -> list[str]:
    width = len(rows[-1])
    return [" ".join(row[at] for row in rows if at < len(row) and row[at]) for at in range(width)]
