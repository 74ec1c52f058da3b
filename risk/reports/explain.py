"""Explained claims to stdout or a file: text for people, a page, or the records that `score` writes."""

from __future__ import annotations

from pathlib import Path

import orjson
import pandas as pd

from risk.errors import DenialRiskError
from risk.reports.explanation import explained_claims
from risk.reports.output import output_file
from risk.reports.printable import json_safe
from risk.reports.records import claim_records
from risk.scoring import ScoredBatch, Scorer

FORMATS = ("text", "html", "jsonl")

#: Suffixes that pick a format.
SUFFIXES = {".txt": "text", ".html": "html", ".htm": "html", ".jsonl": "jsonl"}


def explain_format(output: Path | None, format_name: str | None) -> str:
    """Format by name, else by the suffix of the output, else text; raises :class:`DenialRiskError` for any other."""
    suffix = output.suffix.lower() if output is not None else ".txt"
    name = format_name.lower() if format_name else SUFFIXES.get(suffix, "")
    if name not in FORMATS:
        where = "--format" if format_name else str(output)
        expected = ", ".join(FORMATS) if format_name else f"a name that ends in {', '.join(SUFFIXES)}"
        raise DenialRiskError(where, f"expected {expected}", "use -o page.html or --format jsonl")
    return name


def write_explained(
    scored: ScoredBatch,
    scorer: Scorer,
    fixes: pd.DataFrame,
    output: Path | None,
    format_name: str,
    *,
    threshold: float,
) -> None:
    """Write all claims of the scored batch; a file appears under its name only when complete."""
    with output_file(output) as stream:
        if format_name == "jsonl":
            for record in claim_records(scored, fixes, range(len(scored.batch))):
                stream.write(json_safe(orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE).decode()))
            return
        claims = list(explained_claims(scored, scorer, fixes, threshold=threshold))
        if format_name == "html":
            from risk.reports.explain_page import explained_page

            stream.write(explained_page(claims))
        else:
            from risk.reports.explain_text import write_explained_text

            write_explained_text(claims, stream)
