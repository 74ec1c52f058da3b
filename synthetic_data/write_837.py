"""Claims as 837P (005010X222A1) and 837I (005010X223A2) files.

A batch knows no names and addresses: those the guides require are invented constants. Claims keep their order; a
transaction holds claims of one submission date and at most 5,000 of them, as the guides recommend (section 1.4), and
a billing provider loop the claims that follow each other under one provider.
"""

from __future__ import annotations

from contextlib import contextmanager
from itertools import groupby
from typing import TYPE_CHECKING

from risk.claims.tables import ClaimBatch
from risk.files import written_whole
from synthetic_data.rows_837 import Row, claim_rows
from synthetic_data.write_837_claim import CITY, CLAIM_DATES, INDICATOR_OF_PAYER_TYPE, STREET, ZIP, ClaimSegments
from synthetic_data.write_837_others import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

__all__ = [
    "CITY",
    "CLAIM_DATES",
    "STREET",
    "TAX_ID",
    "ZIP",
    "claims_837_file",
    "write_claims_837i",
    "write_claims_837p",
]

GUIDES: dict[Kind, str] = {"professional": "005010X222A1", "institutional": "005010X223A2"}
CLAIMS_PER_TRANSACTION = 5000
DX_PER_CLAIM: dict[Kind, int] = {"professional": 12, "institutional": 25}

#: What the guides demand and a batch may not know, by kind: the customary code is written.
CUSTOMARY: dict[Kind, dict[str, str]] = {
    "professional": {
        "payer_responsibility_code": "P",
        "provider_signature_code": "Y",
        "assignment_code": "A",
        "benefits_assignment_code": "Y",
        "release_code": "Y",
    },
    "institutional": {
        "payer_responsibility_code": "P",
        "assignment_code": "A",
        "benefits_assignment_code": "Y",
        "release_code": "Y",
        "admission_type_code": "3",
        "admission_source_code": "1",
        "patient_status_code": "01",
    },
}

TAX_ID = "999999999"


def write_claims_837p(batch: ClaimBatch, path: Path, *, separators: str = "*:^~", line_end: str = "\n") -> None:
    """Write professional claims as one 837P interchange; the file appears under its name only when it is complete.

    Parameters
    ----------
    batch
        Claims, all professional.
    path
        File to write, UTF-8.
    separators
        Element, component and repetition separator and segment terminator. Where a text holds one of them, or a line
        end, a space is written: the format has no way to say it.
    line_end
        Written after each terminator; may be empty.

    Raises
    ------
    ValueError
        For claims of the other kind, without service line or charge, or with more diagnoses than the guide allows
        (12), or with an adjustment of no other payer. What the format has no place for is not written: diagnosis
        qualifiers other than principal and other, codes other than conditions and anesthesia procedures.

    Notes
    -----
    Codes are written kind by kind, and attachments and adjustments of the claim before those of lines. A note longer
    than the 80 characters of NTE02 is written in full, because cutting it would lose it.
    """
    _write(batch, path, "professional", separators, line_end)


def write_claims_837i(batch: ClaimBatch, path: Path, *, separators: str = "*:^~", line_end: str = "\n") -> None:
    """Write institutional claims as one 837I interchange; as :func:`write_claims_837p`.

    The rendering provider is written as the attending one where there is none. There is no place for a line's own
    authorization number, ordering, supervising and referring provider, for pointers, place of service codes, accidents
    and other dates than that of admission, and anesthesia procedures. At most 25 diagnoses.
    """
    _write(batch, path, "institutional", separators, line_end)


def _write(batch: ClaimBatch, path: Path, kind: Kind, separators: str, line_end: str) -> None:
    with claims_837_file(path, kind, separators=separators, line_end=line_end) as add:
        add(batch)


@contextmanager
def claims_837_file(
    path: Path, kind: Kind, *, separators: str = "*:^~", line_end: str = "\n"
) -> Iterator[Callable[[ClaimBatch], None]]:
    """Open an interchange that batches of claims are added to; as :func:`write_claims_837p`, whatever their number."""
    if len(set(separators)) != 4:
        raise ValueError("four different separators are needed")
    interchange = _Interchange(kind, separators, line_end)
    with written_whole(path) as out:

        def add(batch: ClaimBatch) -> None:
            _check(batch, kind)
            out.writelines(interchange.segments(batch))

        yield add
        out.writelines(interchange.closing())


def _check(batch: ClaimBatch, kind: Kind) -> None:
    lines = batch.service_lines
    if (batch.claims["claim_kind"] != kind).any():
        raise ValueError(f"only {kind} claims can be written to this file")
    if not batch.claims["claim_key"].isin(lines["claim_key"]).all():
        raise ValueError("a claim without service lines cannot be written as 837")
    if batch.claims["total_charge_cents"].isna().any() or lines["line_charge_cents"].isna().any():
        raise ValueError("a claim or line without a charge cannot be written as 837")
    adjustments = batch.prior_adjustments
    if (adjustments["payer_position"].isna() & adjustments["payment_position"].isna()).any():
        raise ValueError("an adjustment of no other payer cannot be written as 837")
    if (batch.diagnoses.groupby("claim_key").size() > DX_PER_CLAIM[kind]).any():
        raise ValueError(f"more than {DX_PER_CLAIM[kind]} diagnoses on a claim: the guide has no place for them")


