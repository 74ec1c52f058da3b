"""COB001: a claim to a later payer that names another payer and not what that one decided."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from risk.claims.examples import claim
from risk.reference.forms import LATER_PAYERS
from risk.rules._rule import Reason, Severity, rule

if TYPE_CHECKING:
    import pandas as pd

    from risk.claims.tables import ClaimBatch
    from risk.reference import Reference

_PRIMARY: dict[str, Any] = {"payer_responsibility_code": "P", "payer_type": "medicare", "payer_id": "MEDICAREB"}
#: What an other payer has once it decided.
_DECISION = ["paid_cents", "patient_liability_cents", "non_covered_cents", "adjudication_date"]


@rule(
    "COB001",
    severity=Severity.DENY,
    reason=Reason.COORDINATION_OF_BENEFITS,
    carc="22",
    rarc="MA04",
    cite="837 guides 005010X222A1 and 005010X223A2, loops 2320, 2330B and 2430: payments and adjustments of the payers "
    "before; section 1.4.2",
    message="The claim goes to a later payer ({payer_responsibility_code}), and what the payer before it decided is "
    "missing.",
    fix="Add the payment, the adjustments and the date of the earlier payer's remittance (835), or send the claim to "
    "that payer first.",
    fix_kind="data",
    good=[
        claim(
            payer_responsibility_code="S",
            tables={"other_payers": [_PRIMARY | {"paid_cents": 0, "adjudication_date": date(2026, 10, 20)}]},
        ),
        claim(payer_responsibility_code="P", tables={"other_payers": [_PRIMARY | {"payer_responsibility_code": "S"}]}),
        claim(
            payer_responsibility_code="S",
            tables={"other_payers": [_PRIMARY], "prior_payments": [{"line_number": 1, "paid_cents": 8000}]},
        ),
        claim(payer_responsibility_code="S"),
    ],
    bad=[
        claim(payer_responsibility_code="S", tables={"other_payers": [_PRIMARY]}),
        claim(payer_responsibility_code="T", tables={"other_payers": [_PRIMARY]}),
    ],
)
def prior_decision_missing(batch: ClaimBatch, _reference: Reference) -> pd.DataFrame:
    """Claim to a secondary or later payer without the decision of the payer before it.

    A later payer pays what the first one left, and cannot until it knows. Usual cause: both claims sent at once, or a
    remittance that was never posted. Counts only where the claim names another payer: a CSV has no place for one, so
    that a claim without any tells nothing.
    """
    payers = batch.other_payers
    if payers.empty:
        return payers
    claims = batch.claims[["claim_key", "payer_responsibility_code"]]
    decided = payers.loc[payers[_DECISION].notna().any(axis=1), "claim_key"]
    known = np.concatenate([decided, batch.prior_payments["claim_key"], batch.prior_adjustments["claim_key"]])
    later = claims["payer_responsibility_code"].isin(LATER_PAYERS)
    return claims[later & claims["claim_key"].isin(payers["claim_key"]) & ~claims["claim_key"].isin(known)]
