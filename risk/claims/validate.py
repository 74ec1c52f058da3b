"""Structural validation of a ClaimBatch: that the tables are what their docstring says, each failure located.

This is about our own tables (a reader that broke its promise), not about what a payer would say of a claim: that is
what rules are for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from risk.claims.frames import TYPES
from risk.claims.kinds import DTYPES
from risk.claims.tables import TABLES, ClaimBatch
from risk.claims.tables_837 import KEYS_OF_837


@dataclass(frozen=True)
class Failure:
    """One place where a table is not as declared; ``row`` is null when the whole column is."""

    table: str
    column: str
    row: int | None
    expected: str

    def __str__(self) -> str:
        at = "" if self.row is None else f", row {self.row}"
        return f"{self.table}.{self.column}{at}: expected {self.expected}"


def structural_failures(batch: ClaimBatch, since: ClaimBatch | None = None) -> list[Failure]:
    """Every place where the batch breaks the declared columns, types, keys or references; empty when sound.

    ``since`` is a sound batch of as many claims: tables that are its very own are not looked at again.
    """
    names = [name for name in TABLES if since is None or getattr(batch, name) is not getattr(since, name)]
    return _column_failures(batch, names) or _key_failures(batch, names)


def _column_failures(batch: ClaimBatch, names: Sequence[str]) -> list[Failure]:
    failures = []
    for name in names:
        table, columns = getattr(batch, name), TABLES[name]
        found = dict(zip(table.columns, table.dtypes, strict=True))
        for column, kind in columns.items():
            if column not in found:
                failures.append(Failure(name, column, None, "the column to exist"))
            elif found[column] != TYPES[kind]:
                failures.append(Failure(name, column, None, f"type {DTYPES[kind]}"))
        surplus = table.columns[table.columns.duplicated() | ~table.columns.isin(list(columns))]
        failures += [Failure(name, extra, None, "no such column") for extra in surplus]
    return failures


#: Tables whose rows a number tells apart within their claim.
_KEYS = (
    ("service_lines", "line_number"),
    ("diagnoses", "dx_position"),
    *((name, number) for name, (_, number) in KEYS_OF_837.items()),
)


def _key_failures(batch: ClaimBatch, names: Sequence[str]) -> list[Failure]:
    claims = len(batch.claims)
    checks: list[tuple[str, str, NDArray[np.bool_], str]] = []
    if "claims" in names:
        checks += [
            ("claims", "claim_key", batch.claims["claim_key"].to_numpy() != np.arange(claims), "the row's position"),
            ("claims", "claim_id", batch.claims["claim_id"].isna().to_numpy(), "a value"),
        ]
    for name, number in _KEYS:
        table = getattr(batch, name)
        if name not in names or table.empty:
            continue
        keys, numbers = table["claim_key"].to_numpy(), table[number].to_numpy(dtype="float64", na_value=np.nan)
        checks += [
            (name, "claim_key", _strangers(keys, claims), "the key of a claim"),
            (name, number, ~(numbers >= 1), "1 or more"),
            (name, number, _repeated(keys, numbers), "one row per claim_key and " + number),
        ]
    if "notes" in names:
        notes = batch.notes
        checks += [
            ("notes", "claim_key", _strangers(notes["claim_key"].to_numpy(), claims), "the key of a claim"),
            ("notes", "note_text", notes["note_text"].isna().to_numpy(), "a value"),
        ]
    if "diagnoses" in names:
        checks.append(("diagnoses", "dx_code", batch.diagnoses["dx_code"].isna().to_numpy(), "a value"))
    return [
        Failure(table, column, int(row), expected)
        for table, column, failed, expected in checks
        for row in np.flatnonzero(failed)
    ]


def _strangers(keys: NDArray[np.int64], claims: int) -> NDArray[np.bool_]:
    return (keys < 0) | (keys >= claims)


def _repeated(keys: NDArray[np.int64], numbers: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Rows whose key and number an earlier row has; rows in ascending order have none."""
    later = (keys[1:] > keys[:-1]) | ((keys[1:] == keys[:-1]) & (numbers[1:] > numbers[:-1]))
    if later.all():
        return np.zeros(len(keys), dtype=bool)
    return np.asarray(pd.DataFrame({"key": keys, "number": numbers}).duplicated().to_numpy())
