"""PTP002: two procedures of one day that NCCI never pays separately, with or without a modifier."""

from __future__ import annotations

from typing import TYPE_CHECKING

from risk.claims.examples import claim, line
from risk.rules._repair import drop_lines
from risk.rules._rule import Reason, Severity, rule
from risk.rules.procedures._pairs import first_of_lines

if TYPE_CHECKING:
    import pandas as pd

    from risk.claims.tables import ClaimBatch
    from risk.reference import Reference


@rule(
    "PTP002",
    severity=Severity.DENY,
    reason=Reason.BUNDLING,
    carc="236",
    rarc="N20",
    cite="NCCI procedure-to-procedure edits 2024Q3, modifier indicator 0; NCCI Policy Manual ch. 1",
    cite_imported="{edition}, modifier indicator 0; NCCI Policy Manual ch. 1",
    message="Line {line_number}: {procedure_code} is never paid beside {column_1_code} on line {column_1_line}; "
    "no modifier changes that.",
    fix="Take the line off the claim if both lines describe one service; check the record for which of the "
    "two was done.",
    fix_kind="data",
    repair=drop_lines,
    good=[
        claim(lines=[line("62323"), line("62322", day=20)]),
        claim(lines=[line("62323"), line("64483")]),
        claim(lines=[line("64625"), line("64483", modifiers=["59"])], claim_kind="institutional", bill_type_code="131"),
    ],
    bad=[
        claim(lines=[line("62323"), line("62322")]),
        claim(lines=[line("62323"), line("62322", modifiers=["59"])]),
        claim(lines=[line("64625"), line("64483", modifiers=["XS"])]),
    ],
)
def inseparable_procedure_pair(batch: ClaimBatch, reference: Reference) -> pd.DataFrame:
    """Procedure that is never paid beside another of the same day.

    NCCI edits the pair with modifier indicator 0: the column-2 code is part of the other, whatever its modifiers.
    Usual cause: the code with and the code without imaging both billed, or two codes of one series.
    """
    pairs = reference.procedures.same_day_pairs(batch)
    if pairs.empty:
        return pairs
    return first_of_lines(pairs, pairs["modifier_indicator"].to_numpy() == 0)
