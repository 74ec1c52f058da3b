"""EM001: a visit on the day of a procedure that NCCI pairs it with, without the modifier that tells it apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from risk.claims.examples import claim, line
from risk.reference.procedures import VISIT_FAMILIES
from risk.rules._repair import drop_lines
from risk.rules._rule import Reason, Severity, rule
from risk.rules.procedures._pairs import first_of_lines

if TYPE_CHECKING:
    import pandas as pd

    from risk.claims.tables import ClaimBatch
    from risk.reference import Reference


@rule(
    "EM001",
    severity=Severity.DENY,
    reason=Reason.BUNDLING,
    carc="97",
    rarc="M15",
    cite="NCCI procedure-to-procedure edits 2024Q3 (99202-99215), modifier indicator 1; NCCI Policy Manual ch. 1, "
    "modifier 25",
    cite_imported="{edition}, modifier indicator 1; NCCI Policy Manual ch. 1, modifier 25",
    message="Line {line_number}: visit {procedure_code} is bundled into {column_1_code} on line {column_1_line}, "
    "and no modifier on the visit says that it was separate.",
    fix="Ask whether the note shows evaluation beyond the decision for and the usual care around the "
    "procedure. Modifier 25 belongs on the visit only if it does; otherwise the visit is part of the "
    "procedure.",
    fix_kind="documentation",
    repair=drop_lines,
    requires="The note shows no evaluation beyond what belongs to the procedure; the visit then comes off.",
    good=[
        claim(lines=[line("99213")]),
        claim(lines=[line("64483", modifiers=["RT"]), line("99213", modifiers=["25"])]),
        claim(lines=[line("20553", day=1), line("99213", day=8)]),
        claim(lines=[line("99213"), line("99212")]),
        claim(lines=[line("96372"), line("99211", modifiers=["25"])]),
    ],
    bad=[
        claim(lines=[line("99213"), line("20553")]),
        claim(lines=[line("64483", modifiers=["RT"]), line("99214")]),
        claim(lines=[line("99203"), line("96372")]),
    ],
)
def visit_bundled_into_procedure(batch: ClaimBatch, reference: Reference) -> pd.DataFrame:
    """Visit bundled into a procedure of the same day.

    Payment for an injection includes the usual evaluation of that day. A visit that NCCI pairs with it is denied unless
    its own modifier says that it was significant and separately identifiable; a side on the injection says nothing
    about the visit. Two visits, and visits that no modifier can tell apart, are left to the other pair rules. Usual
    cause: the visit that led to the injection billed as well.
    """
    procedures = reference.procedures
    pairs = procedures.same_day_pairs(batch)
    if pairs.empty:
        return pairs
    bundled = (pairs["modifier_indicator"].to_numpy() == 1) & ~pairs["bypassed"].to_numpy()
    visit, other = (procedures.of_family(pairs[code], *VISIT_FAMILIES) for code in ("procedure_code", "column_1_code"))
    return first_of_lines(pairs, bundled & visit & ~other)
