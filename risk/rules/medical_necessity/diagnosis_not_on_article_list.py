"""NEC007: a diagnosis outside the list of the Medicare contractor's article for the state."""

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
    "NEC007",
    severity=Severity.DENY,
    reason=Reason.MEDICAL_NECESSITY,
    carc="50",
    rarc="N115",
    cite="The article named in the finding, as imported from the Medicare Coverage Database; Social Security Act "
    "1862(a)(1)(A); for Medicare Advantage 42 CFR 422.101(b)(3)",
    message="Line {line_number}: no diagnosis of {procedure_code} is on the list of those that support it in {state} "
    "on {service_date} (article {article} of the Medicare contractor).",
    fix="Check the article's list, and ask what the record names as the reason for the service. A listed diagnosis may "
    "be coded and pointed to only if it is documented; if none is, the service is not covered, and an advance notice "
    "(modifier GA) must have been signed before it.",
    fix_kind="documentation",
    status="preview",
    payer_types=("medicare", "medicare_advantage"),
    # The same defect said more precisely, or a diagnosis code that is at fault itself.
    unless=("NEC008", "NEC001", "NEC002", "LCD004", "DX001", "DX002", "DX003", "DX004"),
    imported=EXAMPLES,
    good=[
        claim(payer_type="medicare", dx=["G56.01"], lines=[line("95910")]),
        claim(payer_type="medicare", dx=["I10", "G56.03"], lines=[line("95910", pointers=[1, 2])]),
        claim(payer_type="medicare", dx=["M54.16"], lines=[line("95910")], facility_state="TX"),
        claim(payer_type="medicare", dx=["M54.16"], lines=[line("95910")], facility_state=None),
        claim(payer_type="medicare", dx=["M54.16"], lines=[line("95910", date_of_service="2025-12-31")]),
        claim(payer_type="medicare", dx=["M54.16"], lines=[line("95886")]),
        claim(payer_type="commercial", dx=["M54.16"], lines=[line("95910")]),
    ],
    bad=[
        claim(payer_type="medicare", dx=["M54.16"], lines=[line("95910")]),
        claim(payer_type="medicare_advantage", dx=["M54.16", "I10"], lines=[line("95910", pointers=[1, 2])]),
        claim(payer_type="medicare", dx=["I10", "G56.01"], lines=[line("95910", pointers=[1])]),
    ],
)
def diagnosis_not_on_article_list(batch: ClaimBatch, reference: Reference) -> pd.DataFrame:
    """Diagnosis not on the contractor's list for the procedure.

    Medicare's contractors publish for many procedures the diagnoses that support them, state by state, and deny the
    line where none of those it points to is listed. The rule speaks only where the articles of the coverage database
    were imported (``denial-risk reference import``), of the version in force on the date of service, and of the state
    where the service was given. One listed diagnosis is enough, in any group of any article that names the procedure
    there: of groups that ask for two codes together nothing is said. Shown as a preview: which of its procedures a list
    is for is told by the article's words alone. Usual cause: a symptom coded, or the reason for the test left on
    another line.
    """
    judged = reference.coverage.judged(batch)
    if judged.empty:
        return judged
    return judged[judged["unlisted"].astype(bool)].assign(service_date=lambda found: found["service_from_date"])
