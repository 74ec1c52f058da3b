"""One claim while its segments are read, and what it amounts to when it is closed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from risk.readers.claims_837_fields import DX_ORDER
from risk.readers.composites_837 import Diagnosis

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from risk.readers.rejects import Reject

Row = dict[str, Any]

#: What a claim of a 2000C patient must not take from the subscriber.
_OF_PATIENT = dict.fromkeys(("patient_birth_date", "patient_sex", "patient_state", "subscriber_relationship_code"))
_MOST_LINES = 10**6


class OpenClaim:
    """A 2300 loop and the 2400 loops in it.

    Parameters
    ----------
    claim_id
        CLM01, null where it is empty.
    piece, number
        Where the CLM stands: piece of its interchange, segment of the file.
    """

    def __init__(self, claim_id: str | None, piece: int, number: int) -> None:
        self.claim_id, self.piece, self.number = claim_id, piece, number
        self.row: Row = {"claim_id": claim_id}
        self.facility_code: str | None = None  # CLM05-1
        self.lines: list[Row] = []
        self.line: Row | None = None
        self.diagnoses: list[Diagnosis] = []
        self.notes: list[tuple[Row | None, str]] = []  # line or null, text
        self.codes: list[Row] = []
        self.attachments: list[tuple[Row | None, Row]] = []  # line or null, row
        self.payers: list[Row] = []
        self.payments: list[Row] = []
        self.adjustments: list[tuple[Row, Row]] = []  # payer or payment that it belongs to, row
        self.fault: Reject | None = None  # the first reason why it cannot stand

    @property
    def kind(self) -> str | None:
        """Professional or institutional, by the service segment of the first line."""
        return self.lines[0].get("kind") if self.lines else None

    def new_line(self, number: str) -> Row:
        """Open a 2400 with its LX01, which is empty where a line begins without LX."""
        self.line = {"lx": number}
        self.lines.append(self.line)
        return self.line

    def new_payer(self) -> Row:
        """Open a 2320."""
        self.payers.append({"payer_position": len(self.payers) + 1})
        return self.payers[-1]

    def new_payment(self, line: Row) -> Row:
        """Open a 2430 of a line."""
        self.payments.append({"position": len(self.payments) + 1, "line": line})
        return self.payments[-1]

    def takes_adjustments(self, row: Row) -> bool:
        """Whether a row is that of the payer or payment that was opened last."""
        return any(row is opened[-1] for opened in (self.payers, self.payments) if opened)

    def defect(self) -> str | None:
        """Why the claim as a whole cannot stand, or null."""
        kinds = {line.get("kind") for line in self.lines}
        if not kinds:
            return "this claim has no service line: expected LX with SV1 or SV2"
        if None in kinds:
            return "a service line of this claim has no service: expected SV1 or SV2 after LX"
        return "expected service lines of one kind, SV1 or SV2" if len(kinds) > 1 else None

    def number_lines(self) -> bool:
        """Give each line its LX01, or its position where those are not distinct numbers; says whether they were."""
        numbers = [line["lx"] for line in self.lines]
        good = len(set(numbers)) == len(numbers) and all(n.isdecimal() and 0 < int(n) < _MOST_LINES for n in numbers)
        for position, line in enumerate(self.lines, start=1):
            line["line_number"] = int(line["lx"]) if good else position
        return good

    def claim_row(self, outer: Row, patient: Row | None) -> Row:
        """Row of ``claims``: what the loops around it say, then what it says itself.

        Fills what depends on several loops or on the kind of claim, in the lines too.
        """
        row = outer if patient is None else outer | _OF_PATIENT | patient
        row = row | self.row
        row["subscriber_birth_date"], row["subscriber_sex"] = outer.get("patient_birth_date"), outer.get("patient_sex")
        row["claim_kind"] = self.kind
        row.setdefault("facility_state", row.get("billing_state"))
        row.setdefault("referring_npi", row.get("primary_care_npi"))
        if self.kind == "professional":
            row["place_of_service_code"] = self.facility_code
            return row
        row.setdefault("rendering_npi", row.get("attending_npi"))
        frequency = row["claim_frequency_code"]
        row["bill_type_code"] = self.facility_code + frequency if self.facility_code and frequency else None
        for line in self.lines:
            if "service_from_date" not in line:
                line["service_from_date"] = row.get("statement_from_date")
                line["service_to_date"] = row.get("statement_to_date")
        return row

    def belongings(self) -> dict[str, Sequence[Mapping[str, Any]]]:
        """Rows of every other table."""
        return {
            "service_lines": self.lines,
            "diagnoses": self._diagnosis_rows(),
            "notes": [{"line_number": line and line["line_number"], "note_text": text} for line, text in self.notes],
            "claim_codes": [{"position": position, **row} for position, row in enumerate(self.codes, start=1)],
            "attachments": [
                {"line_number": line and line["line_number"], "position": position, **row}
                for position, (line, row) in enumerate(self.attachments, start=1)
            ],
            "other_payers": self.payers,
            "prior_payments": [row | {"line_number": row["line"]["line_number"]} for row in self.payments],
            "prior_adjustments": [
                {"position": position, **_owner(owner), **row}
                for position, (owner, row) in enumerate(self.adjustments, start=1)
            ],
        }

    def _diagnosis_rows(self) -> list[Row]:
        """Rows of ``diagnoses``: in file order as pointers count, those pointers cannot reach at the end."""
        ordered = sorted(self.diagnoses, key=lambda diagnosis: DX_ORDER[diagnosis.dx_qualifier])
        return [{"dx_position": position, **one._asdict()} for position, one in enumerate(ordered, start=1)]


def _owner(row: Row) -> Row:
    """What an adjustment says of the payer or payment that it belongs to."""
    if "payer_position" in row:
        return {"payer_position": row["payer_position"]}
    return {
        "line_number": row["line"]["line_number"],
        "payment_position": row["position"],
        "payer_id": row.get("payer_id"),
    }
