"""Claims as 837P (005010X222A1) and 837I (005010X223A2) files.

A batch knows no names and addresses: those the guides require are invented constants. Claims keep their order; a
transaction holds claims of one submission date and at most 5,000 of them, as the guides recommend (section 1.4), and
a billing provider loop the claims that follow each other under one provider.
"""

from __future__ import annotations

import os
from itertools import groupby
from typing import TYPE_CHECKING

from risk.claims.tables import MODIFIERS, POINTERS, ClaimBatch
from synthetic_data.rows_837 import Row, claim_rows
from synthetic_data.write_837_others import Kind, Segments, attachments, claim_codes, other_payer, prior_payment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

GUIDES: dict[Kind, str] = {"professional": "005010X222A1", "institutional": "005010X223A2"}
CLAIMS_PER_TRANSACTION = 5000
DX_PER_SEGMENT = 12
DX_PER_CLAIM: dict[Kind, int] = {"professional": 12, "institutional": 25}

#: SBR09 of each payer type; the reader's table goes the other way (005010X222A1, 2000B).
INDICATOR_OF_PAYER_TYPE = {
    "medicare": {"professional": "MB", "institutional": "MA"},
    "medicare_advantage": {"professional": "16", "institutional": "16"},
    "medicaid": {"professional": "MC", "institutional": "MC"},
    "commercial": {"professional": "CI", "institutional": "CI"},
    "workers_comp": {"professional": "WC", "institutional": "WC"},
    "tricare": {"professional": "CH", "institutional": "CH"},
    "other": {"professional": "ZZ", "institutional": "ZZ"},
}

#: HI qualifiers, ICD-10-CM, in the order of the 837I guide; an 837P knows the first and the last.
HI_QUALIFIERS = {
    "principal": "ABK",
    "admitting": "ABJ",
    "reason_for_visit": "APR",
    "external_cause": "ABN",
    "other": "ABF",
}

#: Revenue codes whose procedure is a HIPPS rate code (NUBC: skilled nursing, home health, rehabilitation).
HIPPS_REVENUE = ("0022", "0023", "0024")

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

#: DTP01 of the dates of a claim, in the order of the 837P guide.
CLAIM_DATES = {
    "onset_date": "431",
    "initial_treatment_date": "454",
    "last_seen_date": "304",
    "accident_date": "439",
    "admission_date": "435",
}

# Invented: nobody lives here. The ZIP is of no state in particular.
STREET, CITY, ZIP = "1 EXAMPLE STREET", "ANYTOWN", "800010000"
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
    _check(batch, kind)
    if len(set(separators)) != 4:
        raise ValueError("four different separators are needed")
    unfinished = path.with_name(path.name + ".part")
    with unfinished.open("w", encoding="utf-8", newline="") as out:
        out.writelines(_Interchange(kind, separators, line_end).segments(batch))
    os.replace(unfinished, path)  # noqa: PTH105 - one call that replaces on every platform


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


