"""MOD006: modifiers that say of one line that notice of liability was required, voluntary or not given."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from risk.claims.examples import claim, line
from risk.reference.modifiers import carries_modifier
from risk.rules._rule import Reason, Severity, rule

if TYPE_CHECKING:
    import pandas as pd

    from risk.claims.tables import ClaimBatch
    from risk.reference import Reference


@rule(
    "MOD006",
    severity=Severity.DENY,
    reason=Reason.CODING,
    carc="4",
    rarc="N519",
    cite="CMS CR 6563 (2010-04-05): a line with GX and GA or GZ is returned; GX may stand beside GY",
    message="Line {line_number}: {procedure_code} carries GX, a voluntary notice, together with {other}.",
    fix="Look at the notice of liability in the record. Required and signed: GA. Required, not signed: GZ. Voluntary, "
    "for a service that Medicare never covers: GX, with GY where wanted.",
    fix_kind="documentation",
    payer_types=("medicare",),
    good=[
        claim(payer_type="medicare", lines=[line("97140", modifiers=["GX", "GY"])]),
        claim(payer_type="medicare", dx=["M47.816"], lines=[line("64493", modifiers=["GA", "KX"])]),
    ],
    bad=[
        claim(payer_type="medicare", lines=[line("97140", modifiers=["GX", "GA"])]),
        claim(payer_type="medicare", lines=[line("97140", modifiers=["GZ", "GP", "GX"])]),
    ],
)
def notice_modifiers_conflict(batch: ClaimBatch, _reference: Reference) -> pd.DataFrame:
    """GX together with GA or GZ on one line.

    A notice is voluntary only where none is required; Medicare returns a line that says both. Usual cause: every
    modifier of the notice's template entered.
    """
    lines = batch.service_lines
    required, unsigned = carries_modifier(lines, {"GA"}), carries_modifier(lines, {"GZ"})
    conflict = carries_modifier(lines, {"GX"}) & (required | unsigned)
    found = batch.lines_where(conflict, "procedure_code")
    if found.empty:
        return found
    other = np.where(required, "GA, a required one", "GZ, a required one that was not signed")
    return found.assign(other=other[conflict])
