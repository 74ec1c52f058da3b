"""MOD001: modifier 25, which tells a visit apart, on a line that is no visit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from risk.claims.examples import claim, line
from risk.reference.modifiers import carries_modifier
from risk.rules._rule import Reason, Severity, rule
from risk.rules.procedures._modifiers import without_modifiers

if TYPE_CHECKING:
    import pandas as pd

    from risk.claims.tables import ClaimBatch
    from risk.reference import Reference


def _without_25(batch: ClaimBatch, findings: pd.DataFrame) -> ClaimBatch:
    """Take 25 off the lines found; whether the visit of the day may have it is for its note to say."""
    return without_modifiers(batch, findings, {"25"})


@rule(
    "MOD001",
    severity=Severity.DENY,
    reason=Reason.CODING,
    carc="4",
    rarc="N519",
    cite="CPT 2024 appendix A and NCCI Policy Manual ch. 1: modifier 25 is for evaluation and management alone",
    message="Line {line_number}: {procedure_code} carries modifier 25, which belongs on a visit.",
    fix="Take the modifier off the procedure. It belongs on the visit of the day, if there is one and the note shows "
    "that it was significant and separate.",
    fix_kind="documentation",
    repair=_without_25,
    requires="The record shows nothing of the procedure that another modifier has to say.",
    good=[
        claim(lines=[line("99213", modifiers=["25"]), line("20553")]),
        claim(lines=[line("92014", modifiers=["25"]), line("59426", modifiers=["25"])]),
        claim(lines=[line("G0439", modifiers=["25"]), line("99499", modifiers=["25"])]),
    ],
    bad=[
        claim(lines=[line("99213", modifiers=["25"]), line("20553", modifiers=["25"])]),
        claim(lines=[line("J3301", modifiers=["25"], quantity=4.0)]),
        claim(lines=[line("72148", modifiers=["TC", "25"])]),
    ],
)
def visit_modifier_on_procedure(batch: ClaimBatch, reference: Reference) -> pd.DataFrame:
    """Modifier 25 on a procedure, test or drug.

    The line is denied for a modifier that cannot go with its code, and the visit beside it, for which the modifier was
    meant, is bundled into the procedure. Usual cause: the modifier entered one line too low, or on all lines. Codes
    that may be a visit, such as the care of a pregnancy or of the eyes, are left alone.
    """
    lines = batch.service_lines
    misplaced = carries_modifier(lines, {"25"})
    if misplaced.any():
        misplaced &= reference.code_ranges.within("not_a_visit", lines["procedure_code"]).to_numpy()
    return batch.lines_where(misplaced, "procedure_code")
