"""The ways of `denial-risk score`: claims in memory, all at once; any number of them, in parts; and on a cluster."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from risk.cli._run import (
    flag_threshold,
    last_day_served,
    read,
    report_absent,
    report_age,
    report_basis,
    report_counts,
    report_failures,
    report_flagged,
    report_reading,
    report_refused,
    say,
    write_reject_rows,
    write_rejects,
)
from risk.cli._scorer import ScorerOptions
from risk.configuration import load_configuration
from risk.errors import DenialRiskError, InputError
from risk.readers import load_mapping
from risk.readers.csv_headers import WhereThere
from risk.readers.sources import STDIN
from risk.reports.rows import ROW_FORMATS

if TYPE_CHECKING:
    from risk.engine.local import Outcome
    from risk.scoring import Scorer


@dataclass(frozen=True)
class ScoreRequest:
    """What `score` was asked for; see its options."""

    files: Sequence[str]
    output: Path | None
    kind: str
    columns: tuple[str, ...]
    scorer: ScorerOptions
    mapping: Path | None
    threshold: float | None
    precision: float | None
    capacity: int | None
    all_drivers: bool
    jobs: int
    resume: bool
    quiet: bool
    on_spark: bool = False
    master: str | None = None

    def explain_from(self, threshold: float) -> float:
        """Risk from which on drivers are named; a list of the claims most worth a person's time has those of all."""
        return 0.0 if self.all_drivers or self.capacity is not None else threshold


@dataclass(frozen=True)
class Ended:
    """What decides the exit code.

    ``riskiest`` is the highest risk of a claim, ``sound`` whether every claim was read and every rule ran, ``whole``
    whether every file was one of claims.
    """

    riskiest: float
    sound: bool
    whole: bool


def score_claims(request: ScoreRequest) -> Ended:
    """Score as asked for: on a cluster, else in parts where it is worth while, else at once."""
    if request.on_spark or request.master is not None:
        return score_on_cluster(request)
    return score_in_parts(request) if in_parts(request) else score_at_once(request)


def score_at_once(request: ScoreRequest) -> Ended:
    """Score all claims as one batch, in memory."""
    from risk.engine.collector import collector_paused
    from risk.engine.totals import Totals
    from risk.fixes import fixes_of
    from risk.reports.capacity import capacity_lists
    from risk.reports.write import worklist_order, write_scored
    from risk.rules import RuleFailure
    from risk.scoring import score_batch

    extras = request.scorer.extras
    refused: dict[str, InputError] = {}
    result = read(request.files, request.mapping, extras, refused)
    report_absent(extras, set(result.batch.extra_values["name"]))
    scorer = request.scorer()
    flag_at = flag_threshold(scorer.model, request.threshold, request.precision)
    repairs: list[RuleFailure] = []
    with collector_paused():
        scored = score_batch(result.batch, scorer, explain_from=request.explain_from(flag_at))
        keys = worklist_order(scored, request.kind, request.capacity)
        lists = capacity_lists(scored, request.capacity) if request.capacity is not None else None
        fixes = fixes_of(scored, scorer, repairs, threshold=flag_at)
        write_scored(
            scored, fixes, request.output, request.kind, keys, lists=lists, columns=request.columns, threshold=flag_at
        )
    write_rejects(result, request.output)
    totals = Totals.of(scored, flag_at)
    report_refused(refused.values())
    report_failures(scored.failures, repairs)
    report_flagged(totals, flag_at, len(keys), quiet=request.quiet)
    report_basis(totals, scored.versions["model"], quiet=request.quiet)
    report_age(scorer.reference, last_day_served(result.batch), quiet=request.quiet)
    report_reading(result, verb="scored", quiet=request.quiet)
    return Ended(totals.riskiest, not (result.rejects or scored.failures or repairs), not refused)


def in_parts(request: ScoreRequest) -> bool:
    """Whether the claims are to be scored in parts: many of them, for a format whose rows stand by themselves."""
    from risk.engine.local import parts_for

    possible = request.kind in ROW_FORMATS and request.capacity is None and STDIN not in request.files
    return possible and (request.resume or parts_for(request.files) > 1)


