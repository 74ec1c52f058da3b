"""COB003: a condition of the patient's employment billed to a health plan first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from risk.claims.columns import absent, one_of
from risk.claims.examples import claim
from risk.rules._rule import Reason, Severity, rule

if TYPE_CHECKING:
    import pandas as pd

    from risk.claims.tables import ClaimBatch
    from risk.reference import Reference


@rule(
    "COB003",
    severity=Severity.REVIEW,
    reason=Reason.COORDINATION_OF_BENEFITS,
    carc="19",
    cite="837P guide 005010X222A1, CLM11 with EM: related to employment; 42 CFR 411.40: Medicare pays after workers' "
    "compensation",
    message="The claim says that the condition comes of the patient's employment (EM) and goes to a health plan as the "
    "first payer.",
    fix="Ask whether a workers' compensation claim is open. If so, bill that insurer first; if the condition has "
    "nothing to do with work, take the cause off.",
    fix_kind="documentation",
    payer_types=("medicare", "medicare_advantage", "medicaid", "commercial", "tricare"),
    good=[
        claim(accident_cause_code="EM", payer_type="workers_comp"),
        claim(accident_cause_code="EM", payer_responsibility_code="S"),
        claim(accident_cause_code="OA"),
    ],
    bad=[
        claim(accident_cause_code="EM"),
        claim(accident_cause_code="EM", payer_type="medicare", payer_responsibility_code="P"),
    ],
)
def work_injury_billed_to_health_plan(batch: ClaimBatch, _reference: Reference) -> pd.DataFrame:
    """Condition of the patient's employment billed to a health plan as the first payer.

    Health plans leave work injuries to workers' compensation and deny or question the claim. Usual cause: a work injury
    registered under the patient's everyday coverage, or the box for employment ticked by mistake.
    """
    claims = batch.claims
    injured = one_of(claims["accident_cause_code"], ["EM"])
    if injured.any():
        order = claims["payer_responsibility_code"]
        injured &= absent(order) | one_of(order, ["P"])
    return batch.claims_where(injured, "claim_key")
