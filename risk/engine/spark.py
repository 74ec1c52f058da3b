"""Many machines: files are read on executors, claims go together by member, and are scored where they come together.

    files ─► rows of claims (spark_reading) ─► by member ─► score_batch (spark_scoring) ─► a folder of Parquet

Spark runs again whatever an executor that died had done: both steps give the same rows for the same input, whoever
takes them, so that nothing changes but the time.
"""

from __future__ import annotations

import atexit
import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import reduce
from pathlib import Path
from typing import Any

from risk.engine.local import Outcome, outcome_of
from risk.engine.reading import Reading
from risk.engine.spark_files import ClaimFile, Files, OutputFolder, escaped
from risk.engine.spark_reading import (
    PARQUET,
    SCHEMA,
    JoinEdges,
    ReadFiles,
    ReadPieces,
    Report,
    report_of,
    rows_before,
)
from risk.engine.spark_scoring import DONE, PLACE, MakeScorer, ScoreMembers, scores_schema
from risk.engine.spark_session import spark_session
from risk.engine.spark_tasks import guarded
from risk.engine.worker import Done, done_of
from risk.errors import InputError
from risk.readers.csv_pieces import Pieces, table_pieces
from risk.readers.csv_records import read_header
from risk.readers.notes import Notes
from risk.readers.rejects import Reject
from risk.readers.sources import as_utf8, sniff
from risk.reports.printable import json_safe
from risk.rules import RuleFailure

#: Bytes of a table from which on it is read in pieces of so many.
PIECE_BYTES = 32 << 20

#: Most bytes of a file that is read as a whole: what one cell of Spark can hold.
MOST_BYTES = (1 << 31) - (1 << 16)

#: Claims that are scored together, or somewhat more.
BATCH_CLAIMS = 20_000

#: Claims below which it is not worth while to cut further.
_FEW_CLAIMS = 500

#: Bytes that tell what a file is, and hold its header; rows that go to a Python process at once.
_HEAD_BYTES, _ROWS_AT_ONCE = 1 << 20, 10_000

#: Names for which Spark undoes a compression, whatever the content is.
_COMPRESSED = (".gz", ".bz2", ".zst", ".zstd", ".lz4", ".snappy", ".deflate")

Tell = Callable[[str], None]


@dataclass(frozen=True)
class SparkOrder:
    """What is to be scored on a cluster.

    Attributes
    ----------
    files
        Claim files, and folders of them, as Spark's file systems name them.
    output
        The folder of the results.
    mapping, extras, threshold, explain_from
        As :class:`risk.engine.local.Order` has them.
    shipped, make, versions
        A folder with all that the scorer is made of, what makes it there, and what it must turn out to be.
    master
        The master of the cluster; None: as Spark is configured.
    """

    files: Sequence[str]
    output: str
    mapping: Mapping[str, str] | None
    extras: Sequence[str]
    threshold: float
    explain_from: float
    shipped: Path
    make: MakeScorer
    versions: Mapping[str, str]
    master: str | None = None


def score_on_spark(order: SparkOrder, tell: Tell) -> Outcome:
    """Score the claims of files and write a folder of Parquet; ``tell`` is told of what takes a while.

    A file that cannot be read as claims becomes a reject. Raises :class:`InputError` where there is no file that can,
    and :class:`DenialRiskError` where Spark does not start or gives up.
    """
    with spark_session(order.master) as spark, ExitStack() as last:
        files = Files(spark)
        listed = files.listed(order.files)
        output = OutputFolder(files, order.output)
        output.begin()
        last.callback(output.give_up)
        read = _Read(spark, files, order, listed, tell)
        last.callback(read.forget)
        reading = read.all()
        scored, done = _scored(spark, order, read, reading.scored, last)
        _write(scored, output)
        output.complete(read.rejects())
        return outcome_of(reading, done)


