"""DX016: a status or history as the principal diagnosis of a Medicare stay."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from risk.claims.columns import one_of
from risk.claims.examples import claim, line
from risk.reference.icd10 import dotted
from risk.rules._rule import Reason, Severity, rule
from risk.rules.diagnosis._dated import first_listed_where, in_force

if TYPE_CHECKING:
    import pandas as pd

    from risk.claims.examples import Claim
    from risk.claims.tables import ClaimBatch
    from risk.reference import Reference

#: Inpatient bill of a hospital (NUBC type of bill 11X).
_INPATIENT = "11"


def _stay(*dx: str, **columns: Any) -> Claim:
    facts: dict[str, Any] = {"claim_kind": "institutional", "bill_type_code": "111", "place_of_service_code": None}
    return claim(
        dx=dx,
        lines=[line(None, revenue_center_code="0120", pointers=())],
        **({"payer_type": "medicare"} | facts | columns),
    )


@rule(
    "DX016",
    severity=Severity.REJECT,
    reason=Reason.CODING,
    carc="16",
    rarc="MA63",
    cite="Medicare Code Editor v43, edit 9 (unacceptable principal diagnosis); Medicare Claims Processing Manual "
    "ch. 3, 20.2.1; ICD-10-CM guidelines I.C.21.c.3 and I.C.21.c.4",
    message="The principal diagnosis {code} ({description}) is a status or a history, no reason for an inpatient stay.",
    fix="Report the condition that the record shows to have led to the admission as the principal diagnosis.",
    fix_kind="documentation",
    payer_types=["medicare"],
    good=[
        _stay("I21.4", "Z95.5"),
        _stay("Z47.1", "Z96.651"),
        _stay("Z51.11", "C18.9"),
        _stay("Z95.5", "I21.4", bill_type_code="131"),
        _stay("Z95.5", "I21.4", payer_type="commercial"),
        claim(dx=["Z95.5"], payer_type="medicare"),
    ],
    bad=[_stay("Z95.5", "I21.4"), _stay("Z85.3"), _stay("Z96.651", "M17.11", bill_type_code="117")],
)
def status_as_inpatient_principal(batch: ClaimBatch, reference: Reference) -> pd.DataFrame:
    """Status or history as the principal diagnosis of a Medicare inpatient stay.

    Medicare's editor returns the bill: an implant, an amputation or a cancer of the past brings nobody into hospital.
    Outpatient and other bills may begin with such a code. Usual cause: a list of problems copied in its order.
    """
    principal = one_of(batch.diagnoses["dx_qualifier"], ["principal"])
    status = reference.dx_groups.of_group(batch.diagnoses["dx_code"], "status_or_history")
    found = first_listed_where(batch, principal & status)
    if found.empty:
        return found
    inpatient = batch.of_claim("bill_type_code", found["claim_key"]).str.startswith(_INPATIENT, na=False)
    found = found[inpatient.astype(bool)]
    found = found[in_force(found, batch, reference)]
    return found.assign(code=dotted(found["dx_code"]), description=reference.icd10.describe(found["dx_code"]))
