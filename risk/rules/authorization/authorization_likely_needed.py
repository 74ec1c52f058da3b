"""AUTH002: no authorisation where most plans of the payer want one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from risk.claims.examples import claim, line
from risk.rules._repair import suppose_authorized
from risk.rules._rule import Reason, Severity, rule
from risk.rules.authorization._unauthorized import IF_AUTHORIZED, unauthorized_lines

if TYPE_CHECKING:
    import pandas as pd

    from risk.claims.tables import ClaimBatch
    from risk.reference import Reference


@rule(
    "AUTH002",
    severity=Severity.REVIEW,
    reason=Reason.AUTHORIZATION,
    carc="197",
    rarc="M62",
    cite="Benefit managers' lists of spinal injections and stimulators (eviCore, Carelon), secondary sources; "
    "payer terms",
    message="Line {line_number}: most plans of this payer require authorisation for {procedure_code} ({program}), "
    "and the claim carries no number.",
    fix="Check the plan's list. If an authorisation was given, put its number on the claim; if the plan asks "
    "for none, say so in your payer terms file.",
    fix_kind="data",
    repair=suppose_authorized,
    requires=IF_AUTHORIZED,
    good=[
        claim(payer_name="Cigna", lines=[line("64483")], prior_auth_number="A00000001"),
        claim(payer_name="Cigna", lines=[line("99213")]),
        claim(lines=[line("64483")]),
    ],
    bad=[claim(payer_name="Cigna Health and Life", lines=[line("64483")])],
)
def authorization_likely_needed(batch: ClaimBatch, reference: Reference) -> pd.DataFrame:
    """Authorisation that plans of this payer mostly want, not on the claim.

    Several commercial payers have spinal procedures authorised by a benefit manager; plans differ, so the finding asks
    for a look and no more. Usual cause: the plan's list was not checked at scheduling.
    """
    return unauthorized_lines(batch, reference, "likely")
