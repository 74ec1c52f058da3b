"""Which element of which loop of an 835 fills which column.

Loops are named as 005010X221A1 names them: 1000A the payer, 1000B the payee, 2100 the claim, 2110 the service line;
``header`` is what stands before them. What is not named here is not read; above all no name of a patient, member id
or other identifier of a person.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from risk.readers.claims_837_fields import payer_type
from risk.readers.elements import cents, code, day, plain, quantity


class Field(NamedTuple):
    """One column from one element.

    Parameters
    ----------
    loop, segment, element
        Where it stands; elements count from 1.
    column
        Column of ``payments``, ``remit_claims`` or ``remit_lines``, or a name :mod:`risk.readers.remits_835` resolves.
    read
        Text to value; raises :class:`risk.readers.elements.Unreadable`.
    where
        Elements and the value each must have, such as a qualifier.
    required
        What was expected where it is empty; such an element the remit cannot be without. Empty for all others.
    """

    loop: str
    segment: str
    element: int
    column: str
    read: Callable[[str], Any] = plain
    where: tuple[tuple[int, str], ...] = ()
    required: str = ""


def _is(value: str) -> tuple[tuple[int, str], ...]:
    return ((1, value),)


FIELDS = (
    Field("header", "BPR", 1, "handling_code", code),
    Field("header", "BPR", 2, "payment_cents", cents),
    Field("header", "BPR", 3, "credit_debit_code", code),
    Field("header", "BPR", 4, "payment_method_code", code),
    Field("header", "BPR", 16, "payment_date", day),
    Field("header", "TRN", 2, "trace_number"),
    Field("header", "TRN", 3, "originator_id"),
    Field("header", "DTM", 2, "production_date", day, where=_is("405")),
    Field("1000A", "N1", 2, "payer_name"),
    Field("1000A", "N1", 4, "payer_id"),
    Field("1000A", "REF", 2, "additional_payer_id", where=_is("2U")),
    Field("1000B", "N1", 4, "payee_npi", where=((3, "XX"),)),
    Field("2100", "CLP", 1, "claim_id", required="expected a claim id"),
    Field("2100", "CLP", 2, "claim_status_code", code, required="expected a claim status"),
    Field("2100", "CLP", 3, "total_charge_cents", cents, required="expected an amount in dollars"),
    Field("2100", "CLP", 4, "total_paid_cents", cents, required="expected an amount in dollars"),
    Field("2100", "CLP", 5, "patient_responsibility_cents", cents),
    Field("2100", "CLP", 6, "payer_type", payer_type),
    Field("2100", "CLP", 7, "payer_claim_control_number"),
    Field("2100", "CLP", 8, "facility_code", code),
    Field("2100", "CLP", 9, "claim_frequency_code", code),
    Field("2100", "NM1", 9, "rendering_npi", where=((1, "82"), (8, "XX"))),
    Field("2100", "DTM", 2, "statement_from_date", day, where=_is("232")),
    Field("2100", "DTM", 2, "statement_to_date", day, where=_is("233")),
    Field("2100", "DTM", 2, "received_date", day, where=_is("050")),
    Field("2110", "SVC", 2, "line_charge_cents", cents, required="expected an amount in dollars"),
    Field("2110", "SVC", 3, "line_paid_cents", cents, required="expected an amount in dollars"),
    Field("2110", "SVC", 4, "revenue_center_code", code),
    Field("2110", "SVC", 5, "quantity", quantity),
    Field("2110", "SVC", 7, "original_quantity", quantity),
    Field("2110", "DTM", 2, "service_from_date", day, where=_is("472")),
    Field("2110", "DTM", 2, "service_to_date", day, where=_is("472")),
    Field("2110", "DTM", 2, "service_from_date", day, where=_is("150")),
    Field("2110", "DTM", 2, "service_to_date", day, where=_is("151")),
    Field("2110", "REF", 2, "line_control_number", where=_is("6R")),
    Field("2110", "REF", 2, "rendering_npi", where=_is("HPI")),
)

#: REF01 of 2100 and 2110 that identify a claim, an authorisation, a rule or a provider. Those of a person or a policy
#: (SY, 1W, 28, EA, IG, 1L, 6P) and tax numbers (TJ, EI), which may be a person's, are never read.
_REFERENCE_QUALIFIERS = """
    F8 1K 9A 9C BB CE G1 G3 6R E9 RB 1S APC LU 0K
    0B 1A 1B 1C 1D 1G 1H 1J D3 G2 HPI
"""
REFERENCE_QUALIFIERS = frozenset(_REFERENCE_QUALIFIERS.split())

#: Elements that hold remark codes.
REMARK_ELEMENTS = {"MIA": (5, 20, 21, 22, 23), "MOA": (3, 4, 5, 6, 7)}

#: Claim adjustment group codes (CAS01); CR, correction and reversal, ended with version 4010.
GROUP_CODES = frozenset({"CO", "PR", "OA", "PI", "CR"})

#: CLP02 of a remit that takes back an earlier one.
REVERSAL = "22"

#: What GS08 and ST03 of this guide begin with; letters and digits after it are errata.
GUIDE = "005010X221"

#: Every segment id of 005010X221A1 and its envelope; any other is a slip of the writer.
_SEGMENT_IDS = """
    ISA TA1 GS ST SE GE IEA BPR NTE TRN CUR REF DTM N1 N3 N4 PER RDM LX TS2 TS3 CLP CAS NM1 MIA MOA AMT QTY SVC LQ PLB
"""
SEGMENT_IDS = frozenset(_SEGMENT_IDS.split())

SegmentFields = Mapping[str, tuple[Field, ...]]


def fields_of(loop: str) -> SegmentFields:
    """Fields of one loop, by segment id."""
    mine = [field for field in FIELDS if field.loop == loop]
    return {segment: tuple(f for f in mine if f.segment == segment) for segment in {f.segment for f in mine}}
