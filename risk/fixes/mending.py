"""Repairs made on copies of claims: those of all rules are looked over together, once.

Most of what it costs to look a batch over is the same for one claim and for a thousand. Only where something is wrong
is each rule looked over alone, to say whose repair it was.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from risk.claims.tables import TABLES, ClaimBatch, concat_batches
from risk.claims.validate import structural_failures
from risk.fixes.changes import refused_change
from risk.reference import Reference
from risk.rules import Rule, RuleFailure, UnexpectedResultError, guarded
from risk.rules._failures import FAILING

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Copies:
    """Repaired copies of claims: where the original of each stands in its batch, and the id of the rule repaired."""

    batch: ClaimBatch
    places: NDArray[np.int64]
    rule_ids: tuple[str, ...]


@dataclass(frozen=True)
class _Order:
    """A rule whose repair is wanted, its findings, and where the claims they are on stand in the batch."""

    rule: Rule
    found: pd.DataFrame
    places: NDArray[np.int64]


def mended_copies(
    batch: ClaimBatch,
    found: pd.DataFrame,
    rules: Mapping[str, Rule],
    reference: Reference,
    failures: list[RuleFailure] | None,
) -> Copies | None:
    """A copy of each claim for each rule that has findings on it, repaired; None where there is none.

    A claim that a repair with a condition leaves as it is has no such copy. A repair that fails, or changes what no
    repair may, has none at all and is told in ``failures``; where no list is given, it raises.
    """
    if found.empty:
        return None
    orders = [
        _Order(rules[str(rule_id)], own, own["claim_key"].unique())
        for rule_id, own in found.groupby("rule_id", sort=True)
    ]
    try:
        before, after = _mended_together(batch, orders, reference)
    except MemoryError:
        raise
    except FAILING:
        mended = [(_mended_alone(one, batch, reference, failures), one) for one in orders]
        orders = [one for after, one in mended if after is not None]
        if not orders:
            return None
        before, after = _originals(batch, orders), concat_batches([after for after, _ in mended if after is not None])
    return _without_unchanged(before, after, orders)


def _originals(batch: ClaimBatch, orders: Sequence[_Order]) -> ClaimBatch:
    return batch.select(np.concatenate([one.places for one in orders]))


def _mended_together(
    batch: ClaimBatch, orders: Sequence[_Order], reference: Reference
) -> tuple[ClaimBatch, ClaimBatch]:
    """The claims of all orders, one order after the other, as they were and as they are repaired."""
    before = _originals(batch, orders)
    ends = np.cumsum([len(one.places) for one in orders])
    after = concat_batches(
        [
            _repaired(one.rule, before.select(np.arange(end - len(one.places), end)), one.found)
            for one, end in zip(orders, ends, strict=True)
        ]
    )
    _require_allowed(before, after, reference)
    return before, after


def _mended_alone(
    one: _Order, batch: ClaimBatch, reference: Reference, failures: list[RuleFailure] | None
) -> ClaimBatch | None:
    def mended(places: NDArray[np.int64]) -> ClaimBatch:
        before = batch.select(places)
        after = _repaired(one.rule, before, one.found[one.found["claim_key"].isin(places)])
        _require_allowed(before, after, reference)
        return after

    return guarded(
        one.rule,
        batch.claims["claim_id"].iloc[one.places],
        lambda: mended(one.places),
        lambda some: mended(one.places[some]),
        failures,
        "to repair its finding",
    )


def _repaired(one: Rule, before: ClaimBatch, found: pd.DataFrame) -> ClaimBatch:
    """Claims with the findings on them repaired; they stand in the order in which the findings name them."""
    assert one.repair is not None
    mended = one.repair(before, found.assign(claim_key=pd.factorize(found["claim_key"])[0]))
    if not isinstance(mended, ClaimBatch) or len(mended) != len(before) or structural_failures(mended, since=before):
        raise UnexpectedResultError("expected a sound batch of the same claims")
    return mended


def _require_allowed(before: ClaimBatch, after: ClaimBatch, reference: Reference) -> None:
    if refused := refused_change(before, after, reference):
        raise UnexpectedResultError(f"expected a repair that leaves {refused}")


def _without_unchanged(before: ClaimBatch, after: ClaimBatch, orders: Sequence[_Order]) -> Copies | None:
    """The copies but for those that a repair with a condition has left as they were."""
    counts = [len(one.places) for one in orders]
    conditional = np.repeat([one.rule.requires != "" for one in orders], counts)
    made = np.ones(len(after), dtype=bool)
    if conditional.any():
        made[conditional] = _differ(before, after)[conditional]
    if not made.any():
        return None
    places = np.concatenate([one.places for one in orders])
    rule_ids = np.repeat(np.array([one.rule.id for one in orders], dtype=object), counts)
    kept = after if made.all() else after.select(np.flatnonzero(made))
    return Copies(kept, places[made], tuple(rule_ids[made]))


def _differ(before: ClaimBatch, after: ClaimBatch) -> Flags:
    """Whether each claim of two batches of the same claims is another in the second."""
    differ = np.zeros(len(before), dtype=bool)
    for name in TABLES:
        old, new = getattr(before, name), getattr(after, name)
        if old is not new and not old.equals(new):
            differ |= _digests(old, len(before)) != _digests(new, len(before))
    return differ


def _digests(table: pd.DataFrame, claims: int) -> NDArray[np.uint64]:
    """One number for all rows of each claim, whatever their order."""
    digests = np.zeros(claims, dtype="uint64")
    if len(table):
        rows = pd.util.hash_pandas_object(table, index=False).to_numpy()
        np.add.at(digests, table["claim_key"].to_numpy(), rows)
    return digests
