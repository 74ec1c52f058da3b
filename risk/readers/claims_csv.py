"""The claim CSV: one row per service line, the columns of the claim repeated on each of its rows.

Rows with one claim id are one claim, wherever they stand in the file. A line number that repeats means that the id was
billed more than once: the k-th row with it belongs to the k-th claim of that id. Columns of the claim must agree on
all its rows, a blank saying nothing; place of service, rendering provider and authorisation may differ from line to
line, as they may on an 837, and the claim takes the first.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from risk.claims.tables import INHERITED
from risk.readers.csv_claims import ClaimRows, Defects, Ints, group_rows
from risk.readers.csv_extras import extra_layout, extra_values
from risk.readers.csv_headers import contract_columns, match_headers
from risk.readers.csv_records import Header, RaggedRow, Records, read_header, read_records
from risk.readers.csv_tables import REQUIRED, build_batch, build_tables
from risk.readers.rejects import ReadResult, Reject
from risk.readers.sources import as_utf8
from risk.readers.values import EXPECTED, Cells, read_columns

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_DISAGREES = "expected the same value on every row of the claim"
_PROCEDURE = "expected a procedure code, or a revenue code on an institutional line"


def read_claims_csv(
    data: bytes, file: str, mapping: Mapping[str, str] | None = None, extras: Sequence[str] = ()
) -> ReadResult:
    """Read a claim CSV that is in memory (decompressed), in any of the usual encodings.

    ``extras`` are headers beyond the contract that are wanted too; those the file does not have are not missed here.

    Raises :class:`InputError` for a file that is no claim CSV: see ``csv_headers``, ``csv_records`` and ``sources``.
    """
    text = as_utf8(data, file)
    header = read_header(text, file, mapping)
    if not extras:
        return claims_of(read_records(text, header, file), header, file)
    return read_with_extras(text, header, file, extras)


def read_claims_table(table: pa.Table, file: str, mapping: Mapping[str, str] | None = None) -> ReadResult:
    """Read a claim CSV that lies in memory or Parquet as an Arrow table, whatever the types of its columns.

    Rows are numbered as if the table were a CSV with its header in row 1. Raises :class:`InputError` for columns, as
    ``csv_headers`` does.
    """
    layout = match_headers(table.column_names, file, mapping)
    columns = {}
    for name, position in layout.positions.items():
        texts = pa.concat_arrays(
            [chunk.cast(pa.large_string()) for chunk in table.column(position).chunks]
            or [pa.array([], pa.large_string())]
        )
        columns[name] = texts.dictionary_encode()
    rows = np.arange(len(table)) + 2
    return claims_of(Records(columns, rows, []), Header(layout, ",", 0, 1), file)


def read_with_extras(text: bytes, header: Header, file: str, extras: Sequence[str]) -> ReadResult:
    """Read a claim CSV and what its claims say in columns that were asked for."""
    wider, wanted = extra_layout(header.layout, file, extras)
    records = read_records(text, replace(header, layout=wider), file)
    own = {name: records.columns[name] for name in header.layout.positions}
    result = claims_of(replace(records, columns=own), replace(header, layout=wider), file)
    values = extra_values(records, wanted, result.batch)
    return replace(result, batch=replace(result.batch, extra_values=values))


def claims_of(records: Records, header: Header, file: str) -> ReadResult:
    """Build the tables from records that hold whole claims."""
    columns = read_columns(records.columns, {name: _kind(name) for name in records.columns})
    ids = columns["claim_id"]
    ids = replace(ids, codes=_without(ids.codes, ids.unreadable))
    rows = records.rows
    rejects: list[Reject] = []
    if (nameless := ids.codes < 0).any():
        anything = np.logical_or.reduce([cells.codes >= 0 for cells in columns.values()])
        rejects += [Reject(file, REQUIRED, row=int(row), column="claim_id") for row in rows[nameless & anything]]
        columns = {name: cells.rows(~nameless) for name, cells in columns.items()}
        ids, rows = ids.rows(~nameless), rows[~nameless]
    numbers = columns.get("line_number")
    said = np.zeros(len(rows), dtype=np.int64)
    if numbers is not None:
        said = numbers.at(numbers.codes).fill_null(0).to_numpy().copy()
    grouped = group_rows(ids.codes, said)
    defects = Defects(list(contract_columns()))
    stray = _place_ragged(records.ragged, ids, grouped, rows, header, defects)
    rejects += [Reject(file, _ragged_reason(header), claim_id=one, row=row) for row, one in stray]
    claims_read = len(grouped) + len(rejects)

    of_claim = _check(columns, grouped, rows, defects)
    tables = build_tables(columns, of_claim, grouped, rows, defects, file)
    found = defects.by_claim()
    claim_ids = ids.at(ids.codes[grouped.first_rows[list(found)]]).to_pylist() if found else []
    rejects += [
        Reject(file, defect.reason, claim_id=claim_id, row=defect.row, column=defect.column)
        for claim_id, defect in zip(claim_ids, found.values(), strict=True)
    ]
    return ReadResult(
        batch=build_batch(tables, list(found)),
        rejects=sorted(rejects, key=lambda reject: reject.row or 0),
        claims_read=claims_read,
        ignored_columns=header.layout.ignored,
    )


def _kind(name: str) -> str:
    return "text" if name == "dx_codes" else contract_columns()[name].kind


def _without(codes: Ints, rows: Ints) -> Ints:
    if not len(rows):
        return codes
    codes = codes.copy()
    codes[rows] = -1
    return codes


def _check(columns: Mapping[str, Cells], grouped: ClaimRows, rows: Ints, defects: Defects) -> dict[str, Ints]:
    """Note what keeps claims from being read; returns each claim column's code by claim."""

    def note(positions: Ints, name: str, reason: str) -> None:
        defects.add(grouped.keys[positions], rows[positions], name, reason)

    of_claim: dict[str, Ints] = {}
    for name, cells in columns.items():
        column = contract_columns()[name]
        note(cells.unreadable, name, EXPECTED[column.kind])
        if column.level == "claim":
            of_claim[name], disagreeing = grouped.of_claim(cells)
            if name not in INHERITED:
                note(disagreeing, name, _DISAGREES)
            if column.required or name == "dx_codes":
                note(grouped.first_rows[of_claim[name] < 0], name, REQUIRED)
        elif name == "procedure_code":
            revenue = columns.get("revenue_center_code")
            unsaid = cells.codes < 0
            note(np.flatnonzero(unsaid if revenue is None else unsaid & (revenue.codes < 0)), name, _PROCEDURE)
        elif column.required:
            note(np.flatnonzero(cells.codes < 0), name, REQUIRED)
    return of_claim


