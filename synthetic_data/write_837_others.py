"""Segments of an 837 beside the claim and its lines: codes, attachments and what other payers decided."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from synthetic_data.rows_837 import Row

Kind = Literal["professional", "institutional"]

CODES_PER_SEGMENT = 12
TRIPLETS_PER_CAS = 6

#: HI qualifiers of the codes that are no diagnoses, in the order of each guide.
CODE_QUALIFIERS: dict[Kind, dict[str, str]] = {
    "professional": {"anesthesia_procedure": "BP", "condition": "BG"},
    "institutional": {
        "principal_procedure": "BBR",
        "other_procedure": "BBQ",
        "occurrence_span": "BI",
        "occurrence": "BH",
        "value": "BE",
        "condition": "BG",
        "treatment": "TC",
    },
}

#: AMT01 of what another payer says of a claim, in an order that both guides take.
PAYER_SUMS = {"paid_cents": "D", "non_covered_cents": "A8", "patient_liability_cents": "EAF"}


class Segments:
    """How segments and composites are written.

    Parameters
    ----------
    separators
        Element, component and repetition separator and segment terminator.
    line_end
        Written after each terminator.
    """

    def __init__(self, separators: str, line_end: str) -> None:
        self.element, self.component, self.repetition, terminator = tuple(separators)
        self.end = terminator + line_end

    def segment(self, *elements: str) -> str:
        """One segment, without the empty elements at its end."""
        return self.element.join(elements).rstrip(self.element) + self.end

    def composite(self, *components: str) -> str:
        """One composite element, without the empty components at its end."""
        return self.component.join(components).rstrip(self.component)


def claim_codes(to: Segments, kind: Kind, codes: list[Row]) -> list[str]:
    """HI of what is no diagnosis: its kinds in the order of the guide, each in segments of its own."""
    out = []
    for code_kind, qualifier in CODE_QUALIFIERS[kind].items():
        composites = [_code(to, qualifier, row) for row in codes if row["code_kind"] == code_kind]
        starts = range(0, len(composites), CODES_PER_SEGMENT)
        out += [to.segment("HI", *composites[start : start + CODES_PER_SEGMENT]) for start in starts]
    return out


def _code(to: Segments, qualifier: str, row: Row) -> str:
    first, last = row["from_date"], row["to_date"]
    period = (("RD8", f"{first}-{last}") if last != first else ("D8", first)) if first and last else ("", "")
    return to.composite(qualifier, row["code"], *period, row["amount_cents"])


def attachments(to: Segments, rows: list[Row]) -> list[str]:
    """PWK of a claim or line."""
    out = []
    for row in rows:
        number = row["attachment_control_number"]
        control = ("", "", "AC", number) if number else ()
        out.append(to.segment("PWK", row["report_type_code"], row["transmission_code"], *control))
    return out


def other_payer(to: Segments, payer: Row, indicator: str) -> list[str]:
    """2320, 2330A and 2330B: another payer, whose subscriber is invented; ``indicator`` is SBR09."""
    sums = [to.segment("AMT", code, payer[column]) for column, code in PAYER_SUMS.items() if payer[column]]
    return [
        to.segment("SBR", payer["payer_responsibility_code"], "18", *[""] * 6, indicator),
        *_adjustments(to, payer["adjustments"]),
        *sums,
        to.segment("OI", "", "", "Y", "", "", "Y"),
        to.segment("NM1", "IL", "1", "SUBSCRIBER", "EXAMPLE", "", "", "", "MI", "OTHERMEMBER"),
        to.segment("NM1", "PR", "2", "OTHER PAYER", "", "", "", "", "PI", payer["payer_id"]),
        *_adjudicated(to, payer),
    ]


def prior_payment(to: Segments, payment: Row, procedure: str, revenue: str) -> list[str]:
    """2430: what another payer did with a line, whose procedure and revenue code are taken to be those it paid."""
    return [
        to.segment("SVD", payment["payer_id"], payment["paid_cents"], procedure, revenue, payment["quantity"]),
        *_adjustments(to, payment["adjustments"]),
        *_adjudicated(to, payment),
    ]


def _adjudicated(to: Segments, row: Row) -> list[str]:
    return [to.segment("DTP", "573", "D8", row["adjudication_date"])] if row["adjudication_date"] else []


def _adjustments(to: Segments, rows: list[Row]) -> list[str]:
    """CAS: the adjustments of one group that follow each other."""
    out = []
    for group, run in groupby(rows, key=lambda row: row["group_code"]):
        triplets = [(row["carc"], row["adjustment_cents"], row["quantity"]) for row in run]
        for start in range(0, len(triplets), TRIPLETS_PER_CAS):
            elements = [element for triplet in triplets[start : start + TRIPLETS_PER_CAS] for element in triplet]
            out.append(to.segment("CAS", group, *elements))
    return out
