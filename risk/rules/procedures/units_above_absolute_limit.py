"""MUE001: more units than the payer's absolute limit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from risk.claims.examples import claim, line
from risk.rules._rule import Reason, Severity, rule
from risk.rules.procedures._units import units_above_limit

if TYPE_CHECKING:
    import pandas as pd

    from risk.claims.tables import ClaimBatch
    from risk.reference import Reference


@rule(
    "MUE001",
    severity=Severity.DENY,
    reason=Reason.FREQUENCY,
    carc="151",
    rarc="N362",
    cite="Medically unlikely edits 2024-07-01, practitioner and outpatient hospital: MAI 1 (line) and 2 (day, "
    "absolute)",
    cite_imported="{edition}: MAI 1 (line) and 2 (day, absolute)",
    message="Line {line_number}: {units} units of {procedure_code} are billed for one day; the limit is {limit}, "
    "and no modifier lifts it.",
    fix="Correct the units to what the record shows. If it shows both sides, that is told by modifier 50, or "
    "by a line each with LT and RT, and not by units.",
    fix_kind="data",
    unless=("BIL001", "BIL002", "BIL003", "DUP001", "DUP002"),
    good=[
        claim(lines=[line("64483", modifiers=["LT"]), line("64483", modifiers=["RT"])]),
        claim(lines=[line("64483", modifiers=["50"])]),
        claim(lines=[line("64483", day=1), line("64483", day=20)]),
    ],
    bad=[
        claim(lines=[line("64483", quantity=2.0)]),
        claim(lines=[line("64493", modifiers=["LT"], quantity=2.0), line("64493", modifiers=["RT"])]),
    ],
)
def units_above_absolute_limit(batch: ClaimBatch, reference: Reference) -> pd.DataFrame:
    """More units of a procedure in a day than can be paid.

    Where the limit follows from the code's own definition (MAI 2) or is set by line (MAI 1), every unit above it is
    denied, and mostly all of them. Usual cause: units counted by injection or by side instead of by level.
    """
    return units_above_limit(batch, reference, 1, 2)
