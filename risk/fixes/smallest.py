"""The smallest set of repairs that takes a risky claim below the threshold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from risk.fixes.repairs import Tries, Workshop

#: Repairs of one claim that are tried together, those with the lowest risk after; with more the sets would be too many.
MOST_TOGETHER = 6


@dataclass(frozen=True)
class SmallestSet:
    """Ids of the rules whose findings are repaired, ascending, and the risk of the claim then."""

    rules: tuple[str, ...]
    risk_after: float


def smallest_sets(workshop: Workshop, singles: Tries, threshold: float) -> Mapping[int, SmallestSet]:
    """By claim_key, for each claim at or above the threshold that repairs take below it, the fewest that do.

    A certain reject needs mending whatever its risk. ``singles`` are the claims with each of their repairs alone. Only
    repairs that work are put together, and the set has to work as a whole: a claim that would still come back as a
    certain reject is not mended. Of sets of one size the one with the lowest risk is taken, then the first by rule ids.
    """
    claims = workshop.scored.claims
    risky = (claims["denial_risk"].to_numpy() >= threshold) | claims["certain_reject"].to_numpy()
    found: dict[int, SmallestSet] = {}
    wanted = _wanted(singles, np.flatnonzero(risky))
    tries: Tries | None = singles if len(wanted) else None
    while tries is not None:
        found |= _best(tries, wanted, threshold)
        left = wanted[~wanted.get_level_values(0).isin(list(found))]
        several = left.get_level_values(0).duplicated(keep=False)
        tries = workshop.further(tries, left[several]) if several.any() else None
    return found


def _wanted(singles: Tries, risky: np.ndarray[tuple[int], np.dtype[np.intp]]) -> pd.MultiIndex:
    """Claim and rule of each repair to put together."""
    rows = np.flatnonzero(singles.works & np.isin(singles.claim_keys, risky))
    key, rule_id = singles.claim_keys[rows], np.array([rules[0] for rules in singles.rules], dtype=object)[rows]
    by_id = np.unique(rule_id, return_inverse=True)[1]
    order = np.lexsort((by_id, singles.risk[rows], key))
    key, rule_id = key[order], rule_id[order]
    lowest = np.arange(len(key)) - np.searchsorted(key, key) < MOST_TOGETHER
    return pd.MultiIndex.from_arrays([key[lowest], rule_id[lowest]])


def _best(tries: Tries, wanted: pd.MultiIndex, threshold: float) -> dict[int, SmallestSet]:
    keys = set(wanted.get_level_values(0))
    best: dict[int, SmallestSet] = {}
    works = tries.works & ~tries.certain_reject
    for key, rules, risk, ends in zip(
        tries.claim_keys.tolist(), tries.rules, tries.risk.tolist(), works.tolist(), strict=True
    ):
        if ends and key in keys and risk < threshold:
            own = SmallestSet(rules, risk)
            best[key] = min(best.get(key, own), own, key=lambda one: (one.risk_after, one.rules))
    return best
