"""What a column of a canonical table can hold."""

from __future__ import annotations

from typing import Literal

Kind = Literal["key", "text", "date", "cents", "count", "number"]

#: pandas type of each kind. Cents and counts are nullable integers: money never passes through a float.
DTYPES: dict[Kind, str] = {
    "key": "int64",
    "text": "str",
    "date": "datetime64[s]",
    "cents": "Int64",
    "count": "Int64",
    "number": "float64",
}
