"""Service lines with what the diagnoses they point to amount to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from risk.claims.tables import ClaimBatch
    from risk.reference import Reference

PLACE = ["claim_key", "line_number"]


def lines_with_dx_groups(batch: ClaimBatch, reference: Reference, lines: pd.DataFrame, *groups: str) -> pd.DataFrame:
    """Lines that point to a diagnosis, with one boolean column per group: does a pointed diagnosis belong to it.

    ``lines`` are rows of ``service_lines``; those without a diagnosis are left out, since nothing can be said of them.
    """
    pointed = batch.line_diagnoses
    pointed = pointed.loc[pointed["claim_key"].isin(lines["claim_key"]), [*PLACE, "dx_code"]]
    member = pd.DataFrame({group: reference.dx_groups.matches(group, pointed["dx_code"]) for group in groups})
    any_of_line = member.groupby([pointed[name] for name in PLACE], sort=False).any().reset_index()
    return lines.merge(any_of_line, on=PLACE)
