"""A process that scores parts: it makes its scorer once, and answers with the rows of a part on disk.

part-0007.rows      the rows of its claims, one after the other, in the order in which they were read
part-0007.ends.npy  where each of them ends
part-0007.json      what is to be said of them; written last, so that a part that has it is done
"""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np

from risk.engine.collector import collector_paused
from risk.engine.spill import read_part
from risk.engine.totals import Totals
from risk.errors import DenialRiskError
from risk.files import written_whole
from risk.fixes import fixes_of
from risk.reports.rows import encoded_rows
from risk.rules import RuleFailure
from risk.scoring import Scorer, score_batch

#: Makes a scorer in a process of its own; the same arguments make the same scorer.
MakeScorer = Callable[[], Scorer]


@dataclass(frozen=True)
class Job:
    """What is wanted of every part.

    ``threshold`` is the risk that fixes are to take claims below, ``explain_from`` that from which on drivers are
    named, ``columns`` those of a CSV.
    """

    folder: Path
    units: int
    format_name: str
    columns: Sequence[str]
    threshold: float
    explain_from: float


@dataclass(frozen=True)
class Done:
    """What is to be said of a part: ``failures`` of rules, ``repairs`` that failed, and rules ``left_out`` at first."""

    totals: Totals
    failures: tuple[RuleFailure, ...] = ()
    repairs: tuple[RuleFailure, ...] = ()
    left_out: tuple[str, ...] = ()

    @property
    def failed(self) -> set[str]:
        """Ids of rules that its rows are without."""
        return {one.rule_id for one in self.failures}.union(self.left_out)


def part_file(folder: Path, part: int, suffix: str) -> Path:
    """One of the files of a part."""
    return folder / f"part-{part:04d}{suffix}"


def done_part(folder: Path, part: int) -> Done | None:
    """What is known of a part that is done; None where it is not."""
    path = part_file(folder, part, ".json")
    return done_of(path.read_text(encoding="utf-8")) if path.exists() else None


def done_of(text: str) -> Done:
    """What was written of a part."""
    told = json.loads(text)
    failures, repairs = (tuple(RuleFailure(**one) for one in told[name]) for name in ("failures", "repairs"))
    return Done(Totals(**told["totals"]), failures, repairs, tuple(told["left_out"]))


def begin(folder: str, environment: Mapping[str, str]) -> None:
    """Make this process a worker: where its parent is, with one thread since there is a process for each core.

    It leaves Ctrl-C to its parent, and ends when that does, however that happens.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    os.chdir(folder)
    os.environ.update(environment)
    one_thread()


def one_thread() -> None:
    """Work with one thread, where there is a process for each core."""
    import pyarrow as pa
    from threadpoolctl import threadpool_limits

    threadpool_limits(1)
    pa.set_cpu_count(1)


def _end_with_parent() -> None:
    if (parent := multiprocessing.parent_process()) is not None:
        parent.join()
        os._exit(1)


def get_ready(make: MakeScorer) -> None:
    """Make the scorer of this process before it is needed; what fails is told when it is needed."""
    with suppress(DenialRiskError):
        scorer_of(make)


@cache
def scorer_of(make: MakeScorer) -> Scorer:
    """The scorer of this process."""
    return make()


def score_in_worker(make: MakeScorer, job: Job, part: int, left_out: Sequence[str]) -> Done:
    """See :func:`score_part`; with the scorer of this process."""
    return score_part(scorer_of(make), job, part, left_out)


@collector_paused()
def score_part(scorer: Scorer, job: Job, part: int, left_out: Sequence[str]) -> Done:
    """Score a part and write its rows; ``left_out`` are rules that failed in the run, perhaps in this very part."""
    before = done_part(job.folder, part)
    if left_out:
        scorer = replace(scorer, rules=[one for one in scorer.rules if one.id not in left_out])
    scored = score_batch(read_part(job.folder, job.units, part), scorer, explain_from=job.explain_from)
    repairs: list[RuleFailure] = []
    fixes = fixes_of(scored, scorer, repairs, threshold=job.threshold)
    ends = []
    with written_whole(part_file(job.folder, part, ".rows"), binary=True) as stream:
        for row in encoded_rows(scored, fixes, range(len(scored.batch)), job.format_name, job.columns):
            stream.write(row)
            ends.append(stream.tell())
    with written_whole(part_file(job.folder, part, ".ends.npy"), binary=True) as stream:
        np.save(stream, np.array(ends, dtype="int64"))
    totals = Totals.of(scored, job.threshold)
    failures = (*(before.failures if before else ()), *scored.failures)
    done = Done(totals, failures, tuple(repairs), tuple(left_out))
    with written_whole(part_file(job.folder, part, ".json")) as stream:
        stream.write(json.dumps(asdict(done)))
    return done
