"""Diagnoses by date, by kind and by place on the claim, for the rules of this folder and its neighbours."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from risk.claims.columns import one_of, rows_where
from risk.reference._remember import remember_last
from risk.reference.icd10 import dotted, dotted_code

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from risk.claims.tables import ClaimBatch
    from risk.reference import Reference


#: Qualifiers of diagnoses that say something else than what the patient has.
_NO_CONDITION = ("admitting", "reason_for_visit", "external_cause")

#: How codes stand that a claim may carry, or that nothing is known against.
_IN_FORCE = ("valid", "undated")


def diagnoses_with_status(batch: ClaimBatch, reference: Reference, *statuses: str) -> pd.DataFrame:
    """Diagnoses whose code has one of the given statuses on the date of service, once per claim and code.

    Where the code stands differently on the first and the last day of a professional claim, each line that points to
    it is judged on its own date: a claim across the first of October may rightly carry the old code and the new one.

    Returns
    -------
    One row per claim and code, in claim and position order: the columns of ``diagnoses``, ``service_date`` and
    ``code``, the code as people write it.
    """
    found = _not_in_force(batch, reference)
    if found.empty:
        return found
    found = rows_where(found, one_of(found["status"], statuses))
    if found.empty:
        return found
    found = found.drop(columns="status").drop_duplicates(["claim_key", "dx_code"])
    return found.assign(code=dotted(found["dx_code"]))


@remember_last
def _not_in_force(batch: ClaimBatch, reference: Reference) -> pd.DataFrame:
    """Diagnoses that are not in force on the date they are judged on, as :func:`_dated` gives them.

    With their ``status`` then, unless no diagnosis can be one of them.
    """
    keys = batch.diagnoses["claim_key"].to_numpy()
    first, last = _judged_on(batch)[keys], batch.last_service_date.to_numpy()[keys]
    doubtful = ~reference.icd10.stand(batch.diagnoses["dx_code"], first, *_IN_FORCE) | (first < last)
    if not doubtful.any():
        return batch.diagnoses_where(doubtful)
    judged = _dated(batch, reference)
    judged = judged.assign(status=reference.icd10.status(judged["dx_code"], judged["service_date"]))
    return rows_where(judged, ~one_of(judged["status"], _IN_FORCE))


def _dated(batch: ClaimBatch, reference: Reference) -> pd.DataFrame:
    """Diagnoses with the ``service_date`` they are judged on; one row for each line where the lines' dates matter."""
    keys = batch.diagnoses["claim_key"].to_numpy()
    first, last = _judged_on(batch)[keys], batch.last_service_date.to_numpy()[keys]
    diagnoses = batch.diagnoses.assign(service_date=first)
    over_days = first < last
    if not over_days.any():
        return diagnoses
    changing = rows_where(diagnoses, over_days)
    changing = rows_where(changing, _changes_by(changing, last[over_days], reference))
    if changing.empty:
        return diagnoses
    lines = batch.service_lines[batch.service_lines["claim_key"].isin(changing["claim_key"])]
    dates = lines[["claim_key", "line_number"]].assign(service_date=lines["service_from_date"])
    pointed = batch.line_diagnoses[["claim_key", "line_number", "dx_position"]].merge(
        dates, on=["claim_key", "line_number"]
    )
    by_line = changing.drop(columns="service_date").merge(
        pointed.drop(columns="line_number"), on=["claim_key", "dx_position"]
    )
    judged = pd.concat([diagnoses.drop(changing.index), by_line])
    return judged.sort_values(["claim_key", "dx_position", "service_date"], kind="stable", ignore_index=True)


def _changes_by(diagnoses: pd.DataFrame, last: NDArray[np.datetime64], reference: Reference) -> NDArray[np.bool_]:
    """Whether each code stands differently on the ``service_date`` and on the last day: bool, in row order."""
    # Codes that did not end or begin in the editions we hold are the same on every day: nearly all of them.
    codes, icd10 = diagnoses["dx_code"], reference.icd10
    changes = icd10.has_bounds(codes)
    if changes.any():
        codes, first = codes[changes], diagnoses["service_date"].to_numpy()[changes]
        changes[changes] = icd10.standing(codes, first) != icd10.standing(codes, last[changes])
    return changes


def dates_judged_on(batch: ClaimBatch, claim_keys: pd.Series) -> pd.Series:
    """Date the codes of a claim have to be valid on, aligned with ``claim_keys``; null where no line has a date.

    The first date of service; on institutional claims the through date (ICD-10-CM addenda: effective for discharges and
    encounters from the first of October).
    """
    return pd.Series(_judged_on(batch)[claim_keys], index=claim_keys.index)


def _judged_on(batch: ClaimBatch) -> NDArray[np.datetime64]:
    """As :func:`dates_judged_on`, of each claim, by claim_key."""
    first, last = batch.first_service_date.to_numpy(), batch.last_service_date.to_numpy()
    dates: NDArray[np.datetime64] = np.where(batch.institutional, last, first)
    return dates


def conditions(diagnoses: pd.DataFrame) -> pd.DataFrame:
    """Diagnoses reported as conditions: not the admitting one, the reason for the visit or an external cause."""
    return rows_where(diagnoses, ~one_of(diagnoses["dx_qualifier"], _NO_CONDITION))


@remember_last
def conditions_of(batch: ClaimBatch) -> pd.DataFrame:
    """Diagnoses of the batch reported as conditions; see :func:`conditions`."""
    return conditions(batch.diagnoses)


def conditions_where(batch: ClaimBatch, chosen: NDArray[np.bool_]) -> pd.DataFrame:
    """Diagnoses of the batch reported as conditions that are chosen (bool, in the order of ``diagnoses``)."""
    return batch.diagnoses_where(chosen & _are_conditions(batch))


def first_listed_where(batch: ClaimBatch, chosen: NDArray[np.bool_]) -> pd.DataFrame:
    """First-listed or principal diagnoses that are chosen (bool, in the order of ``diagnoses``), with all columns."""
    return batch.diagnoses_where(chosen & _are_first_listed(batch))


@remember_last
def _are_conditions(batch: ClaimBatch) -> NDArray[np.bool_]:
    """Whether each diagnosis of the batch is reported as a condition; see :func:`conditions`."""
    return ~one_of(batch.diagnoses["dx_qualifier"], _NO_CONDITION)


@remember_last
def _are_first_listed(batch: ClaimBatch) -> NDArray[np.bool_]:
    """Whether each diagnosis of the batch is the first of its claim's conditions."""
    rows = np.flatnonzero(_are_conditions(batch))
    keys = batch.diagnoses["claim_key"].to_numpy()[rows]
    first = np.zeros(len(batch.diagnoses), dtype=bool)
    first[rows[np.append(True, keys[1:] != keys[:-1])[: len(keys)]]] = True
    return first


def in_force(diagnoses: pd.DataFrame, batch: ClaimBatch, reference: Reference) -> pd.Series:
    """Whether DX001, DX002 and DX003 leave each diagnosis alone: bool, aligned with ``diagnoses``."""
    dates = dates_judged_on(batch, diagnoses["claim_key"])
    return reference.icd10.has_status(diagnoses["dx_code"], dates, *_IN_FORCE)


def listed_codes(codes: tuple[str, ...], most: int = 4) -> str:
    """Codes as people write them, the first few of many: ``M54.50, M54.51 and M54.59``."""
    shown = [dotted_code(code) for code in codes[:most]]
    if len(codes) > most:
        return f"{', '.join(shown)} and {len(codes) - most} more"
    return " and ".join([part for part in (", ".join(shown[:-1]), *shown[-1:]) if part])
