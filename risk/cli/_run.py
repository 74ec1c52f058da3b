"""What the commands do around a batch: read it, say what was read, keep the rejects."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from itertools import chain
from pathlib import Path

import pandas as pd

from models.bundle import DenialModel
from risk.claims.tables import ClaimBatch
from risk.configuration import bands_of, chosen_rules, known_rules, load_configuration
from risk.engine.totals import Totals
from risk.errors import DenialRiskError, InputError, ModelError
from risk.readers import ReadResult, read_claims
from risk.readers.csv_headers import WhereThere
from risk.readers.notes import Notes
from risk.readers.rejects import Reject
from risk.readers.sources import HEAD_BYTES, STDIN, SourceKind, open_source, sniff, source_name
from risk.reference import Reference, load_reference
from risk.reference.published.store import newest_editions
from risk.reports.output import is_stream, output_file, require_place
from risk.reports.printable import json_safe, printable
from risk.rules import Rule, RuleFailure, select_rules
from risk.scoring import RULES_ONLY


def say(message: str) -> None:
    """Print one line of progress or count to stderr; stdout carries results only."""
    print(printable(message.replace("\n", " ")), file=sys.stderr)  # noqa: T201  this is the one place that prints progress


def read(
    files: Sequence[str],
    mapping: Path | None = None,
    extras: Sequence[str] = (),
    refused: dict[str, InputError] | None = None,
) -> ReadResult:
    """Read all files as one batch, with the columns beyond the contract that are asked for.

    Headers are named by the mapping file, else by ``denial-risk.toml`` where a file has them. ``refused`` is as
    :func:`risk.readers.read_claims` takes it.
    """
    named = WhereThere(load_configuration().columns) if mapping is None else mapping
    return read_claims(files, mapping=named, extras=extras, refused=refused)


def extras_of(name: str) -> list[str]:
    """Columns beyond the contract that a model was trained with; none where it cannot be loaded: that is told later."""
    from models import tracking

    try:
        return list(tracking.load(name).extra_features)
    except ModelError:
        return []


def chosen(
    payer_terms: Path | None, select: Sequence[str] | None, ignore: Sequence[str] | None
) -> tuple[list[Rule], Reference]:
    """Rules to apply and what they look things up in: by the options, else by ``denial-risk.toml``."""
    configuration = load_configuration()
    rules = chosen_rules(configuration, select, ignore)
    return rules, load_reference(payer_terms or configuration.payer_terms)


def everything(payer_terms: Path | None) -> tuple[list[Rule], Reference]:
    """The same with all rules there are: what a model learns does not depend on what a run selects or ignores."""
    configuration = load_configuration()
    return select_rules(among=known_rules(configuration)), load_reference(payer_terms or configuration.payer_terms)


def load_model(name: str, reference: Reference, *, quiet: bool) -> DenialModel:
    """Load a model; trains the default one where the champion is asked for and there is none.

    Raises :class:`ModelError` for a champion whose files are gone: that one is somebody's, and is not replaced.
    """
    from features import catalogue
    from models import inputs_of, tracking

    inputs = inputs_of(catalogue())
    try:
        return tracking.load(name, inputs)
    except tracking.NoChampionError:
        if any(tracking.CHAMPION in one.aliases for one in tracking.list_models()):
            raise ModelError(
                "model champion",
                "expected its files where the store says they are",
                "put them back if they were moved, or train and promote another version",
            ) from None
        from models.registry_file import sqlite_file
        from risk.training import train_default

        if store := sqlite_file(tracking.tracking_uri()):
            made_folder(store.parent)  # before the training, not after it
        train_default(reference, (lambda _: None) if quiet else say)
        return tracking.load(name, inputs)


def flag_threshold(model: DenialModel | None, threshold: float | None, precision: float | None) -> float:
    """Risk at which claims are flagged: as given, as reached on validation, else where the high band begins.

    An option wins over ``denial-risk.toml``. A precision configured there says nothing of rules alone.
    """
    if threshold is not None and precision is not None:
        raise DenialRiskError("--threshold, --precision", "expected one of them, not both")
    if precision is not None and model is None:
        raise DenialRiskError("--precision", "expected a model; rules alone have no validation", "use --threshold")
    configuration = load_configuration()
    if threshold is None and precision is None:
        threshold, precision = (configuration.thresholds.get(name) for name in ("flag", "precision"))
    if precision is not None and model is not None:
        return model.threshold_for(precision)
    return bands_of(configuration)["high"] if threshold is None else threshold


def report_flagged(totals: Totals, flag_at: float, listed: int, *, quiet: bool) -> None:
    """Say how many claims are worth a look, and what they put at stake."""
    if quiet:
        return
    dollars = totals.flagged_cents / 100
    say(f"flagged {totals.flagged} at a risk of {flag_at:.0%} or more; expected denied: ${dollars:,.2f}")
    if listed < totals.claims:
        say(f"listed {listed} of {totals.claims} claims, by expected denied amount (--capacity)")


def report_basis(totals: Totals, model_version: str, *, quiet: bool) -> None:
    """Say so where expected dollars are of charges because nobody knows what would be allowed of them."""
    at_charge = totals.lines_at_charge
    if quiet or not at_charge:
        return
    lines = "" if at_charge == totals.lines else f" of {at_charge:,} lines"
    knows = "rules alone know" if model_version == RULES_ONLY else "this model knows"
    say(f"note: expected denied dollars{lines} are of the charge: {knows} no payment ratios; docs/output.md tells more")


def require_output(output: Path | None, inputs: Sequence[str | Path | None]) -> None:
    """See :func:`risk.reports.output.require_place`; what the configuration names is read as well."""
    require_place(output, [*inputs, *load_configuration().named_files])


def made_folder(path: Path) -> Path:
    """Make a folder to write to, if need be; raises :class:`DenialRiskError` where one may not."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DenialRiskError(str(path), f"expected a folder to write to: {error.strerror}") from None
    if not os.access(path, os.W_OK | os.X_OK):
        raise DenialRiskError(str(path), "expected a folder to write to", "check its permissions, or name another")
    return path


