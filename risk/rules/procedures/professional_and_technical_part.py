"""MOD004: both parts of a test on one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from risk.claims.examples import claim, line
from risk.reference.modifiers import carries_modifier
from risk.rules._rule import Reason, Severity, rule

if TYPE_CHECKING:
    import pandas as pd

    from risk.claims.tables import ClaimBatch
    from risk.reference import Reference


@rule(
    "MOD004",
    severity=Severity.DENY,
    reason=Reason.CODING,
    carc="4",
    rarc="N519",
    cite="CPT 2024 appendix A (26), HCPCS level II (TC); Medicare Claims Processing Manual ch. 13 §20: both parts "
    "together are the code without a modifier",
    message="Line {line_number}: {procedure_code} carries both 26 and TC, the reading and the equipment, which exclude "
    "each other.",
    fix="Bill the code without either where the practice read the study on its own equipment, else the one part that "
    "it did.",
    fix_kind="data",
    good=[
        claim(lines=[line("72148", modifiers=["26"]), line("72148", modifiers=["TC"])]),
        claim(lines=[line("72148")]),
    ],
    bad=[
        claim(lines=[line("72148", modifiers=["26", "TC"])]),
        claim(lines=[line("72148", modifiers=["TC", "59", "26"])]),
    ],
)
def professional_and_technical_part(batch: ClaimBatch, _reference: Reference) -> pd.DataFrame:
    """Modifiers 26 and TC on one line.

    Each says that the other part is somebody else's; a line with both has no price. Usual cause: one charge for the
    reading and one for the equipment, put together.
    """
    lines = batch.service_lines
    both = carries_modifier(lines, {"26"}) & carries_modifier(lines, {"TC"})
    return batch.lines_where(both, "procedure_code")
