"""CLM016: one procedure that lasts for days."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from risk.claims.examples import claim, line
from risk.rules._rule import Reason, Severity, rule

if TYPE_CHECKING:
    import pandas as pd

    from risk.claims.tables import ClaimBatch
    from risk.reference import Reference

#: Global periods of procedures, whose service is that of one day whatever follows it.
_OF_ONE_DAY = ("000", "010", "090")


@rule(
    "CLM016",
    severity=Severity.REVIEW,
    reason=Reason.CLAIM_DATA,
    carc="16",
    rarc="M59",
    cite="Medicare Claims Processing Manual ch. 26 §10.4, item 24A and 24G: dates that span days are those of a series "
    "of identical services, with the units of the series; global days: PFS July 2024",
    message="Line {line_number}: {procedure_code} is a procedure of one day and is billed from {service_from_date} to "
    "{service_to_date} with {quantity} unit(s).",
    fix="Enter the day of the procedure as both dates, from the procedure note. Procedures on several days have a line "
    "each.",
    fix_kind="data",
    unless=("CLM004",),
    good=[
        claim(lines=[line("64483", day=5)]),
        claim(lines=[line("97110", day=1, service_to_date=date(2026, 10, 15), quantity=5.0)]),
        claim(lines=[line("64483", day=5, service_to_date=None)]),
    ],
    bad=[
        claim(lines=[line("64483", day=5, service_to_date=date(2026, 10, 6))]),
        claim(lines=[line("99213"), line("63650", day=5, service_to_date=date(2026, 10, 12), quantity=2.0)]),
    ],
)
def procedure_over_several_days(batch: ClaimBatch, reference: Reference) -> pd.DataFrame:
    """One procedure billed over several days.

    Payers take dates that span days for a series, find fewer units than days and return or deny the line. Usual cause:
    the dates of the stay, of the episode or of the trial on the line of the procedure. Institutional claims, whose
    lines may carry the dates of the statement, are left alone.
    """
    lines = batch.service_lines
    over_days = lines["service_to_date"].to_numpy() > lines["service_from_date"].to_numpy()
    columns = ("procedure_code", "service_from_date", "service_to_date", "quantity")
    lines = batch.lines_where(over_days, *columns)
    if lines.empty:
        return lines
    days = (lines["service_to_date"] - lines["service_from_date"]).dt.days + 1
    lines = lines[(lines["quantity"] < days) & batch.professional[lines["claim_key"]]]
    return lines[reference.procedures.fact("global_days", lines["procedure_code"]).isin(_OF_ONE_DAY)]
