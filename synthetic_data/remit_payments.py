"""Payments of synthetic payers: one per payer and day, and what is taken back from one in those that follow."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from synthetic_data.catalogue import Array

_ORIGINATOR = "1999999999"  # TRN03: 1 and a tax number, invented
_FORWARDED = "FB"  # PLB03-1: a balance moved to a later payment (negative) or taken from it (positive)


class Payments(NamedTuple):
    """``payments`` and ``provider_adjustments`` of the remittance tables."""

    payments: pd.DataFrame
    balances: pd.DataFrame


def payments_of(remits: pd.DataFrame, planned: pd.DataFrame, first: Array) -> Payments:
    """Pay what the remits of each payment add up to; of nothing, send a notice without transfer.

    A payment cannot be negative: it is then nothing, and the balance is moved to the payer's next payments until it is
    made up. ``planned`` has the payer of each remit, ``first`` the first remit of each payment.
    """
    payment = remits["payment_key"].to_numpy("int64")
    sums = np.zeros(len(first), dtype="int64")
    np.add.at(sums, payment, remits["total_paid_cents"].to_numpy("int64"))
    day = planned["date"].iloc[first].reset_index(drop=True)
    payer = planned["payer_id"].iloc[first].reset_index(drop=True)
    trace = "P-" + remits["claim_id"].astype("str").iloc[first].reset_index(drop=True) + "-" + day.dt.strftime("%y%j")
    cents, balances = _carried(sums, payer.tolist(), trace.tolist())
    year_ends = pd.to_datetime(day.dt.year.astype("str") + "-12-31").astype("datetime64[s]")
    balances = balances.assign(fiscal_period_date=year_ends.array.take(balances["payment_key"].to_numpy("int64")))
    payments = pd.DataFrame(
        {
            "handling_code": np.where(cents > 0, "I", "H"),
            "payment_cents": cents,
            "credit_debit_code": "C",
            "payment_method_code": np.where(cents > 0, "ACH", "NON"),
            "payment_date": day,
            "production_date": day,
            "trace_number": trace,
            "originator_id": _ORIGINATOR,
            "payer_name": planned["payer_name"].array.take(first),
            "payer_id": payer,
        }
    )
    return Payments(payments, balances)


def _carried(sums: Array, payers: list[str], traces: list[str]) -> tuple[Array, pd.DataFrame]:
    """Amount of each payment, in order of date, and the balances moved between the payments of a payer."""
    owed: dict[str, tuple[int, str]] = {}
    cents, rows = np.zeros(len(sums), dtype="int64"), []
    for key, (total, payer, trace) in enumerate(zip(sums.tolist(), payers, traces, strict=True)):
        before, reference = owed.pop(payer, (0, ""))
        moved = [(reference, before)] if before else []
        left = total - before
        if left < 0:
            owed[payer] = -left, trace
            moved.append((trace, left))
        cents[key] = max(left, 0)
        rows += [(key, place, _FORWARDED, *one) for place, one in enumerate(moved, start=1)]
    names = ["payment_key", "position", "reason_code", "reference", "adjustment_cents"]
    return cents, pd.DataFrame(rows, columns=names)
