"""Lines whose payer wants an authorisation that the claim does not carry."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from risk.claims.columns import holds, one_of, rows_where
from risk.reference._remember import remember_last
from risk.rules._repair import found_on

if TYPE_CHECKING:
    from risk.claims.tables import ClaimBatch
    from risk.reference import Reference


#: When the risk after the fix is the claim's: the number is the payer's to give, and nothing else takes its place.
IF_AUTHORIZED = (
    "A valid authorization for this service exists, given before it; the risk after is that of the claim with its "
    "number."
)


def unauthorized_lines(
    batch: ClaimBatch, reference: Reference, *requirements: str, number_on: str = "claim"
) -> pd.DataFrame:
    """Lines asked for with one of the requirements (required, likely), without a number of their own or their claim's.

    ``number_on`` says whose claim has to carry the number: this one (claim) or the facility's (facility_claim).

    Columns of ``PayerTerms.authorization_required``.
    """
    asked = _asked(batch, reference)
    if asked.empty:
        return asked
    return rows_where(asked, one_of(asked["requirement"], requirements) & one_of(asked["number_on"], [number_on]))


@remember_last
def _asked(batch: ClaimBatch, reference: Reference) -> pd.DataFrame:
    """Lines asked for, whatever the requirement, without a number."""
    asked = reference.payers.authorization_required(batch)
    if asked.empty:
        return asked
    concerned = np.isin(batch.service_lines["claim_key"], asked["claim_key"])
    lines = batch.lines_where(concerned, "prior_auth_number")
    authorized = rows_where(lines, holds(lines["prior_auth_number"], str.strip))
    return rows_where(asked, ~found_on(asked, authorized))
