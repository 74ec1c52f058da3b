"""BIL002: modifier 50 together with more than one unit, which counts the second side twice."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from risk.claims.examples import claim, line
from risk.reference.modifiers import carries_modifier
from risk.rules._repair import found_on
from risk.rules._rule import Reason, Severity, rule

if TYPE_CHECKING:
    import pandas as pd

    from risk.claims.tables import ClaimBatch
    from risk.reference import Reference


_BOTH_SIDES = 2.0


def _one_unit(batch: ClaimBatch, findings: pd.DataFrame) -> ClaimBatch:
    """Bill one unit where there are two, one for each side; more have another reason, and stay."""
    lines = batch.service_lines.copy()
    two = lines["quantity"].eq(_BOTH_SIDES).to_numpy()
    lines.loc[found_on(lines, findings) & two, "quantity"] = 1.0
    return replace(batch, service_lines=lines)


@rule(
    "BIL002",
    severity=Severity.DENY,
    reason=Reason.CODING,
    carc="4",
    rarc="N519",
    cite="Physician fee schedule, July 2024: bilateral indicator 1; MUE 2024-07-01: one unit a day",
    cite_imported="{edition}: bilateral indicator 1; medically unlikely edits: one unit a day",
    message="Line {line_number}: {procedure_code} with modifier 50 is billed as {quantity} units; the modifier "
    "already stands for both sides.",
    fix="Bill one unit with modifier 50, or, where the payer wants it so, one line for each side.",
    fix_kind="data",
    repair=_one_unit,
    requires="The record shows the procedure once on each side, and the payer takes modifier 50.",
    good=[
        claim(lines=[line("64483", modifiers=["50"])]),
        claim(lines=[line("64483"), line("64484", modifiers=["50"], quantity=2.0)]),
        claim(lines=[line("64483", modifiers=["LT"]), line("64483", modifiers=["RT"])]),
    ],
    bad=[claim(lines=[line("64493", modifiers=["50"], quantity=2.0)])],
)
def bilateral_units_doubled(batch: ClaimBatch, reference: Reference) -> pd.DataFrame:
    """Units doubled although modifier 50 stands for both sides.

    On a code with bilateral indicator 1 the modifier means both sides and the unit is 1; a second unit is denied. Codes
    for each further level may have more units and are left alone. Usual cause: one unit counted for each side.
    """
    lines = batch.service_lines
    several = lines["quantity"].to_numpy() > 1
    if several.any():
        several &= carries_modifier(lines, {"50"})
    lines = batch.lines_where(several, "procedure_code", "quantity", "service_from_date")
    if lines.empty:
        return lines
    procedures = reference.procedures
    bilateral = procedures.bilateral_indicator(lines).eq(1).fillna(False)
    single = procedures.unit_limits(batch, lines)["units"].eq(1).fillna(False)
    found = lines[bilateral & single]
    return found.assign(edition=procedures.indicator_editions("bilateral_indicator", found))
