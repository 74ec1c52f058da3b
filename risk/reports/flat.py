"""The record of a claim as one flat row, for CSV and Parquet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from risk.reports.do_first import change_words, first_fixes, first_ones_first, first_words, holds_only_if
from risk.reports.records import DRIVERS_SHOWN, Record, claim_records
from risk.scoring import REASONS_SHOWN, ScoredBatch

#: What stands between the entries of a list inside a cell.
BETWEEN = " | "

#: Columns of the flat formats, in order. Lists inside a cell are separated by ``BETWEEN``.
FLAT_COLUMNS: tuple[str, ...] = (
    "claim_id",
    "source_file",
    "source_offset",
    "denial_risk",
    "denial_risk_low",
    "denial_risk_high",
    "risk_band",
    "certain_reject",
    "expected_denied_amount",
    "queue",
    *(f"reason_{rank}{part}" for rank in range(1, REASONS_SHOWN + 1) for part in ("", "_probability", "_carc")),
    "line_risks",
    "rule_ids",
    "findings",
    "fixes",
    "lowest_risk_after_fix",
    "do_first",
    "do_first_conditional",
    "risk_after_smallest_set",
    *(f"driver_{rank}{part}" for rank in range(1, DRIVERS_SHOWN + 1) for part in ("", "_contribution")),
    "tool_version",
    "model_version",
    "ruleset_version",
    "reference_version",
)

#: Columns that hold numbers, and which; all others hold text.
NUMBERS: dict[str, type] = {
    "source_offset": int,
    **dict.fromkeys(
        (
            "denial_risk",
            "denial_risk_low",
            "denial_risk_high",
            "expected_denied_amount",
            "lowest_risk_after_fix",
            "risk_after_smallest_set",
            *(f"reason_{rank}_probability" for rank in range(1, REASONS_SHOWN + 1)),
            *(f"driver_{rank}_contribution" for rank in range(1, DRIVERS_SHOWN + 1)),
        ),
        float,
    ),
}


def flat_records(
    scored: ScoredBatch, fixes: pd.DataFrame, claim_keys: Sequence[int], *, between: str = BETWEEN
) -> Iterator[dict[str, Any]]:
    """One flat row per claim; keys as ``FLAT_COLUMNS``, ``between`` what stands between findings, and fixes."""
    for record in claim_records(scored, fixes, claim_keys):
        yield _flat(record, between)


def _flat(record: Record, between: str) -> dict[str, Any]:
    row: dict[str, Any] = dict.fromkeys(FLAT_COLUMNS)
    row |= {name: record[name] for name in ("claim_id", "denial_risk", "risk_band", "expected_denied_amount", "queue")}
    row |= {"source_file": record["source"]["file"], "source_offset": record["source"]["offset"]}
    row["certain_reject"] = "yes" if record["certain_reject"] else "no"
    row["denial_risk_low"], row["denial_risk_high"] = record["denial_risk_interval"]
    for rank, reason in enumerate(record["reasons"], start=1):
        row[f"reason_{rank}"] = reason["reason"]
        row[f"reason_{rank}_probability"] = reason["probability"]
        row[f"reason_{rank}_carc"] = reason["carcs"][0]["code"] if reason["carcs"] else None
    row["line_risks"] = BETWEEN.join(f"{line['line_number']}: {line['denial_risk']}" for line in record["lines"])
    row["rule_ids"] = " ".join(dict.fromkeys(finding["rule_id"] for finding in record["findings"]))
    row["findings"] = between.join(f"{finding['rule_id']}: {finding['message']}" for finding in record["findings"])
    row["fixes"] = between.join(map(change_words, first_ones_first(record)))
    after = [fix["denial_risk_after"] for fix in record["fixes"] if fix["denial_risk_after"] is not None]
    row["lowest_risk_after_fix"] = min(after, default=None)
    if first_fixes(record):
        row["do_first"] = first_words(record, between)
        row["do_first_conditional"] = "yes" if holds_only_if(record) else "no"
        row["risk_after_smallest_set"] = record["risk_after_smallest_set"]
    named = [driver for driver in record["drivers"] if driver["feature"] not in ("other_features", "base_value")]
    for rank, driver in enumerate(named, start=1):
        row[f"driver_{rank}"] = driver["label"] if driver["value"] is None else f"{driver['label']}: {driver['value']}"
        row[f"driver_{rank}_contribution"] = driver["contribution"]
    row |= {f"{part}_version": version for part, version in record["versions"].items()}
    return row
