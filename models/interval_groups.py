"""What labelled claims can prove of an interval: that it holds the denial rate of groups of claims.

Claims of one band of risk and one of similar claims are put together at random until ``DENIALS`` denials are expected
of them: a group. Its interval is the mean of its claims'. Intervals are stretched, in log-odds and never made
narrower, until enough groups hold, to half a claim, the share of them that was denied: ⌈0.9·(G + 1)⌉ of G. A further
group from the same payers then holds its share with a probability of at least 0.9, whatever the model is worth (split
conformal prediction; Vovk, Gammerman & Shafer 2005, "Algorithmic learning in a random world"; by band of similar
claims, its Mondrian form), as far as it is exchangeable with those groups: what changes with time is not covered.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.interval import COVERAGE, risk_interval

if TYPE_CHECKING:
    from models.bundle import Prediction

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]
Places = NDArray[np.intp]

#: Denials expected of a group. With fewer, chance more than the model sets the width; with more, groups are few.
DENIALS = 10.0
#: Where bands of similar claims, and bands of risk, begin after the first.
CLAIMS_BANDS, RISK_BANDS = (10.0, 100.0), (0.05, 0.15)
#: Fewer groups than this cannot prove a coverage of 0.9.
LEAST_GROUPS = 9
#: Factors that are tried. A group that none of them serves counts as served by the last: there the proof ends.
_FACTORS = np.geomspace(1.0, 8.0, 64)
_SEED = 0


@dataclass(frozen=True)
class Stretch:
    """What the distances of an interval's ends are multiplied by, by band of similar claims.

    ``groups`` is how many groups of each band prove its factor. Where a band has fewer than ``LEAST_GROUPS``, it is 0
    and the factor that of all bands together, or 1 where even those are too few: nothing is proven then.
    """

    factors: tuple[float, ...] = (1.0,) * (len(CLAIMS_BANDS) + 1)
    groups: tuple[int, ...] = (0,) * (len(CLAIMS_BANDS) + 1)

    def of(self, similar_claims: Floats) -> Floats:
        """Factor of each claim."""
        return np.asarray(self.factors)[_band(CLAIMS_BANDS, similar_claims)]


def proven_stretch(
    validation: Prediction, denied: Booleans, test: Prediction, denied_later: Booleans
) -> tuple[Stretch, dict[str, float | None]]:
    """Find the stretch on the validation claims, and see on the later ones of the test whether it holds.

    Returns it with ``groups`` that prove it, ``groups_later`` of the test part and the share of them that is ``held``
    (None for no groups).
    """
    stretch = fit_stretch(validation.risk, validation.similar_claims, validation.extra_spread, denied)
    factors = stretch.of(test.similar_claims)
    low, high = risk_interval(test.risk, test.similar_claims, test.extra_spread, factors)
    later = groups_of(test.risk, test.similar_claims)
    proof: dict[str, float | None] = {
        "groups": int(groups_of(validation.risk, validation.similar_claims).max(initial=-1)) + 1,
        "groups_later": int(later.max(initial=-1)) + 1,
        "held": share_held(low, high, denied_later, later) if (later >= 0).any() else None,
    }
    return stretch, proof


def fit_stretch(risk: Floats, similar_claims: Floats, extra_spread: Floats, denied: Booleans) -> Stretch:
    """Find the factors on claims that the model has not learnt from; the others as :func:`risk_interval` takes them."""
    group = groups_of(risk, similar_claims)
    needed = _needed(risk, similar_claims, extra_spread, denied, group)
    band = np.zeros(len(needed), dtype=np.intp)
    band[group[group >= 0]] = _band(CLAIMS_BANDS, similar_claims[group >= 0])
    overall = _proven(needed)
    own = [needed[band == one] for one in range(len(CLAIMS_BANDS) + 1)]
    enough = [len(one) >= LEAST_GROUPS for one in own]
    return Stretch(
        tuple(_proven(one) if some else overall for one, some in zip(own, enough, strict=True)),
        tuple(len(one) if some else 0 for one, some in zip(own, enough, strict=True)),
    )


def groups_of(risk: Floats, similar_claims: Floats) -> Places:
    """Number of the group of each claim, from 0; −1 for those that are left over in their band."""
    rng = np.random.default_rng(_SEED)
    bands = _band(CLAIMS_BANDS, similar_claims) * (len(RISK_BANDS) + 1) + _band(RISK_BANDS, risk)
    group, taken = np.full(len(risk), -1, dtype=np.intp), 0
    for band in np.unique(bands):
        members = rng.permutation(np.flatnonzero(bands == band))
        expected = np.cumsum(risk[members])
        own = ((expected - risk[members]) // DENIALS).astype(np.intp)
        whole = own < expected[-1] // DENIALS
        group[members[whole]] = taken + own[whole]
        taken += int(own[whole].max(initial=-1)) + 1
    return group


def share_held(low: Floats, high: Floats, denied: Booleans, group: Places) -> float:
    """Share of the groups whose mean interval holds the share of their claims that was denied."""
    return float(np.mean(_held(low, high, denied, group)))


def _held(low: Floats, high: Floats, denied: Booleans, group: Places) -> Booleans:
    member = group >= 0
    size = np.bincount(group[member])
    half = 0.5 / size  # no share is finer than one claim; without it no interval would hold a share of 0
    rate, lowest, highest = (
        np.bincount(group[member], weights=values[member].astype(np.float64)) / size for values in (denied, low, high)
    )
    return np.asarray((lowest <= rate + half) & (rate - half <= highest))


def _needed(risk: Floats, similar_claims: Floats, extra_spread: Floats, denied: Booleans, group: Places) -> Floats:
    """Smallest factor at which each group holds its share."""
    count = int(group.max(initial=-1)) + 1
    needed = np.full(count, _FACTORS[-1])
    open_ = np.ones(count, dtype=bool)
    for factor in _FACTORS:
        if not open_.any():
            break
        rows = np.flatnonzero((group >= 0) & open_[group])
        low, high = risk_interval(risk[rows], similar_claims[rows], extra_spread[rows], np.full(len(rows), factor))
        still, place = np.unique(group[rows], return_inverse=True)
        held = still[_held(low, high, denied[rows], place)]
        needed[held], open_[held] = factor, False
    return needed


def _proven(needed: Floats) -> float:
    """The factor that a further group needs no more than, with a probability of ``COVERAGE``; 1 for too few groups."""
    rank = int(np.ceil(COVERAGE * (len(needed) + 1)))
    return float(np.sort(needed)[rank - 1]) if rank <= len(needed) else 1.0


def _band(begins: tuple[float, ...], values: Floats) -> Places:
    return np.searchsorted(begins, values, side="right")
