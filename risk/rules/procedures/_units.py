"""Units of a procedure on one day, counted the way unit limits are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from risk.claims.columns import absent, numbered, rows_where
from risk.claims.frames import frame_of
from risk.claims.tables import MODIFIERS
from risk.reference._remember import remember_last
from risk.reference.modifiers import carries_modifier
from risk.reference.sessions import sessions_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from risk.claims.tables import ClaimBatch
    from risk.reference import Reference


_DAY = ("claim_key", "procedure_code", "service_from_date", "line_number")


def daily_units(reference: Reference, lines: pd.DataFrame) -> pd.DataFrame:
    """Units of each procedure by claim and day.

    Columns claim_key, procedure_code, service_from_date, line_number (the last) and units. ``lines`` are rows of
    ``service_lines``; those without a quantity or a date count nothing. For a procedure with bilateral indicator 1,
    lines for the left and the right side are counted apart and the greater counts.
    """
    quantity, codes = lines["quantity"].to_numpy(), numbered(lines["procedure_code"])
    counted = (codes >= 0) & ~np.isnan(quantity) & ~absent(lines["service_from_date"])
    lines, quantity, codes = rows_where(lines, counted), quantity[counted], codes[counted]
    day = pd.factorize(sessions_of(lines) * (codes.max(initial=0) + 1) + codes)[0]
    sided = reference.procedures.has_indicator("bilateral_indicator", lines, 1)
    left, right = (sided & carries_modifier(lines, {side}) for side in ("LT", "RT"))
    on_left, on_right, either = (
        np.bincount(day, weights=np.where(side, quantity, 0.0))
        for side in (left & ~right, right & ~left, ~(left ^ right))
    )
    numbers = lines["line_number"].array
    order = np.lexsort((numbers.to_numpy(dtype="int64", na_value=0), day))
    last = order[np.cumsum(np.bincount(day)) - 1]
    columns = {name: lines[name].array.take(last) for name in _DAY}
    return frame_of(columns | {"units": either + np.maximum(on_left, on_right)}, pd.RangeIndex(len(last)))


def units_above_limit(batch: ClaimBatch, reference: Reference, *indicators: int) -> pd.DataFrame:
    """Lines whose units pass the medically unlikely edit, for edits with one of the given MAI.

    Columns claim_key, line_number, procedure_code, service_from_date, units, limit, mai, and edition (the imported one;
    null where the limit is built in). MAI 1 is per line; 2 and 3 are per claim and day, told on the last line of the
    day.
    """
    above = _units_above_limit(batch, reference)
    return above[above["mai"].isin(indicators)] if len(above) else above


@remember_last
def _units_above_limit(batch: ClaimBatch, reference: Reference) -> pd.DataFrame:
    # Only lines that can be at fault are counted: several units, a code that is there twice, or one without any units.
    lines = batch.service_lines
    codes = numbered(lines["procedure_code"])
    suspect = lines["quantity"].to_numpy() > 1
    suspect |= pd.Index(lines["claim_key"].to_numpy() * (len(lines) + 1) + codes).duplicated(keep=False)
    suspect |= reference.procedures.may_be_without_units(lines["procedure_code"])
    lines = batch.lines_where(suspect, "procedure_code", "service_from_date", "quantity", *MODIFIERS)
    if lines.empty:
        return lines
    limits = reference.procedures.unit_limits(batch, lines)
    exceeding = _may_exceed(lines, limits["units"].to_numpy(dtype="float64", na_value=np.inf))
    lines, limits = rows_where(lines, exceeding), rows_where(limits, exceeding)
    if lines.empty:
        return lines
    known = limits["mai"].notna()
    lines, limits = lines[known].reset_index(drop=True), limits[known].reset_index(drop=True)
    lines = lines.assign(limit=limits["units"], mai=limits["mai"])
    per_line = lines[lines["mai"] == 1].assign(units=lines["quantity"])
    per_day = lines[lines["mai"] != 1]
    limit = per_day.drop_duplicates(["claim_key", "procedure_code"])[["claim_key", "procedure_code", "limit", "mai"]]
    per_day = daily_units(reference, per_day).merge(limit, on=["claim_key", "procedure_code"])
    columns = ["claim_key", "line_number", "procedure_code", "service_from_date", "units", "limit", "mai"]
    counted = pd.concat([per_line[columns], per_day[columns]], ignore_index=True)
    above = counted[(counted["units"] > counted["limit"]).fillna(False).astype(bool)]
    above = above.astype({"claim_key": "int64"})  # joined with what may be empty, keys can turn into other numbers
    return above.assign(edition=reference.procedures.unit_limit_editions(batch, above))


def _may_exceed(lines: pd.DataFrame, limits: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Whether the claim of each line has more units of its procedure, on whatever day, than any of its limits."""
    codes = numbered(lines["procedure_code"])
    service = lines["claim_key"].to_numpy() * (codes.max(initial=0) + 2) + codes + 1
    group = np.unique(service, return_inverse=True)[1]
    units = np.bincount(group, weights=np.nan_to_num(lines["quantity"].to_numpy()).clip(min=0))
    exceeded: NDArray[np.bool_] = np.bincount(group, weights=units[group] > limits) > 0
    return exceeded[group]
