"""Which element of which loop fills which column: the 837P and 837I guides as one table.

Loops are named as the guides name them (005010X222A1, 005010X223A3), those opened by an NM1 with its entity code in
place of the guide's letter, which differs between the two guides: ``2310:82`` is the rendering provider of a claim,
``2420:82`` that of a line, ``2330:PR`` another payer. What is not named here is not read; nothing of other subscribers
is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from risk.readers.elements import cents, code, day, moment_day, period_end, period_start, plain, quantity, sex


class Field(NamedTuple):
    """One column from one element.

    Parameters
    ----------
    loop, segment, element
        Where it stands; elements count from 1.
    column
        Column of ``claims`` or ``service_lines``, or a name that :mod:`risk.readers.open_claim` resolves; of
        ``other_payers`` in 2320 and 2330, of ``prior_payments`` in 2430.
    read
        Text to value; raises :class:`risk.readers.elements.Unreadable`.
    where
        Element and the values it must have, such as a qualifier.
    without
        Element that must be empty; 0 for none.
    """

    loop: str
    segment: str
    element: int
    column: str
    read: Callable[[str], Any] = plain
    where: tuple[int, frozenset[str]] | None = None
    without: int = 0


#: SBR09, the claim filing indicator, as the payer types of ours (code list of the 837 guides, 005010X222A1 2000B).
PAYER_TYPE_OF_INDICATOR = {
    "MA": "medicare",  # Part A
    "MB": "medicare",  # Part B
    "16": "medicare_advantage",  # a Medicare risk plan run as an HMO
    "MC": "medicaid",
    "CH": "tricare",
    "WC": "workers_comp",
    "12": "commercial",  # preferred provider organization
    "13": "commercial",  # point of service
    "14": "commercial",  # exclusive provider organization
    "15": "commercial",  # indemnity
    "BL": "commercial",  # Blue Cross Blue Shield
    "CI": "commercial",
    "HM": "commercial",  # health maintenance organization
}


def payer_type(text: str) -> str:
    """Payer type of a claim filing indicator; ``other`` for automobile, federal, mutually defined and the like."""
    return PAYER_TYPE_OF_INDICATOR.get(text.upper(), "other")


def _is(*values: str, element: int = 1) -> tuple[int, frozenset[str]]:
    return element, frozenset(values)


_NPI = _is("XX", element=8)  # NM108: the identifier in NM109 is an NPI

FIELDS = (
    Field("header", "BHT", 4, "submission_date", day),
    Field("2000A", "PRV", 3, "billing_taxonomy_code", code, where=_is("BI")),
    Field("2010A:85", "NM1", 9, "billing_npi", where=_NPI),
    Field("2010A:85", "N4", 2, "billing_state", code),
    Field("2000B", "SBR", 1, "payer_responsibility_code", code),
    Field("2000B", "SBR", 2, "subscriber_relationship_code", code),
    Field("2000B", "SBR", 9, "payer_type", payer_type),
    Field("2010B:IL", "NM1", 9, "member_id"),
    Field("2010B:IL", "N4", 2, "patient_state", code),
    Field("2010B:IL", "DMG", 2, "patient_birth_date", day),
    Field("2010B:IL", "DMG", 3, "patient_sex", sex),
    Field("2010B:PR", "NM1", 3, "payer_name"),
    Field("2010B:PR", "NM1", 9, "payer_id"),
    Field("2000C", "PAT", 1, "subscriber_relationship_code", code),
    Field("2010C:QC", "N4", 2, "patient_state", code),
    Field("2010C:QC", "DMG", 2, "patient_birth_date", day),
    Field("2010C:QC", "DMG", 3, "patient_sex", sex),
    Field("2300", "DTP", 3, "statement_from_date", period_start, where=_is("434")),
    Field("2300", "DTP", 3, "statement_to_date", period_end, where=_is("434")),
    Field("2300", "DTP", 3, "accident_date", period_start, where=_is("439")),
    Field("2300", "DTP", 3, "onset_date", period_start, where=_is("431")),
    Field("2300", "DTP", 3, "initial_treatment_date", period_start, where=_is("454")),
    Field("2300", "DTP", 3, "last_seen_date", period_start, where=_is("304")),
    Field("2300", "DTP", 3, "admission_date", moment_day, where=_is("435")),
    Field("2300", "REF", 2, "prior_auth_number", where=_is("G1")),
    Field("2300", "REF", 2, "original_claim_number", where=_is("F8")),
    Field("2300", "CLM", 6, "provider_signature_code", code),
    Field("2300", "CLM", 7, "assignment_code", code),
    Field("2300", "CLM", 8, "benefits_assignment_code", code),
    Field("2300", "CLM", 9, "release_code", code),
    Field("2300", "CL1", 1, "admission_type_code", code),
    Field("2300", "CL1", 2, "admission_source_code", code),
    Field("2300", "CL1", 3, "patient_status_code", code),
    Field("2310:82", "NM1", 9, "rendering_npi", where=_NPI),
    Field("2310:71", "NM1", 9, "attending_npi", where=_NPI),
    Field("2310:72", "NM1", 9, "operating_npi", where=_NPI),
    Field("2310:DQ", "NM1", 9, "supervising_npi", where=_NPI),
    Field("2310:DN", "NM1", 9, "referring_npi", where=_NPI),
    Field("2310:P3", "NM1", 9, "primary_care_npi", where=_NPI),
    Field("2310:77", "NM1", 9, "facility_npi", where=_NPI),
    Field("2310:77", "N4", 2, "facility_state", code),
    Field("2320", "SBR", 1, "payer_responsibility_code", code),
    Field("2320", "SBR", 9, "payer_type", payer_type),
    Field("2320", "AMT", 2, "paid_cents", cents, where=_is("D")),
    Field("2320", "AMT", 2, "patient_liability_cents", cents, where=_is("EAF")),
    Field("2320", "AMT", 2, "non_covered_cents", cents, where=_is("A8")),
    Field("2330:PR", "NM1", 9, "payer_id"),
    Field("2330:PR", "DTP", 3, "adjudication_date", day, where=_is("573")),
    Field("2400", "DTP", 3, "service_from_date", period_start, where=_is("472")),
    Field("2400", "DTP", 3, "service_to_date", period_end, where=_is("472")),
    # REF04 says which other payer the number is for; the destination payer's own has none.
    Field("2400", "REF", 2, "prior_auth_number", where=_is("G1"), without=4),
    Field("2400", "REF", 2, "line_control_number", where=_is("6R")),
    Field("2410", "LIN", 3, "ndc_code", where=_is("N4", element=2)),
    Field("2420:82", "NM1", 9, "rendering_npi", where=_NPI),
    Field("2420:DK", "NM1", 9, "ordering_npi", where=_NPI),
    Field("2420:DQ", "NM1", 9, "supervising_npi", where=_NPI),
    Field("2420:DN", "NM1", 9, "referring_npi", where=_NPI),
    Field("2430", "SVD", 1, "payer_id"),
    Field("2430", "SVD", 2, "paid_cents", cents),
    Field("2430", "SVD", 5, "quantity", quantity),
    Field("2430", "DTP", 3, "adjudication_date", day, where=_is("573")),
)

#: Diagnoses among the HI composites, by qualifier: ICD-9-CM, then ICD-10-CM.
DX_QUALIFIERS = {
    "BK": "principal",
    "ABK": "principal",
    "BF": "other",
    "ABF": "other",
    "BJ": "admitting",
    "ABJ": "admitting",
    "PR": "reason_for_visit",
    "APR": "reason_for_visit",
    "BN": "external_cause",
    "ABN": "external_cause",
}

#: What else HI says but for the DRG, by qualifier.
CODE_QUALIFIERS = {
    "BG": "condition",
    "BH": "occurrence",
    "BI": "occurrence_span",
    "BE": "value",
    "BR": "principal_procedure",
    "BBR": "principal_procedure",
    "BQ": "other_procedure",
    "BBQ": "other_procedure",
    "BP": "anesthesia_procedure",
    "BO": "anesthesia_procedure",
    "TC": "treatment",
}

#: Position after those pointers can reach.
DX_ORDER = {"principal": 0, "other": 0, "admitting": 1, "reason_for_visit": 2, "external_cause": 3}

#: Every segment id of 005010X222A1, 005010X223A3 and their envelope; any other is a slip of the writer.
_SEGMENT_IDS = """
    ISA TA1 GS ST SE GE IEA BHT HL NM1 N3 N4 PER REF PRV CUR SBR PAT DMG CLM DTP CL1 PWK CN1 AMT K3 NTE CR1 CR2 CR3 CR4
    CR5 CR6 CR7 CRC HI HCP HSD QTY CAS OI MIA MOA LX SV1 SV2 SV3 SV4 SV5 SV6 SV7 PS1 MEA LIN CTP SVD LQ FRM
"""
SEGMENT_IDS = frozenset(_SEGMENT_IDS.split())

#: Loops that are read, and the family of NM1 loops inside each.
# The drug of a line (2410) is read into the line; NM1 after it opens 2420 as before. There is no NM1 in 2430.
INNER = {
    "header": "1000",
    "2000A": "2010A",
    "2000B": "2010B",
    "2000C": "2010C",
    "2300": "2310",
    "2320": "2330",
    "2400": "2420",
}

SegmentFields = Mapping[str, tuple[Field, ...]]


def fields_of(loop: str) -> SegmentFields:
    """Fields of one loop, by segment id."""
    mine = [field for field in FIELDS if field.loop == loop]
    return {segment: tuple(f for f in mine if f.segment == segment) for segment in {f.segment for f in mine}}


def entities_of(family: str) -> dict[str, SegmentFields]:
    """Fields of the loops that NM1 opens in a family such as ``2310``, by entity code."""
    codes = [field.loop.partition(":")[2] for field in FIELDS if field.loop.startswith(family + ":")]
    return {entity: fields_of(f"{family}:{entity}") for entity in dict.fromkeys(codes)}
