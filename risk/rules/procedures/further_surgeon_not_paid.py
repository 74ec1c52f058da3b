"""MOD007: an assistant, co-surgeon or team surgeon on a procedure that pays none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from risk.claims.examples import claim, line
from risk.rules._rule import Reason, Severity, rule
from risk.rules.procedures._surgeons import PAYER_TYPES, lines_of_surgeons

if TYPE_CHECKING:
    import pandas as pd

    from risk.claims.tables import ClaimBatch
    from risk.reference import Reference

#: Indicators that none is paid, or that the notion does not apply. Source: as ``cite``.
NOT_PAID = {"assistant at surgery": (1, 9), "co-surgeon": (0, 9), "team surgeon": (0, 9)}


@rule(
    "MOD007",
    severity=Severity.DENY,
    reason=Reason.CODING,
    carc="54",
    cite="Medicare Claims Processing Manual ch. 12, 20.4.3 (assistants) and 40.8 (co-surgeons, teams); indicators: "
    "PFS July 2024",
    cite_imported="Medicare Claims Processing Manual ch. 12, 20.4.3 (assistants) and 40.8 (co-surgeons, teams); "
    "indicators: {edition}",
    message="Line {line_number}: {procedure_code} carries modifier {modifier} ({role}), and Medicare pays none for it "
    "(indicator {indicator}).",
    fix="Check the code and the modifier against the operative report. If both are right, the line is not paid, and "
    "the patient cannot be charged for an assistant whom the law excludes.",
    fix_kind="data",
    payer_types=PAYER_TYPES,
    good=[
        claim(payer_type="medicare", lines=[line("63655", modifiers=["80"])]),
        claim(payer_type="medicare", lines=[line("63650")]),
        claim(payer_type="commercial", lines=[line("63650", modifiers=["80"])]),
    ],
    bad=[
        claim(payer_type="medicare", lines=[line("63650", modifiers=["80"])]),
        claim(payer_type="medicare_advantage", lines=[line("22513", modifiers=["AS"])]),
        claim(payer_type="medicare", lines=[line("63650", modifiers=["62"])]),
        claim(payer_type="medicare", lines=[line("63685", modifiers=["66"])]),
    ],
)
def further_surgeon_not_paid(batch: ClaimBatch, reference: Reference) -> pd.DataFrame:
    """Further surgeon on a procedure that pays none.

    The fee schedule says of each procedure whether an assistant (80, 81, 82, AS), a second surgeon (62) or a team (66)
    is paid. Of the built-in procedures most pay none; all others are known where the relative value file was imported.
    Usual cause: the assistant added to every line of a session.
    """
    return lines_of_surgeons(batch, reference, NOT_PAID)
