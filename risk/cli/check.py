"""`denial-risk check`: the rules alone, as a linter shows them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from risk.cli._options import Files, Ignore, Mapping, PayerTerms, Quiet, Select


def check(
    files: Files,
    select: Select = None,
    ignore: Ignore = None,
    mapping: Mapping = None,
    payer_terms: PayerTerms = None,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Write the findings as .csv or .jsonl.")] = None,
    quiet: Quiet = False,
) -> None:
    """Apply the rules to claims and list what they find; exit 1 when they find something.

    Example: denial-risk check examples/claims.csv --select PTP,LAT
    """
    from risk.cli._run import chosen_rules, read, report_reading, write_rejects
    from risk.reference import load_reference
    from risk.reports.findings import require_findings_name, write_findings
    from risk.rules import run_rules

    require_findings_name(output)
    rules = chosen_rules(select, ignore)
    result = read(files, mapping)
    found = run_rules(result.batch, load_reference(payer_terms), rules)
    write_findings(result.batch, found, output)
    write_rejects(result, output)
    report_reading(result, verb="checked", quiet=quiet)
    raise typer.Exit(1 if len(found) else 0)
