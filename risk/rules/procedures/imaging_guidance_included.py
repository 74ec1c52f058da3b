"""IMG001: imaging guidance billed beside an injection whose code includes it."""

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
    "IMG001",
    severity=Severity.DENY,
    reason=Reason.BUNDLING,
    carc="97",
    rarc="M15",
    cite="NCCI procedure-to-procedure edits 2024Q3: spinal guidance is column 2 to the injections that include it",
    cite_imported="{edition}: spinal guidance is column 2 to the injections that include it",
    message="Line {line_number}: imaging guidance {procedure_code} is part of {column_1_code} on line "
    "{column_1_line} and is not paid separately.",
    fix="Take the guidance line off the claim. If it served another procedure of the day that does not "
    "include imaging, ask for that procedure's record before billing it apart.",
    fix_kind="data",
    repair=drop_lines,
    good=[
        claim(lines=[line("62323")]),
        claim(lines=[line("64520", modifiers=["LT"]), line("77003")]),
        claim(lines=[line("62323", day=1), line("64520", day=9), line("77003", day=9)]),
    ],
    bad=[
        claim(lines=[line("62323"), line("77003")]),
        claim(lines=[line("64493", modifiers=["RT"]), line("77003", modifiers=["26"])]),
    ],
)
def imaging_guidance_included(batch: ClaimBatch, reference: Reference) -> pd.DataFrame:
    """Imaging guidance billed beside an injection that includes it.

    The transforaminal, facet, sacroiliac and "with imaging" epidural codes contain their guidance, so payers deny it as
    part of the injection. Usual cause: a charge template from before the codes took the imaging in.
    """
    procedures = reference.procedures
    pairs = procedures.same_day_pairs(batch)
    if pairs.empty:
        return pairs
    guidance = procedures.of_family(pairs["procedure_code"], "imaging_guidance")
    included = procedures.flagged("imaging_included", pairs["column_1_code"])
    return first_of_lines(pairs, guidance & included & ~pairs["bypassed"].to_numpy())
