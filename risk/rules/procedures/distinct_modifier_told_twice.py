"""MOD003: modifier 59 beside the modifier that says the same more precisely."""

from __future__ import annotations

from typing import TYPE_CHECKING

from risk.claims.examples import claim, line
from risk.reference.modifiers import carries_modifier
from risk.rules._rule import Reason, Severity, rule
from risk.rules.procedures._modifiers import without_modifiers
from risk.rules.procedures.procedure_modifier_on_visit import DISTINCT_MODIFIERS

if TYPE_CHECKING:
    import pandas as pd

    from risk.claims.tables import ClaimBatch
    from risk.reference import Reference


def _without_59(batch: ClaimBatch, findings: pd.DataFrame) -> ClaimBatch:
    """Take 59 off the lines found; the modifier that says more stays."""
    return without_modifiers(batch, findings, {"59"})


@rule(
    "MOD003",
    severity=Severity.DENY,
    reason=Reason.CODING,
    carc="4",
    rarc="N519",
    cite="MLN1783722 (CMS, February 2025) and CR 8863: 59 only where no more specific modifier applies, and so never "
    "beside XE, XP, XS or XU",
    message="Line {line_number}: {procedure_code} carries modifier 59 together with one that says the same more "
    "precisely (XE, XP, XS or XU).",
    fix="Keep the one that the record supports: XE, XP, XS or XU; 59 only where none of these applies.",
    fix_kind="data",
    repair=_without_59,
    unless=("MOD002",),
    good=[
        claim(lines=[line("64493", modifiers=["59", "RT"])]),
        claim(lines=[line("64493", modifiers=["XS"]), line("20553", modifiers=["59"])]),
    ],
    bad=[
        claim(lines=[line("64493", modifiers=["59", "XS"])]),
        claim(lines=[line("97140", modifiers=["GP", "XE", "59"])]),
    ],
)
def distinct_modifier_told_twice(batch: ClaimBatch, _reference: Reference) -> pd.DataFrame:
    """Modifier 59 together with XE, XP, XS or XU.

    The four are parts of 59: with one of them on the line 59 has nothing to add, and the line is returned or denied.
    Usual cause: 59 of the charge template beside the modifier that the coder chose.
    """
    lines = batch.service_lines
    twice = carries_modifier(lines, {"59"}) & carries_modifier(lines, DISTINCT_MODIFIERS - {"59"})
    return batch.lines_where(twice, "procedure_code")
