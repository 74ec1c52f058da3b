"""Findings of the rules as a linter shows them, or as CSV or JSON lines."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from risk.claims.tables import ClaimBatch
from risk.errors import InputError
from risk.reports.cells import csv_row
from risk.reports.output import output_file
from risk.reports.printable import json_safe, printable
from risk.rules import Rule, catalogue

COLUMNS = [
    "claim_id",
    "source_file",
    "source_offset",
    "line_number",
    "rule_id",
    "severity",
    "category",
    "message",
    "fix",
    "carc",
    "rarc",
    "citation",
    "status",
    "ruleset",
]


def finding_facts(one: Rule) -> dict[str, str]:
    """What every finding of a rule says beside its message and its citation."""
    return {
        "rule_id": one.id,
        "severity": str(one.severity),
        "category": one.category,
        "fix": one.fix,
        "carc": one.carc,
        "rarc": one.rarc,
        "status": one.status,
    }


def finding_records(
    batch: ClaimBatch, findings: pd.DataFrame, rules: Iterable[Rule] | None = None, *, ruleset: str
) -> Iterator[dict[str, Any]]:
    """One dict per finding, keys as ``COLUMNS``; claim order.

    ``rules`` are those applied: all, unless given; ``ruleset`` the version of those that ran.
    """
    facts = {one.id: finding_facts(one) for one in (catalogue().values() if rules is None else rules)}
    claims = batch.claims
    told = (findings[column] for column in ("claim_key", "line_number", "rule_id", "message", "citation"))
    for key, line_number, rule_id, message, citation in zip(*told, strict=True):
        place = {
            "claim_id": claims["claim_id"].iat[key],
            "source_file": claims["source_file"].iat[key],
            "source_offset": int(claims["source_offset"].iat[key])
            if pd.notna(claims["source_offset"].iat[key])
            else None,
            "line_number": None if pd.isna(line_number) else int(line_number),
        }
        record = place | facts[rule_id] | {"message": message, "citation": citation, "ruleset": ruleset}
        yield {column: record[column] for column in COLUMNS}


def require_findings_name(output: Path | None) -> None:
    """Raise :class:`InputError` where the output is neither stdout nor named ``.csv`` or ``.jsonl``."""
    if output is not None and output.suffix.lower() not in (".csv", ".jsonl"):
        raise InputError(str(output), "expected a name that ends in .csv or .jsonl", "use -o findings.jsonl")


def write_findings(
    batch: ClaimBatch,
    findings: pd.DataFrame,
    output: Path | None,
    rules: Iterable[Rule] | None = None,
    *,
    ruleset: str,
) -> None:
    """Print findings, one line each with its fix below, or write them to ``output`` (.csv or .jsonl).

    ``rules`` are those that were applied: all, unless given. ``ruleset`` is the version of rules and reference data
    (:func:`risk.rules.ruleset_version`); files carry it.
    """
    require_findings_name(output)
    records = finding_records(batch, findings, rules, ruleset=ruleset)
    with output_file(output) as stream:
        if output is None:
            stream.writelines(_shown(record) for record in records)
        elif output.suffix.lower() == ".jsonl":
            stream.writelines(json_safe(json.dumps(record, ensure_ascii=False)) + "\n" for record in records)
        else:
            writer = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
            writer.writeheader()
            writer.writerows(map(csv_row, records))


def _shown(record: dict[str, Any]) -> str:
    line = f" line {record['line_number']}" if record["line_number"] else ""
    preview = " (preview)" if record["status"] == "preview" else ""
    place = f"{record['source_file']}: {record['claim_id']}{line}"
    found = f"{place}: {record['rule_id']} {record['severity']}{preview}: {record['message']}".replace("\n", " ")
    return printable(f"{found}\n    fix: {record['fix']}\n")
