"""What a claim adjustment reason code says about a line that is paid nothing: ``data/carc_reasons.csv``.

    denial         the payer refuses the line; ``reason`` is one of the twelve, null where the code alone does not tell
    contractual    the fee schedule or contract takes it off; the line was allowed
    patient_share  deductible, coinsurance, copayment and their like; the line was allowed
    informational  says how a payment came about
    pending        nothing is decided yet

Whatever the group code: CO, PR, OA and PI say who bears an amount, not whether a line was refused.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import pandas as pd

from risk.claims.columns import map_unique

FILE = Path(__file__).parent / "data" / "carc_reasons.csv"
TREATMENTS = ("denial", "contractual", "patient_share", "informational", "pending")

#: Remark codes of a claim that tell how to appeal, or how a claim was routed, and so never why it was denied. Source:
#: X12 remark code list, by number; the choice is ours.
INFORMATIONAL_RARCS = frozenset({"MA01", "MA07", "MA15", "MA18", "MA28", "MA44", "MA45", "MA62", "N1", "N211"})


@cache
def carc_table() -> dict[str, tuple[str, str | None]]:
    """Treatment and reason of every CARC; the reason is null but for denials whose code tells it."""
    lines = (line for line in FILE.read_text("utf-8").splitlines() if not line.startswith("#"))
    return {row["carc"]: (row["treatment"], row["reason"] or None) for row in csv.DictReader(lines)}


def treatment_of(carc: pd.Series) -> pd.Series:
    """Treatment of each CARC, as text; a code that is not in the table is a ``denial``, null stays null.

    New codes are refusals more often than not, and a denial without a reason is seen where a payment is not.
    """
    table = carc_table()
    return map_unique(carc, lambda codes: pd.array([table.get(code, ("denial", None))[0] for code in codes], "str"))


def reason_of(carc: pd.Series) -> pd.Series:
    """Reason of each CARC, as text; null where the code does not tell."""
    table = carc_table()
    return map_unique(carc, lambda codes: pd.array([table.get(code, ("denial", None))[1] for code in codes], "str"))
