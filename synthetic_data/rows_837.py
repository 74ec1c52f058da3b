"""A batch as rows of text, each claim with everything that belongs to it, for the 837 writer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from risk.claims.columns import map_unique
from risk.claims.tables import ClaimBatch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pandas as pd

Row = dict[str, Any]
Spaces = dict[int, str]


def claim_rows(batch: ClaimBatch, spaces: Spaces) -> list[Row]:
    """Claims as rows of text, each with its lines, diagnoses, notes and so on; null is the empty text.

    ``spaces`` translates what a text cannot hold to spaces.
    """
    claims = _rows(batch.claims, spaces)
    for claim in claims:
        claim |= {"lines": [], "diagnoses": [], "notes": [], "codes": [], "attachments": [], "other_payers": []}
    by_line: dict[tuple[int, str], Row] = {}
    for key, line in _keyed(batch.service_lines, spaces):
        line |= {"notes": [], "attachments": [], "payments": []}
        claims[key]["lines"].append(line)
        by_line[key, line["line_number"]] = line

    def owner(key: int, row: Row) -> Row:
        return by_line[key, row["line_number"]] if row["line_number"] else claims[key]

    for key, row in _keyed(batch.diagnoses, spaces):
        diagnosis = (row["dx_code"], row["dx_qualifier"], row["present_on_admission"])
        claims[key]["diagnoses"].append(diagnosis)
    for key, row in _keyed(batch.notes, spaces):
        owner(key, row)["notes"].append(row["note_text"])
    for key, row in _keyed(batch.claim_codes, spaces):
        claims[key]["codes"].append(row)
    for key, row in _keyed(batch.attachments, spaces):
        owner(key, row)["attachments"].append(row)
    _add_other_payers(batch, spaces, claims, by_line)
    return claims


def _add_other_payers(
    batch: ClaimBatch, spaces: Spaces, claims: list[Row], by_line: dict[tuple[int, str], Row]
) -> None:
    payers: dict[tuple[int, str], Row] = {}
    payments: dict[tuple[int, str], Row] = {}
    for key, row in _keyed(batch.other_payers, spaces):
        payers[key, row["payer_position"]] = row | {"adjustments": []}
        claims[key]["other_payers"].append(payers[key, row["payer_position"]])
    for key, row in _keyed(batch.prior_payments, spaces):
        payments[key, row["position"]] = row | {"adjustments": []}
        by_line[key, row["line_number"]]["payments"].append(payments[key, row["position"]])
    for key, row in _keyed(batch.prior_adjustments, spaces):
        of_line = row["payment_position"]
        of = payments[key, of_line] if of_line else payers[key, row["payer_position"]]
        of["adjustments"].append(row)


def _keyed(table: pd.DataFrame, spaces: Spaces) -> Iterator[tuple[int, Row]]:
    """Rows of a table with the key of their claim."""
    return zip(table["claim_key"], _rows(table, spaces), strict=True)


def _rows(table: pd.DataFrame, spaces: Spaces) -> list[Row]:
    """Rows of a table, every value as X12 writes it."""
    columns = {}
    for column in table.columns:
        values = table[column]
        if column in ("claim_key", "source_offset"):
            continue
        if values.dtype.kind == "M":
            text = map_unique(values, lambda days: days.dt.strftime("%Y%m%d"))
        else:
            write = _dollars if column.endswith("_cents") else _number if column == "quantity" else str
            text = map_unique(values, _writer(write, spaces))
        columns[column] = ["" if missing else value for value, missing in zip(text, values.isna(), strict=True)]
    names = list(columns)
    return [dict(zip(names, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _writer(write: Callable[[Any], str], spaces: Spaces) -> Callable[[pd.Series], list[str]]:
    """Make a function of many values of one of one value, that leaves out separators."""
    return lambda values: [write(value).translate(spaces).strip() for value in values]


def _dollars(cents: int) -> str:
    sign, cents = ("-", -cents) if cents < 0 else ("", cents)
    return f"{sign}{cents // 100}.{cents % 100:02d}"


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else str(value)
