"""MUE002: more units than the limit that a record can justify on appeal."""

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
    "MUE002",
    severity=Severity.REVIEW,
    reason=Reason.FREQUENCY,
    carc="151",
    rarc="N362",
    cite="Medically unlikely edits 2024-07-01, practitioner and outpatient hospital: MAI 3 (day, clinical)",
    cite_imported="{edition}: MAI 3 (day, clinical)",
    message="Line {line_number}: {units} units of {procedure_code} are billed for one day; payers question more "
    "than {limit}.",
    fix="Check the units against the record. Ask which levels and sides were treated; units above the limit "
    "are paid on appeal at best, with the record.",
    fix_kind="documentation",
    unless=("BIL001", "BIL002", "BIL003", "DUP001", "DUP002", "LCD002"),
    good=[
        claim(lines=[line("64483"), line("64484", quantity=2.0)]),
        claim(lines=[line("62323", day=1), line("62323", day=22)]),
    ],
    bad=[claim(lines=[line("62323", quantity=2.0)])],
)
def units_above_clinical_limit(batch: ClaimBatch, reference: Reference) -> pd.DataFrame:
    """More units of a procedure in a day than payers expect.

    The limit is clinical (MAI 3): the units are denied at first and may be appealed with the record. Usual cause: a
    second region or a second stimulator lead, or units counted by injection.
    """
    return units_above_limit(batch, reference, 3)
