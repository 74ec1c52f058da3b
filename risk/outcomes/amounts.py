"""What the initial decision allowed and paid of each service line, in cents.

*Allowed* is what payer and patient owe together: the payment and the patient's share (deductible, coinsurance,
copayment and their like). A remit says both for its claim (CLP04, CAS) and mostly for its lines (SVC03, CAS). Where the
lines do not add up to the claim, as where a case rate is taken off the claim alone, the claim's amounts are shared out
over its lines: by what the lines say, or by their charges where there are no lines or they say nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from risk.outcomes.reasons import treatment_of

if TYPE_CHECKING:
    from risk.claims.remits import RemitBatch
    from risk.claims.tables import ClaimBatch

Floats = np.ndarray[Any, np.dtype[np.float64]]


def line_amounts(batch: ClaimBatch, remits: RemitBatch, placed: pd.DataFrame) -> pd.DataFrame:
    """Amounts of the placed lines, indexed by row of ``batch.service_lines``: ``allowed_cents``, ``paid_cents``.

    ``placed`` is one row per line of a remit and service line it is about: ``remit_key``, ``remit_line`` (−1: the remit
    has no lines), ``row``. An amount is null where it cannot be shared out, or would be negative.
    """
    owed_by_line, owed_by_claim = _patient_shares(remits)
    paid_by_line = remits.remit_lines["line_paid_cents"].to_numpy("float64", na_value=0.0)
    paid_by_claim = remits.remit_claims["total_paid_cents"].to_numpy("float64", na_value=0.0)
    charges = batch.service_lines["line_charge_cents"].to_numpy("float64", na_value=0.0).clip(min=0.0)
    owner = remits.remit_lines["remit_key"].to_numpy("int64")
    owed_of_remit = owed_by_claim + np.bincount(owner, weights=owed_by_line, minlength=len(remits))
    found = {
        "allowed_cents": _shared(placed, owner, paid_by_line + owed_by_line, paid_by_claim + owed_of_remit, charges),
        "paid_cents": _shared(placed, owner, paid_by_line, paid_by_claim, charges),
    }
    sums = pd.DataFrame(found).groupby(placed["row"].to_numpy()).sum(min_count=1)
    return sums.round().where(sums >= 0).astype("Int64")


def _patient_shares(remits: RemitBatch) -> tuple[Floats, Floats]:
    """What the patient owes by row of ``remit_lines``, and by remit where the claim alone says it."""
    table = remits.adjustments
    table = table[(treatment_of(table["carc"]) == "patient_share").fillna(False).to_numpy(bool)]
    cents = table["adjustment_cents"].to_numpy("float64", na_value=0.0)
    keys, number = table["remit_key"].to_numpy("int64"), table["line_number"].fillna(0).to_numpy("int64")
    of_line = number > 0
    first = np.searchsorted(remits.remit_lines["remit_key"].to_numpy("int64"), keys)
    rows = (first + number - 1)[of_line]
    by_line = np.bincount(rows, weights=cents[of_line], minlength=len(remits.remit_lines))
    by_claim = np.bincount(keys[~of_line], weights=cents[~of_line], minlength=len(remits))
    return np.asarray(by_line, dtype=np.float64), np.asarray(by_claim, dtype=np.float64)


def _shared(placed: pd.DataFrame, owner: Floats, of_lines: Floats, of_claims: Floats, charges: Floats) -> Floats:
    """Amount of each placed line: its own, scaled so that all lines of its remit make up the claim's amount."""
    remit, line = placed["remit_key"].to_numpy("int64"), placed["remit_line"].to_numpy("int64")
    told = np.bincount(owner, weights=of_lines, minlength=len(of_claims))[remit]
    own = np.append(of_lines, 0.0)[line]  # -1 finds the 0
    charged = charges[placed["row"].to_numpy("int64")]
    silent = (line < 0) | (told <= 0)
    own = np.where(silent, charged, own)
    whole = np.where(silent, pd.Series(charged).groupby(remit).transform("sum").to_numpy(), told)
    wanted = of_claims[remit]
    share = np.divide(own, whole, out=np.full(len(own), np.nan), where=whole > 0)
    return np.where(wanted == 0, 0.0, np.where((wanted == whole) & ~silent, own, share * wanted))
