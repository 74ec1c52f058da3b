"""Segments of one claim of an 837: loops 2300 to 2430."""

from __future__ import annotations

from typing import TYPE_CHECKING

from risk.claims.tables import MODIFIERS, POINTERS
from synthetic_data.write_837_others import Kind, Segments, attachments, claim_codes, other_payer, prior_payment

if TYPE_CHECKING:
    from synthetic_data.rows_837 import Row

DX_PER_SEGMENT = 12

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


class ClaimSegments(Segments):
    """Segments of claims of one kind."""

    def __init__(self, kind: Kind, separators: str, line_end: str) -> None:
        super().__init__(separators, line_end)
        self.kind: Kind = kind

    def address(self, state: str) -> list[str]:
        """N3 and N4."""
        return [self.segment("N3", STREET), self.segment("N4", CITY, state, ZIP)]

    def person(self, entity: str, entity_type: str, name: str, npi: str) -> str:
        """NM1 of a provider."""
        first = "EXAMPLE" if entity_type == "1" else ""
        return self.segment("NM1", entity, entity_type, name, first, "", "", "", *(("XX", npi) if npi else ()))

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
