"""BIL003: modifiers that tell the side twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from risk.claims.columns import rows_where
from risk.claims.examples import claim, line
from risk.reference.modifiers import carries_modifier
from risk.rules._rule import Reason, Severity, rule

if TYPE_CHECKING:
    from risk.claims.tables import ClaimBatch
    from risk.reference import Reference


@rule(
    "BIL003",
    severity=Severity.DENY,
    reason=Reason.CODING,
    carc="4",
    rarc="N519",
    cite="Physician fee schedule, July 2024: bilateral indicator 1 is billed with 50, or with LT and RT on a line each",
    cite_imported="{edition}: bilateral indicator 1 is billed with 50, or with LT and RT on a line each",
    message="Line {line_number}: {procedure_code} carries {sides} on one line, so its side is not clear.",
    fix="Check the record for the side. Both sides: modifier 50 alone, or a line each with LT and RT as the "
    "payer wants it. One side: LT or RT alone.",
    fix_kind="data",
    good=[
        claim(lines=[line("64483", modifiers=["50"])]),
        claim(lines=[line("64483", modifiers=["LT"]), line("64483", modifiers=["RT"])]),
    ],
    bad=[
        claim(lines=[line("64483", modifiers=["50", "LT"])]),
        claim(lines=[line("27096", modifiers=["LT", "RT"])]),
    ],
)
def side_told_twice(batch: ClaimBatch, reference: Reference) -> pd.DataFrame:
    """Side told twice on one line, by modifiers that contradict each other.

    Modifier 50 means both sides and LT or RT one; together they cannot be priced. Usual cause: a side added to a line
    that the charge template already made bilateral.
    """
    lines = batch.service_lines
    both, left, right = (carries_modifier(lines, {modifier}) for modifier in ("50", "LT", "RT"))
    twice = (both & (left | right)) | (left & right)
    lines = batch.lines_where(twice, "procedure_code", "service_from_date")
    if lines.empty:
        return lines
    procedures = reference.procedures
    bilateral = procedures.has_indicator("bilateral_indicator", lines, 1)
    found = rows_where(lines, bilateral)
    if found.empty:
        return found
    return found.assign(
        sides=np.where(both[twice][bilateral], "50 together with LT or RT", "both LT and RT"),
        edition=procedures.indicator_editions("bilateral_indicator", found),
    )