@dataclass
class _Read:
    """What was read: rows of ``SCHEMA`` in several tables, and what is to be said of them."""

    spark: Any
    files: Files
    order: SparkOrder
    listed: Sequence[ClaimFile]
    tell: Tell
    tables: list[Any] = field(default_factory=list)
    before: dict[tuple[int, int], int] = field(default_factory=dict)
    reports: list[Report] = field(default_factory=list)
    refused: dict[int, InputError] = field(default_factory=dict)
    kept: list[Any] = field(default_factory=list)

    def all(self) -> Reading:
        """Read all files; large tables in pieces, and all others as wholes."""
        cut = {one.number: pieces for one in self.listed if (pieces := self._pieces(one))}
        again = self._read_pieces(cut) if cut else set()
        whole = [one for one in self.listed if one.number not in cut or one.number in again]
        for one in whole:
            if one.size > MOST_BYTES:
                self.refused[one.number] = InputError(one.name, "expected a file below 2 GB", "split it")
        self._read_whole([one for one in whole if one.number not in self.refused])
        if len(self.refused) == len(self.listed):
            first = self.refused[min(self.refused)]
            raise (
                first
                if len(self.listed) == 1
                else InputError(
                    str(self.order.files[0]),
                    f"expected claim files, none of {len(self.listed)} is one; the first: {first}",
                )
            )
        return self._reading()

    def _pieces(self, file: ClaimFile) -> tuple[str, Pieces] | None:
        """The kind of a large table, and what its pieces must know of it; None for what is read as a whole."""
        from pyspark.errors import PySparkException

        if file.size <= PIECE_BYTES or file.path.lower().endswith(_COMPRESSED):
            return None
        try:
            head = self.files.head(file, _HEAD_BYTES)
            if head.startswith(PARQUET):
                names = self._reader().parquet(escaped(file.path)).columns
                return "parquet", table_pieces(file.name, names, self.order.mapping, self.order.extras)
            lines = head[: head.rfind(b"\n") + 1]
            if not lines or head.startswith((b"\xff\xfe", b"\xfe\xff", b"\x1f\x8b")) or sniff(head, file.name) != "csv":
                return None
            header = read_header(as_utf8(lines, file.name), file.name, self.order.mapping)
        except (InputError, PySparkException):
            return None  # read as a whole, it says why
        return "text", Pieces(file.name, header, self.order.mapping, self.order.extras)

    def _read_pieces(self, cut: Mapping[int, tuple[str, Pieces]]) -> set[int]:
        """Read files in pieces; returns those that have to be read as wholes."""
        self._batches_of(_ROWS_AT_ONCE)
        kinds = {kind: [one for one in self.listed if cut.get(one.number, ("",))[0] == kind] for kind in _KINDS}
        tables = [self._persisted(_KINDS[kind](self, own, cut)) for kind, own in kinds.items() if own]
        reports = self._reports(tables)
        again = {one.file: one.whole for one in reports if one.whole}
        self.before = rows_before(reports)
        known = {number: pieces for number, (_, pieces) in cut.items()}
        edges = _union([_of_kind(_without(one, again), "edge") for one in tables])
        edges = edges.select("file", "piece", "position", "edge")
        # Not by the session's number of partitions: few rows, but all of a file in one place.
        together = edges.repartition(len(known), "file").sortWithinPartitions("file", "piece", "position")
        joined = self._persisted(_mapped(together, JoinEdges(known, self.before), SCHEMA))
        reports += self._reports([joined])
        apart = "rows of one claim stand apart"
        again |= dict.fromkeys(self._apart([*tables, joined]), apart)
        for number, why in sorted(again.items()):
            self.tell(f"note: {self.listed[number].name}: {why}, and so it is read as a whole, in memory")
        self.tables += [_without(one, again) for one in (*tables, joined)]
        self.reports += [one for one in reports if one.file not in again]
        return set(again)

    def _text(self, files: Sequence[ClaimFile], cut: Mapping[int, tuple[str, Pieces]]) -> Any:
        from pyspark.sql import functions as f

        self.spark.conf.set("spark.sql.files.maxPartitionBytes", str(PIECE_BYTES))
        lines = self._reader().option("lineSep", "\n").text([escaped(one.path) for one in files])
        placed = lines.select("_metadata.file_path", "_metadata.file_block_start", f.col("value").cast("binary"))
        known = {one.path: (one.number, cut[one.number][1]) for one in files}
        return _mapped(placed, ReadPieces(known, text=True), SCHEMA)

    def _parquet(self, files: Sequence[ClaimFile], cut: Mapping[int, tuple[str, Pieces]]) -> Any:
        from pyspark.sql import functions as f

        tables = []
        for one in files:
            rows = self._reader().parquet(escaped(one.path))
            place = [f.col("_metadata.file_path"), f.col("_metadata.file_block_start")]
            columns = [f.col(f"`{name}`") for name in rows.columns]
            placed = rows.select(*place, *columns, f.col("_metadata.row_index").alias("row_index"))
            read = ReadPieces({one.path: (one.number, cut[one.number][1])}, text=False)
            tables.append(_mapped(placed, read, SCHEMA))
        return _union(tables)

    def _apart(self, tables: Sequence[Any]) -> set[int]:
        """Files with claims whose rows stand in pieces that are not beside each other."""
        from pyspark.sql import functions as f

        ids = _union([_of_kind(one, "id").select("file", "digest", "lines") for one in tables])
        least, most = f.min("lines"), f.max("lines")
        seen = ids.groupBy("file", "digest").agg(f.count("*").alias("times"), least.alias("least"), most.alias("most"))
        apart = (f.col("least") != f.col("most")) | f.col("least").isNull()
        return {row["file"] for row in seen.where((f.col("times") > 1) & apart).select("file").distinct().collect()}

    def _read_whole(self, files: Sequence[ClaimFile]) -> None:
        if not files:
            return
        self._batches_of(1)  # a row is a file
        read = ReadFiles({one.path: (one.number, one.name) for one in files}, self.order.mapping, self.order.extras)
        rows = self._reader().format("binaryFile").load([escaped(one.path) for one in files])
        table = self._persisted(_mapped(rows.select("path", "content"), read, SCHEMA))
        for report in self._reports([table]):
            self.reports.append(report)
            if report.error is not None:
                self.refused[report.file] = InputError(*report.error)
        self.tables.append(table)

    def _reader(self) -> Any:
        # Without this, folders such as day=1 would be columns.
        return self.spark.read.option("recursiveFileLookup", "true")

    def _batches_of(self, rows: int) -> None:
        self.spark.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", str(rows))

    def _persisted(self, table: Any) -> Any:
        from pyspark import StorageLevel

        self.kept.append(table.persist(StorageLevel.DISK_ONLY))
        return self.kept[-1]

    def _reports(self, tables: Sequence[Any]) -> list[Report]:
        told = [row["told"] for one in tables for row in _of_kind(one, "report").select("told").collect()]
        return [report_of(one) for one in told]

    def _reading(self) -> Reading:
        refused = {self.listed[number].name: self.refused[number] for number in sorted(self.refused)}
        reading = Reading(claims_read=len(refused), refused=refused)
        notes: list[tuple[Reject, int]] = []
        for report in sorted(self.reports, key=lambda one: (one.file, one.piece)):
            if report.file in self.refused:
                continue
            reading.claims_read += report.claims_read
            reading.scored += report.scored
            reading.ignored_columns += [one for one in report.ignored if one not in reading.ignored_columns]
            reading.extras.update(report.extras)
            notes += [(Reject(**note), count) for note, count in report.notes]
        reading.notes = Notes.counted(notes)
        return reading

    def claims(self) -> Any:
        """Claims that can be scored."""
        columns = ("file", "piece", "position", "digest", "claim")
        return _union([_of_kind(_without(one, self.refused), "claim").select(*columns) for one in self.tables])

    def rejects(self) -> Iterator[str]:
        """Lines about rejects, in the order of the input; a file that cannot be read is one."""
        columns = ("file", "piece", "position", "told")
        rejects = _union([_of_kind(_without(one, self.refused), "reject").select(*columns) for one in self.tables])
        files = sorted(self.refused)
        for row in rejects.orderBy(*columns[:3]).toLocalIterator():
            while files and files[0] < row["file"]:
                yield _line(self._of_file(files.pop(0)))
            one = Reject(**json.loads(row["told"]))
            if one.row is not None:
                one = replace(one, row=one.row + self.before.get((row["file"], row["piece"]), 0))
            yield _line(one)
        yield from (_line(self._of_file(number)) for number in files)

    def _of_file(self, number: int) -> Reject:
        return Reject.of_file(self.listed[number].name, self.refused[number])

    def forget(self) -> None:
        """Free the disks of the executors."""
        for one in self.kept:
            one.unpersist()


