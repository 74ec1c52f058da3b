"""Service lines that say again what an earlier line of the batch or of the history has said."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from risk.claims.columns import absent, numbered, one_of
from risk.claims.tables import MODIFIERS, ClaimBatch, concat_batches
from risk.reference._remember import remember_last
from risk.reference.modifiers import carries_modifier

#: Modifiers that say the service was done again or apart: repeat procedure, repeat test, distinct service.
REPEAT_MODIFIERS = frozenset({"76", "77", "91", "59", "XE", "XS", "XP", "XU"})

#: First letters of drugs and supplies (HCPCS level II): one code may need a line for each product.
PRODUCT_LETTERS = ("A", "B", "E", "J", "K", "L", "Q", "S")

#: What makes two claims able to hold one service twice: one patient, one payer, one biller, one kind of bill.
CLAIM_KEYS = ["member_id", "payer_id", "billing_npi", "claim_kind"]

_LINE_COLUMNS = (
    "procedure_code",
    "service_from_date",
    "rendering_npi",
    "quantity",
    "line_charge_cents",
    *MODIFIERS,
)

#: What tells that a claim of the history is the one in the batch, read once more.
_CLAIM_ITSELF = ["claim_id", "submission_date"]


@remember_last
def repeated_lines(batch: ClaimBatch, past: ClaimBatch) -> pd.DataFrame:
    """Lines that repeat an earlier one: same patient, payer, provider, date, procedure and modifiers.

    A claim of the history is earlier than one of the batch unless it was submitted on a later day; one of the same
    claim id and submission date as a claim of the batch is that claim itself, and is passed over. Of several the one
    submitted first is named.

    Returns claim_key, line_number, procedure_code, quantity, line_charge_cents, claim_kind and, of the first line of
    its kind, earlier_claim_key (negative in the history), earlier_claim_id, earlier_line, earlier_quantity,
    earlier_charge_cents. Lines with a repeat modifier, without a member, date or procedure, and claims that replace or
    void others are left out.
    """
    earlier = _may_be_repeated(past, batch)
    if not len(earlier):
        return _repeats(batch)
    both = concat_batches([earlier, batch])
    found = _repeats(both)
    if found.empty:
        return found
    found = found[found["claim_key"] >= len(earlier)]
    own, first = (both.of_claim("submission_date", found[name]) for name in ("claim_key", "earlier_claim_key"))
    late = (found["earlier_claim_key"] < len(earlier)) & (first > own)
    moved = found.assign(**{name: found[name] - len(earlier) for name in ("claim_key", "earlier_claim_key")})
    return moved if not late.any() else _without_late(moved, late.to_numpy(), _repeats(batch))


def _without_late(found: pd.DataFrame, late: NDArray[np.bool_], alone: pd.DataFrame) -> pd.DataFrame:
    """Where the first in the history came later: what the line repeats in the batch, if anything."""
    line = ["claim_key", "line_number"]
    instead = pd.MultiIndex.from_frame(alone[line]).isin(pd.MultiIndex.from_frame(found.loc[late, line]))
    return pd.concat([found[~late], alone[instead]]).sort_values(line, kind="stable")


def _may_be_repeated(past: ClaimBatch, batch: ClaimBatch) -> ClaimBatch:
    """Claims of the history that are other claims of the batch's members."""
    if not len(past):
        return past
    member = past.claims["member_id"]
    known = past.claims.loc[member.notna() & _occurs(member, batch.claims["member_id"]), _CLAIM_ITSELF]
    same_id = batch.claims.loc[_occurs(batch.claims["claim_id"], known["claim_id"]), _CLAIM_ITSELF]
    itself = pd.MultiIndex.from_frame(known).isin(pd.MultiIndex.from_frame(same_id))
    others = known[~itself].sort_values(["submission_date", "claim_id"], kind="stable")
    return past.select(others.index.to_numpy())


