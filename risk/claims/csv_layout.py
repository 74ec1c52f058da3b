"""Claims laid out as the CSV of the contract: one row per service line, the columns of the claim on each of its rows.

The columns of the contract are always there; what only an 837 says follows them, a column each where any claim says it.

What the layout has no column for is not in it: diagnosis qualifiers other than principal and other, and where one note
of a claim or line ends and its next begins (they are joined by a line break); place of service, rendering provider and
authorisation are those of the line, so that a claim whose lines all differ from it loses its own; file and offset of
the source and the kind of claim are the reader's to say; and the tables that only an 837 fills
(:mod:`risk.claims.tables_837`), as they have rows of their own.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from risk.claims.tables import CLAIMS, CLAIMS_OF_837, INHERITED, LINES_OF_837, MODIFIERS, POINTERS, ClaimBatch

#: Diagnoses that have a column of their own; a claim with more (an 837I has up to 25) takes ``dx_codes`` instead.
DX_COLUMNS = 12

#: Column of the CSV by column of a line that only an 837 says; providers are ``line_…``, as the claim has its own.
LINE_COLUMNS_OF_837 = {column: f"line_{column}" if column.endswith("_npi") else column for column in LINES_OF_837}

#: Claim columns in the order of the contract; the rest of ``CLAIMS`` is the reader's own bookkeeping, and what the
#: contract has no column for.
_CLAIM_COLUMNS = [
    column
    for column in CLAIMS
    if column not in CLAIMS_OF_837
    and column not in ("claim_key", "source_file", "source_offset", "claim_kind", "total_charge_cents")
]


def csv_layout(batch: ClaimBatch) -> pa.Table:
    """Lay a batch out as the contract's CSV: strings only, one row per service line, in claim and line order.

    Raises ``ValueError`` when a claim has no service line: the layout has no row to put it on.
    """
    lines = batch.service_lines
    keys = lines["claim_key"].to_numpy()
    if len(lonely := np.setdiff1d(np.arange(len(batch)), keys)):
        raise ValueError(f"{len(lonely)} claims have no service line; the CSV has one row per line")
    columns: dict[str, Any] = {}
    for column in _CLAIM_COLUMNS:
        columns[column] = (
            _text(lines[column]) if column in INHERITED else _text(batch.claims[column]).take(pa.array(keys))
        )
    columns["claim_note"] = _notes(batch, of_lines=False)
    columns["total_charge"] = _dollars(batch.claims["total_charge_cents"]).take(pa.array(keys))
    columns |= _diagnoses(batch, keys)
    columns["line_number"] = _text(lines["line_number"])
    columns |= {column: _text(lines[column]) for column in ("procedure_code", *MODIFIERS)}
    columns["quantity"] = _numbers(lines["quantity"])
    columns["line_charge"] = _dollars(lines["line_charge_cents"])
    columns["dx_pointers"] = _pointers(lines)
    columns |= {
        column: _text(lines[column]) for column in ("service_from_date", "service_to_date", "revenue_center_code")
    }
    columns["line_note"] = _notes(batch, of_lines=True)
    columns |= {name: column for name, column in _of_837(batch, keys).items() if column.null_count < len(column)}
    return pa.table(columns)


def _of_837(batch: ClaimBatch, keys: np.ndarray[Any, Any]) -> dict[str, pa.Array]:
    rows = pa.array(keys)
    columns = {column: _text(batch.claims[column]).take(rows) for column in CLAIMS_OF_837}
    columns["present_on_admission"] = _present_on_admission(batch).take(rows)
    lines = batch.service_lines
    return columns | {name: _text(lines[column]) for column, name in LINE_COLUMNS_OF_837.items()}


def _present_on_admission(batch: ClaimBatch) -> pa.Array:
    """Give each claim its diagnoses' indicators by position, joined by ``|``; null where it has none."""
    said = batch.diagnoses.dropna(subset=["present_on_admission"])
    if said.empty:
        return pa.nulls(len(batch), pa.string())
    wide = said.pivot_table(
        index="claim_key", columns="dx_position", values="present_on_admission", aggfunc="first"
    ).reindex(index=range(len(batch)), columns=range(1, int(said["dx_position"].max()) + 1))
    joined = pc.binary_join_element_wise(*(pc.fill_null(_text(wide[column]), "") for column in wide), "|")
    trimmed = pc.utf8_rtrim(joined, "|")
    return pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, pa.string()), trimmed)


def _text(values: pd.Series) -> pa.Array:
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        return pa.array(values.array.astype("datetime64[s]"), from_pandas=True).cast(pa.date32()).cast(pa.string())
    return pa.array(values, from_pandas=True).cast(pa.string())


