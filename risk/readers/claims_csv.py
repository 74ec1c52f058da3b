"""The claim CSV: one row per service line, the columns of the claim repeated on each of its rows.

Rows with one claim id are one claim, wherever they stand in the file. A line number that repeats means that the id was
billed more than once: the k-th row with it belongs to the k-th claim of that id. Columns of the claim must agree on
all its rows, a blank saying nothing; place of service, rendering provider and authorisation may differ from line to
line, as they may on an 837, and the claim takes the first.
"""

from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from risk.claims.tables import CLAIMS, INHERITED, MODIFIERS, POINTERS, ClaimBatch, make_batch
from risk.errors import InputError
from risk.readers.csv_claims import ClaimRows, Defect, Defects, Ints, gather_diagnoses, group_rows, split_diagnoses
from risk.readers.csv_headers import MOST_DIAGNOSES, contract_columns
from risk.readers.csv_records import Header, RaggedRow, Records, iter_records, read_header, read_records
from risk.readers.rejects import ReadResult, Reject
from risk.readers.sources import as_utf8, damage_reported, open_source, sniff, source_name, utf8_blocks
from risk.readers.values import EXPECTED, Cells, read_cells

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

_REQUIRED = "expected a value in this required column"
_DISAGREES = "expected the same value on every row of the claim"
_PROCEDURE = "expected a procedure code, or a revenue code on an institutional line"
_MANY_DIAGNOSES = f"expected at most {MOST_DIAGNOSES} diagnoses"

#: Line columns that become columns of ``service_lines`` as they are.
_LINE_COLUMNS = ("procedure_code", *MODIFIERS, "service_from_date", "revenue_center_code", *INHERITED)


def read_claims_csv(data: bytes, file: str, mapping: Mapping[str, str] | None = None) -> ReadResult:
    """Read a claim CSV that is in memory (decompressed), in any of the usual encodings.

    Raises :class:`InputError` for a file that is no claim CSV: see ``csv_headers``, ``csv_records`` and ``sources``.
    """
    text = as_utf8(data, file)
    header = read_header(text, file, mapping)
    return _claims(read_records(text, header, file), header, file)


def iter_claims_csv(
    source: str | Path, *, chunk_claims: int = 20_000, mapping: Mapping[str, str] | None = None
) -> Iterator[ReadResult]:
    """Read a claim CSV of any size in bounded memory, ``chunk_claims`` claims at a time.

    The rows of a claim must stand together: rows of one id that do not follow each other are several claims here. A
    claim is never cut. Raises as :func:`read_claims_csv` does, and for what is X12 and not CSV.
    """
    name = source_name(source)
    with damage_reported(source), open_source(source) as stream:
        blocks = utf8_blocks(stream, name)
        head = next(blocks, b"")
        if sniff(head, name) != "csv":
            raise InputError(name, "expected a claim CSV, this is X12", "read it as an 837")
        header = read_header(head, name, mapping)
        body = io.BufferedReader(_Blocks(head[header.body :], blocks), buffer_size=1 << 20)
        pending: list[Records] = []
        for records in iter_records(body, header, name):
            pending.append(records)
            whole = _joined(pending)
            starts = _run_starts(whole)
            done = 0
            while len(starts) - done > chunk_claims:
                cut = int(starts[done + chunk_claims])
                yield _claims(_part(whole, int(starts[done]), cut, header), header, name)
                done += chunk_claims
            pending = [_part(whole, int(starts[done]) if done else 0, len(whole), header)]
        yield _claims(_joined(pending), header, name)


