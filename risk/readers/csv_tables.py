"""The tables of a batch from the columns of a CSV whose rows are grouped into claims."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from risk.claims.csv_layout import LINE_COLUMNS_OF_837
from risk.claims.frames import column_of
from risk.claims.tables import CLAIMS, INHERITED, MODIFIERS, POINTERS, TABLES, ClaimBatch, make_batch
from risk.readers.csv_claims import ClaimRows, Defects, Ints, gather_diagnoses, split_diagnoses
from risk.readers.csv_headers import MOST_DIAGNOSES
from risk.readers.values import Cells, read_cells

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

REQUIRED = "expected a value in this required column"
_MANY_DIAGNOSES = f"expected at most {MOST_DIAGNOSES} diagnoses"

#: Line columns that become columns of ``service_lines`` as they are.
_LINE_COLUMNS = ("procedure_code", *MODIFIERS, "revenue_center_code", *INHERITED)


def build_tables(
    columns: Mapping[str, Cells],
    of_claim: Mapping[str, Ints],
    grouped: ClaimRows,
    rows: Ints,
    defects: Defects,
    file: str,
) -> dict[str, dict[str, Any]]:
    """Lay out all claims, readable or not, and note the defects that show only then.

    ``columns`` are the file's by row, ``of_claim`` their codes by claim; ``rows`` are spreadsheet rows. Returns the
    columns of each table.
    """
    said = {name for name, cells in columns.items() if len(cells.values)}  # the others are null in every row
    claims = {name: columns[name].at(of_claim[name]) for name in CLAIMS if name in said}
    lines: dict[str, Any] = {"claim_key": grouped.keys, "line_number": grouped.line_numbers}
    lines |= {name: _of_rows(columns, name) for name in _LINE_COLUMNS if name in said}
    lines |= {column: _of_rows(columns, name) for column, name in LINE_COLUMNS_OF_837.items() if name in said}
    charges = _of_rows(columns, "line_charge")
    lines["line_charge_cents"] = charges
    lines["quantity"] = _of_rows(columns, "quantity") if "quantity" in columns else np.ones(len(rows))
    begins = lines["service_from_date"] = _of_rows(columns, "service_from_date")
    ends = _of_rows(columns, "service_to_date") if "service_to_date" in said else begins
    lines["service_to_date"] = pc.coalesce(ends, begins)
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
    many = np.unique(diagnoses["claim_key"][diagnoses["dx_position"] > MOST_DIAGNOSES])
    defects.add(many, rows[grouped.first_rows[many]], "dx_codes", _MANY_DIAGNOSES)
    if "dx_codes" in columns:
        first = np.zeros(len(grouped), dtype=bool)
        first[diagnoses["claim_key"][diagnoses["dx_position"] == 1]] = True
        missing = np.flatnonzero(~first)
        defects.add(missing, rows[grouped.first_rows[missing]], "dx_codes", REQUIRED)
    diagnoses["dx_qualifier"] = pa.array(["principal", "other"]).take(pa.array((diagnoses["dx_position"] > 1) * 1))
    if "present_on_admission" in columns:
        cells = columns["present_on_admission"]
        diagnoses["present_on_admission"] = _by_position(cells, of_claim["present_on_admission"], diagnoses)
    notes = _notes(columns, of_claim, grouped)
    return {
        name: {column: column_of(values, TABLES[name][column]) for column, values in own.items()}
        for name, own in (("claims", claims), ("service_lines", lines), ("diagnoses", diagnoses), ("notes", notes))
    }


def build_batch(tables: Mapping[str, Mapping[str, Any]], rejected: Sequence[int]) -> ClaimBatch:
    """Make the batch of the claims that are not rejected; ``rejected`` are claim keys."""
    return make_batch(**(_without(tables, rejected) if rejected else tables))


def _without(tables: Mapping[str, Mapping[str, Any]], rejected: Sequence[int]) -> dict[str, dict[str, Any]]:
    """Columns of the tables without the rows of some claims, and with the keys of the others renumbered."""
    kept = np.ones(len(tables["claims"]["source_offset"]), dtype=bool)
    kept[rejected] = False
    renumbered = np.cumsum(kept) - 1
    left = {}
    for name, columns in tables.items():
        rows = kept[columns["claim_key"]] if "claim_key" in columns else kept
        left[name] = {column: values[rows] for column, values in columns.items()}
        if "claim_key" in columns:
            left[name]["claim_key"] = renumbered[left[name]["claim_key"]]
    return left


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


def _by_position(cells: Cells, of_claim: Ints, diagnoses: Mapping[str, Any]) -> pa.Array:
    """Give each diagnosis its part of its claim's list; null where the list is shorter or says nothing there."""
    lists = [(text or "").split("|") for text in cells.values.to_pylist()]
    pairs = zip(of_claim[diagnoses["claim_key"]], diagnoses["dx_position"], strict=True)
    parts = [
        lists[code][position - 1].strip() if code >= 0 and position <= len(lists[code]) else ""
        for code, position in pairs
    ]
    return pa.array([part or None for part in parts], type=pa.large_string())


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
