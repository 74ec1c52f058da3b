"""CLM011: a procedure code or modifier that cannot be one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from risk.claims.examples import claim, line
from risk.claims.tables import MODIFIERS, ClaimBatch, map_unique
from risk.rules._rule import Reason, Severity, rule

if TYPE_CHECKING:
    from risk.reference import Reference

#: Revenue codes of lines that carry a rate code (HIPPS) in the field of the procedure: skilled nursing, home health and
#: inpatient rehabilitation. Source: NUBC revenue codes 0022, 0023, 0024; 837I SV202 with qualifier HP.
_RATE_REVENUE_CODES = ("0022", "0023", "0024", "022", "023", "024")


@rule(
    "CLM011",
    severity=Severity.REJECT,
    certain="always",
    reason=Reason.CODING,
    carc="181",
    rarc="M51",
    cite="HCPCS: four digits and a digit or letter, or a letter and four digits; modifiers: two characters",
    message="Line {line_number}: {what}.",
    fix="Enter the code as the code set writes it; modifiers have fields of their own.",
    fix_kind="data",
    good=[
        claim(lines=[line("99213", modifiers=["25"]), line("J1010"), line("0275T"), line("0001U")]),
        claim(claim_kind="institutional", bill_type_code="329", lines=[line("1BA11", revenue_center_code="0023")]),
    ],
    bad=[
        claim(lines=[line("9921")]),
        claim(lines=[line("9921325")]),
        claim(lines=[line("99213", modifiers=["5"])]),
    ],
)
def malformed_procedure_code(batch: ClaimBatch, _reference: Reference) -> pd.DataFrame:
    """Procedure code or modifier that has not the form of its code set.

    No payer knows such a code. Rate codes of institutional bills (HIPPS) have a form of their own and are left alone.
    Usual cause: a modifier typed behind the code, or a spreadsheet that dropped a zero.
    """
    lines = batch.service_lines
    code = map_unique(lines["procedure_code"], lambda codes: ~codes.str.fullmatch(r"\d{4}[0-9A-Z]|[A-Z]\d{4}"))
    code &= ~(lines["revenue_center_code"].isin(_RATE_REVENUE_CODES) & _of_five_characters(lines["procedure_code"]))
    modifier = pd.Series(False, index=lines.index)
    for column in MODIFIERS:
        modifier |= map_unique(lines[column], lambda codes: ~codes.str.fullmatch(r"[0-9A-Z]{2}"))
    found = lines.loc[code | modifier, ["claim_key", "line_number"]]
    what = pd.Series("a modifier is not two letters or digits", index=found.index, dtype="str")
    what = what.mask(code[found.index], "the procedure code does not have the form of a CPT or HCPCS code")
    return found.assign(what=what)


def _of_five_characters(codes: pd.Series) -> pd.Series:
    return map_unique(codes, lambda distinct: distinct.str.fullmatch(r"[0-9A-Z]{5}"))
