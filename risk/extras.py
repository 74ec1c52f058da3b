"""Columns beyond the CSV contract as features: which may be, what they hold, and their values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from features import History, catalogue, compute_features
from models import Input, inputs_of
from models.leakage import names_an_outcome
from risk.claims.tables import CLAIMS, ClaimBatch
from risk.errors import DenialRiskError
from risk.readers.csv_headers import contract_columns, squeezed
from risk.reference import Reference

_WHERE = "--extra-features"

#: What names a person or one claim of theirs, as extracts call it; compared without case and punctuation.
_IDENTIFYING = (
    "name", "birth", "dob", "ssn", "socialsecurity", "address", "street", "zip", "postal", "phone", "fax", "email",
    "mrn", "medicalrecord", "memberid", "subscriberid", "patientid", "insuredid", "policynumber", "account", "claimid",
    "claimnumber", "controlnumber", "photo", "license", "note", "comment", "remark",
)  # fmt: skip

_RENAME = "leave it out; if it is something else, give it another header"

#: Share of the claims with a value that may have a code of their own; beyond it the column is an id, a date or text.
_MOST_DISTINCT = 0.5


def require_allowed(names: Sequence[str]) -> None:
    """Raise :class:`DenialRiskError` for a column that may not be learnt from, told by its name alone."""
    contract = {squeezed(name) for name in (*contract_columns(), *CLAIMS)}
    for name in names:
        where = f"{_WHERE} {name}"
        if names_an_outcome(name):
            raise DenialRiskError(
                where, "expected a column known before submission; this names the payer's answer", _RENAME
            )
        if any(word in squeezed(name) for word in _IDENTIFYING):
            raise DenialRiskError(where, "expected a column that identifies no patient and no claim", _RENAME)
        if squeezed(name) in contract or name in catalogue():
            raise DenialRiskError(where, "expected a column beyond the contract; this one is read already")
    if len(set(names)) < len(names):
        raise DenialRiskError(_WHERE, "expected each column once")


def kinds_of(batch: ClaimBatch, names: Sequence[str]) -> dict[str, str]:
    """Kind of each column by what the claims hold: ``number`` where every value is one, else ``target``, a code.

    Raises :class:`DenialRiskError` for a column without values, and for one whose codes are mostly of one claim.
    """
    kinds = {}
    for name in names:
        values = batch.extra_values.loc[batch.extra_values["name"] == name, "value"]
        where = f"{_WHERE} {name}"
        if values.empty:
            raise DenialRiskError(where, "expected a column of the data with values in it", "check its header")
        if np.isfinite(pd.to_numeric(values, errors="coerce")).all():
            kinds[name] = "number"
        elif values.nunique() > _MOST_DISTINCT * len(values):
            raise DenialRiskError(where, "expected numbers or codes; most claims have a text of their own")
        else:
            kinds[name] = "target"
    return kinds


def extra_inputs(kinds: Mapping[str, str]) -> tuple[Input, ...]:
    """Columns as inputs of a model; they are called what they are called in the file."""
    return tuple(
        Input(name, name, "number" if kind == "number" else "target", "unknown") for name, kind in kinds.items()
    )


def all_inputs(kinds: Mapping[str, str]) -> tuple[Input, ...]:
    """Features of the catalogue and the further columns."""
    return (*inputs_of(catalogue()), *extra_inputs(kinds))


def all_features(
    batch: ClaimBatch, reference: Reference, history: History | None, kinds: Mapping[str, str]
) -> pd.DataFrame:
    """Features of the catalogue and the further columns, one row per claim.

    A claim without a value, a value that is no number where numbers were learnt, and a batch without the column at all
    are missing.
    """
    features = compute_features(batch, reference, history)
    for name, kind in kinds.items():
        own = batch.extra_values[batch.extra_values["name"] == name]
        values = pd.Series(own["value"].array, index=own["claim_key"].to_numpy()).reindex(features.index)
        if kind == "number":
            numbers = pd.to_numeric(values, errors="coerce").astype("float32")
            features[name] = numbers.where(np.isfinite(numbers)).array
        else:
            features[name] = values.astype("str").array
    return features
