"""What training claims forget on purpose, so that a model has learnt to do without.

A model is used on claims of payers, providers and codes that it never saw, without a history, and from files that lack
whole columns. The gaps and rare codes of the training claims are no guide to that: there they are mistakes. So beside
the claims stand copies of some that have forgotten what they knew, and an absent value or a code never seen comes to
mean nothing either way. The claims themselves forget nothing: what is known is learnt from in full.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.encode import RARE, Input
from models.payer_offsets import PAYER_INPUT
from risk.claims.tables import POINTERS, ClaimBatch

Rows = NDArray[np.int64]

#: Copies that forget, as a share of the claims: enough to learn how such claims fare. Assumed, as the next are.
FORGETFUL = 0.12
#: Share of the copies that forget the past.
WITHOUT_PAST = 0.5
#: Share of the copies that forget all their high-cardinality codes at once, as a claim from elsewhere.
FROM_ELSEWHERE = 0.2
#: Share of the copies that forget their payer, and with it every code that names it (:mod:`models.new_payer`).
FROM_NEW_PAYER = 0.25
#: Share of the copies that forget a given one of them.
WITHOUT_CODE = 0.04
#: Copies as from a file with fewer columns, half of which have the required columns alone, as a share of the claims.
FROM_THIN_FILE = 0.03

#: Claim columns that a file may lack (docs/csv.md: those that are not required); what the payer's own edits turn on,
#: authorisation and frequency, stays.
THIN_CLAIM_COLUMNS = (
    "payer_name",
    "payer_type",
    "member_id",
    "subscriber_relationship_code",
    "patient_birth_date",
    "patient_sex",
    "patient_state",
    "billing_npi",
    "billing_taxonomy_code",
    "rendering_npi",
    "referring_npi",
    "facility_npi",
    "facility_state",
    "place_of_service_code",
    "submission_date",
)


def thin_copies(batch: ClaimBatch, seed: int) -> tuple[NDArray[np.int64], ClaimBatch]:
    """Copies of some claims that lack optional columns, as if they came from thinner files, and the keys they copy.

    ``FROM_THIN_FILE`` of the claims are copied. Half of the copies lose every column of ``THIN_CLAIM_COLUMNS``, the
    diagnosis pointers, the notes and columns beyond the contract; the others lose each of them by a share of their own.
    None says what every 837 says: a gap in a CSV may be the file's (:func:`risk.claims.said.says_what_an_837_says`).
    """
    rng = np.random.default_rng(seed)
    keys = np.flatnonzero(rng.random(len(batch)) < FROM_THIN_FILE)
    batch = batch.select(keys)
    rows = len(batch)
    share = np.where(rng.random(rows) < 0.5, 1.0, rng.random(rows))
    lost = {column: rng.random(rows) < share for column in (*THIN_CLAIM_COLUMNS, "pointers", "notes", "extras")}
    lost |= dict.fromkeys(("payer_responsibility_code", "assignment_code"), np.ones(rows, dtype=bool))
    gaps = {column: batch.claims[column].mask(lost[column]) for column in lost if column in batch.claims}
    claims = batch.claims.assign(**gaps)
    lines = batch.service_lines
    of_line = {column: lost[column][lines["claim_key"]] for column in lost}
    inherited = {column: lines[column].mask(of_line[column]) for column in ("place_of_service_code", "rendering_npi")}
    pointers = {column: lines[column].mask(of_line["pointers"]) for column in POINTERS}
    notes = batch.notes[~lost["notes"][batch.notes["claim_key"]]].reset_index(drop=True)
    extras = batch.extra_values[~lost["extras"][batch.extra_values["claim_key"]]].reset_index(drop=True)
    lines = lines.assign(**inherited, **pointers)
    return keys, replace(batch, claims=claims, service_lines=lines, notes=notes, extra_values=extras)


def of_claims(thin: pd.DataFrame, rows: Rows, claims: int) -> pd.DataFrame:
    """Copies of some of ``claims`` claims, those at ``rows``, under their places among these."""
    place = np.full(claims, -1, dtype=np.int64)
    place[rows] = np.arange(len(rows))
    own = thin.set_axis(place[thin.index.to_numpy()])
    return own[own.index >= 0]


@dataclass(frozen=True)
class Lessons:
    """What trees learn from: every claim as it is, and behind them copies of some that have forgotten something.

    ``frame`` has one row for each, ``of_claim`` the position of the claim that each row is of. A model is measured, and
    calibrated, on the claims alone.
    """

    frame: pd.DataFrame
    of_claim: NDArray[np.int64]
    claims: int

    def parts(self, folds: Sequence[tuple[Rows, Rows]]) -> list[tuple[Rows, Rows]]:
        """Rows to learn from and claims to score: all and none, then each fold with the copies of its claims alone."""
        everything = np.arange(len(self.of_claim))
        parts = [(everything, everything[:0])]
        for taught, held in folds:
            known = np.zeros(self.claims, dtype=bool)
            known[taught] = True
            parts.append((np.flatnonzero(known[self.of_claim]), held))
        return parts


def lessons_of(features: pd.DataFrame, thin: pd.DataFrame, inputs: Sequence[Input], seed: int) -> Lessons:
    """Add to the claims the copies that forget.

    Parameters
    ----------
    features
        One row per training claim.
    thin
        Features of copies that lack columns (:func:`thin_copies`), under the positions of their claims.
    inputs
        What the columns are.
    seed
        Of the draws.
    """
    rng = np.random.default_rng(seed)
    chosen = np.flatnonzero(rng.random(len(features)) < FORGETFUL)
    copies = pd.concat([thin[features.columns], features.iloc[chosen]], ignore_index=True)
    of_claim = np.concatenate([thin.index.to_numpy(dtype=np.int64), chosen])
    past = [one.name for one in inputs if one.past]
    copies.loc[rng.random(len(copies)) < WITHOUT_PAST, past] = np.nan
    elsewhere, new_payer = (rng.random(len(copies)) < share for share in (FROM_ELSEWHERE, FROM_NEW_PAYER))
    for one in inputs:
        if one.encoding == "target":
            lost = elsewhere | (rng.random(len(copies)) < WITHOUT_CODE)
            copies[one.name] = copies[one.name].mask(lost, RARE)
    if PAYER_INPUT in copies:
        copies[PAYER_INPUT] = copies[PAYER_INPUT].mask(new_payer, RARE)
    frame = pd.concat([features, copies], ignore_index=True)
    return Lessons(frame, np.concatenate([np.arange(len(features)), of_claim]), len(features))
