"""Remits gathered as columns, one whole claim or payment at a time, and what reading them amounts to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from risk.claims.remits import REMIT_TABLES, RemitBatch, RemitKind, concat_remits, make_remits

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from risk.readers.rejects import Reject

_NO_DAY = np.iinfo(np.int64).min  # numpy's NaT


@dataclass(frozen=True)
class RemitResult:
    """Remits that were read, and a reject for each one that was not.

    Raises ``ValueError`` where the sum does not hold.

    Parameters
    ----------
    batch
        Remits that were read.
    rejects
        One for each CLP that was not, and for each transaction that is no 835, in file order.
    claims_read
        ``len(batch) + len(rejects)``, counted by the reader on its own.
    notes
        Places where the file is not as its format says although the remit was read: a value left null, amounts that
        do not balance, an envelope that does not add up.
    """

    batch: RemitBatch
    rejects: list[Reject]
    claims_read: int
    notes: tuple[Reject, ...] = ()

    def __post_init__(self) -> None:
        if self.claims_read != len(self.batch) + len(self.rejects):
            raise ValueError(
                f"read {self.claims_read} remits, but {len(self.batch)} in the batch and {len(self.rejects)} rejects"
            )


def concat_remit_results(results: Sequence[RemitResult]) -> RemitResult:
    """Join results in order, renumbering keys."""
    return RemitResult(
        batch=concat_remits([result.batch for result in results]),
        rejects=[reject for result in results for reject in result.rejects],
        claims_read=sum(result.claims_read for result in results),
        notes=tuple(note for result in results for note in result.notes),
    )


class RemitColumns:
    """The remittance tables as growing lists; keys are byte offsets until :func:`risk.readers.remit_parts.numbered`.

    Dates are days since 1970-01-01, money integer cents, absent values null; rows are mappings by column, of which
    only the table's own columns are taken.
    """

    def __init__(self) -> None:
        self._columns: dict[str, dict[str, list[Any]]] = {
            table: {column: [] for column in kinds} for table, kinds in REMIT_TABLES.items()
        }

    def __len__(self) -> int:
        return len(self._columns["payments"]["payment_key"]) + len(self._columns["remit_claims"]["remit_key"])

    def add(self, table: str, key: Mapping[str, int], rows: Sequence[Mapping[str, Any]]) -> None:
        """Append rows of one table, all with the same key."""
        columns = self._columns[table]
        for row in rows:
            for column, values in columns.items():
                values.append(key[column] if column in key else row.get(column))

    def batch(self, text: Callable[[str], str]) -> RemitBatch:
        """Make the batch; ``text`` is applied to every text value on the way."""
        return make_remits(
            {
                table: {
                    column: _series(values, REMIT_TABLES[table][column], text) for column, values in columns.items()
                }
                for table, columns in self._columns.items()
            }
        )


def _series(values: list[Any], kind: RemitKind, text: Callable[[str], str]) -> pd.Series:
    if kind == "text":
        return pd.Series([None if value is None else text(value) for value in values], dtype="str")
    if kind == "date":
        days = np.fromiter((_NO_DAY if value is None else value for value in values), np.int64, count=len(values))
        return pd.Series(days.astype("datetime64[D]").astype("datetime64[s]"))
    if kind == "number":
        return pd.Series(values, dtype="float64")
    if kind == "flag":
        return pd.Series(values, dtype="bool")
    return pd.Series(pd.array(values, dtype="Int64"))
