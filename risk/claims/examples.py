"""Example claims for rules, tests and docs: a clean claim, of which a caller changes only what matters.

claim()                                                   one office visit for lumbar radiculopathy, in order
claim(dx=["M54.5"])                                       the same with another diagnosis
claim(lines=[line("62323"), line("64483", day=15)])       two procedures on two days
batch_of(claim(), claim(payer_type="medicare"))           several claims as one ClaimBatch
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from risk.claims.tables import ClaimBatch, make_batch

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
    """One example claim: the columns of ``claims``, its lines, diagnoses and notes."""

    values: dict[str, Any]
    lines: tuple[Line, ...]
    dx: tuple[str, ...]
    note: str | None = None


def line(
    procedure_code: str | None,
    *,
    day: int | None = None,
    date_of_service: str | None = None,
    modifiers: Sequence[str] = (),
    pointers: Sequence[int] = (1,),
    charge: str = "200.00",
    note: str | None = None,
    **columns: Any,
) -> Line:
    """One service line on 2026-10-``day`` (1 by default), or on ``date_of_service`` (ISO); ``charge`` in dollars."""
    on = date.fromisoformat(date_of_service) if date_of_service else date(2026, 10, day or 1)
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
    **columns: Any,
) -> Claim:
    """One clean claim with the given changes; ``total_charge_cents`` follows the lines unless given."""
    own_lines = tuple(lines if lines is not None else [line("99213")])
    total = sum(one.values["line_charge_cents"] or 0 for one in own_lines)
    return Claim(CLEAN | {"total_charge_cents": total} | columns, own_lines, tuple(dx), note)


def batch_of(*claims: Claim) -> ClaimBatch:
    """Put example claims into the canonical tables, in the given order."""
    claim_rows, line_rows, dx_rows, note_rows = [], [], [], []
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
    frames = [_frame(rows) for rows in (claim_rows, line_rows, dx_rows, note_rows)]
    return make_batch(*frames)


def _frame(rows: list[dict[str, Any]]) -> dict[str, list[Any]]:
    columns = dict.fromkeys(key for row in rows for key in row)
    return {column: [row.get(column) for row in rows] for column in columns}
