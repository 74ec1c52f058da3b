"""The order of a worklist: what no payer will adjudicate comes first, then what is riskiest, or worth most."""

from __future__ import annotations

import pandas as pd


def riskiest_first(claims: pd.DataFrame) -> pd.DataFrame:
    """Claims of :attr:`risk.scoring.ScoredBatch.claims`: certain rejects first, by risk in either part."""
    return claims.sort_values(["certain_reject", "denial_risk"], ascending=False, kind="stable")


def dearest_first(claims: pd.DataFrame) -> pd.DataFrame:
    """The same with the most expected denied dollars first in either part."""
    return claims.sort_values(
        ["certain_reject", "expected_denied_cents", "denial_risk"], ascending=False, kind="stable"
    )
