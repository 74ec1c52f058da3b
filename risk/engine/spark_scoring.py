"""Claims into rows of scores, on executors: batches of whole members, the same :func:`score_batch` as anywhere."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
import orjson
import pyarrow as pa

from risk.claims.tables import ClaimBatch
from risk.engine.claim_rows import batch_of
from risk.engine.collector import collector_paused
from risk.engine.spill import Ints
from risk.engine.totals import Totals
from risk.engine.worker import Done
from risk.errors import DenialRiskError
from risk.fixes import fixes_of
from risk.reports.rows import encoded_rows, parquet_schema
from risk.rules import RuleFailure
from risk.scoring import Scorer, score_batch

#: Makes the scorer from the folder that was shipped; the same folder makes the same scorer.
MakeScorer = Callable[[Path], Scorer]

#: Columns that say where a scored claim belongs, and the column of what is to be said of a batch.
PLACE, DONE = ("_file", "_piece", "_position"), "_done"


def scores_schema() -> pa.Schema:
    """Columns of scored claims."""
    place = zip(PLACE, (pa.int32(), pa.int64(), pa.int64()), strict=True)
    return pa.schema([*place, (DONE, pa.string()), *parquet_schema()])


@dataclass(frozen=True)
class ScoreMembers:
    """Scores claims that come member by member; a batch has at least ``most`` claims, unless there are no more.

    ``shipped`` is the name of the archive the scorer is made of by ``make``, ``versions`` what it must turn out to be;
    ``before`` how many rows stand before a piece, by file and piece; ``left_out`` are rules that failed in the run.
    """

    shipped: str
    make: MakeScorer
    versions: tuple[tuple[str, str], ...]
    threshold: float
    explain_from: float
    before: Mapping[tuple[int, int], int]
    left_out: frozenset[str]
    most: int

    def __call__(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Rows of scores."""
        scorer = None
        for claims in by_members(batches, self.most):
            scorer = scorer or self._scorer()
            yield from self._scored(claims, scorer)

    def _scorer(self) -> Scorer:
        scorer = scorer_of(self.shipped, self.make, self.versions)
        if not self.left_out:
            return scorer
        return replace(scorer, rules=[one for one in scorer.rules if one.id not in self.left_out])

    def _scored(self, claims: pa.Table, scorer: Scorer) -> Iterator[pa.RecordBatch]:
        files, pieces, positions = (claims.column(name).to_numpy() for name in ("file", "piece", "position"))
        batch = batch_of(claims.column("claim").combine_chunks())
        repairs: list[RuleFailure] = []
        with collector_paused():
            scored = score_batch(self._with_rows(batch, files, pieces), scorer, explain_from=self.explain_from)
            fixes = fixes_of(scored, scorer, repairs, threshold=self.threshold)
            rows = [orjson.loads(row) for row in encoded_rows(scored, fixes, range(len(batch)), "parquet")]
        place = [pa.array(files, pa.int32()), pa.array(pieces), pa.array(positions), pa.nulls(len(rows), pa.string())]
        flat = pa.RecordBatch.from_pylist(rows, schema=parquet_schema())
        yield pa.RecordBatch.from_arrays([*place, *flat.columns], schema=scores_schema())
        done = Done(Totals.of(scored, self.threshold), scored.failures, tuple(repairs))
        schema = scores_schema()
        told = {PLACE[0]: files[:1], PLACE[1]: pieces[:1], PLACE[2]: positions[:1], DONE: [json.dumps(asdict(done))]}
        yield pa.RecordBatch.from_arrays(
            [pa.array(told.get(one.name, [None]), one.type) for one in schema], schema=schema
        )

    def _with_rows(self, batch: ClaimBatch, files: Ints, pieces: Ints) -> ClaimBatch:
        """The batch with rows that count from the beginning of the file."""
        if not self.before:
            return batch
        before = [self.before.get(place, 0) for place in zip(files.tolist(), pieces.tolist(), strict=True)]
        offsets = batch.claims["source_offset"] + np.array(before, dtype="int64")
        return replace(batch, claims=batch.claims.assign(source_offset=offsets))


def by_members(batches: Iterable[pa.RecordBatch], most: int) -> Iterator[pa.Table]:
    """Claims of whole members, some ``most`` or more at a time, in the order of the input; they come by digest."""
    waiting: list[pa.RecordBatch] = []
    count = 0
    for batch in batches:
        waiting.append(batch)
        count += len(batch)
        if count < most:
            continue
        table = pa.Table.from_batches(waiting)
        digests = table.column("digest").to_numpy()
        last = int(np.searchsorted(digests, digests[-1]))
        if last:
            yield _in_order(table.slice(0, last))
            waiting, count = table.slice(last).to_batches(), len(table) - last
    if count:
        yield _in_order(pa.Table.from_batches(waiting))


def _in_order(table: pa.Table) -> pa.Table:
    whole = table.combine_chunks()
    place = [whole.column(name).to_numpy() for name in ("position", "piece", "file")]
    return whole.take(pa.array(np.lexsort(place)))


@cache
def scorer_of(shipped: str, make: MakeScorer, versions: tuple[tuple[str, str], ...]) -> Scorer:
    """The scorer of this process; raises :class:`DenialRiskError` where it is not that of the driver."""
    from pyspark import SparkFiles

    from risk.engine.worker import one_thread

    one_thread()
    scorer = make(Path(SparkFiles.get(shipped)))
    if differing := [name for name, value in versions if scorer.versions[name] != value]:
        raise DenialRiskError(
            "executors",
            f"expected what the driver scores with; another: {', '.join(differing)}",
            "install the same denial-risk and the same packages on all machines",
        )
    return scorer
