"""NDC002: a drug billed to Medicaid without its national drug code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from risk.claims.columns import absent, holds, one_of
from risk.claims.examples import claim, line
from risk.claims.tables import MODIFIERS
from risk.reference.modifiers import carries_modifier
from risk.reference.procedures import OUTPATIENT_BILL_TYPES
from risk.rules._rule import Reason, Severity, rule

if TYPE_CHECKING:
    import pandas as pd

    from risk.claims.tables import ClaimBatch
    from risk.reference import Reference

#: Modifiers of drugs bought at the 340B price, on which no rebate is claimed: states differ in what they ask of them.
_340B = frozenset({"UD", "JG", "TB"})


@rule(
    "NDC002",
    severity=Severity.DENY,
    reason=Reason.CLAIM_DATA,
    carc="16",
    rarc="M119",
    cite="Social Security Act 1927(a)(7), added by the Deficit Reduction Act of 2005, 6002: states collect the NDC of "
    "drugs administered by physicians; 837 loop 2410, LIN03",
    message="Line {line_number}: {procedure_code} is a drug billed to Medicaid, and no national drug code is given.",
    fix="Enter the code of the package that was used, as eleven digits with qualifier N4, with its unit and quantity. "
    "States make exceptions of their own: check the program's billing rules where this one may be exempt.",
    fix_kind="data",
    status="preview",
    payer_types=("medicaid",),
    good=[
        claim(
            payer_type="medicaid",
            payer_responsibility_code="P",
            lines=[line("20610", modifiers=["RT"]), line("J3301", quantity=4.0, ndc_code="00003029305")],
        ),
        claim(
            payer_type="medicaid",
            payer_responsibility_code="P",
            lines=[line("20610", modifiers=["RT"]), line("J7321", modifiers=["RT"])],
        ),
        claim(
            payer_type="medicaid", payer_responsibility_code="P", lines=[line("J3301", quantity=4.0, modifiers=["UD"])]
        ),
        claim(payer_type="medicaid", lines=[line("J3301", quantity=4.0)]),
        claim(payer_type="commercial", payer_responsibility_code="P", lines=[line("J3301", quantity=4.0)]),
    ],
    bad=[
        claim(
            payer_type="medicaid",
            payer_responsibility_code="P",
            lines=[line("20610", modifiers=["RT"]), line("J3301", quantity=4.0)],
        ),
    ],
)
def drug_code_missing(batch: ClaimBatch, reference: Reference) -> pd.DataFrame:
    """Drug billed to Medicaid without its national drug code.

    Medicaid claims rebates by the drug code, so its agencies deny the line of a drug administered by a physician
    (J0120 to J9999) without one. Only primary claims that came as an 837 or with as much detail are looked at:
    professional ones and those of hospital outpatients. Left alone are the devices and inhalation solutions among the J
    codes, drugs at the 340B price and lines that charge nothing. Shown as a preview: states make exceptions of their
    own. Usual cause: a charge template from before the requirement.
    """
    lines = batch.service_lines
    drugs = reference.code_ranges.within("drug_with_ndc", lines["procedure_code"]).to_numpy()
    without = drugs & absent(lines["ndc_code"])
    lines = batch.lines_where(without, "procedure_code", "line_charge_cents", *MODIFIERS)
    if lines.empty:
        return lines
    lines = lines[(lines["line_charge_cents"] > 0).fillna(False) & ~carries_modifier(lines, _340B)]
    outpatient = holds(batch.claims["bill_type_code"], lambda code: code[:2] in OUTPATIENT_BILL_TYPES)
    billed = (batch.professional | outpatient) & one_of(batch.claims["payer_responsibility_code"], ["P"])
    return lines[billed[lines["claim_key"]]]
