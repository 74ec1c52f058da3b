"""Remits that stand more than once: the same 835 given twice, sent again, or split anew by a clearinghouse."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from risk.claims.remits import RemitBatch

Hashes = np.ndarray[Any, np.dtype[np.uint64]]

#: What a payment is known by: a file sent again has another name and envelope, and the same check and trace.
_PAYMENT = [
    "trace_number",
    "originator_id",
    "payment_date",
    "production_date",
    "payment_cents",
    "payer_id",
    "payer_name",
]
_CHILDREN = ("remit_lines", "adjustments", "remarks", "references")
_KEYS = ["remit_key", "payment_key", "source_file", "source_offset"]
_MIXERS = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0x27D4EB2F165667C5], dtype=np.uint64)


def content_hashes(remits: RemitBatch) -> Hashes:
    """Digest of each remit with its payment, lines, adjustments, remarks and references, whatever its file."""
    claims = remits.remit_claims
    total = _rows(claims)
    of_payment = _rows(remits.payments, _PAYMENT)
    total += of_payment[claims["payment_key"].to_numpy("int64")] * _MIXERS[0] if len(of_payment) else np.uint64(0)
    for name, mixer in zip(_CHILDREN, _MIXERS, strict=True):
        table = getattr(remits, name)
        np.add.at(total, table["remit_key"].to_numpy(), _rows(table) * mixer)  # rows hold their positions
    return total


def first_of_repeats(hashes: Hashes) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Which remits count: of those with one content, the first."""
    return np.asarray(~pd.Series(hashes).duplicated().to_numpy(), dtype=bool)


def _rows(table: pd.DataFrame, columns: list[str] | None = None) -> Hashes:
    kept = table[columns] if columns else table.drop(columns=_KEYS, errors="ignore")
    hashes: Hashes = pd.util.hash_pandas_object(kept, index=False).to_numpy(copy=True)
    return hashes
