"""Claims as a file of the CSV contract, CSV or Parquet: what is written reads back as what was read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from risk.claims.csv_layout import csv_bytes, csv_layout
from risk.claims.tables import ClaimBatch
from risk.errors import InputError
from risk.readers import ReadResult, Reject
from risk.readers.claims_csv import read_claims_csv
from risk.readers.csv_claims import group_rows
from risk.readers.csv_headers import contract_columns
from risk.readers.sources import SourceKind
from risk.reports.output import output_file
from risk.reports.structure import in_file_order

SUFFIXES = (".csv", ".parquet")

_CANNOT = "the claim CSV cannot carry this claim"
_NUL = f"{_CANNOT}: expected text without NUL bytes"
_MIXED_UP = f"{_CANNOT}: expected line numbers that tell it from another claim with the same id"

#: Parquet type by kind of column; all others are text. Dollars are exact: no amount passes through a float.
_TYPES: dict[str, pa.DataType] = {
    "date": pa.date32(),
    "cents": pa.decimal128(18, 2),
    "count": pa.int64(),
    "number": pa.float64(),
}


def require_claims_name(output: Path) -> None:
    """Raise :class:`InputError` where the output is not named ``.csv`` or ``.parquet``."""
    if output.suffix.lower() not in SUFFIXES:
        raise InputError(str(output), "expected a name that ends in .csv or .parquet", "use -o claims.csv")


def carried(result: ReadResult, kinds: Mapping[str, SourceKind]) -> ReadResult:
    """Keep the claims that the CSV contract can carry; each other one becomes a reject.

    The layout is read again to tell: a claim without payer, first diagnosis or date of service has a blank in a
    required column, and two claims with one id whose line numbers do not repeat would be read as one.

    Parameters
    ----------
    result
        What was read.
    kinds
        Kind of each file by its name, in the order they were read, so that a reject says byte or row; one that is
        not there gets neither.
    """
    batch = result.batch
    reasons: dict[int, tuple[str, str | None]] = _with_nul(batch) | dict.fromkeys(_mixed_up(batch), (_MIXED_UP, None))
    rest = np.setdiff1d(np.arange(len(batch)), list(reasons))
    kept = batch.select(rest)
    again = read_claims_csv(csv_bytes(csv_layout(kept)), "claims.csv")
    line_claims = kept.service_lines["claim_key"].to_numpy()
    for reject in again.rejects:
        if reject.row is None:
            raise ValueError("a reject of a CSV without its row")
        reasons[int(rest[line_claims[reject.row - 2]])] = (f"{_CANNOT}: {reject.reason}", reject.column)
    kept = batch.select(np.setdiff1d(np.arange(len(batch)), list(reasons)))
    if len(again.batch) != len(kept) or len(again.batch.service_lines) != len(kept.service_lines):
        raise ValueError("the CSV reads back as other claims or lines than were written")
    rejects = [
        _reject(batch, key, reason, column, kinds.get(str(batch.claims["source_file"].iat[key])))
        for key, (reason, column) in sorted(reasons.items())
    ]
    files = [*kinds, *batch.claims["source_file"].unique()]
    return replace(result, batch=kept, rejects=in_file_order([*result.rejects, *rejects], files))


def write_claims(batch: ClaimBatch, output: Path) -> None:
    """Write claims as CSV or Parquet by the suffix of ``output``, one row per service line, in claim and line order.

    The file appears under its name only when complete. Raises :class:`InputError` for another suffix and for a
    place that cannot be written to, ``ValueError`` for a claim without service lines.
    """
    require_claims_name(output)
    layout = csv_layout(batch)
    with output_file(output, binary=True) as stream:
        if output.suffix.lower() == ".csv":
            stream.write(csv_bytes(layout))
        else:
            import pyarrow.parquet as pq

            pq.write_table(_typed(layout), stream)


def _typed(layout: pa.Table) -> pa.Table:
    columns = contract_columns()
    kinds = {name: columns[name].kind for name in layout.column_names if name in columns}
    return layout.cast(
        pa.schema([(name, _TYPES.get(kinds.get(name, ""), pa.string())) for name in layout.column_names])
    )


def _with_nul(batch: ClaimBatch) -> dict[int, tuple[str, str | None]]:
    """Reason and column for claims with a NUL in a text: no CSV reader takes a file that holds one."""
    layout = csv_layout(batch)
    keys = batch.service_lines["claim_key"].to_numpy()
    reasons: dict[int, tuple[str, str | None]] = {}
    for name in layout.column_names:
        holds = pc.fill_null(pc.match_substring(layout[name], "\0"), False).to_numpy()
        for key in keys[holds]:
            reasons.setdefault(int(key), (_NUL, name))
    return reasons


def _mixed_up(batch: ClaimBatch) -> Iterable[int]:
    """Claims that a reader of the CSV would take apart or put together with others of their id, but for the first."""
    lines = batch.service_lines
    ids = pd.factorize(batch.claims["claim_id"])[0]
    own = lines["claim_key"].to_numpy()
    rows = pd.DataFrame({"own": own, "read": group_rows(ids[own], lines["line_number"].to_numpy(dtype="int64")).keys})
    pairs = rows.drop_duplicates()
    unlike = pairs["own"].duplicated(keep=False) | pairs["read"].duplicated(keep=False)
    doubtful = np.flatnonzero(np.isin(ids, ids[pairs.loc[unlike, "own"].to_numpy()]))
    return (int(key) for key in doubtful[pd.Series(ids[doubtful]).duplicated().to_numpy()])


def _reject(batch: ClaimBatch, key: int, reason: str, column: str | None, kind: SourceKind | None) -> Reject:
    claim = batch.claims.iloc[key]
    reject = Reject(str(claim["source_file"]), reason, claim_id=str(claim["claim_id"]), column=column)
    if kind == "x12":
        return replace(reject, byte_offset=int(claim["source_offset"]), segment="CLM", loop="2300")
    return reject if kind is None else replace(reject, row=int(claim["source_offset"]))
