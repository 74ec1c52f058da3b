"""CLM011: a procedure code or modifier that cannot be one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from risk.claims.columns import holds, one_of
from risk.claims.examples import claim, line
from risk.claims.tables import MODIFIERS, ClaimBatch
from risk.rules._rule import Reason, Severity, rule

if TYPE_CHECKING:
    from risk.reference import Reference

#: Revenue codes of lines that carry a rate code (HIPPS) in the field of the procedure: skilled nursing, home health and
#: inpatient rehabilitation. Source: NUBC revenue codes 0022, 0023, 0024; 837I SV202 with qualifier HP.
_RATE_REVENUE_CODES = ("0022", "0023", "0024", "022", "023", "024")

_CODE, _FIVE = re.compile(r"[0-9]{4}[0-9A-Z]|[A-Z][0-9]{4}"), re.compile(r"[0-9A-Z]{5}")
_MODIFIER = re.compile(r"[0-9A-Z]{2}")


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
    codes = lines["procedure_code"]
    code = holds(codes, lambda text: not _CODE.fullmatch(text))
    if code.any():
        code &= ~(one_of(lines["revenue_center_code"], _RATE_REVENUE_CODES) & holds(codes, _FIVE.fullmatch))
    modifier = np.zeros(len(lines), dtype=bool)
    for column in MODIFIERS:
        modifier |= holds(lines[column], lambda text: not _MODIFIER.fullmatch(text))
    found = batch.lines_where(code | modifier, "line_number")
    if found.empty:
        return found
    of_code = "the procedure code does not have the form of a CPT or HCPCS code"
    return found.assign(what=np.where(code[code | modifier], of_code, "a modifier is not two letters or digits"))
