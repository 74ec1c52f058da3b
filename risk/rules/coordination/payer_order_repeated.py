"""COB002: two payers of one claim in the same place of the order."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd

from risk.claims.examples import claim
from risk.rules._rule import Reason, Severity, rule

if TYPE_CHECKING:
    from risk.claims.tables import ClaimBatch
    from risk.reference import Reference

_OTHER: dict[str, Any] = {"payer_type": "commercial", "payer_id": "PRAIRIECARE"}
_DECIDED: dict[str, Any] = {"paid_cents": 0, "adjudication_date": date(2026, 10, 20)}


@rule(
    "COB002",
    severity=Severity.REJECT,
    reason=Reason.COORDINATION_OF_BENEFITS,
    carc="22",
    cite="837 guides 005010X222A1 and 005010X223A2, SBR01 of loops 2000B and 2320: each place but U at most once in a "
    "claim",
    message="Two payers of the claim have the same place in the order ({payer_responsibility_code}).",
    fix="Ask the patient, or the payers (271), which coverage pays first, and number the payers accordingly.",
    fix_kind="data",
    good=[
        claim(payer_responsibility_code="P", tables={"other_payers": [_OTHER | {"payer_responsibility_code": "S"}]}),
        claim(payer_responsibility_code="U", tables={"other_payers": [_OTHER | {"payer_responsibility_code": "U"}]}),
        claim(payer_responsibility_code="P"),
    ],
    bad=[
        claim(payer_responsibility_code="P", tables={"other_payers": [_OTHER | {"payer_responsibility_code": "P"}]}),
        claim(
            payer_responsibility_code="T",
            tables={"other_payers": [_OTHER | _DECIDED | {"payer_responsibility_code": "P"}] * 2},
        ),
    ],
)
def payer_order_repeated(batch: ClaimBatch, _reference: Reference) -> pd.DataFrame:
    """Two payers of one claim that are both the primary, or both the secondary one.

    Nobody can tell who pays first: the claim is returned, or denied as another payer's. Usual cause: a new coverage
    entered as primary beside the old one, which nobody ended.
    """
    columns = ["claim_key", "payer_responsibility_code"]
    others = batch.other_payers
    if others.empty:
        return others
    others = others[columns]
    own = batch.claims.loc[batch.claims["claim_key"].isin(others["claim_key"]), columns]
    order = pd.concat([own, others], ignore_index=True)
    order = order[order["payer_responsibility_code"].notna() & (order["payer_responsibility_code"] != "U")]
    return order[order.duplicated()].drop_duplicates()
