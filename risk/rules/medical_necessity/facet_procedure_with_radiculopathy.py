"""NEC002: a facet procedure that points to a radiculopathy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from risk.claims.examples import claim, line
from risk.rules._rule import Reason, Severity, rule
from risk.rules.medical_necessity._pointed import lines_with_dx_groups

if TYPE_CHECKING:
    import pandas as pd

    from risk.claims.tables import ClaimBatch
    from risk.reference import Reference


@rule(
    "NEC002",
    severity=Severity.REVIEW,
    reason=Reason.MEDICAL_NECESSITY,
    carc="50",
    rarc="N115",
    cite="Contractors' policies on facet procedures (L38773, L33930, L35936, L38801, L34892, L38765, L38841): "
    "axial pain without untreated radiculopathy",
    message="Line {line_number}: facet procedure {procedure_code} points to a nerve-root diagnosis; Medicare's "
    "contractors cover it for pain without untreated radiculopathy.",
    fix="Ask whether the radiculopathy has been treated or explains the pain, and what the record says of "
    "facet pain. Point the line to the condition this procedure treated, as documented.",
    fix_kind="documentation",
    payer_types=("medicare", "medicare_advantage"),
    good=[
        claim(payer_type="medicare", dx=["M47.816"], lines=[line("64493")]),
        claim(payer_type="medicare", dx=["M47.816", "M54.16"], lines=[line("64493", pointers=[1])]),
        claim(payer_type="medicare", dx=["M54.16"], lines=[line("64483")]),
    ],
    bad=[
        claim(payer_type="medicare", dx=["M54.16"], lines=[line("64493")]),
        claim(payer_type="medicare", dx=["M47.816", "M54.16"], lines=[line("64635", pointers=[1, 2])]),
    ],
)
def facet_procedure_with_radiculopathy(batch: ClaimBatch, reference: Reference) -> pd.DataFrame:
    """Facet procedure that points to a radiculopathy.

    Facet blocks and denervation are covered for axial pain when no untreated radiculopathy explains it; a nerve-root
    diagnosis on the line says the opposite. Usual cause: every diagnosis of the claim pointed to on every line.
    """
    chosen = reference.procedures.of_family(
        batch.service_lines["procedure_code"], "facet_injection", "facet_radiofrequency"
    )
    lines = batch.lines_where(chosen, "procedure_code")
    if lines.empty:
        return lines
    lines = lines_with_dx_groups(batch, reference, lines, "radicular")
    return lines[lines["radicular"]]
