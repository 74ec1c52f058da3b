"""DUP002: a procedure twice on one claim and day, with different units or charge."""

from __future__ import annotations

from typing import TYPE_CHECKING

from risk.claims.examples import claim, line
from risk.rules._rule import Reason, Severity, rule
from risk.rules.duplicate._repeats import repeated_lines, within_claim

if TYPE_CHECKING:
    import pandas as pd

    from risk.claims.tables import ClaimBatch
    from risk.reference import Reference


@rule(
    "DUP002",
    severity=Severity.REVIEW,
    reason=Reason.DUPLICATE,
    carc="18",
    cite="CARC 18, exact duplicate; Medicare Claims Processing Manual ch. 1, 120 (duplicate claim edits)",
    message="Line {line_number}: {procedure_code} is on line {earlier_line} too, for the same day and with the "
    "same modifiers, but with other units or another charge.",
    fix="Check the record: one service becomes one line with its units; two services need what tells them apart.",
    fix_kind="data",
    history=True,
    unless=("DUP001",),
    good=[
        claim(lines=[line("20553"), line("20553", day=20, charge="90.00")]),
        claim(lines=[line("64483", modifiers=["LT"]), line("64483", modifiers=["RT"], charge="90.00")]),
    ],
    bad=[claim(lines=[line("20553"), line("20553", charge="90.00")])],
)
def repeated_procedure(batch: ClaimBatch, reference: Reference, past: ClaimBatch) -> pd.DataFrame:  # noqa: ARG001
    """Procedure twice on one claim and day, with other units or another charge.

    Payers that compare procedure and date alone take the second line for a duplicate. Usual cause: one service split
    over two lines. Drugs and supplies are left alone: one code may need a line for each product.
    """
    found = repeated_lines(batch, past)
    return found[within_claim(found)] if len(found) else found