class _Interchange(Segments):
    """The text of one interchange, segment by segment."""

    def __init__(self, kind: Kind, separators: str, line_end: str) -> None:
        super().__init__(separators, line_end)
        self.kind = kind
        self.spaces = str.maketrans(dict.fromkeys(separators + "\r\n", " "))

    def segments(self, batch: ClaimBatch) -> Iterator[str]:
        """Every segment with its terminator."""
        claims = claim_rows(batch, self.spaces)
        for claim in claims:
            claim |= {column: code for column, code in CUSTOMARY[self.kind].items() if not claim[column]}
        first = next((claim["submission_date"] for claim in claims if claim["submission_date"]), "20000101")
        # ISA is of fixed width and its ISA11 and ISA16 are separators themselves.
        isa = ["ISA", "00", " " * 10, "00", " " * 10, "ZZ", f"{'SUBMITTER':15}", "ZZ", f"{'RECEIVER':15}"]
        isa += [first[2:], "0000"]
        isa += [self.repetition, "00501", "000000001", "0", "T", self.component]
        yield self.element.join(isa) + self.end
        yield self.segment("GS", "HC", "SUBMITTER", "RECEIVER", first, "0000", "1", "X", GUIDES[self.kind])
        sets = 0
        for date, run in groupby(claims, key=lambda claim: claim["submission_date"]):
            same_day = list(run)
            for start in range(0, len(same_day), CLAIMS_PER_TRANSACTION):
                sets += 1
                transaction = self.transaction(same_day[start : start + CLAIMS_PER_TRANSACTION], date, f"{sets:04d}")
                yield "".join(transaction)
        yield self.segment("GE", str(sets), "1")
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

    def address(self, state: str) -> list[str]:
        """N3 and N4."""
        return [self.segment("N3", STREET), self.segment("N4", CITY, state, ZIP)]

    def person(self, entity: str, entity_type: str, name: str, npi: str) -> str:
        """NM1 of a provider."""
        first = "EXAMPLE" if entity_type == "1" else ""
        return self.segment("NM1", entity, entity_type, name, first, "", "", "", *(("XX", npi) if npi else ()))

    # ── a claim ───────────────────────────────────────────────────────────────────────────────────────────────────

    def claim(self, claim: Row) -> list[str]:
        """2300, 2310, 2320 and 2400."""
        segment, professional = self.segment, self.kind == "professional"
        if professional:
            facility = self.component.join([claim["place_of_service_code"], "B", claim["claim_frequency_code"]])
            cause = self.composite(claim["accident_cause_code"], "", "", claim["accident_state"])
            out = [self.header(claim, facility, "", cause)]
            out += [self.segment("DTP", code, "D8", claim[date]) for date, code in CLAIM_DATES.items() if claim[date]]
        else:
            frequency = claim["bill_type_code"][2:] or claim["claim_frequency_code"]
            facility = self.component.join([claim["bill_type_code"][:2], "A", frequency])
            out = [self.header(claim, facility), *self.statement(claim)]
        out += attachments(self, claim["attachments"])
        if claim["prior_auth_number"]:
            out.append(segment("REF", "G1", claim["prior_auth_number"]))
        if claim["original_claim_number"]:
            out.append(segment("REF", "F8", claim["original_claim_number"]))
        out += [segment("NTE", "ADD", text) for text in claim["notes"]]
        out += self.diagnoses(claim)
        out += claim_codes(self, self.kind, claim["codes"])
        out += self.providers(claim)
        for payer in claim["other_payers"]:
            indicator = INDICATOR_OF_PAYER_TYPE[payer["payer_type"]][self.kind] if payer["payer_type"] else ""
            out += other_payer(self, payer, indicator)
        for line in claim["lines"]:
            out += self.line(line, claim)
        return out

    def header(self, claim: Row, facility: str, *more: str) -> str:
        """CLM; ``more`` from CLM10 on."""
        codes = ("provider_signature_code", "assignment_code", "benefits_assignment_code", "release_code")
        said = [claim[code] for code in codes]
        return self.segment("CLM", claim["claim_id"], claim["total_charge_cents"], "", "", facility, *said, *more)

    def statement(self, claim: Row) -> list[str]:
        """Statement dates and admission of an 837I: the days of its lines; elective, discharged home."""
        days = [line[end] for line in claim["lines"] for end in ("service_from_date", "service_to_date") if line[end]]
        period = [self.segment("DTP", "434", "RD8", f"{min(days)}-{max(days)}")] if days else []
        if claim["admission_date"]:
            period.append(self.segment("DTP", "435", "D8", claim["admission_date"]))
        codes = ("admission_type_code", "admission_source_code", "patient_status_code")
        return [*period, self.segment("CL1", *(claim[code] for code in codes))]

    def diagnoses(self, claim: Row) -> list[str]:
        """HI: one segment in an 837P; one for each qualifier in an 837I, and one for the DRG."""
        diagnoses: list[tuple[str, str, str]] = claim["diagnoses"]
        drg = claim["drg_code"] if self.kind == "institutional" else ""
        if self.kind == "professional":
            runs = [[pair for pair in diagnoses if pair[1] in ("principal", "other")]]
        else:
            runs = [[pair for pair in diagnoses if pair[1] == qualifier] for qualifier in HI_QUALIFIERS]
        out = []
        for run in runs:
            codes = [
                self.composite(HI_QUALIFIERS[qualifier], dx_code, *[""] * 6, present)
                for dx_code, qualifier, present in run
            ]
            starts = range(0, len(codes), DX_PER_SEGMENT)
            if run is runs[-1] and drg:
                out.append(self.segment("HI", self.composite("DR", drg)))
            out += [self.segment("HI", *codes[start : start + DX_PER_SEGMENT]) for start in starts]
        return out

    def providers(self, claim: Row) -> list[str]:
        """2310 in the order of the guide."""
        out = []
        referring = [self.person("DN", "1", "REFERRING", claim["referring_npi"])] if claim["referring_npi"] else []
        if self.kind == "professional":
            out += referring
        else:
            attending = claim["attending_npi"] or claim["rendering_npi"]
            out += [self.person("71", "1", "ATTENDING", attending)] if attending else []
            out += [self.person("72", "1", "OPERATING", claim["operating_npi"])] if claim["operating_npi"] else []
        if claim["rendering_npi"] and (self.kind == "professional" or claim["rendering_npi"] != attending):
            out.append(self.person("82", "1", "RENDERING", claim["rendering_npi"]))
        if claim["facility_npi"]:
            out.append(self.person("77", "2", "EXAMPLE FACILITY", claim["facility_npi"]))
            out += self.address(claim["facility_state"])
        if self.kind == "professional" and claim["supervising_npi"]:
            out.append(self.person("DQ", "1", "SUPERVISING", claim["supervising_npi"]))
        if self.kind == "institutional":
            out += referring
        return out

    def line(self, line: Row, claim: Row) -> list[str]:
        """2400, 2420 and 2430: what is the claim's is not repeated."""
        segment = self.segment
        modifiers = [line[column] for column in MODIFIERS]
        charge, revenue = line["line_charge_cents"], line["revenue_center_code"]
        qualifier = "HP" if revenue in HIPPS_REVENUE else "HC"
        procedure = self.composite(qualifier, line["procedure_code"], *modifiers) if line["procedure_code"] else ""
        out = [segment("LX", line["line_number"])]
        if self.kind == "professional":
            place = line["place_of_service_code"]
            place = "" if place == claim["place_of_service_code"] else place
            pointers = self.composite(*(line[column] for column in POINTERS))
            out.append(segment("SV1", procedure, charge, "UN", line["quantity"], place, "", pointers))
        else:
            out.append(segment("SV2", revenue, procedure, charge, "UN", line["quantity"]))
        out += attachments(self, line["attachments"])
        start, stop = line["service_from_date"], line["service_to_date"]
        if start and stop and stop != start:
            out.append(segment("DTP", "472", "RD8", f"{start}-{stop}"))
        elif start:
            out.append(segment("DTP", "472", "D8", start))
        number = line["prior_auth_number"]
        if self.kind == "professional" and number and number != claim["prior_auth_number"]:
            out.append(segment("REF", "G1", number))
        if line["line_control_number"]:
            out.append(segment("REF", "6R", line["line_control_number"]))
        note_code = "ADD" if self.kind == "professional" else "TPO"
        out += [segment("NTE", note_code, text) for text in line["notes"]]
        if line["ndc_code"]:  # the quantity of the drug is taken to be that of the service
            out.append(segment("LIN", "", "N4", line["ndc_code"]))
            out.append(segment("CTP", "", "", "", line["quantity"] or "1", "UN"))
        if line["rendering_npi"] and line["rendering_npi"] != claim["rendering_npi"]:
            out.append(self.person("82", "1", "RENDERING", line["rendering_npi"]))
        if self.kind == "professional":
            others = (("DQ", "supervising"), ("DK", "ordering"), ("DN", "referring"))
            out += [
                self.person(entity, "1", name.upper(), npi) for entity, name in others if (npi := line[f"{name}_npi"])
            ]
        for payment in line["payments"]:
            out += prior_payment(self, payment, procedure, revenue if self.kind == "institutional" else "")
        return out


def _billing(claim: Row) -> tuple[str, str, str]:
    return claim["billing_npi"], claim["billing_taxonomy_code"], claim["facility_state"]
