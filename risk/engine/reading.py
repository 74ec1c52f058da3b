"""Claims of any number of files, as units of about the same size, in the order of the input and in bounded memory."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from risk.claims.tables import ClaimBatch, concat_batches, empty_batch
from risk.errors import InputError
from risk.readers import ReadResult, Reject, iter_claims_csv, read_claims
from risk.readers.claim_files import require_once
from risk.readers.claims_837 import BLOCK_BYTES, stream_claims_837
from risk.readers.csv_chunks import RowsApartError
from risk.readers.notes import Notes
from risk.readers.sources import HEAD_BYTES, damage_reported, open_source, sniff, source_name

#: Claims of a unit, from which on it is whole.
UNIT_CLAIMS = 20_000


@dataclass
class Reading:
    """What was read so far, but for the claims themselves.

    Attributes
    ----------
    claims_read, scored
        Claims that the files held, and those of them that could be read.
    rejects
        Of what was read since the last unit.
    notes, ignored_columns
        As a reading of one file has them; see :class:`risk.readers.ReadResult`.
    refused
        Files that cannot be read as claims, and why; each is a reject.
    extras
        Columns beyond the contract that some claim has a value of.
    """

    claims_read: int = 0
    scored: int = 0
    rejects: list[Reject] = field(default_factory=list)
    notes: Notes = field(default_factory=Notes)
    ignored_columns: list[str] = field(default_factory=list)
    refused: dict[str, InputError] = field(default_factory=dict)
    extras: set[str] = field(default_factory=set)

    def add(self, result: ReadResult) -> None:
        """Count a result in."""
        self.claims_read += result.claims_read
        self.scored += len(result.batch)
        self.rejects += result.rejects
        self.notes.add(result.notes)
        self.ignored_columns += [one for one in result.ignored_columns if one not in self.ignored_columns]
        self.extras.update(result.batch.extra_values["name"].unique())


class RefusedLateError(Exception):
    """A file among several turned out to be damaged when claims of it had been given out already."""


def read_units(
    files: Sequence[str],
    reading: Reading,
    *,
    mapping: Mapping[str, str] | None = None,
    extras: Sequence[str] = (),
    whole: Collection[str] = (),
    tolerant: bool = False,
) -> Iterator[ClaimBatch]:
    """Read files in order, ``UNIT_CLAIMS`` claims or somewhat more at a time; ``reading`` is told what else they hold.

    With ``tolerant`` a file that cannot be read as claims is a reject, and refused; so is one that ``reading`` has
    refused before.

    Raises :class:`InputError` as :func:`risk.readers.read_claims` does, :class:`RowsApartError` for a CSV that has to
    be named among ``whole``, the files that are read at once, and :class:`RefusedLateError` where reading has to begin
    anew without a file that was refused.
    """
    require_once(files)
    waiting: list[ClaimBatch] = []
    for file in files:
        results = _results(file, mapping, extras, whole=source_name(file) in whole)
        for result in _unless_refused(source_name(file), results, reading.refused) if tolerant else results:
            reading.add(result)
            waiting.append(result.batch)
            if sum(map(len, waiting)) >= UNIT_CLAIMS:
                yield concat_batches(waiting)
                waiting = []
    if any(map(len, waiting)):
        yield concat_batches(waiting)


def _unless_refused(name: str, results: Iterator[ReadResult], refused: dict[str, InputError]) -> Iterator[ReadResult]:
    """What a file holds, or a reject of it as a whole."""
    if name not in refused:
        given = False
        try:
            for result in results:
                yield result
                given = True
            return
        except RowsApartError:
            raise
        except InputError as error:
            refused[name] = error
            if given:
                raise RefusedLateError from None
    yield ReadResult(empty_batch(), [Reject.of_file(name, refused[name])], 1)


def _results(
    file: str, mapping: Mapping[str, str] | None, extras: Sequence[str], *, whole: bool
) -> Iterator[ReadResult]:
    if whole:
        yield read_claims(file, mapping=mapping, extras=extras)
        return
    with damage_reported(file), open_source(file) as stream:
        kind = sniff(stream.peek(HEAD_BYTES), source_name(file))
        if kind == "x12":
            yield from stream_claims_837(stream, source_name(file), block_bytes=BLOCK_BYTES)
    if kind == "csv":
        yield from iter_claims_csv(file, chunk_claims=UNIT_CLAIMS, mapping=mapping, extras=extras)
