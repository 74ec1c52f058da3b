"""Lines of the same patients, on the claims of the batch and on those of the history."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from risk.claims.columns import absent, numbered, one_of
from risk.claims.frames import frame_of
from risk.claims.tables import MODIFIERS, ClaimBatch
from risk.rules._catalogue import VOID

#: What makes two claims one patient's. A family may share a member id.
PATIENT_KEYS = ["member_id", "patient_birth_date"]

_LINE_COLUMNS = ["claim_key", "line_number", "procedure_code", "service_from_date", "rendering_npi", *MODIFIERS]
_CLAIM_COLUMNS = [*PATIENT_KEYS, "claim_id", "claim_kind", "billing_npi"]

#: Wider than any span between two dates, so that days of birth of different members lie apart on one number line.
_APART = 1 << 23

Chosen = Callable[[pd.DataFrame], NDArray[np.bool_]]

_NOBODY = pd.Index([], dtype="str")


def members_with(source: ClaimBatch, chosen: Chosen) -> pd.Index:
    """Member ids with a chosen line; for looking no further at others."""
    lines = source.service_lines
    marked = chosen(lines)
    if not marked.any():
        return _NOBODY
    keys = np.unique(lines["claim_key"].to_numpy()[marked])
    return pd.Index(source.claims["member_id"].array.take(keys)).dropna().unique()


def lines_of_patients(batch: ClaimBatch, past: ClaimBatch, chosen: Chosen, members: pd.Index) -> pd.DataFrame:
    """Chosen lines of both, with whose they are; the batch's first, each in its own order.

    ``chosen`` says which rows of ``service_lines`` matter: bool, in row order. Lines without a date are
    left out, and those of claims that void others or lack the member or the birth date. ``members`` are
    the only ones of interest.

    Returns claim_key, line_number, procedure_code, service_from_date, rendering_npi, the modifiers, claim_id,
    claim_kind, billing_npi; ``day`` (of service, since 1970-01-01), ``in_batch`` (else claim_key is one of the history)
    and ``patient``, a number that is the same for lines of one patient.
    """
    parts = [_chosen_lines(batch, chosen, members, in_batch=True)]
    if len(past):
        parts.append(_chosen_lines(past, chosen, members, in_batch=False))
    found = parts[0] if len(parts) == 1 else pd.concat(parts, ignore_index=True)
    columns = {column: found[column].array for column in found if column not in PATIENT_KEYS}
    columns["patient"] = _numbers_of_patients(found)
    columns["day"] = found["service_from_date"].to_numpy().astype("datetime64[D]").astype("int64")
    return frame_of(columns, found.index)


def _chosen_lines(source: ClaimBatch, chosen: Chosen, members: pd.Index, *, in_batch: bool) -> pd.DataFrame:
    """Chosen lines of one of both, with columns of their claims and ``in_batch``; see :func:`lines_of_patients`."""
    claims, lines = source.claims, source.service_lines
    keys = lines["claim_key"].to_numpy()
    known = ~np.logical_or.reduce([absent(claims[column]) for column in PATIENT_KEYS])
    void = one_of(claims["claim_frequency_code"], [VOID])
    wanted = (known & ~void & one_of(claims["member_id"], members))[keys]
    if wanted.any():
        wanted &= chosen(lines) & ~absent(lines["service_from_date"])
    rows = np.flatnonzero(wanted)
    own = {column: lines[column].array.take(rows) for column in _LINE_COLUMNS}
    owner = {column: claims[column].array.take(keys[rows]) for column in _CLAIM_COLUMNS}
    return frame_of({**own, **owner, "in_batch": np.full(len(rows), in_batch)}, pd.RangeIndex(len(rows)))


def _numbers_of_patients(lines: pd.DataFrame) -> NDArray[np.int64]:
    """A number for the patient of each line, from 0 without gaps: that of the member id and the birth date."""
    born = lines["patient_birth_date"].to_numpy().astype("datetime64[D]").astype("int64")
    patients = numbered(lines["member_id"]) * _APART + born
    numbers: NDArray[np.int64] = np.unique(patients, return_inverse=True)[1]
    return numbers
