"""MOD002: modifier 59 or one of its kind, which tells a procedure apart, on a visit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from risk.claims.examples import claim, line
from risk.claims.tables import MODIFIERS, ClaimBatch
from risk.reference.modifiers import carries_modifier
from risk.rules._rule import Reason, Severity, rule
from risk.rules.procedures._modifiers import without_modifiers

if TYPE_CHECKING:
    from risk.reference import Reference

#: 59 and the four that say more: separate encounter, practitioner, structure, unusual service. Source: MLN1783722.
DISTINCT_MODIFIERS = frozenset({"59", "XE", "XP", "XS", "XU"})


def _without_distinct(batch: ClaimBatch, findings: pd.DataFrame) -> ClaimBatch:
    """Take 59 and its kind off the visits found; whether 25 belongs there is for the note to say."""
    return without_modifiers(batch, findings, DISTINCT_MODIFIERS)


@rule(
    "MOD002",
    severity=Severity.DENY,
    reason=Reason.CODING,
    carc="4",
    rarc="N519",
    cite="CPT 2024 appendix A and MLN1783722 (CMS, February 2025): modifier 59 and its kind are for services other "
    "than evaluation and management",
    message="Line {line_number}: visit {procedure_code} carries modifier {modifier}, which is for procedures.",
    fix="Take the modifier off. Modifier 25 belongs on the visit, if the note shows that it was significant and "
    "separate from the procedure of the day.",
    fix_kind="documentation",
    repair=_without_distinct,
    requires="The note shows nothing of the visit that another modifier has to say.",
    good=[
        claim(lines=[line("99213", modifiers=["25"]), line("64493", modifiers=["59"])]),
        claim(lines=[line("97530", modifiers=["GP", "59"])]),
    ],
    bad=[
        claim(lines=[line("99213", modifiers=["59"]), line("20553")]),
        claim(lines=[line("99204", modifiers=["25", "XU"])]),
    ],
)
def procedure_modifier_on_visit(batch: ClaimBatch, reference: Reference) -> pd.DataFrame:
    """Modifier 59, XE, XP, XS or XU on a visit.

    The line is denied for a modifier that cannot go with its code. Usual cause: modifier 59 taken for the one that
    separates whatever was denied as bundled.
    """
    lines = batch.service_lines
    misplaced = carries_modifier(lines, DISTINCT_MODIFIERS)
    if misplaced.any():
        misplaced &= reference.code_ranges.within("visit", lines["procedure_code"]).to_numpy()
    lines = batch.lines_where(misplaced, "procedure_code", *MODIFIERS)
    if lines.empty:
        return lines
    modifier = pd.Series(None, index=lines.index, dtype="str")
    for column in reversed(MODIFIERS):
        modifier = modifier.mask(lines[column].isin(DISTINCT_MODIFIERS), lines[column])
    return lines.assign(modifier=modifier)
