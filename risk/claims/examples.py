"""Example claims for rules, tests and docs: a clean claim, of which a caller changes only what matters.

claim()                                                   one office visit for lumbar radiculopathy, in order
claim(dx=["M54.5"])                                       the same with another diagnosis
claim(lines=[line("62323"), line("64483", day=15)])       two procedures on two days
claim(tables={"other_payers": [{"payer_type": "medicare"}]})   with rows of a table that only an 837 fills
claim(past=[claim(lines=[line("62323", month=3)])])       with earlier claims of the history
batch_of(claim(), claim(payer_type="medicare"))           several claims as one ClaimBatch
past_of(claim(past=[claim()]))                            their earlier claims as another
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from risk.claims.tables import ClaimBatch, make_batch
from risk.claims.tables_837 import KEYS_OF_837

#: The clean claim. The identifiers are invented; the NPIs pass the check digit.
CLEAN: dict[str, Any] = {
    "claim_id": "EXAMPLE-1",
    "source_file": "example",
    "claim_kind": "professional",
    "payer_id": "EXAMPLEPAYER",
    "payer_name": "Example Health Plan",
    "payer_type": "commercial",
    "member_id": "EXAMPLEMEMBER",
    "subscriber_relationship_code": "18",
    "patient_birth_date": date(1968, 4, 2),
    "patient_sex": "F",
    "patient_state": "CO",
    "billing_npi": "1234567893",
    "billing_taxonomy_code": "208VP0014X",
    "rendering_npi": "1245319599",
    "referring_npi": "1679576722",
    "facility_state": "CO",
    "place_of_service_code": "11",
    "claim_frequency_code": "1",
    "submission_date": date(2026, 11, 2),
}


@dataclass(frozen=True)
class Line:
    """One service line of an example claim, by the columns of ``service_lines``."""

    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Claim:
    """One example claim: the columns of ``claims``, its lines, diagnoses, notes, and rows of other tables by name.

    ``past`` are claims that the history holds; they are no part of the batch.
    """

    values: dict[str, Any]
    lines: tuple[Line, ...]
    dx: tuple[str, ...]
    note: str | None = None
    tables: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    past: tuple[Claim, ...] = ()


def line(
    procedure_code: str | None,
    *,
    day: int | None = None,
    month: int = 10,
    date_of_service: str | None = None,
    modifiers: Sequence[str] = (),
    pointers: Sequence[int] = (1,),
    charge: str = "200.00",
    note: str | None = None,
    **columns: Any,
) -> Line:
    """One service line on ``day`` and ``month`` of 2026 (October 1), or ``date_of_service`` (ISO); dollars charged."""
    on = date.fromisoformat(date_of_service) if date_of_service else date(2026, month, day or 1)
    values: dict[str, Any] = {
        "procedure_code": procedure_code,
        "quantity": 1.0,
        "line_charge_cents": int(Decimal(charge) * 100),
        "service_from_date": on,
        "service_to_date": on,
        "note": note,
    }
    values |= {f"modifier_{rank}": modifier for rank, modifier in enumerate(modifiers, start=1)}
    values |= {f"dx_pointer_{rank}": pointer for rank, pointer in enumerate(pointers, start=1)}
    return Line(values | columns)


def claim(
    *,
    lines: Sequence[Line] | None = None,
    dx: Sequence[str] = ("M54.16",),
    note: str | None = None,
    tables: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
    past: Sequence[Claim] = (),
    **columns: Any,
) -> Claim:
    """One clean claim with the given changes; ``total_charge_cents`` follows the lines unless given.

    ``tables`` are rows of tables that only an 837 fills, by name; their positions count by themselves. ``past`` are
    claims of the history: of another patient unless member and birth date are the same.
    """
    own_lines = tuple(lines if lines is not None else [line("99213")])
    total = sum(one.values["line_charge_cents"] or 0 for one in own_lines)
    return Claim(CLEAN | {"total_charge_cents": total} | columns, own_lines, tuple(dx), note, tables or {}, tuple(past))


def batch_of(*claims: Claim) -> ClaimBatch:
    """Put example claims into the canonical tables, in the given order."""
    claim_rows, line_rows, dx_rows, note_rows = [], [], [], []
    others: dict[str, list[dict[str, Any]]] = {}
    for key, one in enumerate(claims):
        claim_rows.append(one.values)
        if one.note is not None:
            note_rows.append({"claim_key": key, "line_number": None, "note_text": one.note})
        for number, own in enumerate(one.lines, start=1):
            values = {"line_number": number} | own.values
            if (text := values.pop("note", None)) is not None:
                note_rows.append({"claim_key": key, "line_number": values["line_number"], "note_text": text})
            line_rows.append({"claim_key": key} | values)
        for position, code in enumerate(one.dx, start=1):
            qualifier = "principal" if position == 1 else "other"
            plain = code.replace(".", "").upper()
            dx_rows.append({"claim_key": key, "dx_position": position, "dx_code": plain, "dx_qualifier": qualifier})
        for name, rows in one.tables.items():
            _, counted = KEYS_OF_837[name]
            numbered = [{"claim_key": key, counted: number, **row} for number, row in enumerate(rows, start=1)]
            others.setdefault(name, []).extend(numbered)
    frames = [_frame(rows) for rows in (claim_rows, line_rows, dx_rows, note_rows)]
    return make_batch(*frames, **{name: _frame(rows) for name, rows in others.items()})


def past_of(*claims: Claim) -> ClaimBatch:
    """Put the claims that the history of example claims holds into the canonical tables, in order."""
    return batch_of(*(earlier for one in claims for earlier in one.past))


def _frame(rows: list[dict[str, Any]]) -> dict[str, list[Any]]:
    columns = dict.fromkeys(key for row in rows for key in row)
    return {column: [row.get(column) for row in rows] for column in columns}
