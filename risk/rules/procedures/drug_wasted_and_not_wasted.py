"""MOD005: a drug of which some was thrown away and none was."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from risk.claims.examples import claim, line
from risk.reference.modifiers import carries_modifier
from risk.rules._rule import Reason, Severity, rule

if TYPE_CHECKING:
    import pandas as pd

    from risk.claims.tables import ClaimBatch
    from risk.reference import Reference


@rule(
    "MOD005",
    severity=Severity.DENY,
    reason=Reason.CODING,
    carc="4",
    rarc="N519",
    cite="CMS, discarded drugs, JW and JZ modifier policy: JW on the line of the amount thrown away, JZ where there is "
    "none; JZ since 2023-01-01, required since 2023-07-01",
    message="Line {line_number}: {procedure_code} carries both JW and JZ: some of the drug thrown away, and none.",
    fix="Check the record of the drug. Without waste, one line with JZ; with waste, a line for the dose given and one "
    "with JW for the amount thrown away.",
    fix_kind="documentation",
    since=date(2023, 1, 1),
    good=[
        claim(lines=[line("J0897", modifiers=["JZ"], quantity=60.0)]),
        claim(lines=[line("J9035", quantity=33.0), line("J9035", modifiers=["JW"], quantity=7.0)]),
    ],
    bad=[claim(lines=[line("J0897", modifiers=["JZ", "JW"], quantity=60.0)])],
)
def drug_wasted_and_not_wasted(batch: ClaimBatch, _reference: Reference) -> pd.DataFrame:
    """Modifiers JW and JZ on one line.

    One says that the line is the amount thrown away, the other that nothing was; the line is returned. Usual cause: JZ
    set by default on every drug of a single-dose vial.
    """
    lines = batch.service_lines
    both = carries_modifier(lines, {"JW"}) & carries_modifier(lines, {"JZ"})
    return batch.lines_where(both, "procedure_code")