#: How files of each kind are read in pieces.
_KINDS: dict[str, Callable[[_Read, Sequence[ClaimFile], Mapping[int, tuple[str, Pieces]]], Any]] = {
    "text": _Read._text,
    "parquet": _Read._parquet,
}


def _scored(spark: Any, order: SparkOrder, read: _Read, claims: int, last: ExitStack) -> tuple[Any, list[Done]]:
    """Score all claims; where a rule fails on some of them, all others are scored without it too."""
    from pyspark import StorageLevel

    parts = max(1, -(-claims // BATCH_CLAIMS), min(spark.sparkContext.defaultParallelism, -(-claims // _FEW_CLAIMS)))
    together = read.claims().repartition(parts, "digest")
    together = together.sortWithinPartitions("digest", "file", "piece", "position")
    spark.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", str(_ROWS_AT_ONCE))
    task = ScoreMembers(
        _shipped(spark, order.shipped),
        order.make,
        tuple(order.versions.items()),
        order.threshold,
        order.explain_from,
        {place: rows for place, rows in read.before.items() if rows},
        frozenset(),
        BATCH_CLAIMS,
    )
    failures: list[RuleFailure] = []
    while True:
        scored = _mapped(together, task, scores_schema()).persist(StorageLevel.DISK_ONLY)
        last.callback(scored.unpersist)
        told = sorted(scored.where(scored[DONE].isNotNull()).select(*PLACE, DONE).collect())
        done = [done_of(row[DONE]) for row in told]
        failures += [one for part in done for one in part.failures]
        left_out = frozenset(one.rule_id for one in failures)
        if all(part.failed | task.left_out == left_out for part in done):
            break
        task = replace(task, left_out=left_out)
    if sum(part.totals.claims for part in done) != claims:
        raise RuntimeError("claims were lost between reading and scoring")
    return scored, [replace(done[0], failures=tuple(failures)), *done[1:]] if done else []


def _write(scored: Any, output: OutputFolder) -> None:
    rows = scored.where(scored[DONE].isNull()).orderBy(*PLACE).drop(*PLACE, DONE)
    unmarked = rows.write.mode("overwrite").option("mapreduce.fileoutputcommitter.marksuccessfuljobs", "false")
    unmarked.parquet(escaped(output.partial))


#: Archives that were shipped, by application and content: an executor may ask for them as long as there is one.
_ARCHIVES: dict[tuple[str, str], str] = {}


def _shipped(spark: Any, folder: Path) -> str:
    """Send a folder to all executors, once; returns its name there."""
    context, digest = spark.sparkContext, _digest(folder)
    key = context.applicationId, digest
    if key not in _ARCHIVES:
        keep = tempfile.mkdtemp(prefix="denial-risk-")
        atexit.register(shutil.rmtree, keep, ignore_errors=True)
        archive = shutil.make_archive(str(Path(keep) / f"denial-risk-{digest}"), "zip", folder)
        context.addArchive(archive)
        _ARCHIVES[key] = Path(archive).name
    return _ARCHIVES[key]


def _digest(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(one for one in folder.rglob("*") if one.is_file()):
        digest.update(f"{path.relative_to(folder).as_posix()}\n".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _mapped(table: Any, task: Callable[[Iterator[Any]], Iterator[Any]], schema: Any) -> Any:
    from pyspark.sql.pandas.types import from_arrow_schema

    return table.mapInArrow(guarded(task), from_arrow_schema(schema))


def _of_kind(table: Any, kind: str) -> Any:
    return table.where(table["kind"] == kind)


def _without(table: Any, files: Iterable[int]) -> Any:
    numbers = list(files)
    return table.where(~table["file"].isin(numbers)) if numbers else table


def _union(tables: Sequence[Any]) -> Any:
    return reduce(lambda one, other: one.unionByName(other), tables)


def _line(reject: Reject) -> str:
    return json_safe(json.dumps(reject.to_json(), ensure_ascii=False)) + "\n"
