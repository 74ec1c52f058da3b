"""Columns of a claim CSV beyond the contract, for those who ask for them by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa

from risk.claims.kinds import DTYPES
from risk.claims.tables_837 import EXTRA_VALUES
from risk.readers.csv_headers import Layout
from risk.readers.csv_records import Records

if TYPE_CHECKING:
    from risk.claims.tables import ClaimBatch

#: What stands before the header among the columns of the records, so that no name of the contract is taken twice.
_PREFIX = "extra "


def extra_layout(layout: Layout, file: str, extras: Sequence[str]) -> tuple[Layout, dict[str, int]]:
    """Widen a layout by the columns asked for; also returns the rank of each that the file has, from 1."""
    wanted = {name: rank for rank, name in enumerate(extras, start=1) if name in layout.others}
    positions = layout.positions | {_PREFIX + name: layout.others[name] for name in wanted}
    ignored = tuple(told for told in layout.ignored if told not in {f"{file}: {name}" for name in wanted})
    return replace(layout, positions=positions, ignored=ignored), wanted


def extra_values(records: Records, wanted: Mapping[str, int], batch: ClaimBatch) -> pd.DataFrame:
    """Values of the claims' first rows, as the table ``extra_values``; a blank cell has no row."""
    first = np.searchsorted(records.rows, batch.claims["source_offset"].to_numpy(dtype="int64"))
    parts = [pd.DataFrame({name: pd.Series(dtype=DTYPES[kind]) for name, kind in EXTRA_VALUES.items()})]
    for name, rank in wanted.items():
        texts = records.columns[_PREFIX + name].take(pa.array(first)).cast(pa.large_string())
        values = pd.Series(texts.to_pandas(), dtype="str").str.strip()
        said = np.flatnonzero(values.notna().to_numpy() & values.ne("").to_numpy())
        part = {"claim_key": said, "position": rank, "name": name, "value": values.iloc[said].array}
        parts.append(pd.DataFrame(part).astype({column: DTYPES[kind] for column, kind in EXTRA_VALUES.items()}))
    whole = pd.concat(parts, ignore_index=True)
    return whole.sort_values(["claim_key", "position"], kind="stable", ignore_index=True)
