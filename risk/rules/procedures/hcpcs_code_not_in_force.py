"""PRO001: a HCPCS level II code that is not valid on the date of service."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from risk.claims.columns import one_of
from risk.claims.examples import claim, line
from risk.rules._rule import Reason, Severity, rule

if TYPE_CHECKING:
    from risk.claims.tables import ClaimBatch
    from risk.reference import Reference

#: Revenue codes of lines with a rate code (HIPPS) in the field of the procedure; those of inpatient rehabilitation are
#: a letter and four digits too. Source: NUBC revenue codes 0022, 0023, 0024; 837I SV202 with qualifier HP.
_RATE_REVENUE_CODES = ("0022", "0023", "0024", "022", "023", "024")


@rule(
    "PRO001",
    severity=Severity.DENY,
    reason=Reason.CODING,
    carc="181",
    rarc="N56",
    cite="45 CFR 162.1000 and 162.1002 (HCPCS, valid at the time of service); CMS HCPCS level II update of 2024-04-01",
    cite_imported="45 CFR 162.1000 and 162.1002 (HCPCS, valid at the time of service); {edition}",
    message="Line {line_number}: {procedure_code} is not a valid HCPCS code on the date of service, {service_date}. "
    "{why}.",
    fix="Report the code in force on the date of service, with the units of its own measure.",
    fix_kind="data",
    good=[
        claim(lines=[line("20553"), line("J1010", quantity=40.0)]),
        claim(lines=[line("J1030", date_of_service="2024-03-31")]),
        claim(lines=[line("J3301", quantity=4.0), line("0275T"), line("99213")]),
    ],
    bad=[
        claim(lines=[line("20553"), line("J1030")]),
        claim(lines=[line("J1040", date_of_service="2024-04-01")]),
    ],
)
def hcpcs_code_not_in_force(batch: ClaimBatch, reference: Reference) -> pd.DataFrame:
    """HCPCS level II code not valid on the date of service.

    CMS adds and ends codes of drugs, supplies and services every quarter, and a code that is not in force is denied
    whatever was done. Usual cause: a charge template from before the change; methylprednisolone by the vial (J1020,
    J1030, J1040) is the classic of pain practices. Beyond these the rule speaks only where HCPCS level II was imported:
    see ``denial-risk reference import``.
    """
    lines = batch.service_lines
    dated = reference.hcpcs.has_dates(lines["procedure_code"])
    if dated.any():
        dated &= ~one_of(lines["revenue_center_code"], _RATE_REVENUE_CODES)
    lines = batch.lines_where(dated, "procedure_code", "service_from_date")
    if lines.empty:
        return lines
    lines = lines.assign(**reference.hcpcs.dated(lines["procedure_code"], lines["service_from_date"]))
    found = lines[lines["status"].isin(("ended", "not_yet", "unknown"))]
    return found.assign(service_date=found["service_from_date"], why=_why(found), edition=found["cited"])


def _why(found: pd.DataFrame) -> pd.Series:
    ends, begins = (found[name].dt.strftime("%Y-%m-%d") for name in ("ends", "begins"))
    last = "It was last valid on " + ends + ("; it was replaced by " + found["replaced_by"]).fillna("")
    dropped = "It had ended: it is no more in the edition of that day, " + found["edition"]
    why = last.where(found["ends"].notna(), dropped)
    why = why.mask(found["status"] == "not_yet", "It is valid only from " + begins)
    return why.mask(
        found["status"] == "unknown", "There is no such code in the edition of that day, " + found["edition"]
    )
