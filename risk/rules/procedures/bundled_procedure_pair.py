"""PTP001: two procedures of one day that NCCI pays as one, unless a modifier tells them apart."""

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
    "PTP001",
    severity=Severity.DENY,
    reason=Reason.BUNDLING,
    carc="236",
    rarc="N20",
    cite="NCCI procedure-to-procedure edits 2024Q3, practitioner and outpatient hospital; NCCI Policy Manual ch. 1",
    cite_imported="{edition}; NCCI Policy Manual ch. 1",
    message="Line {line_number}: {procedure_code} is bundled into {column_1_code} on line {column_1_line} of the "
    "same day.",
    fix="Ask whether the record shows a separate site, session or encounter for the second procedure. If it "
    "does, the modifier that says which may be appended; if it does not, the line is part of the other "
    "and is not billed.",
    fix_kind="documentation",
    repair=drop_lines,
    requires="The record shows no separate site, session or encounter for the second procedure; it then comes off.",
    unless=("IMG001", "EM001", "PTP002", "ADD001"),  # said more precisely, or not payable whatever the pair
    good=[
        claim(lines=[line("62323", day=1), line("64483", day=15)]),
        claim(lines=[line("62323"), line("64483", modifiers=["XS"])]),
        claim(lines=[line("64493"), line("62323")]),
        claim(lines=[line("64625"), line("64483")]),
    ],
    bad=[
        claim(lines=[line("62323"), line("64483")]),
        claim(lines=[line("64483"), line("62323")]),
        claim(lines=[line("62323"), line("64483")], claim_kind="institutional", bill_type_code="131"),
        claim(lines=[line("64635", modifiers=["KX"]), line("64493")]),
    ],
)
def bundled_procedure_pair(batch: ClaimBatch, reference: Reference) -> pd.DataFrame:
    """Procedure bundled into another of the same day.

    Of a pair that NCCI edits with modifier indicator 1, the column-2 code is denied unless a PTP-associated modifier
    says that it was separate. Usual cause: both injections of one session billed, where the payer covers one
    approach in a region.
    """
    pairs = reference.procedures.same_day_pairs(batch)
    if pairs.empty:
        return pairs
    return first_of_lines(pairs, (pairs["modifier_indicator"].to_numpy() == 1) & ~pairs["bypassed"].to_numpy())
