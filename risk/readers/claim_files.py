"""Claim files of any kind into one batch: each is read as what its content says it is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from risk.claims.tables import empty_batch
from risk.errors import InputError
from risk.readers.claims_837 import read_claims_837
from risk.readers.claims_csv import read_claims_csv
from risk.readers.csv_headers import load_mapping
from risk.readers.rejects import ReadResult, Reject, concat_results
from risk.readers.sources import HEAD_BYTES, STDIN, open_source, read_source, sniff, source_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def read_claims(
    sources: str | Path | Sequence[str | Path],
    *,
    mapping: Path | Mapping[str, str] | None = None,
    extras: Sequence[str] = (),
    refused: dict[str, InputError] | None = None,
) -> ReadResult:
    """Read claims from files in the given order: CSV, 837P and 837I, plain or gzip; ``-`` is standard input.

    Parameters
    ----------
    sources
        One file or several.
    mapping
        For CSVs: a mapping file (``--map``), or its content, header to column.
    extras
        For CSVs: headers beyond the contract whose values are kept in ``extra_values``.
    refused
        Where given: a file among several that cannot be read as claims at all is a reject and named here, with why.

    Raises
    ------
    InputError
        For a file that cannot be read as claims at all, unless another one can and ``refused`` is given; for one that
        is not there or is named twice. What is wrong with single claims becomes a reject.
    """
    named = [sources] if isinstance(sources, (str, Path)) else list(sources)
    names = require_once(named)
    columns = load_mapping(mapping) if isinstance(mapping, Path) else mapping
    if refused is None or len(named) == 1:
        return concat_results([_read_file(source, columns, extras) for source in named])
    require_there(named)
    results = []
    for source, name in zip(named, names, strict=True):
        try:
            results.append(_read_file(source, columns, extras))
        except InputError as error:
            refused[name] = error
            results.append(ReadResult(empty_batch(), [Reject.of_file(name, error)], 1))
    require_one(named, refused)
    return concat_results(results)


def _read_file(source: str | Path, columns: Mapping[str, str] | None, extras: Sequence[str]) -> ReadResult:
    return read_claim_data(read_source(source), source_name(source), columns, extras)


def require_there(sources: Sequence[str | Path]) -> None:
    """Raise :class:`InputError` for the first source that does not exist or may not be read; pipes are left alone."""
    for source in sources:
        if str(source) != STDIN and not _is_pipe(source):
            open_source(source).close()


def _is_pipe(source: str | Path) -> bool:
    try:
        return Path(source).is_fifo()
    except OSError:  # opening it says why
        return False


def require_one(sources: Sequence[str | Path], refused: Mapping[str, InputError]) -> None:
    """Raise :class:`InputError` where all sources were refused: that of the first."""
    if refused and len(refused) == len(sources):
        raise refused[source_name(sources[0])]


def require_once(sources: Sequence[str | Path]) -> list[str]:
    """Names of the sources; raises :class:`InputError` for one that is named twice."""
    names = [source_name(source) for source in sources]
    if twice := next((name for rank, name in enumerate(names) if name in names[:rank]), None):
        raise InputError(twice, "expected each file once, this one is named twice", "its claims would be counted twice")
    return names


def read_claim_data(
    data: bytes, file: str, mapping: Mapping[str, str] | None = None, extras: Sequence[str] = ()
) -> ReadResult:
    """Read claims that are in memory (decompressed), such as an upload; ``file`` is the name messages carry.

    Raises :class:`InputError` as :func:`read_claims` does.
    """
    if sniff(data[:HEAD_BYTES], file) == "x12":
        return read_claims_837(data, file)
    return read_claims_csv(data, file, mapping, extras)
