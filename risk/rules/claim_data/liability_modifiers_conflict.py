"""CLM010: GA and GZ on one line, a waiver on file and none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from risk.claims.examples import claim, line
from risk.claims.tables import ClaimBatch
from risk.reference.modifiers import carries_modifier
from risk.rules._rule import Reason, Severity, rule

if TYPE_CHECKING:
    import pandas as pd

    from risk.reference import Reference


@rule(
    "CLM010",
    severity=Severity.DENY,
    reason=Reason.CODING,
    carc="4",
    rarc="N519",
    cite="HCPCS level II: GA means a waiver of liability on file, GZ that none was signed",
    message="Line {line_number}: {procedure_code} carries both GA and GZ, which exclude each other.",
    fix="Keep GA if the signed notice is on file, GZ if there is none.",
    fix_kind="documentation",
    payer_types=("medicare",),
    good=[
        claim(payer_type="medicare", dx=["M47.816"], lines=[line("64493", modifiers=["GA"])]),
        claim(payer_type="medicare", dx=["M47.816"], lines=[line("64493", modifiers=["GZ"])]),
    ],
    bad=[claim(payer_type="medicare", dx=["M47.816"], lines=[line("64493", modifiers=["GA", "KX", "GZ"])])],
)
def liability_modifiers_conflict(batch: ClaimBatch, _reference: Reference) -> pd.DataFrame:
    """GA and GZ on one line, which exclude each other.

    The line is denied, and who is liable stays open. Usual cause: a default modifier of the charge template beside the
    one the front desk entered.
    """
    lines = batch.service_lines
    both = carries_modifier(lines, {"GA"}) & carries_modifier(lines, {"GZ"})
    return batch.lines_where(both, "procedure_code")
