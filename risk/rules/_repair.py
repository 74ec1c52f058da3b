"""Mechanical repairs that several rules share.

None changes the payer, the patient or a date of service, and none adds a code. What they cannot mend they leave as it
is.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from risk.claims.tables import TABLES, ClaimBatch

if TYPE_CHECKING:
    from collections.abc import Sequence

Values = np.ndarray[Any, Any]

_NO_LINE = -1

#: Stands in a copy that is scored again for the number of an authorization that is supposed to exist; no payer's
#: number, and never written anywhere.
SUPPOSED_AUTHORIZATION = "SUPPOSED"


def found_on(table: pd.DataFrame, findings: pd.DataFrame) -> Values:
    """Whether each row of a table is of a line that the findings are on: bool, aligned with the table."""
    (keys, numbers), (found_keys, found_numbers) = (
        (one["claim_key"].to_numpy(), one["line_number"].array.to_numpy(dtype="int64", na_value=_NO_LINE))
        for one in (table, findings)
    )
    on_line = found_numbers != _NO_LINE
    found_keys, found_numbers = found_keys[on_line], found_numbers[on_line]
    width = 1 + max(numbers.max(initial=0), found_numbers.max(initial=0))
    marks: Values = np.isin(keys * width + numbers, found_keys * width + found_numbers) & (numbers != _NO_LINE)
    return marks


def with_only(lines: pd.DataFrame, columns: Sequence[str], rows: Values, kept: Values) -> pd.DataFrame:
    """Lines with some values of like columns taken out, and the gaps closed.

    ``rows`` are the positions of lines that change, ``kept`` (rows × columns) which of their values stay.
    """
    order = np.argsort(~kept, axis=1, kind="stable")
    values = lines[list(columns)].iloc[rows].to_numpy(dtype=object)
    values[~kept] = None
    closed: Values = np.take_along_axis(values, order, axis=1)
    return with_values(lines, columns, rows, closed)


def with_values(lines: pd.DataFrame, columns: Sequence[str], rows: Values, values: Values) -> pd.DataFrame:
    """Lines with other values (rows × columns, None for null) of some columns in the rows at some positions."""
    changed = {}
    for name, own in zip(columns, values.T, strict=True):
        column = lines[name].array.copy()
        column[rows] = pd.array(own, dtype=column.dtype)
        changed[name] = column
    return lines.assign(**changed)


def drop_lines(batch: ClaimBatch, findings: pd.DataFrame) -> ClaimBatch:
    """Take the lines the findings are on off their claims, and their charges off the claims' totals.

    What belongs to a line goes with it: its notes, attachments, and what other payers did with it. A claim that would
    be left without a line keeps them all: whether to send it is not for a repair to say.
    """
    lines = batch.service_lines
    staying = lines.loc[~found_on(lines, findings), "claim_key"]
    findings = findings[findings["claim_key"].isin(staying)]
    charges = lines.loc[found_on(lines, findings)].groupby("claim_key")["line_charge_cents"].sum()
    less = charges.reindex(batch.claims["claim_key"], fill_value=0).to_numpy()
    claims = batch.claims.assign(total_charge_cents=batch.claims["total_charge_cents"] - less)
    of_lines = {name: getattr(batch, name) for name, columns in TABLES.items() if "line_number" in columns}
    kept = {
        name: table[~found_on(table, findings)].reset_index(drop=True) for name, table in of_lines.items() if len(table)
    }
    return replace(batch, claims=claims, **kept)


def suppose_authorized(batch: ClaimBatch, findings: pd.DataFrame) -> ClaimBatch:
    """Put what stands for an authorization's number on the claims found and on those of their lines without one.

    Only ever for scoring again: it says what the risk is where the payer gave a number before the service.
    """
    claims, lines = (
        table.assign(
            prior_auth_number=table["prior_auth_number"].mask(
                table["claim_key"].isin(findings["claim_key"]) & without_authorization(table), SUPPOSED_AUTHORIZATION
            )
        )
        for table in (batch.claims, batch.service_lines)
    )
    return replace(batch, claims=claims, service_lines=lines)


def without_authorization(table: pd.DataFrame) -> pd.Series:
    """Whether each claim or line has no number of an authorization: none, or blanks."""
    return table["prior_auth_number"].str.strip().fillna("") == ""


def total_the_lines(batch: ClaimBatch, findings: pd.DataFrame) -> ClaimBatch:
    """Set the total charge of the claims found to the sum of their lines."""
    sums = batch.service_lines.groupby("claim_key")["line_charge_cents"].sum()
    totals = batch.claims["total_charge_cents"].copy()
    keys = np.unique(findings["claim_key"].to_numpy())
    totals.iloc[keys] = sums.reindex(keys).array
    return replace(batch, claims=batch.claims.assign(total_charge_cents=totals))
