"""What an 835 cannot say: remittance tables that would not come back as they were written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import pandas as pd

from risk.claims.tables import PAYER_TYPES

if TYPE_CHECKING:
    from collections.abc import Callable

    from risk.claims.remits import RemitBatch

Array: TypeAlias = np.ndarray[Any, Any]

GROUP_CODES = ("CO", "OA", "PI", "PR")  # CAS01
CLAIM_REMARKS = ("MIA", "MOA")  # segments with remark codes of a claim, in the order of the guide
REMARKS_PER_SEGMENT = 5
LINES_PER_CLAIM = 999


def check_remits(remits: RemitBatch) -> None:
    """Check rows, positions, columns that follow from others, and codes that have their place.

    Raises ``ValueError``, one line, for the first that is not as the format has it.
    """
    _check_order(remits)
    _check_columns(remits)


def line_rows(lines: pd.DataFrame, table: pd.DataFrame) -> Array:
    """Row of the service line each row of a table belongs to; −1 where it belongs to the claim."""
    first = np.searchsorted(lines["remit_key"].to_numpy(), table["remit_key"].to_numpy())
    number = table["line_number"].fillna(0).to_numpy("int64")
    return np.where(number > 0, first + number - 1, -1)


def _refuse(wrong: Any, reason: str) -> None:
    if np.any(wrong):
        raise ValueError(reason)


def _check_order(remits: RemitBatch) -> None:
    """Rows in file order, keys and positions as their place in it."""
    payments, claims, lines = remits.payments, remits.remit_claims, remits.remit_lines
    _refuse(payments.empty, "expected a payment: an 835 holds one transaction or more")
    _refuse(payments["payment_key"] != np.arange(len(payments)), "payments: expected rows in the order of their keys")
    _refuse(claims["remit_key"] != np.arange(len(claims)), "remit_claims: expected rows in the order of their keys")
    keys = claims["payment_key"].fillna(-1).to_numpy("int64")
    _refuse(
        (keys < 0) | (keys >= len(payments)) | (np.diff(keys, prepend=0) < 0),
        "remit_claims: expected rows in the order of their payments",
    )
    _check_counted("remit_lines", "line_number", lines, lines["remit_key"].to_numpy(), len(claims))
    sizes = np.bincount(lines["remit_key"], minlength=len(claims))
    _refuse(sizes > LINES_PER_CLAIM, f"remit_lines: expected at most {LINES_PER_CLAIM} lines in a claim")
    for name in ("adjustments", "remarks", "references"):
        table = getattr(remits, name)
        remit = table["remit_key"].to_numpy()
        _check_counted(name, "position", table, remit, len(claims))
        number = table["line_number"].fillna(0).to_numpy("int64")
        _refuse((number < 0) | (number > sizes[remit]), f"{name}: expected line numbers of service lines")
        back = (np.diff(remit) == 0) & (np.diff(number) < 0)
        _refuse(back, f"{name}: expected the rows of a claim before those of its lines, in the order of the lines")
    taken = remits.provider_adjustments
    _check_counted("provider_adjustments", "position", taken, taken["payment_key"].to_numpy(), len(payments))


def _check_counted(name: str, column: str, table: pd.DataFrame, keys: Array, owners: int) -> None:
    """Keys in order and of an owner that is there, and a column that counts from 1 within each."""
    _refuse(
        (keys < 0) | (keys >= owners) | (np.diff(keys, prepend=0) < 0), f"{name}: expected rows in the order of keys"
    )
    count = np.arange(len(keys)) - np.searchsorted(keys, keys) + 1
    _refuse(table[column].fillna(0).to_numpy("int64") != count, f"{name}: expected {column} to count from 1")


def _check_columns(remits: RemitBatch) -> None:
    """Columns that follow from others, and codes that have their place."""
    claims, lines, remarks = remits.remit_claims, remits.remit_lines, remits.remarks
    _refuse(
        claims["is_reversal"] != (claims["claim_status_code"] == "22").fillna(False),
        "is_reversal: expected true where the claim status is 22",
    )
    dates = remits.payments["payment_date"].fillna(remits.payments["production_date"])
    of_claim = dates.take(claims["payment_key"].to_numpy("int64")).reset_index(drop=True)
    _refuse(_unequal(claims["remit_date"], of_claim), "remit_date: expected the payment date, else production date")
    for table, start in ((claims, "statement_from_date"), (lines, "service_from_date")):
        stop = start.replace("from", "to")
        _refuse(table[start].notna() & table[stop].isna(), f"{stop}: expected a last day where there is a first")
    types = claims["payer_type"].dropna()
    _refuse(~types.isin(PAYER_TYPES), "payer_type: expected one of the payer types")
    for prefix in ("", "original_"):
        by_revenue = (lines[f"{prefix}procedure_qualifier"] == "NU").fillna(False)
        wrong = by_revenue & lines[f"{prefix}procedure_code"].notna()
        _refuse(wrong, f"{prefix}procedure_code: expected none beside the qualifier NU, of revenue codes")
    wrong = lines["original_revenue_center_code"].notna() & ~by_revenue
    _refuse(wrong, "original_revenue_center_code: expected the qualifier NU, of revenue codes")
    for column, qualifier in (("line_control_number", "6R"), ("rendering_npi", "HPI")):
        first = _first_references(remits, qualifier)
        _refuse(_unequal(lines[column], first), f"{column} of a line: expected its first reference of {qualifier}")
    _refuse(~remits.adjustments["group_code"].isin(GROUP_CODES), "group_code: expected one of CO, OA, PI, PR")
    of_line = remarks["line_number"].notna()
    placed = (of_line & (remarks["segment"] == "LQ")) | (~of_line & remarks["segment"].isin(CLAIM_REMARKS))
    _refuse(~placed.fillna(False), "segment: expected LQ for remarks of a line, MIA or MOA for those of a claim")
    _check_claim_remarks(remarks[~of_line])
    npi = remits.provider_adjustments["provider_npi"].dropna()
    _refuse(~npi.str.fullmatch(r"[12][0-9]{9}"), "provider_npi of a provider adjustment: expected an NPI or null")


def _check_claim_remarks(remarks: pd.DataFrame) -> None:
    """MIA stands before MOA, and each holds five codes."""
    keys, late = remarks["remit_key"].to_numpy(), (remarks["segment"] == "MOA").to_numpy("int64")
    _refuse((np.diff(keys) == 0) & (np.diff(late) < 0), "remarks: expected those of MIA before those of MOA")
    sizes = remarks.groupby(["remit_key", "segment"]).size()
    _refuse(sizes > REMARKS_PER_SEGMENT, "remarks: expected at most five of MIA and five of MOA in a claim")


def _first_references(remits: RemitBatch, qualifier: str) -> pd.Series:
    """First reference of a qualifier on each line; null where it has none."""
    table = remits.references
    rows = line_rows(remits.remit_lines, table)
    own = (rows >= 0) & (table["qualifier"] == qualifier).to_numpy()
    found, first = np.unique(rows[own], return_index=True)
    taken = np.full(len(remits.remit_lines), -1)
    taken[found] = np.flatnonzero(own)[first]
    return pd.Series(table["reference"].array.take(taken, allow_fill=True))


def _unequal(one: pd.Series, other: pd.Series) -> Array:
    """Where two columns differ; null equals null."""
    different: Array = ((one != other).fillna(True) & ~(one.isna() & other.isna())).to_numpy(bool)
    return different


#: What a row cannot be without, once its separators are spaces.
_REQUIRED = {
    "remit_claims": ("claim_id", "claim_status_code", "total_charge_cents", "total_paid_cents"),
    "remit_lines": ("line_charge_cents", "line_paid_cents", "quantity"),
    "adjustments": ("carc", "adjustment_cents"),
    "remarks": ("rarc",),
    "references": ("qualifier", "reference"),
    "provider_adjustments": ("reason_code", "adjustment_cents"),
}


def check_texts(given: Callable[[str, str], Array]) -> None:
    """Check that nothing is empty that no row can be without; ``given`` tells which texts of a column are not."""
    for table, columns in _REQUIRED.items():
        for column in columns:
            _refuse(~given(table, column), f"{table}: expected {column} in every row")