def score_in_parts(request: ScoreRequest) -> Ended:
    """Score claims in bounded memory by several processes; what is done is kept until all is."""
    from risk.engine.local import Order, parts_for, score_files
    from risk.engine.reading import UNIT_CLAIMS
    from risk.engine.work import work_for
    from risk.reports.output import is_stream

    scorer = request.scorer()
    flag_at = flag_threshold(scorer.model, request.threshold, request.precision)
    mapping = load_configuration().columns if request.mapping is None else load_mapping(request.mapping)
    order = Order(
        request.files,
        mapping,
        request.scorer.extras,
        request.kind,
        request.columns,
        flag_at,
        request.explain_from(flag_at),
        request.jobs,
        scorer,
        request.scorer,
    )
    output = None if is_stream(request.output) else request.output
    plan = {
        "files": [_identity(file) for file in request.files],
        "mapping": dict(mapping),
        "format": request.kind,
        "columns": request.columns,
        "threshold": flag_at,
        "drivers": request.explain_from(flag_at),
        "versions": scorer.versions,
        "history": None if request.scorer.history is None else _identity(request.scorer.history),
        "parts": [parts_for(request.files), UNIT_CLAIMS],
    }
    tell = (lambda _: None) if request.quiet else say
    with work_for(output, plan, resume=request.resume, tell=tell) as work:
        outcome = score_files(order, request.output, work, tell)
        write_reject_rows(work.rejects(), request.output)
    return _told(outcome, request, scorer, flag_at)


def score_on_cluster(request: ScoreRequest) -> Ended:
    """Score claims with Spark; see :func:`risk.engine.spark.score_on_spark`."""
    from risk.cli._kit import pack
    from risk.engine.spark import SparkOrder, score_on_spark
    from risk.engine.spark_files import uri_of
    from risk.engine.spark_session import require_pyspark

    output = _require_for_spark(request)
    require_pyspark()
    scorer = request.scorer()
    flag_at = flag_threshold(scorer.model, request.threshold, request.precision)
    mapping = WhereThere(load_configuration().columns) if request.mapping is None else load_mapping(request.mapping)
    tell = (lambda _: None) if request.quiet else say
    with TemporaryDirectory(prefix="denial-risk-") as folder:
        make = pack(request.scorer, scorer, Path(folder))
        order = SparkOrder(
            request.files,
            uri_of(output),
            mapping,
            request.scorer.extras,
            flag_at,
            request.explain_from(flag_at),
            Path(folder),
            make,
            scorer.versions,
            request.master,
        )
        outcome = score_on_spark(order, tell)
    return _told(outcome, request, scorer, flag_at)


def _require_for_spark(request: ScoreRequest) -> Path:
    """The output; raises :class:`DenialRiskError` for what a cluster does not do."""
    if not request.on_spark:
        raise DenialRiskError("--master", "expected --engine spark with it")
    if request.kind != "parquet" or request.output is None:
        raise DenialRiskError("--engine spark", "expected a folder of Parquet to write to", "use -o FOLDER")
    if request.capacity is not None or request.resume:
        option = "--resume" if request.resume else "--capacity"
        raise DenialRiskError(f"--engine spark, {option}", "expected one of them, not both", "see docs/spark.md")
    if STDIN in request.files:
        raise DenialRiskError("--engine spark, -", "expected files or folders, this is standard input")
    return request.output


def _told(outcome: Outcome, request: ScoreRequest, scorer: Scorer, flag_at: float) -> Ended:
    totals, reading, quiet = outcome.totals, outcome.reading, request.quiet
    report_absent(request.scorer.extras, reading.extras)
    report_refused(reading.refused.values())
    report_failures(outcome.failures, outcome.repairs)
    report_flagged(totals, flag_at, totals.claims, quiet=quiet)
    report_basis(totals, scorer.versions["model"], quiet=quiet)
    report_age(scorer.reference, totals.last_day, quiet=quiet)
    report_counts(reading.claims_read, "scored", totals.claims, reading.ignored_columns, reading.notes, quiet=quiet)
    rejected = reading.claims_read - totals.claims
    return Ended(totals.riskiest, not (rejected or outcome.failures or outcome.repairs), not reading.refused)


def _identity(file: str | Path) -> list[str | int]:
    """What tells a file from what it was before."""
    path = Path(file)
    if not path.is_file():
        return [str(file)]
    told = path.stat()
    return [str(file), told.st_size, told.st_mtime_ns]
