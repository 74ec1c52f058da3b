"""What training claims forget on purpose, so that a model has learnt to do without.

A model is used on claims of payers, providers and codes that it never saw, without a history, and from files that lack
whole columns. The gaps and rare codes of the training claims are no guide to that: there they are mistakes. So some
claims forget what they know, and an absent value or a code never seen comes to mean nothing either way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from models.encode import RARE, Input
from risk.claims.tables import POINTERS, ClaimBatch

#: Share of claims that forget the past: enough to learn how claims without a history fare, no more. Assumed.
WITHOUT_PAST = 0.1
#: Share of claims that forget all their high-cardinality codes at once, as a claim from elsewhere. Assumed.
FROM_ELSEWHERE = 0.03
#: Share of claims that forget a given one of them. Assumed.
WITHOUT_CODE = 0.01
#: Share of claims that come as from a file with fewer columns; half of them have the required columns alone. Assumed.
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


def thinned(batch: ClaimBatch, seed: int) -> ClaimBatch:
    """Copy of a batch in which some claims lack optional columns, as if they came from thinner files.

    Of ``FROM_THIN_FILE`` of the claims, half lose every column of ``THIN_CLAIM_COLUMNS``, the diagnosis pointers, the
    notes and columns beyond the contract; the others lose each of them by a share of their own.
    """
    rng = np.random.default_rng(seed)
    rows = len(batch)
    thin = rng.random(rows) < FROM_THIN_FILE
    share = np.where(thin, np.where(rng.random(rows) < 0.5, 1.0, rng.random(rows)), 0.0)
    lost = {column: rng.random(rows) < share for column in (*THIN_CLAIM_COLUMNS, "pointers", "notes", "extras")}
    claims = batch.claims.assign(**{column: batch.claims[column].mask(lost[column]) for column in THIN_CLAIM_COLUMNS})
    lines = batch.service_lines
    of_line = {column: lost[column][lines["claim_key"]] for column in lost}
    inherited = {column: lines[column].mask(of_line[column]) for column in ("place_of_service_code", "rendering_npi")}
    pointers = {column: lines[column].mask(of_line["pointers"]) for column in POINTERS}
    notes = batch.notes[~lost["notes"][batch.notes["claim_key"]]].reset_index(drop=True)
    extras = batch.extra_values[~lost["extras"][batch.extra_values["claim_key"]]].reset_index(drop=True)
    lines = lines.assign(**inherited, **pointers)
    return replace(batch, claims=claims, service_lines=lines, notes=notes, extra_values=extras)


def forgetful(features: pd.DataFrame, inputs: Sequence[Input], seed: int) -> pd.DataFrame:
    """Copy of the features in which some rows lack past rates, or high-cardinality codes.

    Parameters
    ----------
    features
        One row per training claim.
    inputs
        What the columns are.
    seed
        Of the draws.
    """
    rng = np.random.default_rng(seed)
    forgotten = features.copy()
    rows = len(features)
    past = [one.name for one in inputs if one.past]
    forgotten.loc[rng.random(rows) < WITHOUT_PAST, past] = np.nan
    elsewhere = rng.random(rows) < FROM_ELSEWHERE
    for one in inputs:
        if one.encoding == "target":
            lost = elsewhere | (rng.random(rows) < WITHOUT_CODE)
            forgotten[one.name] = forgotten[one.name].mask(lost, RARE)
    return forgotten
