"""CLM007: one modifier twice on a line."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from risk.claims.columns import absent
from risk.claims.examples import claim, line
from risk.claims.tables import MODIFIERS, ClaimBatch
from risk.rules._repair import found_on
from risk.rules._rule import Reason, Severity, rule

if TYPE_CHECKING:
    from risk.reference import Reference


def _without_repeats(batch: ClaimBatch, findings: pd.DataFrame) -> ClaimBatch:
    """Keep the first of each modifier on the lines found, and close the gaps."""
    lines = batch.service_lines.copy()
    for row in lines.index[found_on(lines, findings)]:
        kept = list(dict.fromkeys(lines.loc[row, MODIFIERS].dropna()))
        lines.loc[row, MODIFIERS] = kept + [None] * (len(MODIFIERS) - len(kept))
    return replace(batch, service_lines=lines)


@rule(
    "CLM007",
    severity=Severity.DENY,
    reason=Reason.CODING,
    carc="4",
    rarc="N519",
    cite="837 guides 005010X222A1 and 005010X223A2, SV101-3 to -6: up to four different modifiers",
    message="Line {line_number}: modifier {modifier} stands twice on {procedure_code}.",
    fix="Keep the modifier once.",
    fix_kind="data",
    repair=_without_repeats,
    good=[claim(lines=[line("99213", modifiers=["25", "GT"])])],
    bad=[
        claim(lines=[line("64483", modifiers=["59", "59"])]),
        claim(lines=[line("64483", modifiers=["KX", "LT", "KX"])]),
    ],
)
def repeated_modifier(batch: ClaimBatch, _reference: Reference) -> pd.DataFrame:
    """One modifier twice on a line.

    A combination of modifiers that makes no sense is denied, or the line is priced wrongly. Usual cause: a modifier of
    the charge template that the coder enters once more.
    """
    alone = np.logical_and.reduce([absent(batch.service_lines[column]) for column in MODIFIERS[1:]])
    lines = batch.lines_where(~alone, "procedure_code", *MODIFIERS)
    if lines.empty:
        return lines
    modifier = pd.Series(None, index=lines.index, dtype="str")
    for rank, column in enumerate(MODIFIERS):
        for other in MODIFIERS[rank + 1 :]:
            modifier = modifier.mask((lines[column] == lines[other]).fillna(False), lines[column])
    found = lines[modifier.notna()]
    return found.assign(modifier=modifier[found.index])
