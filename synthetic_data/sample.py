"""A sample of a world: claims are drawn, spoiled, noted down and decided, in that order."""

from __future__ import annotations

import numpy as np

from synthetic_data.adjudicate import adjudicate
from synthetic_data.encounters import draw_encounters
from synthetic_data.errors import copy_claims, make_mistakes
from synthetic_data.notes import write_notes
from synthetic_data.world import SyntheticClaims, build_world

DEFAULT_MONTHS = 24


def simulate(claims: int, *, seed: int, world: int = 1, months: int = DEFAULT_MONTHS) -> SyntheticClaims:
    """Draw claims of one world with their outcomes and the probability of each.

    Parameters
    ----------
    claims
        How many claims; 1 or more.
    seed
        Draws the claims; the same world, seed, claims and months give the same bytes.
    world
        Number of the world: its payers, providers and habits.
    months
        Calendar months of service, the last of which ends on ``LAST_SERVICE_DATE``.

    Raises
    ------
    ValueError
        When a number is out of range.
    """
    if claims < 1 or months < 1 or seed < 0 or world < 0:
        raise ValueError("expected at least one claim, at least one month, and seed and world of 0 or more")
    drawing, erring, writing, judging = (
        np.random.default_rng(child) for child in np.random.SeedSequence([seed, world]).spawn(4)
    )
    built = build_world(world)
    draft = draw_encounters(built, claims, months=months, rng=drawing)
    make_mistakes(draft, built, erring)
    write_notes(draft, built, writing)
    copy_claims(draft, built, erring)
    draft.identify(f"W{world}S{seed}")
    return adjudicate(draft, built, judging)
