"""MOD008: an assistant, co-surgeon or team surgeon who is paid only with documentation, and nothing is attached."""

from __future__ import annotations

from typing import TYPE_CHECKING

from risk.claims.examples import claim, line
from risk.rules._rule import Reason, Severity, rule
from risk.rules.procedures._surgeons import PAYER_TYPES, lines_of_surgeons

if TYPE_CHECKING:
    import pandas as pd

    from risk.claims.tables import ClaimBatch
    from risk.reference import Reference

#: Indicators that one is paid with documentation of the need. Source: as ``cite``.
WITH_DOCUMENTATION = {"assistant at surgery": (0,), "co-surgeon": (1,), "team surgeon": (1,)}


@rule(
    "MOD008",
    severity=Severity.REVIEW,
    reason=Reason.DOCUMENTATION,
    carc="54",
    cite="Medicare Claims Processing Manual ch. 12, 20.4.3 (assistants) and 40.8 (co-surgeons, teams); indicators: "
    "PFS July 2024",
    cite_imported="Medicare Claims Processing Manual ch. 12, 20.4.3 (assistants) and 40.8 (co-surgeons, teams); "
    "indicators: {edition}",
    message="Line {line_number}: {procedure_code} carries modifier {modifier} ({role}), which Medicare pays only where "
    "documentation shows the need (indicator {indicator}), and the claim announces no attachment.",
    fix="Ask whether the operative report says what the further surgeon did and why one was needed. If it does, send "
    "it with the claim (PWK) or have it ready.",
    fix_kind="documentation",
    payer_types=PAYER_TYPES,
    unless=("MOD007",),
    good=[
        claim(payer_type="medicare", lines=[line("63655", modifiers=["80"])]),
        claim(
            payer_type="medicare",
            lines=[line("62362", modifiers=["80"])],
            tables={
                "attachments": [
                    {"report_type_code": "OB", "transmission_code": "EL", "attachment_control_number": "A1"}
                ]
            },
        ),
        claim(payer_type="commercial", lines=[line("62362", modifiers=["80"])]),
    ],
    bad=[
        claim(payer_type="medicare", lines=[line("62362", modifiers=["82"])]),
        claim(payer_type="medicare", lines=[line("63655", modifiers=["62"])]),
    ],
)
def further_surgeon_undocumented(batch: ClaimBatch, reference: Reference) -> pd.DataFrame:
    """Further surgeon who is paid only with documentation.

    Of some procedures the fee schedule pays an assistant (80, 81, 82, AS), a second surgeon (62) or a team (66) only
    where the documentation shows that one was needed; a claim that announces no attachment is denied or asked about.
    Usual cause: the report sent only after the denial.
    """
    found = lines_of_surgeons(batch, reference, WITH_DOCUMENTATION)
    return found[~found["claim_key"].isin(batch.attachments["claim_key"])] if len(found) else found
