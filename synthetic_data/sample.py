"""A sample of a world: claims are drawn, spoiled, noted down and decided, in that order."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.adjudicate import adjudicate
from synthetic_data.encounters import draw_encounters, draw_facilities
from synthetic_data.errors import copy_claims, make_mistakes
from synthetic_data.facility import bill_facilities, institutional_count
from synthetic_data.notes import write_notes
from synthetic_data.period import LAST_MONTH, MONTHS, Period
from synthetic_data.world import SyntheticClaims, World, build_world

if TYPE_CHECKING:
    from synthetic_data.draft import Draft


def simulate(
    claims: int, *, seed: int, world: int = 1, months: int = MONTHS, until: str = LAST_MONTH
) -> SyntheticClaims:
    """Draw claims of one world with their outcomes and the probability of each.

    Parameters
    ----------
    claims
        How many claims; 1 or more.
    seed
        Draws the claims; the same world, seed, claims, months and last month give the same bytes.
    world
        Number of the world: its payers, providers and habits.
    months
        Calendar months of service.
    until
        The last of them, ``YYYY-MM``. Payers change their policies on days of their own, most of them after
        ``LAST_MONTH``: a sample until a later month shows a world that has moved on.

    Raises
    ------
    ValueError
        When a number is out of range.
    """
    if claims < 1 or months < 1 or seed < 0 or world < 0:
        raise ValueError("expected at least one claim, at least one month, and seed and world of 0 or more")
    period = Period(months, until)
    drawing, erring, writing, judging, billing = (
        np.random.default_rng(child) for child in np.random.SeedSequence([seed, world]).spawn(5)
    )
    built = build_world(world)
    draft = clean_claims(built, claims, period, drawing, billing)
    make_mistakes(draft, built, erring)
    write_notes(draft, built, writing)
    copy_claims(draft, built, erring)
    draft.identify(f"W{world}S{seed}")
    return adjudicate(draft, built, judging)


def clean_claims(
    world: World, claims: int, period: Period, drawing: np.random.Generator, billing: np.random.Generator
) -> Draft:
    """Draw claims, professional and institutional, with nothing wrong with any; exactly ``claims`` of them."""
    institutional = institutional_count(claims, world)
    draft = draw_encounters(world, claims - institutional, period=period, rng=drawing)
    draft.last_submission = period.last_submission
    if institutional:
        own = partial(draw_facilities, world, period=period, rng=billing)
        draft = draft.joined(bill_facilities(draft, institutional, world, own, billing))
    return draft
