"""NEC008: a diagnosis that the Medicare contractor's article lists as one that never supports the procedure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from risk.claims.examples import claim, line
from risk.rules._rule import Reason, Severity, rule
from risk.rules.medical_necessity._articles import EXAMPLES

if TYPE_CHECKING:
    import pandas as pd

    from risk.claims.tables import ClaimBatch
    from risk.reference import Reference


@rule(
    "NEC008",
    severity=Severity.DENY,
    reason=Reason.MEDICAL_NECESSITY,
    carc="50",
    rarc="N115",
    cite="The article named in the finding, as imported from the Medicare Coverage Database; Social Security Act "
    "1862(a)(1)(A); for Medicare Advantage 42 CFR 422.101(b)(3)",
    message="Line {line_number}: every diagnosis of {procedure_code} is listed as one that does not support it in "
    "{state} on {service_date} (article {article} of the Medicare contractor).",
    fix="Ask what the record names as the reason for the service. Another diagnosis may be coded and pointed to only "
    "if it is documented; if there is none, the service is not covered, and an advance notice (modifier GA) must have "
    "been signed before it.",
    fix_kind="documentation",
    status="preview",
    payer_types=("medicare", "medicare_advantage"),
    unless=("NEC001", "NEC002", "LCD004", "DX001", "DX002", "DX003", "DX004"),  # as for NEC007
    imported=EXAMPLES,
    good=[
        claim(payer_type="medicare", dx=["E55.9"], lines=[line("82306")]),
        claim(payer_type="medicare", dx=["R53.83", "E55.9"], lines=[line("82306", pointers=[1, 2])]),
        claim(payer_type="medicare", dx=["R53.83"], lines=[line("82306")], facility_state="NM"),
        claim(payer_type="commercial", dx=["R53.83"], lines=[line("82306")]),
    ],
    bad=[
        claim(payer_type="medicare", dx=["R53.83"], lines=[line("82306")]),
        claim(payer_type="medicare_advantage", dx=["R53.83", "E55.9"], lines=[line("82306", pointers=[1])]),
    ],
)
def diagnosis_never_supports_procedure(batch: ClaimBatch, reference: Reference) -> pd.DataFrame:
    """Diagnosis on the contractor's list of those that never support the procedure.

    Some articles of Medicare's contractors list diagnoses for which a service is never covered, such as a test without
    symptoms. The rule speaks only where the articles of the coverage database were imported (``denial-risk reference
    import``), and only where every diagnosis the line points to is on such a list and none is on a list of those that
    support it. Shown as a preview: which procedures a list is for is told by the article's words alone. Usual cause: a
    general symptom or an encounter for examination coded as the reason of a test.
    """
    judged = reference.coverage.judged(batch)
    if judged.empty:
        return judged
    return judged[judged["never"].astype(bool)].assign(service_date=lambda found: found["service_from_date"])
