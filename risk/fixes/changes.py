"""What a repair may change: it takes away what cannot be paid or is told twice, and never makes a claim say more.

Refused are another payer, patient or date, another or a further code, a modifier or unit that adds to what was done,
and anything only the record could tell. What is left: taking a line off, a modifier or a diagnosis that stands twice,
59 beside what says the same more precisely, a modifier that its code cannot carry, fewer units, a lower charge, and a
total that is the sum of its lines. A line that points to nothing may point to the claim's only diagnosis. An
authorization may be supposed (:data:`risk.rules._repair.SUPPOSED_AUTHORIZATION`), and no number given.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from risk.claims.tables import CLAIMS, MODIFIERS, POINTERS, SERVICE_LINES, TABLES, ClaimBatch
from risk.reference import Reference
from risk.reference.modifiers import carries_modifier
from risk.rules._repair import SUPPOSED_AUTHORIZATION, without_authorization

Flags = NDArray[np.bool_]

_PLACE = ["claim_key", "line_number"]
_PATIENT = ("member_id", "subscriber_relationship_code", "patient_", "subscriber_")
_CODES = ["procedure_code", "revenue_center_code", "ndc_code"]

#: Modifiers that only ever say "distinct": to lose one adds nothing to what was done (MLN1783722, CMS, February 2025).
_DISTINCT = frozenset({"59", "XE", "XP", "XS", "XU"})


def refused_change(before: ClaimBatch, after: ClaimBatch, reference: Reference) -> str | None:
    """What the repair should have left as it is, in words; None where all it did is allowed.

    Both batches hold the same claims in the same order, and both are sound. The reference data tell which modifiers a
    code cannot carry.
    """
    return (
        _of_claims(before.claims, after.claims)
        or _of_lines(before, after, reference)
        or _of_other_tables(before, after)
    )


def _of_claims(before: pd.DataFrame, after: pd.DataFrame) -> str | None:
    if before.equals(after):
        return None
    patient = [name for name in CLAIMS if name.startswith(_PATIENT)]
    payer = [name for name in CLAIMS if name.startswith("payer_")]
    dates = [name for name, kind in CLAIMS.items() if kind == "date" and name not in patient]
    judged = {*patient, *payer, *dates, "total_charge_cents"}
    after = _without_supposed(before, after)
    kinds = {
        "the payer": payer,
        "the patient": patient,
        "the dates": dates,
        "providers, place, authorization and whatever else only the record tells": [
            name for name in CLAIMS if name not in judged
        ],
    }
    return next((what for what, columns in kinds.items() if _differ(before, after, columns).any()), None)


def _of_lines(before: ClaimBatch, after: ClaimBatch, reference: Reference) -> str | None:
    old, new = before.service_lines, after.service_lines
    place = pd.MultiIndex.from_frame(old[_PLACE]).get_indexer(pd.MultiIndex.from_frame(new[_PLACE]))
    if (place < 0).any():
        return "the service lines, but for those it takes off"
    if set(old["claim_key"]) - set(new["claim_key"]):
        return "a service line to bill"
    old = old.take(place).reset_index(drop=True)
    new = _without_supposed(old, new.reset_index(drop=True))
    dates = [name for name, kind in SERVICE_LINES.items() if kind == "date"]
    free = {*_PLACE, *dates, *_CODES, *MODIFIERS, *POINTERS, "quantity", "line_charge_cents"}
    checks = {
        "the dates": _differ(old, new, dates),
        "the procedure codes": _differ(old, new, _CODES),
        "the modifiers, but for one that stands twice, cannot go with its code or says no more than `distinct`": (
            _modifiers_differ(old, new, reference)
        ),
        "the units and charges, or less of them": _raised(old, new, "quantity", "line_charge_cents"),
        "what the lines say of providers, place and authorization": _differ(
            old, new, [name for name in SERVICE_LINES if name not in free]
        ),
    }
    found = next((what for what, differs in checks.items() if differs.any()), None)
    if found is None and (_differ(old, new, POINTERS).any() or not before.diagnoses.equals(after.diagnoses)):
        found = _of_diagnoses(before, after, place)
    return found or _of_totals(before, after, old)


def _of_diagnoses(before: ClaimBatch, after: ClaimBatch, place: NDArray[np.intp]) -> str | None:
    told = [one.diagnoses.drop_duplicates(["claim_key", "dx_code"]).reset_index(drop=True) for one in (before, after)]
    columns = ["claim_key", "dx_code", "dx_qualifier"]
    if len(told[0]) != len(told[1]) or _differ(told[0], told[1], columns).any():
        return "the diagnoses and their order, but for one that stands twice"
    old, new = _pointed(before), _pointed(after)
    only = [listed if len(listed) == 1 else None for listed in _listed(after)]
    keys = after.service_lines["claim_key"]
    if any(old[was] != now and (old[was] or now != only[key]) for was, now, key in zip(place, new, keys, strict=True)):
        return "the diagnoses that lines point to"
    return None


def _of_totals(before: ClaimBatch, after: ClaimBatch, kept: pd.DataFrame) -> str | None:
    """Totals are what they were, that less the lines taken off, or the sum of the lines."""
    old, new = (one.claims["total_charge_cents"].to_numpy("float64", na_value=np.nan) for one in (before, after))
    sums = [_sums(lines, len(before)) for lines in (before.service_lines, kept, after.service_lines)]
    right = _equal(new, old) | _equal(new, old - (sums[0] - sums[1])) | _equal(new, sums[2])
    return None if right.all() else "the total charge, or make it the sum of the lines"


def _of_other_tables(before: ClaimBatch, after: ClaimBatch) -> str | None:
    """What belongs to a line goes with it; nothing else changes."""
    lines = pd.MultiIndex.from_frame(after.service_lines[_PLACE])
    for name, columns in TABLES.items():
        old, new = getattr(before, name), getattr(after, name)
        if name in ("claims", "service_lines", "diagnoses") or (old.empty and new.empty):
            continue
        if "line_number" in columns and len(old):
            old = old[(pd.MultiIndex.from_frame(old[_PLACE]).isin(lines)) | old["line_number"].isna().to_numpy()]
        if len(old) != len(new) or _differ(old.reset_index(drop=True), new.reset_index(drop=True), list(columns)).any():
            return "notes, attachments and other payers"
    return None


def _without_supposed(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """The table with an authorization that is supposed where none was, taken off again."""
    supposed = (new["prior_auth_number"] == SUPPOSED_AUTHORIZATION).fillna(False) & without_authorization(old)
    return new.assign(prior_auth_number=new["prior_auth_number"].mask(supposed, old["prior_auth_number"]))


def _differ(old: pd.DataFrame, new: pd.DataFrame, columns: Sequence[str]) -> Flags:
    """Rows in which any of the columns differs; null is equal to null."""
    differs = np.zeros(len(old), dtype=bool)
    for column in columns:
        if old[column].equals(new[column]):
            continue
        both_null = old[column].isna().to_numpy() & new[column].isna().to_numpy()
        same = (old[column] == new[column]).fillna(False).to_numpy(dtype=bool)
        differs |= ~(same | both_null)
    return differs


def _raised(old: pd.DataFrame, new: pd.DataFrame, *columns: str) -> Flags:
    """Rows in which any of the columns is more than it was, or null in one of the two."""
    was, now = (one[list(columns)].to_numpy("float64", na_value=np.nan) for one in (old, new))
    return np.asarray(~((now <= was) | (np.isnan(now) & np.isnan(was))).all(axis=1))


def _modifiers_differ(old: pd.DataFrame, new: pd.DataFrame, reference: Reference) -> Flags:
    differs = _differ(old, new, MODIFIERS)
    rows = np.flatnonzero(differs)
    for row, idle in zip(rows, _idle_modifiers(old.iloc[rows], reference), strict=True):
        was, now = ([*one.loc[row, MODIFIERS].dropna()] for one in (old, new))
        left = [one for one in dict.fromkeys(was) if one in now]
        lost = set(was) - set(now) - idle
        differs[row] = now != left or not lost <= _DISTINCT or (bool(lost) and not _DISTINCT & set(now))
    return differs


def _idle_modifiers(lines: pd.DataFrame, reference: Reference) -> list[set[str]]:
    """Modifiers that each line's code cannot carry, so that it says no less without them.

    25 on what is no visit and 59 or its kind on a visit (CPT appendix A, MLN1783722); 50, and LT with RT, where the
    fee schedule pays once whichever sides were reached (bilateral indicator 0 or 9).
    """
    codes = lines["procedure_code"]
    visit, other = (reference.code_ranges.within(group, codes) for group in ("visit", "not_a_visit"))
    once = reference.procedures.bilateral_indicator(lines).isin([0, 9])
    both = carries_modifier(lines, {"LT"}) & carries_modifier(lines, {"RT"})
    cases = ((visit, _DISTINCT), (other, {"25"}), (once, {"50"}), (once & both, {"LT", "RT"}))
    return [set().union(*(them for holds, them in cases if holds.iloc[row])) for row in range(len(lines))]


def _pointed(batch: ClaimBatch) -> list[list[str]]:
    """Codes each line points to, once each, in order."""
    codes = {
        (key, at): code
        for key, at, code in batch.diagnoses[["claim_key", "dx_position", "dx_code"]].itertuples(index=False, name=None)
    }
    rows = batch.service_lines[["claim_key", *POINTERS]].astype(object).itertuples(index=False, name=None)
    return [
        list(dict.fromkeys(codes[key, at] for at in ats if at is not pd.NA and (key, at) in codes))
        for key, *ats in rows
    ]


def _listed(batch: ClaimBatch) -> list[list[str]]:
    """Codes of the diagnoses of each claim, once each, in order."""
    listed = batch.diagnoses.groupby("claim_key")["dx_code"].unique()
    return [list(listed.get(key, ())) for key in range(len(batch))]


def _sums(lines: pd.DataFrame, claims: int) -> NDArray[np.float64]:
    charges = lines["line_charge_cents"].to_numpy("float64", na_value=0.0)
    return np.bincount(lines["claim_key"].to_numpy(), weights=charges, minlength=claims).astype("float64")


def _equal(one: NDArray[np.float64], other: NDArray[np.float64]) -> Flags:
    return np.asarray((one == other) | (np.isnan(one) & np.isnan(other)))
