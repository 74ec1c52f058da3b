"""Tables put together from columns that have their types already, and such columns from Arrow.

pandas looks at all it is given to find out what it is, which costs more than anything else where there are few rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray
from pandas.api.internals import create_dataframe_from_blocks

from risk.claims.kinds import DTYPES, Kind

#: pandas type of each kind, made once: a name would be looked up each time.
TYPES: dict[Kind, Any] = {kind: pd.api.types.pandas_dtype(name) for kind, name in DTYPES.items()}

_TEXTS = TYPES["text"].construct_array_type()


def frame_of(columns: Mapping[str, Any], index: pd.Index) -> pd.DataFrame:
    """A table of columns, each an array of numpy or an extension array as long as the index, in the given order.

    The columns are taken as they are, without a copy: whoever changes the table in place changes them.
    """
    places = np.arange(len(columns)).reshape(-1, 1)
    blocks = [(_block(values), place) for values, place in zip(columns.values(), places, strict=True)]
    return create_dataframe_from_blocks(blocks, index=index, columns=_names(tuple(columns)))


def texts_of(values: pa.Array | pa.ChunkedArray) -> Any:
    """Texts of Arrow (``large_string``) as pandas keeps them; nothing is copied."""
    return _TEXTS(values, dtype=TYPES["text"])


def integers_of(values: NDArray[np.int64], absent: NDArray[np.bool_] | None = None) -> Any:
    """Integers as a column of counts or cents, null where ``absent``; nothing is copied."""
    return pd.arrays.IntegerArray(values, np.zeros(len(values), dtype=bool) if absent is None else absent)


def column_of(values: pa.Array | NDArray[Any], kind: Kind) -> Any:
    """Values of Arrow, or of numpy where none is null, as a column of that kind."""
    if isinstance(values, np.ndarray):
        return integers_of(values) if kind in ("count", "cents") else values
    if kind == "text":
        return texts_of(values if pa.types.is_large_string(values.type) else values.cast(pa.large_string()))
    if kind not in ("count", "cents"):
        return values.to_numpy(zero_copy_only=False)
    if not values.null_count:
        return integers_of(values.to_numpy().copy())  # Arrow's own cannot be written to
    return integers_of(values.fill_null(0).to_numpy(), values.is_null().to_numpy(zero_copy_only=False))


def _block(values: Any) -> Any:
    """Column as pandas holds it in a table: those of numpy have two dimensions."""
    plain = values.to_numpy() if isinstance(values, pd.arrays.NumpyExtensionArray) else values
    return plain.reshape(1, -1) if isinstance(plain, np.ndarray) else plain


@lru_cache(maxsize=1024)
def _names(columns: tuple[str, ...]) -> pd.Index:
    """Names of columns as pandas keeps them; tables of the same columns share how they are found."""
    return pd.Index(columns)
