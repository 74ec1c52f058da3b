"""LCD001: two kinds of block in one session, which the contractors do not cover."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from risk.claims.examples import claim, line
from risk.rules._rule import Reason, Severity, rule

if TYPE_CHECKING:
    from risk.claims.tables import ClaimBatch
    from risk.reference import Reference


@rule(
    "LCD001",
    severity=Severity.DENY,
    reason=Reason.MEDICAL_NECESSITY,
    carc="50",
    rarc="N115",
    cite="Contractors' policies on epidurals (L39015, L39240, L36920), facet (L38773, L33930, L34892) and "
    "sacroiliac injections: one kind of block in a session",
    message="Line {line_number}: {procedure_code} and {other_code} on line {other_line} are different kinds of "
    "block; Medicare's contractors cover one kind in a session.",
    fix="Check the record for why both were done on one day. A facet cyst treated with an epidural is the "
    "exception; the diagnosis on the facet line must then say so. Otherwise expect one of the two to be "
    "denied.",
    fix_kind="documentation",
    payer_types=("medicare", "medicare_advantage"),
    good=[
        claim(
            payer_type="medicare",
            dx=["M47.816", "M54.16"],
            lines=[line("64493", day=1), line("62323", day=20, pointers=[2])],
        ),
        claim(payer_type="medicare", dx=["M53.86", "M54.16"], lines=[line("64493"), line("62323", pointers=[2])]),
        claim(payer_type="medicare", dx=["M47.816"], lines=[line("64493"), line("64494")]),
        claim(payer_type="medicare", lines=[line("62323"), line("64483", modifiers=["XS"])]),
        claim(payer_type="commercial", lines=[line("64493"), line("62323")]),
    ],
    bad=[
        claim(payer_type="medicare", dx=["M47.816", "M54.16"], lines=[line("64493"), line("62323", pointers=[2])]),
        claim(payer_type="medicare_advantage", lines=[line("64483"), line("20553", modifiers=["59"])]),
    ],
)
def block_types_in_one_session(batch: ClaimBatch, reference: Reference) -> pd.DataFrame:
    """Two kinds of block in one session.

    Medicare's contractors cover one kind of spinal block in a session (epidural, facet, sacroiliac, trigger points):
    with two, the response tells nothing about the source of the pain. NCCI may have no edit for the pair at all. Pairs
    that NCCI bundles are left to that rule. Usual cause: every painful site treated in one visit.
    """
    procedures = reference.procedures
    found = procedures.same_session_exclusions(batch)
    if found.empty:
        return found
    pairs = procedures.same_day_pairs(batch)
    pairs = pairs[~pairs["bypassed"]]
    edited = {
        (key, *sorted((line_number, other)))
        for key, line_number, other in zip(
            pairs["claim_key"], pairs["line_number"], pairs["column_1_line"], strict=True
        )
    }
    both = zip(found["claim_key"], found["line_number"], found["other_line"], strict=True)
    unedited = [(key, *sorted((line_number, other))) not in edited for key, line_number, other in both]
    return found[pd.Series(unedited, index=found.index, dtype=bool)].drop_duplicates(["claim_key", "line_number"])
