"""DUP001: a service that is billed already, on another claim of the batch or the history, or on the same one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from risk.claims.examples import claim, line
from risk.rules._repair import drop_lines
from risk.rules._rule import Reason, Severity, rule
from risk.rules.duplicate._repeats import repeated_lines, within_claim

if TYPE_CHECKING:
    import pandas as pd

    from risk.claims.tables import ClaimBatch
    from risk.reference import Reference


@rule(
    "DUP001",
    severity=Severity.DENY,
    reason=Reason.DUPLICATE,
    carc="18",
    cite="CARC 18, exact duplicate; Medicare Claims Processing Manual ch. 1, 120 (duplicate claim edits)",
    message="Line {line_number}: {procedure_code} is already billed on line {earlier_line} of claim "
    "{earlier_claim_id}.",
    fix="Hold the later one. If the service was done twice, ask for the record of both; a repeat modifier may "
    "say so then. If the first claim was wrong, send a replacement (frequency 7) instead.",
    fix_kind="data",
    repair=drop_lines,
    requires="The record shows that the service was done once; the later line then comes off.",
    history=True,
    good=[
        claim(lines=[line("20553"), line("20553", day=20)]),
        claim(lines=[line("64483", modifiers=["LT"]), line("64483", modifiers=["RT"])]),
        claim(lines=[line("71046"), line("71046", modifiers=["76"])]),
        claim(lines=[line("71046"), line("72100")]),
        claim(lines=[line("20553")], past=[claim(claim_id="EARLIER", lines=[line("20553", day=20)])]),
        claim(lines=[line("71046"), line("71046")], claim_frequency_code="7"),
    ],
    bad=[
        claim(lines=[line("20553"), line("20553")]),
        claim(lines=[line("71046"), line("20553")], past=[claim(claim_id="EARLIER", lines=[line("20553")])]),
    ],
)
def duplicate_service(batch: ClaimBatch, reference: Reference, past: ClaimBatch) -> pd.DataFrame:  # noqa: ARG001
    """Service that is billed already.

    Same patient, payer, provider, date, procedure and modifiers as an earlier line, on another claim of the batch or
    the history or, with the same units and charge, on the same claim: the payer pays the first and denies the other
    as a duplicate. Usual cause: a claim sent again because the first has not been answered, or a charge captured twice.
    """
    found = repeated_lines(batch, past)
    if found.empty:
        return found
    other_claim = found["claim_key"] != found["earlier_claim_key"]
    same_amount = found["quantity"].eq(found["earlier_quantity"])
    same_amount &= found["line_charge_cents"].eq(found["earlier_charge_cents"]).fillna(False)
    return found[other_claim | (same_amount & within_claim(found))]
