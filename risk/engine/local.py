"""One machine: files read in blocks, parts scored by as many processes as are wanted, rows written in order.

What is done is kept beside the output until the output is there, so that a run that was ended can be taken up again.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from math import ceil
from pathlib import Path

from risk.engine.merge import rows_in_order
from risk.engine.reading import Reading, RefusedLateError, read_units
from risk.engine.spill import write_unit
from risk.engine.together import done_together
from risk.engine.totals import Totals
from risk.engine.work import Work
from risk.engine.worker import Done, Job, MakeScorer, begin, done_part, get_ready, score_in_worker, score_part
from risk.errors import DenialRiskError, InputError
from risk.readers.claim_files import require_one, require_there
from risk.readers.csv_chunks import RowsApartError
from risk.reports.rows import rows_file
from risk.rules import RuleFailure
from risk.scoring import Scorer

#: Bytes of input (decompressed) for which there is a part: some 60,000 claims of a CSV, 45,000 of an 837. Much of what
#: a part costs is the same for any number of claims; two processes with such parts hold some 1.2 GB.
PART_BYTES = 24 << 20

#: Share of that where there are many parts: then some are always at their largest together.
_OF_MANY = 0.75

#: Up to so many bytes there is one part, since a second process would only begin when the first is done.
ALONE_BYTES = 12 << 20

#: Up to so many parts there are 2, 4 or 8 of them, so that no process waits long for the last.
_EVEN = 8

#: How much more a gzip file holds than its size tells.
_UNPACKED = 12


@dataclass(frozen=True)
class Order:
    """What is to be scored, and how it is to be written.

    Attributes
    ----------
    files
        Claim files that can be read again, in order.
    mapping, extras
        As :func:`risk.readers.read_claims` takes them.
    format_name, columns
        One of :data:`risk.reports.rows.ROW_FORMATS`; the columns of a CSV, all unless some are named.
    threshold
        Risk at which claims are flagged, and below which fixes are to take them.
    explain_from
        Risk from which on the drivers of a claim are named.
    jobs
        How many processes score.
    scorer, make
        What claims are scored with, and what makes the same in another process.
    """

    files: Sequence[str]
    mapping: Mapping[str, str] | None
    extras: Sequence[str]
    format_name: str
    columns: Sequence[str]
    threshold: float
    explain_from: float
    jobs: int
    scorer: Scorer
    make: MakeScorer


@dataclass(frozen=True)
class Outcome:
    """What a run says at its end: what was read, what the parts add up to, which rules failed where."""

    reading: Reading
    totals: Totals
    failures: tuple[RuleFailure, ...] = ()
    repairs: tuple[RuleFailure, ...] = ()


def parts_for(files: Sequence[str]) -> int:
    """How many parts the claims of some files are cut into: by their sizes alone, so that it is the same every time."""
    size = input_bytes(files)
    if size <= min(ALONE_BYTES, PART_BYTES):
        return 1
    parts = max(2, -(-size // PART_BYTES))
    return ceil(size / (PART_BYTES * _OF_MANY)) if parts > _EVEN else 1 << (parts - 1).bit_length()


def input_bytes(files: Sequence[str]) -> int:
    """Bytes of some files, decompressed; a guess for those that are compressed. Files that are not there have none."""
    paths = [path for path in map(Path, files) if path.is_file()]
    return sum(path.stat().st_size * (_UNPACKED if path.suffix == ".gz" else 1) for path in paths)


def score_files(order: Order, output: Path | None, work: Work, tell: Callable[[str], None]) -> Outcome:
    """Score the claims of files and write a row for each; ``tell`` is told of what takes a while.

    Among several files one that cannot be read as claims is a reject, and told in ``reading.refused``.

    Raises :class:`InputError` as the readers do, and :class:`DenialRiskError` where a process was ended from outside:
    what is done by then stays in ``work``.
    """
    parts = parts_for(order.files)
    with _processes(order, parts) as pool:
        reading, units = _read(order, work, parts, tell)
        job = Job(work.folder, units, order.format_name, tuple(order.columns), order.threshold, order.explain_from)
        done = _scored(order, job, parts, pool, tell)
    with rows_file(output, order.format_name, order.columns) as writer:
        writer.write(rows_in_order(work.folder, units, parts))
    return outcome_of(reading, done)


def outcome_of(reading: Reading, done: Sequence[Done]) -> Outcome:
    """What parts say of a run, together."""
    failures = {one.rule_id: one for part in reversed(done) for one in part.failures}
    return Outcome(
        reading,
        Totals.joined(part.totals for part in done),
        tuple(failures[rule_id] for rule_id in sorted(failures)),
        tuple(one for part in done for one in part.repairs),
    )


def _read(order: Order, work: Work, parts: int, tell: Callable[[str], None]) -> tuple[Reading, int]:
    """Put the claims on disk, unless they lie there already; returns what was read and how many units they are."""
    if (known := work.what_was_read()) is not None:
        tell(f"resumed: {known[0].scored:,} claims had been read")
        return known
    require_there(order.files)
    whole: list[str] = []
    refused: dict[str, InputError] = {}
    while True:
        work.clear()
        reading, units = Reading(refused=refused), 0
        batches = read_units(
            order.files,
            reading,
            mapping=order.mapping,
            extras=order.extras,
            whole=whole,
            tolerant=len(order.files) > 1,
        )
        try:
            for batch in batches:
                write_unit(work.folder, units, batch, parts)
                work.keep_rejects(reading)
                units += 1
        except RowsApartError as apart:
            tell(f"note: {apart.where}: rows of one claim stand apart, and so it is read as a whole, in memory")
            whole.append(apart.where)
            continue
        except RefusedLateError:
            continue
        require_one(order.files, refused)
        work.keep_rejects(reading)
        work.keep_reading(reading, units)
        return reading, units


def _scored(order: Order, job: Job, parts: int, pool: Executor | None, tell: Callable[[str], None]) -> list[Done]:
    """Score every part that is not done; where a rule fails in one part, all others are scored without it too."""
    left_out: set[str] = set()
    while True:
        known = {part: done for part in range(parts) if (done := done_part(job.folder, part)) is not None}
        left_out |= {rule_id for done in known.values() for rule_id in done.failed}
        wanted = [part for part in range(parts) if part not in known or known[part].failed != left_out]
        if not wanted:
            return [known[part] for part in range(parts)]
        if len(wanted) < parts:
            tell(f"{parts - len(wanted):,} of {parts:,} parts were scored before")
        for done in _run(order, job, wanted, sorted(left_out), pool):
            left_out |= done.failed


def _run(
    order: Order, job: Job, wanted: Sequence[int], left_out: Sequence[str], pool: Executor | None
) -> Iterator[Done]:
    here = partial(score_part, order.scorer, job, left_out=left_out)
    if pool is None:
        yield from map(here, wanted)
        return
    try:
        there = partial(score_in_worker, order.make, job, left_out=left_out)
        yield from done_together(wanted, here, there, pool, order.jobs - 1)
    except BrokenProcessPool:
        raise DenialRiskError(
            "scoring",
            "a process was ended from outside, perhaps for want of memory; what is done is kept",
            "run it again with --resume, and with fewer --jobs if it was memory",
        ) from None


@contextmanager
def _processes(order: Order, parts: int) -> Iterator[Executor | None]:
    """As many processes beside this one as are wanted and of use, getting ready while it reads; None: none."""
    count = min(order.jobs, parts) - 1
    if not count:
        yield None
        return
    methods = multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")
    with ProcessPoolExecutor(
        count, mp_context=context, initializer=begin, initargs=(str(Path.cwd()), dict(os.environ))
    ) as pool:
        with suppress(BrokenProcessPool):  # told when there is work for it
            for _ in range(count):
                pool.submit(get_ready, order.make)
        try:
            yield pool
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
