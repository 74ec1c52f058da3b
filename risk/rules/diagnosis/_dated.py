"""Diagnoses with the date their validity is judged on, for the rules of this folder and its neighbours."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from risk.reference.icd10 import dotted

if TYPE_CHECKING:
    from risk.claims.tables import ClaimBatch
    from risk.reference import Reference


def diagnoses_with_status(batch: ClaimBatch, reference: Reference, *statuses: str) -> pd.DataFrame:
    """Diagnoses whose code has one of the given statuses on the date of service, once per claim and code.

    Returns
    -------
    One row per claim and code, in claim and position order: the columns of ``diagnoses``, ``service_date`` and
    ``code``, the code as people write it.
    """
    diagnoses = batch.diagnoses
    service_date = dates_judged_on(batch, diagnoses["claim_key"])
    held = reference.icd10.has_status(diagnoses["dx_code"], service_date, *statuses)
    found = diagnoses[held].assign(service_date=service_date[held])
    found = found.drop_duplicates(["claim_key", "dx_code"])
    return found.assign(code=dotted(found["dx_code"]))


def dates_judged_on(batch: ClaimBatch, claim_keys: pd.Series) -> pd.Series:
    """Date the codes of a claim have to be valid on, aligned with ``claim_keys``; null where no line has a date.

    The first date of service; on institutional claims the through date (ICD-10-CM addenda: effective for discharges and
    encounters from the first of October).
    """
    institutional = (batch.claims["claim_kind"] == "institutional").fillna(False).to_numpy(dtype=bool)
    dates = batch.first_service_date.where(~institutional, batch.last_service_date)
    return pd.Series(dates.array.take(claim_keys.to_numpy()), index=claim_keys.index)


def conditions(diagnoses: pd.DataFrame) -> pd.DataFrame:
    """Diagnoses reported as conditions: not the admitting one, the reason for the visit or an external cause."""
    return diagnoses[~diagnoses["dx_qualifier"].isin(("admitting", "reason_for_visit", "external_cause"))]


def listed_codes(codes: tuple[str, ...], most: int = 4) -> str:
    """Codes as people write them, the first few of many: ``M54.50, M54.51, M54.59``."""
    shown = ", ".join(dotted(pd.Series(codes[:most], dtype="str")))
    return f"{shown} and {len(codes) - most} more" if len(codes) > most else shown
