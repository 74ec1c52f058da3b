"""Lines of the same patients, on the claims of the batch and on those of the history."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from risk.claims.columns import one_of
from risk.claims.tables import MODIFIERS, ClaimBatch
from risk.rules._absent import absent
from risk.rules._catalogue import VOID

#: What makes two claims one patient's. A family may share a member id.
PATIENT_KEYS = ["member_id", "patient_birth_date"]

_LINE_COLUMNS = ["claim_key", "line_number", "procedure_code", "service_from_date", "rendering_npi", *MODIFIERS]
_CLAIM_COLUMNS = [*PATIENT_KEYS, "claim_id", "claim_kind", "billing_npi"]


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
    parts = []
    for source, in_batch in ((batch, True), (past, False)) if len(past) else ((batch, True),):
        lines, keys = source.service_lines, source.service_lines["claim_key"].to_numpy()
        known = ~np.logical_or.reduce([absent(source.claims[column]) for column in PATIENT_KEYS])
        void = one_of(source.claims["claim_frequency_code"], [VOID])
        wanted = (known & ~void & one_of(source.claims["member_id"], members))[keys]
        if wanted.any():
            wanted &= chosen(lines) & ~absent(lines["service_from_date"])
        lines = source.lines_where(wanted, *_LINE_COLUMNS)
        owner = {column: source.of_claim(column, lines["claim_key"]) for column in _CLAIM_COLUMNS}
        parts.append(lines.assign(**owner, in_batch=in_batch))
    found = pd.concat(parts, ignore_index=True)
    found["patient"] = found.groupby(PATIENT_KEYS, sort=False).ngroup()
    found["day"] = found["service_from_date"].to_numpy(dtype="datetime64[D]").astype("int64")
    return found.drop(columns=PATIENT_KEYS)
