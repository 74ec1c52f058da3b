"""The repair of a diagnosis that is on a claim twice: it stays once, and the lines point to where it stands."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from risk.claims.tables import POINTERS
from risk.rules.diagnosis._dated import conditions

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from risk.claims.tables import ClaimBatch

Place = tuple[int, int]


def merge_repeated_diagnoses(batch: ClaimBatch, findings: pd.DataFrame) -> ClaimBatch:
    """Keep the first of each diagnosis on the claims found, close the gaps, and let the lines point there.

    A line that pointed to both points to it once. No other claim changes.
    """
    concerned = batch.diagnoses["claim_key"].isin(findings["claim_key"])
    diagnoses, listed = batch.diagnoses[concerned], conditions(batch.diagnoses[concerned]).dropna(subset=["dx_code"])
    first = listed.groupby(["claim_key", "dx_code"])["dx_position"].transform("first")
    stays_at = first.reindex(diagnoses.index).fillna(diagnoses["dx_position"])
    kept = diagnoses[stays_at == diagnoses["dx_position"]]
    kept = kept.assign(new_position=(kept.groupby("claim_key").cumcount() + 1).astype("Int64"))
    moved = dict(zip(_places(kept["claim_key"], kept["dx_position"]), kept["new_position"].tolist(), strict=True))
    old, target = (_places(diagnoses["claim_key"], at) for at in (diagnoses["dx_position"], stays_at))
    moved = {place: moved[first_place] for place, first_place in zip(old, target, strict=True)}
    kept = kept.assign(dx_position=kept["new_position"]).drop(columns="new_position")
    merged = pd.concat([batch.diagnoses[~concerned], kept]).sort_index().reset_index(drop=True)
    return replace(batch, diagnoses=merged, service_lines=_pointing(batch.service_lines, findings, moved))


def _pointing(lines: pd.DataFrame, findings: pd.DataFrame, moved: Mapping[Place, int]) -> pd.DataFrame:
    """Lines whose pointers follow the diagnoses to their new places; a pointer to nothing stays as it is."""
    changed = lines.loc[lines["claim_key"].isin(findings["claim_key"])]
    columns = [changed[column].tolist() for column in POINTERS]
    rows = [
        _packed([moved.get((key, at), at) for at in pointers if not pd.isna(at)])
        for key, *pointers in zip(changed["claim_key"].tolist(), *columns, strict=True)
    ]
    lines = lines.copy()
    for rank, column in enumerate(POINTERS):
        lines.loc[changed.index, column] = pd.array([row[rank] for row in rows], dtype="Int64")
    return lines


def _packed(pointers: Sequence[int]) -> list[int | None]:
    """Pointers once each, in order, with nothing behind the last."""
    once: list[int | None] = list(dict.fromkeys(pointers))
    return once + [None] * (len(POINTERS) - len(once))


def _places(claim_keys: pd.Series, positions: pd.Series) -> list[Place]:
    return list(zip(claim_keys.tolist(), positions.tolist(), strict=True))
