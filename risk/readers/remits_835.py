"""835 files into remittance tables.

:mod:`risk.readers.remit_pass` says how the segments are read, and what becomes a reject or a note.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from risk.errors import InputError
from risk.readers.rejects import Reject
from risk.readers.remit_pass import EXPECTED, RemitPass
from risk.readers.sources import read_source, source_name
from risk.readers.x12 import split_interchanges

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from risk.readers.remit_result import RemitResult


def read_remit_file(source: str | Path) -> RemitResult:
    """Read an 835 file, or standard input for ``-``, decompressing gzip; see :func:`read_remits_835`."""
    return read_remits_835(read_source(source), source_name(source))


def read_remits_835(data: bytes, file: str) -> RemitResult:
    """Read every remit of a file.

    Parameters
    ----------
    data
        The file, decompressed.
    file
        Its name as the user gave it; stands in ``source_file``, rejects and notes.

    Returns
    -------
    RemitResult
        Remits in file order, ``source_offset`` being the byte offset of the CLP or ST segment; a reject for each claim
        that could not be read and each transaction that is no 835; notes on what is not as the guide says.
        ``claims_read`` counts CLP segments and such transactions.

    Raises
    ------
    InputError
        Where the file is no X12, or holds no 835 transaction.
    """
    (result,) = stream_remits_835(data, file)
    return result


def stream_remits_835(data: bytes, file: str, claims: int | None = None) -> Iterator[RemitResult]:
    """Read a file as :func:`read_remits_835` does, in results of whole transactions.

    A result is given as soon as it holds ``claims`` remits, and a last one, maybe of no remits, for what is left. Keys
    begin anew in each. With null there is one result.
    """
    try:
        interchanges = split_interchanges(data, file)
    except InputError as error:
        raise InputError(error.where, error.expected, "is it an 835 file?") from None
    reader = RemitPass(file)
    if data[: interchanges[0].start].removeprefix(b"\xef\xbb\xbf").strip():
        reader.notes.append(Reject(file, "the text before the first ISA segment is left out", byte_offset=0))
    for interchange in interchanges:
        for _ in reader.transactions(interchange):
            if claims is not None and reader.tables.remits >= claims:
                yield reader.result()
    if not reader.remit_transactions:
        found = " and ".join(dict.fromkeys(reader.refused)) or "an interchange without transactions"
        raise InputError(file, f"{found}: {EXPECTED}")
    yield reader.result()
