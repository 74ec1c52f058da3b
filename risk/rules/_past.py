"""Lines of the same patients, on the claims of the batch and on those of the history."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from risk.claims.tables import MODIFIERS, ClaimBatch
from risk.rules._catalogue import VOID

#: What makes two claims one patient's. A family may share a member id.
PATIENT_KEYS = ["member_id", "patient_birth_date"]

_LINE_COLUMNS = ["claim_key", "line_number", "procedure_code", "service_from_date", "rendering_npi", *MODIFIERS]
_CLAIM_COLUMNS = [*PATIENT_KEYS, "claim_id", "claim_kind", "claim_frequency_code", "billing_npi"]


Chosen = Callable[[pd.DataFrame], pd.Series]


def members_with(batch: ClaimBatch, past: ClaimBatch, chosen: Chosen) -> pd.Index:
    """Member ids with a chosen line on a claim of the batch or of the history; for looking no further at others."""
    found = []
    for source in (batch, past):
        lines = source.service_lines
        found.append(source.of_claim("member_id", lines.loc[chosen(lines), "claim_key"]))
    return pd.Index(pd.concat(found).dropna().unique())


def lines_of_patients(
    batch: ClaimBatch, past: ClaimBatch, chosen: Chosen, *, members: pd.Index | None = None
) -> pd.DataFrame:
    """Chosen lines of both, with whose they are; the batch's first, each in its own order.

    ``chosen`` says which rows of ``service_lines`` matter: a boolean Series aligned with them. Lines without a date are
    left out, and those of claims that void others or lack the member or the birth date. ``members``, where given, are
    the only ones of interest.

    Returns claim_key, line_number, procedure_code, service_from_date, rendering_npi, the modifiers, claim_id,
    claim_kind, billing_npi; ``day`` (of service, since 1970-01-01), ``in_batch`` (else claim_key is one of the history)
    and ``patient``, a number that is the same for lines of one patient.
    """
    parts = []
    for source, in_batch in ((batch, True), (past, False)):
        lines = source.service_lines
        if members is not None:
            of_interest = source.claims["member_id"].isin(members).to_numpy()
            lines = lines[of_interest[lines["claim_key"].to_numpy()]]
        lines = lines.loc[chosen(lines) & lines["service_from_date"].notna(), _LINE_COLUMNS]
        owner = {column: source.of_claim(column, lines["claim_key"]) for column in _CLAIM_COLUMNS}
        lines = lines.assign(**owner, in_batch=in_batch)
        known = lines[PATIENT_KEYS].notna().all(axis=1) & (lines["claim_frequency_code"] != VOID)
        parts.append(lines[known])
    found = pd.concat(parts, ignore_index=True)
    found["patient"] = found.groupby(PATIENT_KEYS, sort=False).ngroup()
    found["day"] = found["service_from_date"].to_numpy(dtype="datetime64[D]").astype("int64")
    return found.drop(columns=[*PATIENT_KEYS, "claim_frequency_code"])
