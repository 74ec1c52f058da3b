"""Lines of further surgeons, and what the fee schedule says of paying them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from risk.claims.tables import MODIFIERS
from risk.reference.modifiers import carries_modifier
from risk.rules._stacked import stacked

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from risk.claims.tables import ClaimBatch
    from risk.reference import Reference

#: Whose payers go by the indicators of the physician fee schedule.
PAYER_TYPES = ("medicare", "medicare_advantage")

#: Roles: their modifiers, and the column of the indicator. Source: Medicare Claims Processing Manual ch. 12, 20.4.3
#: and 40.8.
ROLES = {
    "assistant at surgery": (("80", "81", "82", "AS"), "assistant_indicator"),
    "co-surgeon": (("62",), "cosurgeon_indicator"),
    "team surgeon": (("66",), "team_indicator"),
}


def lines_of_surgeons(batch: ClaimBatch, reference: Reference, indicators: Mapping[str, Sequence[int]]) -> pd.DataFrame:
    """Professional lines with a role's modifier on a procedure whose indicator is one of the role's.

    ``indicators`` are by role. Returns claim_key, line_number, procedure_code, modifier, role, indicator and edition
    (the imported one that has the indicator; null where it is built in); a line once for each of its roles.
    """
    parts = []
    for role, (modifiers, column) in ROLES.items():
        chosen = carries_modifier(batch.service_lines, frozenset(modifiers))
        if chosen.any():
            chosen &= batch.professional[batch.service_lines["claim_key"]]
        lines = batch.lines_where(chosen, "procedure_code", "service_from_date", *MODIFIERS)
        if lines.empty:
            continue
        indicator = reference.procedures.indicator(column, lines)
        lines = lines.assign(indicator=indicator, role=role)[indicator.isin(indicators[role])]
        found = lines[MODIFIERS].where(lines[MODIFIERS].isin(modifiers)).bfill(axis=1)
        edition = reference.procedures.indicator_editions(column, lines)
        parts.append(lines.assign(modifier=found[MODIFIERS[0]], edition=edition))
    return stacked(parts)
