"""LCD002: more levels in a session than the contractors cover."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from risk.claims.columns import rows_where
from risk.claims.examples import claim, line
from risk.claims.tables import MODIFIERS
from risk.rules._rule import Reason, Severity, rule
from risk.rules.procedures._units import daily_units

if TYPE_CHECKING:
    import pandas as pd

    from risk.claims.tables import ClaimBatch
    from risk.reference import Reference


@rule(
    "LCD002",
    severity=Severity.DENY,
    reason=Reason.MEDICAL_NECESSITY,
    carc="50",
    rarc="N115",
    cite="Contractors' policies: facet procedures (L38773, L33930, L34892) and transforaminal epidurals "
    "(L39015, L39240): two levels in a session",
    message="Line {line_number}: with {procedure_code} the session has more than the {max_levels} levels that "
    "Medicare's contractors cover.",
    fix="Check the levels against the procedure note. Levels beyond the limit are paid on appeal at best: ask "
    "what in the record made them necessary in this session.",
    fix_kind="documentation",
    unless=("DUP001", "DUP002"),
    payer_types=("medicare", "medicare_advantage"),
    good=[
        claim(payer_type="medicare", dx=["M47.816"], lines=[line("64493"), line("64494")]),
        claim(payer_type="medicare", lines=[line("64483", modifiers=["50"]), line("64484", modifiers=["50"])]),
        claim(
            payer_type="medicare",
            dx=["M47.816"],
            lines=[line("64635"), line("64636", modifiers=["LT"]), line("64636", modifiers=["RT"])],
        ),
        claim(payer_type="commercial", lines=[line("64493"), line("64494"), line("64495")]),
    ],
    bad=[
        claim(payer_type="medicare", dx=["M47.816"], lines=[line("64493"), line("64494"), line("64495")]),
        claim(payer_type="medicare", lines=[line("64483"), line("64484", quantity=2.0)]),
    ],
)
def levels_beyond_session_limit(batch: ClaimBatch, reference: Reference) -> pd.DataFrame:
    """More levels in one session than are covered.

    A third facet level, or a second further level through the foramen or by radiofrequency on one side, exceeds what
    the contractors' policies cover in a session. Usual cause: all painful levels treated at once.
    """
    procedures = reference.procedures
    codes = batch.service_lines["procedure_code"]
    chosen = procedures.flagged("add_on", codes) & procedures.told("max_levels", codes)
    lines = batch.lines_where(chosen, "procedure_code", "service_from_date", "quantity", *MODIFIERS)
    if lines.empty:
        return lines
    days = daily_units(reference, lines)
    level, most = (procedures.number(name, days["procedure_code"]) for name in ("level", "max_levels"))
    levels = np.where(np.isnan(level), days["units"].to_numpy() + 1, level)
    found = rows_where(days, levels > most)
    return found.assign(max_levels=procedures.fact("max_levels", found["procedure_code"])) if len(found) else found