class _Interchange(ClaimSegments):
    """The text of one interchange, segment by segment."""

    def __init__(self, kind: Kind, separators: str, line_end: str) -> None:
        super().__init__(kind, separators, line_end)
        self.spaces = str.maketrans(dict.fromkeys(separators + "\r\n", " "))
        self.sets = 0
        self.opened = False

    def segments(self, batch: ClaimBatch) -> Iterator[str]:
        """Segments of the transactions of a batch with their terminators; before those of the first, the opening."""
        claims = claim_rows(batch, self.spaces)
        for claim in claims:
            claim |= {column: code for column, code in CUSTOMARY[self.kind].items() if not claim[column]}
        if not self.opened:
            yield from self.opening(
                next((claim["submission_date"] for claim in claims if claim["submission_date"]), "")
            )
        for date, run in groupby(claims, key=lambda claim: claim["submission_date"]):
            same_day = list(run)
            for start in range(0, len(same_day), CLAIMS_PER_TRANSACTION):
                self.sets += 1
                transaction = self.transaction(
                    same_day[start : start + CLAIMS_PER_TRANSACTION], date, f"{self.sets:04d}"
                )
                yield "".join(transaction)

    def opening(self, first: str) -> Iterator[str]:
        """ISA and GS, of the first submission date."""
        self.opened = True
        first = first or "20000101"
        # ISA is of fixed width and its ISA11 and ISA16 are separators themselves.
        isa = ["ISA", "00", " " * 10, "00", " " * 10, "ZZ", f"{'SUBMITTER':15}", "ZZ", f"{'RECEIVER':15}"]
        isa += [first[2:], "0000"]
        isa += [self.repetition, "00501", "000000001", "0", "T", self.component]
        yield self.element.join(isa) + self.end
        yield self.segment("GS", "HC", "SUBMITTER", "RECEIVER", first, "0000", "1", "X", GUIDES[self.kind])

    def closing(self) -> Iterator[str]:
        """GE and IEA."""
        if not self.opened:
            yield from self.opening("")
        yield self.segment("GE", str(self.sets), "1")
        yield self.segment("IEA", "1", "000000001")

    # ── a transaction ─────────────────────────────────────────────────────────────────────────────────────────────

    def transaction(self, claims: list[Row], date: str, control: str) -> list[str]:
        """ST to SE."""
        segment = self.segment
        out = [
            segment("ST", "837", control, GUIDES[self.kind]),
            segment("BHT", "0019", "00", control, date, "0000", "CH"),
            segment("NM1", "41", "2", "EXAMPLE SUBMITTER", "", "", "", "", "46", "SUBMITTER"),
            segment("PER", "IC", "EXAMPLE CONTACT", "TE", "5555550100"),
            segment("NM1", "40", "2", "EXAMPLE RECEIVER", "", "", "", "", "46", "RECEIVER"),
        ]
        level = 0
        for _, run in groupby(claims, key=_billing):
            of_provider = list(run)
            level += 1
            provider = level
            out += self.billing_provider(of_provider[0], provider)
            for claim in of_provider:
                level += 1
                dependent = claim["subscriber_relationship_code"] not in ("", "18")
                out += self.subscriber(claim, level, provider, dependent)
                if dependent:
                    level += 1
                    out += self.patient(claim, level)
                out += self.claim(claim)
        out.append(segment("SE", str(len(out) + 1), control))
        return out

    def billing_provider(self, claim: Row, level: int) -> list[str]:
        """2000A, 2010AA."""
        segment = self.segment
        out = [segment("HL", str(level), "", "20", "1")]
        if claim["billing_taxonomy_code"]:
            out.append(segment("PRV", "BI", "PXC", claim["billing_taxonomy_code"]))
        out.append(self.person("85", "2", "EXAMPLE CLINIC", claim["billing_npi"]))
        return [*out, *self.address(claim["facility_state"]), segment("REF", "EI", TAX_ID)]

    def subscriber(self, claim: Row, level: int, parent: int, dependent: bool) -> list[str]:
        """2000B, 2010BA, 2010BB."""
        segment = self.segment
        relationship = "" if dependent else claim["subscriber_relationship_code"]
        indicator = INDICATOR_OF_PAYER_TYPE[claim["payer_type"]][self.kind] if claim["payer_type"] else ""
        member = ("MI", claim["member_id"]) if claim["member_id"] else ("", "")
        out = [
            segment("HL", str(level), str(parent), "22", "1" if dependent else "0"),
            segment("SBR", claim["payer_responsibility_code"], relationship, "", "", "", "", "", "", indicator),
            segment("NM1", "IL", "1", "SUBSCRIBER", "EXAMPLE", "", "", "", *member),
        ]
        if not dependent:
            out += self.demographics(claim)
        elif claim["subscriber_birth_date"] or claim["subscriber_sex"]:
            out += [*self.address(""), self.demographic(claim["subscriber_birth_date"], claim["subscriber_sex"])]
        out.append(segment("NM1", "PR", "2", claim["payer_name"], "", "", "", "", "PI", claim["payer_id"]))
        return out

    def patient(self, claim: Row, level: int) -> list[str]:
        """2000C, 2010CA, under the subscriber just written."""
        return [
            self.segment("HL", str(level), str(level - 1), "23", "0"),
            self.segment("PAT", claim["subscriber_relationship_code"]),
            self.segment("NM1", "QC", "1", "PATIENT", "EXAMPLE"),
            *self.demographics(claim),
        ]

    def demographics(self, claim: Row) -> list[str]:
        """N3, N4 and DMG of the patient."""
        demographic = self.demographic(claim["patient_birth_date"], claim["patient_sex"])
        return [*self.address(claim["patient_state"]), demographic]

    def demographic(self, birth_date: str, sex: str) -> str:
        """DMG."""
        return self.segment("DMG", "D8" if birth_date else "", birth_date, sex)


def _billing(claim: Row) -> tuple[str, str, str]:
    return claim["billing_npi"], claim["billing_taxonomy_code"], claim["facility_state"]
