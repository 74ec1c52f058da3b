"""The chances of :mod:`models.lines`, learnt from the lines of denied claims."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.lines import NO_CHARGE, PLACES, ROLES, LineShares, assumed_chances
from models.reasons import REASONS

if TYPE_CHECKING:
    from models.lines import LabelledLines

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: Lines that what is assumed counts as, for each reason and place; and these in turn, for each role.
PRIOR_LINES = 4.0
#: No chance is nearer to 0 or 1.
_NEAREST = 1e-4
#: The fit stops when no chance moves by more than this; the number of rounds is a backstop.
_TOLERANCE, _MOST_ROUNDS = 1e-6, 500


def fit_line_shares(lines: LabelledLines, denied: NDArray[np.bool_], reason: pd.Series) -> LineShares:
    """Learn from denied claims of two lines or more, of which each line's outcome and the claim's reason are known.

    ``denied`` and ``reason`` are of the claims. The chance of a reason and place is drawn toward the assumed one, and
    that of each role toward this: by ``PRIOR_LINES`` lines each. So without labels of lines all are the assumed ones.
    Lines that charge nothing have one chance, whatever the reason.
    """
    facts = lines.facts
    position = pd.Index(REASONS).get_indexer(reason.to_numpy(dtype=object))
    count, refused, unknown = (
        np.bincount(facts.claim, weights=own, minlength=facts.claims)
        for own in (np.ones(len(facts.claim)), lines.denied == 1, np.isnan(lines.denied))
    )
    teaching = denied & (position >= 0) & (count > 1) & (refused > 0) & (unknown == 0)
    rows = np.flatnonzero(teaching[facts.claim])
    claim, role = (np.cumsum(teaching) - 1)[facts.claim[rows]], facts.role[rows].astype(np.int64)
    of_reason = position[facts.claim[rows]]
    outcome = (lines.denied[rows] == 1).astype(np.float64)
    group = of_reason * len(PLACES) + facts.places[rows, of_reason]
    free, groups = role == NO_CHARGE, len(REASONS) * len(PLACES)
    assumed = assumed_chances()
    centre = np.append(assumed[:, :, 0].ravel(), assumed[0, 0, NO_CHARGE])  # the last is of lines without a charge
    of_groups = _most_probable(np.where(free, groups, group), claim, outcome, centre)
    centre = np.append(np.repeat(of_groups[:-1], len(ROLES)), of_groups[-1])
    cell = np.where(free, groups * len(ROLES), group * len(ROLES) + role)
    fitted = _most_probable(cell, claim, outcome, centre)
    chances = fitted[:-1].reshape(assumed.shape).copy()
    chances[:, :, NO_CHARGE] = fitted[-1]
    return LineShares(chances, int(teaching.sum()))


def _most_probable(cell: Ints, claim: Ints, outcome: Floats, centre: Floats) -> Floats:
    """Chance of each cell, given that of every claim one line at least was refused.

    EM for what cannot be seen (Dempster, Laird and Rubin 1977): for each claim there would have been others of its kind
    of which no line was refused, none / (1 − none) of them, and they are no denied claims.
    """
    hits = np.bincount(cell, weights=outcome, minlength=len(centre)) + PRIOR_LINES * centre
    chance = centre
    for _ in range(_MOST_ROUNDS):
        none = np.exp(np.bincount(claim, weights=np.log1p(-chance)[cell]))
        tries = np.bincount(cell, weights=(1.0 / (1.0 - none))[claim], minlength=len(centre)) + PRIOR_LINES
        before, chance = chance, np.clip(hits / tries, _NEAREST, 1.0 - _NEAREST)
        if np.abs(chance - before).max() < _TOLERANCE:
            break
    return chance