def _dollars(cents: pd.Series) -> pa.Array:
    amounts = pa.array(cents, type=pa.int64(), from_pandas=True)
    size = pc.abs(amounts)
    whole = pc.divide(size, 100)
    rest = pc.utf8_lpad(pc.subtract(size, pc.multiply(whole, 100)).cast(pa.string()), 2, "0")
    sign = pc.if_else(pc.less(amounts, 0), "-", "")
    return pc.binary_join_element_wise(pc.binary_join_element_wise(sign, whole.cast(pa.string()), ""), rest, ".")


def _numbers(values: pd.Series) -> pa.Array:
    codes, distinct = pd.factorize(values)
    shown = [np.format_float_positional(value, trim="-") for value in distinct]
    return pa.array([*shown, None], type=pa.string()).take(pa.array(np.where(codes < 0, len(shown), codes)))


def _pointers(lines: pd.DataFrame) -> pa.Array:
    joined = pc.binary_join_element_wise(*(pc.fill_null(_text(lines[column]), "") for column in POINTERS), ":")
    return pc.utf8_trim(pc.replace_substring_regex(joined, ":+", ":"), ":")


def _diagnoses(batch: ClaimBatch, keys: np.ndarray[Any, Any]) -> dict[str, pa.Array]:
    diagnoses = batch.diagnoses
    codes = _text(diagnoses["dx_code"])
    dotted = pc.if_else(
        pc.greater(pc.utf8_length(codes), 3),
        pc.binary_join_element_wise(pc.utf8_slice_codeunits(codes, 0, 3), pc.utf8_slice_codeunits(codes, 3), "."),
        codes,
    )
    positions = diagnoses["dx_position"].to_numpy(dtype="int64")
    of_claim = diagnoses["claim_key"].to_numpy()
    last = int(positions.max(initial=0))
    by_position = []
    for position in range(1, max(last, DX_COLUMNS) + 1):
        rows = np.full(len(batch), -1)
        mine = np.flatnonzero(positions == position)
        rows[of_claim[mine]] = mine
        by_position.append(dotted.take(pa.array(rows, mask=rows < 0)).take(pa.array(keys)))
    if last <= DX_COLUMNS:
        return {f"dx_code_{position}": column for position, column in enumerate(by_position, start=1)}
    blank = [pc.fill_null(column, "") for column in by_position]
    return {"dx_codes": pc.utf8_rtrim(pc.binary_join_element_wise(*blank, "|"), "|")}


def _notes(batch: ClaimBatch, *, of_lines: bool) -> pa.Array:
    notes = batch.notes
    mine = notes[notes["line_number"].notna() == of_lines]
    by = ["claim_key", "line_number"] if of_lines else ["claim_key"]
    if mine.duplicated(by).any():
        mine = mine.groupby(by, sort=False, as_index=False)["note_text"].agg("\n".join)
    lines = batch.service_lines
    if not of_lines:
        rows = np.full(len(batch), -1)
        rows[mine["claim_key"].to_numpy()] = np.arange(len(mine))
        rows = rows[lines["claim_key"].to_numpy()]
    else:
        # line numbers stay far below a million; the pair as one integer makes the look-up a plain index
        wanted = pd.Index(mine["claim_key"] * 1_000_000 + mine["line_number"].astype("int64"))
        rows = wanted.get_indexer(lines["claim_key"] * 1_000_000 + lines["line_number"].astype("int64"))
    return _text(mine["note_text"]).take(pa.array(rows, mask=rows < 0))


def csv_bytes(table: pa.Table) -> bytes:
    """Write a table of texts as UTF-8 CSV with a header row; null is an empty cell, a row ends with a line feed."""
    head = ",".join(table.column_names) + "\n"
    if not len(table):
        return head.encode()
    cells = [_quoted(column.combine_chunks().cast(pa.large_string())) for column in table.columns]
    cells[-1] = pc.binary_join_element_wise(cells[-1], _literal("\n"), _literal(""))
    rows = pc.binary_join_element_wise(*cells, _literal(","))
    body: bytes = pc.binary_join(_in_one_list(rows), _literal(""))[0].as_buffer().to_pybytes()
    return head.encode() + body


def _in_one_list(values: pa.Array) -> pa.Array:
    return pa.LargeListArray.from_arrays(pa.array([0, len(values)], pa.int64()), values)


def _literal(text: str) -> pa.Scalar:
    return pa.scalar(text, pa.large_string())


def _quoted(cells: pa.Array) -> pa.Array:
    filled = pc.fill_null(cells, "")
    special = pc.match_substring_regex(filled, '[",\r\n]')
    if not pc.any(special).as_py():
        return filled
    doubled = pc.replace_substring(filled, '"', '""')
    quoted = pc.binary_join_element_wise(_literal('"'), doubled, _literal('"'), _literal(""))
    return pc.if_else(special, quoted, filled)