def _claims(records: Records, header: Header, file: str) -> ReadResult:
    """Build the tables from records that hold whole claims."""
    columns = {name: read_cells(column, _kind(name)) for name, column in records.columns.items()}
    ids = columns["claim_id"]
    ids = replace(ids, codes=_without(ids.codes, ids.unreadable))
    rows = records.rows
    rejects: list[Reject] = []
    if (nameless := ids.codes < 0).any():
        anything = np.logical_or.reduce([cells.codes >= 0 for cells in columns.values()])
        rejects += [Reject(file, _REQUIRED, row=int(row), column="claim_id") for row in rows[nameless & anything]]
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
    tables = _tables(columns, of_claim, grouped, rows, defects, file)
    found = defects.by_claim()
    claim_ids = ids.at(ids.codes[grouped.first_rows[list(found)]]).to_pylist() if found else []
    rejects += [
        Reject(file, defect.reason, claim_id=claim_id, row=defect.row, column=defect.column)
        for claim_id, defect in zip(claim_ids, found.values(), strict=True)
    ]
    return ReadResult(
        batch=_batch(tables, found),
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
                note(grouped.first_rows[of_claim[name] < 0], name, _REQUIRED)
        elif name == "procedure_code":
            revenue = columns.get("revenue_center_code")
            unsaid = cells.codes < 0
            note(np.flatnonzero(unsaid if revenue is None else unsaid & (revenue.codes < 0)), name, _PROCEDURE)
        elif column.required:
            note(np.flatnonzero(cells.codes < 0), name, _REQUIRED)
    return of_claim


def _tables(
    columns: Mapping[str, Cells],
    of_claim: Mapping[str, Ints],
    grouped: ClaimRows,
    rows: Ints,
    defects: Defects,
    file: str,
) -> dict[str, pd.DataFrame]:
    claims = {name: columns[name].at(of_claim[name]) for name in CLAIMS if name in columns}
    lines: dict[str, Any] = {"claim_key": grouped.keys, "line_number": grouped.line_numbers}
    lines |= {name: columns[name].at(columns[name].codes) for name in _LINE_COLUMNS if name in columns}
    charges = _of_rows(columns, "line_charge")
    lines["line_charge_cents"] = charges
    lines["quantity"] = _of_rows(columns, "quantity") if "quantity" in columns else np.ones(len(rows))
    lines["service_to_date"] = lines["service_from_date"]
    if "service_to_date" in columns:
        lines["service_to_date"] = pc.coalesce(_of_rows(columns, "service_to_date"), lines["service_from_date"])
    if "dx_pointers" in columns:
        lines |= _pointers(columns["dx_pointers"])

    totals = np.zeros(len(grouped), dtype=np.int64)
    np.add.at(totals, grouped.keys, charges.fill_null(0).to_numpy())
    claims["total_charge_cents"] = pa.array(totals)
    if "total_charge" in columns:
        claims["total_charge_cents"] = pc.coalesce(columns["total_charge"].at(of_claim["total_charge"]), totals)
    claims["source_file"] = pa.array([file]).take(pa.array(np.zeros(len(grouped), dtype=np.int64)))
    claims["source_offset"] = rows[grouped.first_rows]
    claims["claim_kind"] = _kinds(columns, of_claim, grouped)

    diagnoses = _diagnoses(columns, of_claim, grouped)
    last = pd.Series(diagnoses["dx_position"]).groupby(diagnoses["claim_key"]).max()
    many = last.index[last > MOST_DIAGNOSES].to_numpy()
    defects.add(many, rows[grouped.first_rows[many]], "dx_codes", _MANY_DIAGNOSES)
    if "dx_codes" in columns:
        first = np.zeros(len(grouped), dtype=bool)
        first[diagnoses["claim_key"][diagnoses["dx_position"] == 1]] = True
        missing = np.flatnonzero(~first)
        defects.add(missing, rows[grouped.first_rows[missing]], "dx_codes", _REQUIRED)
    diagnoses["dx_qualifier"] = pa.array(["principal", "other"]).take(pa.array((diagnoses["dx_position"] > 1) * 1))
    notes = _notes(columns, of_claim, grouped)
    return {
        "claims": _frame(claims),
        "service_lines": _frame(lines),
        "diagnoses": _frame(diagnoses),
        "notes": _frame(notes),
    }


def _of_rows(columns: Mapping[str, Cells], name: str) -> pa.Array:
    return columns[name].at(columns[name].codes)


def _kinds(columns: Mapping[str, Cells], of_claim: Mapping[str, Ints], grouped: ClaimRows) -> pa.Array:
    """Institutional where there is a bill type, or a revenue code and no place of service."""
    institutional = np.zeros(len(grouped), dtype=bool)
    if "revenue_center_code" in columns:
        institutional[grouped.keys[columns["revenue_center_code"].codes >= 0]] = True
    if "place_of_service_code" in of_claim:
        institutional &= of_claim["place_of_service_code"] < 0
    if "bill_type_code" in of_claim:
        institutional |= of_claim["bill_type_code"] >= 0
    return pa.array(["professional", "institutional"]).take(pa.array(institutional * 1))


def _pointers(cells: Cells) -> dict[str, pa.Array]:
    lists = [text.split(":") if text else [] for text in cells.values.to_pylist()]
    pointed = {}
    for rank, column in enumerate(POINTERS):
        values = pa.array([int(one[rank]) if len(one) > rank else None for one in lists], type=pa.int64())
        pointed[column] = Cells(cells.codes, values).at(cells.codes)
    return pointed


def _diagnoses(columns: Mapping[str, Cells], of_claim: Mapping[str, Ints], grouped: ClaimRows) -> dict[str, Any]:
    if "dx_codes" in columns:
        joined = columns["dx_codes"].at(of_claim["dx_codes"])
        return split_diagnoses(joined, lambda codes: read_cells(codes, "dx"))
    numbered = [(rank, f"dx_code_{rank}") for rank in range(1, MOST_DIAGNOSES + 1)]
    said = {rank: (columns[name].values, of_claim[name]) for rank, name in numbered if name in columns}
    return gather_diagnoses(said, len(grouped))


def _notes(columns: Mapping[str, Cells], of_claim: Mapping[str, Ints], grouped: ClaimRows) -> dict[str, Any]:
    """List notes of claims, then of lines; ``make_batch`` keeps this order within a claim."""
    keys, numbers, texts = [], [], []
    if "claim_note" in columns:
        noted = np.flatnonzero(of_claim["claim_note"] >= 0)
        keys.append(noted)
        numbers.append(pa.nulls(len(noted), pa.int64()))
        texts.append(columns["claim_note"].at(of_claim["claim_note"][noted]))
    if "line_note" in columns:
        codes = columns["line_note"].codes
        noted = np.flatnonzero(codes >= 0)
        keys.append(grouped.keys[noted])
        numbers.append(pa.array(grouped.line_numbers[noted]))
        texts.append(columns["line_note"].at(codes[noted]))
    if not keys:
        return {}
    return {
        "claim_key": np.concatenate(keys),
        "line_number": pa.concat_arrays(numbers),
        "note_text": pa.concat_arrays(texts),
    }


def _frame(columns: Mapping[str, Any]) -> pd.DataFrame:
    nullable = {pa.int64(): pd.Int64Dtype()}
    return pa.table(dict(columns)).to_pandas(types_mapper=nullable.get)


def _batch(tables: Mapping[str, pd.DataFrame], rejected: Mapping[int, Defect]) -> ClaimBatch:
    tables = dict(tables)
    if rejected:
        kept = np.ones(len(tables["claims"]), dtype=bool)
        kept[list(rejected)] = False
        renumbered = np.cumsum(kept) - 1
        tables["claims"] = tables["claims"][kept]
        for name in ("service_lines", "diagnoses", "notes"):
            if not len(tables[name]):
                continue
            keys = tables[name]["claim_key"].to_numpy(dtype="int64")
            rows = tables[name][kept[keys]]
            tables[name] = rows.assign(claim_key=renumbered[keys[kept[keys]]])
    return make_batch(tables["claims"], tables["service_lines"], tables["diagnoses"], tables["notes"])


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


def _run_starts(records: Records) -> Ints:
    """Positions where another claim id begins; rows without one belong to the run before them."""
    ids = read_cells(records.columns["claim_id"], "text").codes
    named = np.flatnonzero(ids >= 0)
    if not len(named):
        return np.zeros(min(len(ids), 1), dtype=np.intp)
    starts: Ints = named[np.append(True, ids[named[1:]] != ids[named[:-1]])]
    starts[0] = 0
    return starts


def _joined(parts: Sequence[Records]) -> Records:
    if len(parts) == 1:
        return parts[0]
    columns = {}
    for name in parts[0].columns:
        whole = pa.chunked_array([part.columns[name] for part in parts]).unify_dictionaries().combine_chunks()
        columns[name] = whole.chunk(0) if isinstance(whole, pa.ChunkedArray) else whole
    rows = np.concatenate([part.rows for part in parts])
    return Records(columns, rows, [one for part in parts for one in part.ragged])


def _part(records: Records, start: int, end: int, header: Header) -> Records:
    """Cut out records ``start`` to ``end``, with dictionaries of their own and the ragged rows among them."""
    columns = {
        name: column.slice(start, end - start).cast(pa.large_string()).dictionary_encode()
        for name, column in records.columns.items()
    }
    first = _first_ragged(records, start, header) if start else 0
    beyond = _first_ragged(records, end, header) if end < len(records) else np.inf
    ragged = [one for one in records.ragged if first <= one.row < beyond]
    return Records(columns, records.rows[start:end], ragged)


def _first_ragged(records: Records, position: int, header: Header) -> int:
    """Row from which ragged rows go with the record at ``position``: those just before it that have its claim id."""
    claim_id = records.columns["claim_id"][position].as_py()
    place = header.layout.positions["claim_id"]
    rows = [
        one.row
        for one in records.ragged
        if records.rows[position - 1] < one.row < records.rows[position] and one.cells[place : place + 1] == [claim_id]
    ]
    return min(rows, default=int(records.rows[position]))


class _Blocks(io.RawIOBase):
    """Blocks of text as a file."""

    def __init__(self, first: bytes, rest: Iterator[bytes]) -> None:
        self._left, self._rest = memoryview(first), rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not len(self._left):
            block = next(self._rest, None)
            if block is None:
                return 0
            self._left = memoryview(block)
        size = min(len(buffer), len(self._left))
        buffer[:size] = self._left[:size]
        self._left = self._left[size:]
        return size