def rejects_path(output: Path) -> Path:
    """Where the rejects of an output stand: ``<output>.rejects.jsonl``."""
    return output.with_name(output.name + ".rejects.jsonl")


def write_rejects(result: ReadResult, output: Path | None) -> None:
    """Keep every reject of a reading; see :func:`write_reject_rows`."""
    write_reject_rows(result.rejects, output)


def write_reject_rows(rejects: Iterable[Reject], output: Path | None) -> None:
    """Keep every reject: beside the output, or on stderr where the output is stdout, a device or a pipe.

    An output without rejects leaves no file behind, and takes an old one away: it would be about another run.
    """
    if output is None or is_stream(output):
        for reject in rejects:
            say(f"rejected: {reject}")
        return
    path, every = rejects_path(output), iter(rejects)
    first = next(every, None)
    if first is None:
        path.unlink(missing_ok=True)
        return
    with output_file(path) as stream:
        stream.writelines(
            json_safe(json.dumps(reject.to_json(), ensure_ascii=False)) + "\n" for reject in chain([first], every)
        )


def kinds_of(files: Sequence[str]) -> dict[str, SourceKind]:
    """Kind of each file that can be opened again, by the name messages carry; what standard input was is gone."""
    kinds: dict[str, SourceKind] = {}
    for file in files:
        if file != STDIN and Path(file).is_file():
            with open_source(file) as stream:
                kinds[source_name(file)] = sniff(stream.read(HEAD_BYTES), source_name(file))
    return kinds


def report_absent(wanted: Sequence[str], there: Collection[str]) -> None:
    """Say which columns that a model was trained with no claim has a value of."""
    if missing := [name for name in wanted if name not in there]:
        say(f"note: no values of columns that the model was trained with, taken as missing: {', '.join(missing)}")


def report_refused(refused: Iterable[InputError]) -> None:
    """Say which files hold no claims; the run was without them."""
    for error in refused:
        say(f"left out: {error}")


def say_notes(notes: Notes) -> None:
    """Say each kind of note once."""
    for first, count in notes:
        more = f" ({count - 1:,} more like it: `denial-risk check --structure` lists all)" if count > 1 else ""
        say(f"note: {first}{more}")


def report_age(reference: Reference, last_day: date | None, *, quiet: bool) -> None:
    """Say which imported tables end before the last day on which claims that were read were served."""
    if quiet or last_day is None:
        return
    ended: dict[tuple[str, ...], list[str]] = {}
    for one in newest_editions(reference.procedures.published.editions):
        if last_day > date.fromisoformat(one.ends):
            ended.setdefault((one.name, *one.sources), []).append(one.table)  # tables of one file are one note
    for (name, *_), tables in ended.items():
        say(f"note: {', '.join(tables)} {name} is the newest imported, and claims were served after it")


def last_day_served(batch: ClaimBatch) -> date | None:
    """Latest first date of service of the claims of a batch."""
    served = batch.first_service_date.max()
    return None if pd.isna(served) else served.date()


def report_failures(failures: Sequence[RuleFailure], repairs: Sequence[RuleFailure] = ()) -> None:
    """Say which rules failed, on which claim, and that the findings are without them; which repairs were not made."""
    for failure in (*failures, *repairs):
        say(str(failure))
    if failures:
        skipped = ", ".join(failure.rule_id for failure in failures)
        say(f"findings and ruleset version are without what failed: {skipped}")


def report_reading(result: ReadResult, *, verb: str, quiet: bool) -> None:
    """End a run with its reconciliation, and with what the reader passed over or had doubts about."""
    report_counts(result.claims_read, verb, len(result.batch), result.ignored_columns, Notes(result.notes), quiet=quiet)


def report_counts(
    claims_read: int, verb: str, done: int, ignored_columns: Sequence[str], notes: Notes, *, quiet: bool
) -> None:
    """The same by counts: whatever was read and not done was rejected."""
    if not quiet:
        for header in ignored_columns:
            say(f"note: column not used: {header}")
        say_notes(notes)
    say(f"read {claims_read} = {verb} {done} + rejected {claims_read - done}")
