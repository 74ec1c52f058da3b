"""One remitted claim while its segments are read, and whether its amounts balance when it is closed.

The 835 guide (005010X221A1, 1.10.2) asks for three sums: of a service line, of a claim and of a transaction.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from risk.readers.remits_835_fields import REVERSAL

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from risk.readers.rejects import Reject
    from risk.readers.segment_pass import Place

Row = dict[str, Any]


class OpenRemit:
    """A 2100 loop and the 2110 loops in it; ``claim_id`` is null where CLP01 is empty."""

    def __init__(self, claim_id: str | None, place: Place) -> None:
        self.claim_id, self.place = claim_id, place
        self.row: Row = {}
        self.lines: list[Row] = []
        self.places: list[Place] = []  # of each line
        self.adjustments: list[Row] = []
        self.remarks: list[Row] = []
        self.references: list[Row] = []
        self.fault: Reject | None = None  # the first reason why it cannot stand

    def new_line(self, place: Place) -> Row:
        """Open a 2110."""
        self.lines.append({"line_number": len(self.lines) + 1})
        self.places.append(place)
        return self.lines[-1]

    def attach(self, table: list[Row], rows: Iterable[Row]) -> None:
        """Give the claim, or its line where one is open, rows of one of its tables."""
        for row in rows:
            table.append({"line_number": len(self.lines) or None, "position": len(table) + 1} | row)

    def complete(self) -> None:
        """Fill what follows from other elements: reversal, last days, units that are not stated."""
        self.row["is_reversal"] = self.row.get("claim_status_code") == REVERSAL
        self.row.setdefault("statement_to_date", self.row.get("statement_from_date"))
        for line in self.lines:
            line.setdefault("service_to_date", line.get("service_from_date"))
            line.setdefault("quantity", 1.0)

    def imbalances(self) -> list[tuple[Place, str, str]]:
        """Places, elements and expectations of claim and lines whose charge less adjustments is not what is paid.

        What has an adjustment without readable amount is not judged.
        """
        found = []
        charge, paid = self.row["total_charge_cents"], self.row["total_paid_cents"]
        if _differs(paid, charge, [row["adjustment_cents"] for row in self.adjustments]):
            expected = "expected the charge less the adjustments of the claim and its lines"
            found.append((self.place, "CLP04", expected))
        adjusted: dict[int | None, list[int | None]] = {}
        for row in self.adjustments:
            adjusted.setdefault(row["line_number"], []).append(row["adjustment_cents"])
        for line, place in zip(self.lines, self.places, strict=True):
            own = adjusted.get(line["line_number"], [])
            if _differs(line["line_paid_cents"], line["line_charge_cents"], own):
                found.append((place, "SVC03", "expected the charge less the adjustments of the line"))
        return found


def payment_differs(payment: Row, paid: int, adjustments: Sequence[int | None]) -> bool:
    """Whether BPR02 is not the sum of what the claims are paid less the provider adjustments.

    A debit (BPR03) takes the amount from the provider. Without readable amounts there is no judgement.
    """
    amount = payment.get("payment_cents")
    if amount is None:
        return False
    return _differs(-amount if payment.get("credit_debit_code") == "D" else amount, paid, adjustments)


def _differs(result: int, whole: int, taken: Sequence[int | None]) -> bool:
    known = [amount for amount in taken if amount is not None]
    return len(known) == len(taken) and whole - sum(known) != result
