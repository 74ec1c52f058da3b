"""Calibration by payer: what each payer's claims are denied more or less often than the scores say, shrunk."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models._logistic import fit_logistic
from models.encode import MISSING, RARE

if TYPE_CHECKING:
    from collections.abc import Mapping

Floats = NDArray[np.float64]

#: The input that names the payer.
PAYER_INPUT = "payer_id"
#: Spreads of the payers' offsets that are tried, in log-odds; the evidence decides (0: payers do not differ).
_SPREADS = (0.0, 0.03, 0.06, 0.12, 0.25, 0.5)


def fit_payer_offsets(log_odds: Floats, denied: NDArray[np.bool_], payers: pd.Series) -> dict[str, float]:
    """Offset of each payer that makes the outcomes most likely, drawn toward zero the more the fewer its claims.

    Parameters
    ----------
    log_odds
        Out-of-fold calibrated log-odds, one per claim.
    denied
        Whether each claim was denied.
    payers
        Payer of each claim, rare ones under one code.

    Returns
    -------
    Log-odds by payer; none where the payers do not differ from what the scores say. Codes that stand for no payer have
    none.
    """
    from scipy.sparse import csr_array

    names = sorted(set(payers.dropna().unique()) - {MISSING, RARE})
    if not names:
        return {}
    column = pd.Index(names).get_indexer(payers)
    rows = np.flatnonzero(column >= 0)
    design = csr_array((np.ones(len(rows)), (rows, column[rows])), shape=(len(column), len(names)))
    outcome = denied.astype(np.float64)
    best: tuple[float, Floats] = (-np.inf, np.zeros(len(names)))
    for spread in _SPREADS:
        fitted = fit_logistic(
            design,
            outcome,
            offset=log_odds,
            prior_mean=np.zeros(len(names)),
            prior_variance=np.full(len(names), max(spread**2, 1e-9)),
        )
        if fitted.log_evidence > best[0]:
            best = fitted.log_evidence, fitted.value if spread else np.zeros(len(names))
    return {name: float(offset) for name, offset in zip(names, best[1], strict=True) if offset}


def offsets_of(offsets: Mapping[str, float], payers: pd.Series) -> Floats:
    """Offset of each claim; 0 for payers without one."""
    places, distinct = pd.factorize(payers)
    by_place = np.array([*(offsets.get(name, 0.0) for name in distinct), 0.0])
    return np.asarray(by_place[places])
