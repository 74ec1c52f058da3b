"""How long a payer takes to answer, and so which silence means something."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from risk.claims.remits import RemitBatch

#: Share of a payer's claims answered within its window.
WITHIN = 0.95
#: Fewer answered claims than this say too little of a payer, or of all payers together.
LEAST_ANSWERED = 30
#: Days where nothing can be measured. Assumed: prompt-payment laws give payers 30 to 45 days, and mail takes its time.
FALLBACK_DAYS = 60


def immature(payer: pd.Series, submitted: pd.Series, answered: pd.Series, newest: pd.Series) -> pd.Series:
    """Whether a claim was submitted so lately that its payer's answer need not have come yet.

    The window of a payer is the time within which 95 % of its answered claims were; of all payers where it has
    answered fewer than ``LEAST_ANSWERED``; ``FALLBACK_DAYS`` where all of them have.

    Parameters
    ----------
    payer
        Payer of each claim; may be null.
    submitted
        Day of submission of each claim; null where even its days of service are unknown.
    answered
        Day of the initial decision; null where there is none.
    newest
        Newest remit of any kind of each claim's payer, of all payers where it has none.

    Returns
    -------
    One flag per claim; false where the days are not known.
    """
    days = (answered - submitted).dt.days
    group = payer.fillna("")
    windows = days.groupby(group).transform(lambda one: one.quantile(WITHIN))
    count = days.groupby(group).transform("count")
    overall = days.quantile(WITHIN) if days.count() >= LEAST_ANSWERED else FALLBACK_DAYS
    window = np.ceil(windows.where(count >= LEAST_ANSWERED, overall))
    return ((newest - submitted).dt.days < window).fillna(False).astype(bool)


def newest_remits(payer: pd.Series, latest: pd.Series, remits: RemitBatch) -> pd.Series:
    """Newest remit of each claim's payer: of its claims, or under its id; of all payers where there is none.

    ``latest`` is the day of the latest remit of each claim, of whatever kind. Both are asked, since payers often have
    another id in the 835 than in the 837.
    """
    of_claims = latest.groupby(payer.fillna("")).transform("max")
    claims = remits.remit_claims
    payer_id = remits.payments["payer_id"].array.take(claims["payment_key"].to_numpy("int64"))
    by_id = claims["remit_date"].groupby(payer_id).max().reindex(payer)
    newest = pd.concat([of_claims, pd.Series(by_id.array, index=payer.index)], axis=1).max(axis=1)
    return newest.fillna(claims["remit_date"].max())
