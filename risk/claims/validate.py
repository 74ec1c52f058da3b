"""Structural validation of a ClaimBatch: that the tables are what their docstring says, each failure located.

This is about our own tables (a reader that broke its promise), not about what a payer would say of a claim: that is
what rules are for.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

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


def structural_failures(batch: ClaimBatch) -> list[Failure]:
    """Every place where the batch breaks the declared columns, types, keys or references; empty when sound."""
    failures = _column_failures(batch)
    return failures or _key_failures(batch)


def _column_failures(batch: ClaimBatch) -> list[Failure]:
    failures = []
    for name, columns in TABLES.items():
        table = getattr(batch, name)
        for column, kind in columns.items():
            if column not in table:
                failures.append(Failure(name, column, None, "the column to exist"))
            elif table[column].dtype != pd.Series(dtype=DTYPES[kind]).dtype:
                failures.append(Failure(name, column, None, f"type {DTYPES[kind]}"))
        failures += [Failure(name, extra, None, "no such column") for extra in table.columns if extra not in columns]
    return failures


#: Tables whose rows a number tells apart within their claim.
_KEYS = (
    ("service_lines", "line_number"),
    ("diagnoses", "dx_position"),
    *((name, number) for name, (_, number) in KEYS_OF_837.items()),
)


def _key_failures(batch: ClaimBatch) -> list[Failure]:
    claims = batch.claims
    checks: list[tuple[str, str, pd.Series, str]] = [
        ("claims", "claim_key", claims["claim_key"] != np.arange(len(claims)), "the row's position"),
        ("claims", "claim_id", claims["claim_id"].isna(), "a value"),
    ]
    for name, key in _KEYS:
        table = getattr(batch, name)
        checks += [
            (name, "claim_key", ~table["claim_key"].between(0, len(claims) - 1), "the key of a claim"),
            (name, key, table[key].isna() | (table[key] < 1).fillna(False), "1 or more"),
            (name, key, table.duplicated(["claim_key", key]), "one row per claim_key and " + key),
        ]
    notes = batch.notes
    checks += [
        ("notes", "claim_key", ~notes["claim_key"].between(0, len(claims) - 1), "the key of a claim"),
        ("notes", "note_text", notes["note_text"].isna(), "a value"),
        ("diagnoses", "dx_code", batch.diagnoses["dx_code"].isna(), "a value"),
    ]
    return [
        Failure(table, column, int(row), expected)
        for table, column, failed, expected in checks
        for row in np.flatnonzero(failed.to_numpy())
    ]
