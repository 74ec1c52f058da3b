"""NDC001: a national drug code that is not eleven digits."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from risk.claims.columns import holds
from risk.claims.examples import claim, line
from risk.rules._rule import Reason, Severity, rule

if TYPE_CHECKING:
    import pandas as pd

    from risk.claims.tables import ClaimBatch
    from risk.reference import Reference

#: Eleven digits, or five, four and two of them with hyphens, as billing systems show them; all zeros stand for none.
_FORM = r"(?!0{5}-?0{4}-?0{2}$)(?:[0-9]{11}|[0-9]{5}-[0-9]{4}-[0-9]{2})"


@rule(
    "NDC001",
    severity=Severity.DENY,
    reason=Reason.CLAIM_DATA,
    carc="16",
    rarc="M119",
    cite="ASC X12N 837 (005010X222A1, 005010X223A2) loop 2410, LIN03 with qualifier N4: the NDC in its form 5-4-2, "
    "eleven digits; Medicaid agencies' billing rules on drugs say the same",
    message="Line {line_number}: the national drug code is not eleven digits ({found}).",
    fix="Take the code from the package that was used. A code of ten digits gets a zero in front of the part that is "
    "too short: five digits of the labeler, four of the product, two of the package; no letters and no qualifier.",
    fix_kind="data",
    good=[
        claim(lines=[line("20610"), line("J3301", quantity=4.0, ndc_code="00003029305")]),
        claim(lines=[line("J3301", quantity=4.0, ndc_code="00003-0293-05")]),
        claim(lines=[line("J3301", quantity=4.0)]),
    ],
    bad=[
        claim(lines=[line("20610"), line("J3301", quantity=4.0, ndc_code="0003029305")]),
        claim(lines=[line("J3301", quantity=4.0, ndc_code="0003-0293-05")]),
        claim(lines=[line("J3301", quantity=4.0, ndc_code="N400003029305")]),
        claim(lines=[line("J3301", quantity=4.0, ndc_code="00000000000")]),
    ],
)
def malformed_drug_code(batch: ClaimBatch, _reference: Reference) -> pd.DataFrame:
    """National drug code that is not eleven digits.

    Packages show ten digits in one of three forms; claims take eleven. Payers that price or report by the drug code
    deny a line whose code names no drug. Usual cause: the code typed from the package, or a spreadsheet that dropped
    leading zeros.
    """
    lines = batch.lines_where(holds(batch.service_lines["ndc_code"], _is_malformed), "ndc_code")
    if lines.empty:
        return lines
    digits = lines["ndc_code"].str.count("[0-9]").astype("Int64")
    found = (digits.astype("str") + " digits").mask(lines["ndc_code"].str.contains("[^0-9]"), "not digits alone")
    return lines.assign(found=found.mask(lines["ndc_code"].str.fullmatch("0+"), "zeros alone"))


def _is_malformed(code: str) -> bool:
    return re.fullmatch(_FORM, code) is None