def _occurs(values: pd.Series, among: pd.Series) -> NDArray[np.bool_]:
    """Whether each value is one of the others; by codes, since isin walks such columns one value at a time."""
    codes, distinct = pd.factorize(pd.concat([values, among]), use_na_sentinel=False)
    there = np.zeros(len(distinct), dtype=bool)
    there[codes[len(values) :]] = True
    found: NDArray[np.bool_] = there[codes[: len(values)]]
    return found


def _repeats(batch: ClaimBatch) -> pd.DataFrame:
    claims = batch.claims
    lines = batch.service_lines
    keys = lines["claim_key"].to_numpy()
    procedure = numbered(lines["procedure_code"])
    day = pd.factorize(lines["service_from_date"].to_numpy())[0]
    service = (day + 1) * (procedure.max(initial=0) + 2) + procedure + 1
    counted = ~absent(claims["member_id"]) & ~one_of(claims["claim_frequency_code"], ["7", "8"])
    possible = counted[keys] & (procedure >= 0) & (day >= 0) & pd.Index(service).duplicated(keep=False)
    patient = _patients(claims) if possible.any() else np.zeros(len(claims), dtype=np.int64)
    if possible.any():
        of_patient = patient[keys] * (service.max() + 1) + service
        possible &= pd.Index(of_patient).duplicated(keep=False) & ~carries_modifier(lines, REPEAT_MODIFIERS)
    return _against_first(batch.lines_where(possible, *_LINE_COLUMNS), patient, batch)


def _patients(claims: pd.DataFrame) -> NDArray[np.int64]:
    """A number for each claim, the same for claims that agree in ``CLAIM_KEYS``."""
    patient = np.zeros(len(claims), dtype=np.int64)
    for column in CLAIM_KEYS:
        patient = pd.factorize(patient * (len(claims) + 1) + numbered(claims[column]) + 1)[0]
    return patient


def within_claim(repeats: pd.DataFrame) -> pd.Series:
    """Whether each repeat is of a line of its own claim, where that says something.

    It says nothing on institutional claims, whose lines follow revenue codes, and for drugs and supplies.
    """
    own = repeats["claim_key"] == repeats["earlier_claim_key"]
    product = repeats["procedure_code"].str.startswith(PRODUCT_LETTERS)
    return own & (repeats["claim_kind"] == "professional") & ~product


def _against_first(candidates: pd.DataFrame, patient: NDArray[np.int64], batch: ClaimBatch) -> pd.DataFrame:
    """Each candidate that is not the first of its kind, with the first beside it; ``patient`` is by claim_key."""
    if candidates.empty:
        return candidates
    keys = candidates["claim_key"].to_numpy()
    modifiers = ["|".join(sorted(filter(None, row))) for row in candidates[MODIFIERS].fillna("").to_numpy()]
    kind = [
        patient[keys],
        candidates["service_from_date"],
        candidates["procedure_code"],
        candidates["rendering_npi"],
        modifiers,
    ]
    same = pd.DataFrame({str(number): column for number, column in enumerate(kind)}, index=candidates.index)
    group = same.groupby(list(same.columns), dropna=False, sort=False).ngroup().to_numpy()
    _, first, of_group = np.unique(group, return_index=True, return_inverse=True)
    earlier = candidates.iloc[first[of_group]]
    found = candidates[["claim_key", "line_number", "procedure_code", "quantity", "line_charge_cents"]].assign(
        claim_kind=batch.of_claim("claim_kind", candidates["claim_key"]),
        earlier_claim_key=earlier["claim_key"].array,
        earlier_claim_id=batch.of_claim("claim_id", earlier["claim_key"]).array,
        earlier_line=earlier["line_number"].array,
        earlier_quantity=earlier["quantity"].array,
        earlier_charge_cents=earlier["line_charge_cents"].array,
    )
    return found[candidates.index.to_numpy() != earlier.index.to_numpy()]