def _ragged_reason(header: Header) -> str:
    return f"expected {header.layout.width} cells, as the first row has"


def _place_ragged(
    ragged: Sequence[RaggedRow], ids: Cells, grouped: ClaimRows, rows: Ints, header: Header, defects: Defects
) -> list[tuple[int, str | None]]:
    """Give ragged rows to the claims they belong to; returns row and claim id of the others, one per claim.

    Cells after the fault may stand anywhere: a text is taken for a claim id only in the first column, or where
    another row has the same id.
    """
    if not ragged:
        return []
    place = header.layout.positions["claim_id"]
    known: dict[str, list[int]] = {}
    for key, claim_id in enumerate(ids.at(ids.codes[grouped.first_rows]).to_pylist()):
        known.setdefault(claim_id, []).append(key)
    stray: list[tuple[int, str | None]] = []
    named: set[str] = set()
    for one in ragged:
        claim_id = one.cells[place].strip() if place < len(one.cells) else ""
        if keys := known.get(claim_id):
            before = [key for key in keys if rows[grouped.first_rows[key]] < one.row]
            key = before[-1] if before else keys[0]
            defects.add(np.array([key]), np.array([one.row]), None, _ragged_reason(header))
        elif place == 0 and claim_id and len(claim_id.splitlines()) == 1:
            if claim_id not in named:
                named.add(claim_id)
                stray.append((one.row, claim_id))
        else:
            stray.append((one.row, None))
    return stray
