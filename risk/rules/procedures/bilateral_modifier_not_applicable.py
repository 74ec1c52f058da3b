"""BIL001: a bilateral modifier on a procedure that has no bilateral payment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from risk.claims.columns import rows_where
from risk.claims.examples import claim, line
from risk.reference.modifiers import carries_modifier
from risk.rules._repair import found_on
from risk.rules._rule import Reason, Severity, rule
from risk.rules.procedures._modifiers import without_modifiers

if TYPE_CHECKING:
    import pandas as pd

    from risk.claims.tables import ClaimBatch
    from risk.reference import Reference


def _without_sides(batch: ClaimBatch, findings: pd.DataFrame) -> ClaimBatch:
    """Take 50 off the lines found, and both LT and RT; a single side that stood beside 50 stays."""
    lines = batch.service_lines
    both = lines[carries_modifier(lines, {"LT"}) & carries_modifier(lines, {"RT"})]
    batch = without_modifiers(batch, findings[found_on(findings, both)], {"LT", "RT"})
    return without_modifiers(batch, findings, {"50"})


@rule(
    "BIL001",
    severity=Severity.DENY,
    reason=Reason.CODING,
    carc="4",
    rarc="N519",
    cite="Physician fee schedule, July 2024: bilateral surgery indicators 0 and 9",
    cite_imported="{edition}: bilateral surgery indicators 0 and 9",
    message="Line {line_number}: {procedure_code} is billed as bilateral, but the fee schedule does not pay it as "
    "bilateral (indicator {bilateral_indicator}).",
    fix="Take the bilateral modifier off: the procedure is paid once, whichever sides it reached.",
    fix_kind="data",
    repair=_without_sides,
    requires="The record shows the procedure of this code, once.",
    good=[
        claim(lines=[line("64483", modifiers=["50"])]),
        claim(lines=[line("62323")]),
        claim(lines=[line("99213", modifiers=["25"])]),
    ],
    bad=[
        claim(lines=[line("62323", modifiers=["50"])]),
        claim(lines=[line("20553", modifiers=["LT", "RT"])]),
    ],
)
def bilateral_modifier_not_applicable(batch: ClaimBatch, reference: Reference) -> pd.DataFrame:
    """Bilateral modifier on a procedure that cannot be bilateral.

    Modifier 50, or LT and RT on one line, against a bilateral indicator of 0 (no adjustment) or 9 (does not apply): an
    epidural between the laminae, trigger points, a stimulator lead. Usual cause: the modifier of the transforaminal
    or facet code carried over.
    """
    lines = batch.service_lines
    both, left, right = (carries_modifier(lines, {modifier}) for modifier in ("50", "LT", "RT"))
    lines = batch.lines_where(both | (left & right), "procedure_code", "service_from_date")
    if lines.empty:
        return lines
    procedures = reference.procedures
    found = rows_where(lines, procedures.has_indicator("bilateral_indicator", lines, 0, 9))
    if found.empty:
        return found
    return found.assign(
        bilateral_indicator=procedures.bilateral_indicator(found),
        edition=procedures.indicator_editions("bilateral_indicator", found),
    )
