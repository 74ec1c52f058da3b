"""SET001: the sacroiliac code of the facility on a practitioner's claim, or the other way round."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from risk.claims.examples import claim, line
from risk.reference.procedures import OUTPATIENT_BILL_TYPES
from risk.rules._rule import Reason, Severity, rule

if TYPE_CHECKING:
    import pandas as pd

    from risk.claims.tables import ClaimBatch
    from risk.reference import Reference

#: A surgical centre bills its facility fee on a professional claim too, so that both codes are right there.
_SURGICAL_CENTRE = "24"


@rule(
    "SET001",
    severity=Severity.DENY,
    reason=Reason.CODING,
    carc="8",
    rarc="N95",
    cite="Physician fee schedule July 2024: G0260 is excluded (status E); medically unlikely edits 2024-07-01: "
    "no outpatient value for 27096; articles A59154 and A59244: G0260 in outpatient hospitals and "
    "surgical centres",
    message="Line {line_number}: {procedure_code} is the code of {owner} for a sacroiliac joint injection, and "
    "this is the claim of {biller}.",
    fix="Check who bills and where the injection was given. Medicare has one code for the practitioner and "
    "another for the hospital or surgical centre; report the one for the biller of this claim, if the "
    "record shows the injection.",
    fix_kind="data",
    payer_types=("medicare",),
    good=[
        claim(payer_type="medicare", dx=["M46.1"], lines=[line("27096")]),
        claim(payer_type="medicare", place_of_service_code="22", dx=["M46.1"], lines=[line("27096")]),
        claim(payer_type="medicare", place_of_service_code="24", dx=["M46.1"], lines=[line("G0260")]),
        claim(
            payer_type="medicare", claim_kind="institutional", bill_type_code="131", dx=["M46.1"], lines=[line("G0260")]
        ),
        claim(payer_type="commercial", claim_kind="institutional", bill_type_code="131", lines=[line("27096")]),
    ],
    bad=[
        claim(
            payer_type="medicare", claim_kind="institutional", bill_type_code="131", dx=["M46.1"], lines=[line("27096")]
        ),
        claim(payer_type="medicare", dx=["M46.1"], lines=[line("G0260", modifiers=["50"])]),
    ],
)
def sacroiliac_code_of_other_biller(batch: ClaimBatch, reference: Reference) -> pd.DataFrame:
    """Sacroiliac injection under the code of the other biller.

    Medicare pays practitioners for the joint injection under one code and hospital outpatient departments under
    another; neither pays the other's. Usual cause: one charge code for the injection on both claims.
    """
    chosen = reference.procedures.told("billed_by", batch.service_lines["procedure_code"])
    lines = batch.lines_where(chosen, "procedure_code", "place_of_service_code")
    if lines.empty:
        return lines
    billed_by = reference.procedures.fact("billed_by", lines["procedure_code"])
    institutional = batch.institutional[lines["claim_key"]]
    outpatient = batch.of_claim("bill_type_code", lines["claim_key"]).str[:2].isin(OUTPATIENT_BILL_TYPES)
    elsewhere = lines["place_of_service_code"].notna() & (lines["place_of_service_code"] != _SURGICAL_CENTRE)
    of_practitioner = (billed_by == "practitioner") & institutional & outpatient
    of_facility = (billed_by == "facility") & ~institutional & elsewhere
    facility, practitioner = "a hospital or surgical centre", "a practitioner"
    lines = lines.assign(
        owner=np.where(of_practitioner, practitioner, facility),
        biller=np.where(of_practitioner, facility, practitioner),
    )
    return lines[of_practitioner | of_facility]
