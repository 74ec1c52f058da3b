"""`denial-risk check`: the rules alone, as a linter shows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from risk.cli._options import Files, History, Ignore, Mapping, PayerTerms, Quiet, Select, Strict
from risk.errors import DenialRiskError

if TYPE_CHECKING:
    from risk.claims.tables import ClaimBatch


def check(
    files: Files,
    select: Select = None,
    ignore: Ignore = None,
    mapping: Mapping = None,
    payer_terms: PayerTerms = None,
    history: History = None,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Write the findings as .csv or .jsonl.")] = None,
    structure: Annotated[
        bool, typer.Option("--structure", help="Apply no rules: only what is wrong with the files themselves.")
    ] = False,
    strict: Strict = False,
    quiet: Quiet = False,
) -> None:
    """Apply the rules to claims and list what they find; exit 1 when they find something.

    Example: denial-risk check examples/claims.csv --select PTP,LAT
    """
    if structure:
        rule_options = {"--select": select, "--ignore": ignore, "--payer-terms": payer_terms, "--history": history}
        _refuse([name for name, value in rule_options.items() if value is not None])
        raise typer.Exit(_check_structure(files, mapping, output, strict=strict, quiet=quiet))
    from risk.cli._run import (
        chosen,
        last_day_served,
        read,
        report_age,
        report_failures,
        report_reading,
        require_output,
        write_rejects,
    )
    from risk.reports.findings import require_findings_name, write_findings
    from risk.rules import RuleFailure, ruleset_version, run_rules, without_failed

    require_findings_name(output)
    require_output(output, [*files, history, mapping, payer_terms])
    rules, reference = chosen(payer_terms, select, ignore)
    result = read(files, mapping)
    past = _past_claims(history, result.batch) if history else None
    failures: list[RuleFailure] = []
    found = run_rules(result.batch, reference, rules, failures, past=past)
    ran = without_failed(rules, failures)
    write_findings(result.batch, found, output, rules, ruleset=ruleset_version(reference, ran))
    write_rejects(result, output)
    report_failures(failures)
    report_age(reference, last_day_served(result.batch), quiet=quiet)
    report_reading(result, verb="checked", quiet=quiet)
    raise typer.Exit(_exit_code(len(found), strict=strict and bool(failures or result.rejects)))


def _past_claims(path: Path, batch: ClaimBatch) -> ClaimBatch:
    from risk.cli._scorer import past_in

    past, _ = past_in(path)
    return past(batch) if callable(past) else past


def _refuse(options: Sequence[str]) -> None:
    if options:
        raise DenialRiskError(
            f"--structure, {', '.join(options)}", "expected one or the other", "--structure applies no rules"
        )


def _exit_code(found: int, *, strict: bool) -> int:
    return 2 if strict else min(found, 1)


def _check_structure(
    files: Sequence[str], mapping: Path | None, output: Path | None, *, strict: bool, quiet: bool
) -> int:
    """List rejects and notes of the reader; returns the exit code.

    Rejects are kept beside an output file as every command keeps them; on stdout they are part of the list.
    """
    from risk.cli._run import read, report_reading, require_output, write_rejects
    from risk.readers.sources import source_name
    from risk.reports.findings import require_findings_name
    from risk.reports.output import is_stream
    from risk.reports.structure import write_structure

    require_findings_name(output)
    require_output(output, [*files, mapping])
    result = read(files, mapping)
    found = write_structure(result, [source_name(file) for file in files], output)
    if not is_stream(output):
        write_rejects(result, output)
    report_reading(replace(result, notes=()), verb="checked", quiet=quiet)
    return _exit_code(found, strict=strict and bool(result.rejects))
