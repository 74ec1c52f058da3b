"""A sample of a world: claims are drawn, spoiled, noted down and decided, in that order."""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from risk.claims.tables import concat_batches
from synthetic_data.adjudicate import adjudicate
from synthetic_data.draft import Draft
from synthetic_data.encounters import draw_encounters, draw_facilities
from synthetic_data.errors import copy_claims, make_mistakes
from synthetic_data.facility import bill_facilities, institutional_count
from synthetic_data.notes import write_notes
from synthetic_data.period import LAST_MONTH, MONTHS, Period
from synthetic_data.world import SyntheticClaims, World, build_world

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

#: Most claims that are drawn at once: a larger sample is drawn in blocks, of the memory of one.
BLOCK = 50_000


def simulate(
    claims: int, *, seed: int, world: int = 1, months: int = MONTHS, until: str = LAST_MONTH
) -> SyntheticClaims:
    """Draw claims of one world with their outcomes and the probability of each; see :func:`simulate_blocks` for many.

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
    blocks = list(simulate_blocks(claims, seed=seed, world=world, months=months, until=until))
    return blocks[0] if len(blocks) == 1 else _joined(blocks)


def simulate_blocks(
    claims: int, *, seed: int, world: int = 1, months: int = MONTHS, until: str = LAST_MONTH
) -> Iterator[SyntheticClaims]:
    """Draw the claims of :func:`simulate` in blocks of at most ``BLOCK`` claims, so that not all have to be held.

    A block has patients of its own, and its claims are in the order of their submission. Blocks are of one size, but
    for one claim. Raises as :func:`simulate` does, when it is called.
    """
    if claims < 1 or months < 1 or seed < 0 or world < 0:
        raise ValueError("expected at least one claim, at least one month, and seed and world of 0 or more")
    period, built = Period(months, until), build_world(world)
    count = -(-claims // BLOCK)
    ends = np.arange(count + 1) * claims // count

    def blocks() -> Iterator[SyntheticClaims]:
        for number, (start, end) in enumerate(pairwise(ends.tolist())):
            seeds = np.random.SeedSequence([seed, world, number] if number else [seed, world])
            identify = partial(Draft.identify, prefix=f"W{world}S{seed}", start=start, of=claims)
            yield _block(built, end - start, period, seeds, identify)

    return blocks()


def _block(
    world: World, claims: int, period: Period, seeds: np.random.SeedSequence, identify: Callable[[Draft], None]
) -> SyntheticClaims:
    drawing, erring, writing, judging, billing = (np.random.default_rng(child) for child in seeds.spawn(5))
    draft = clean_claims(world, claims, period, drawing, billing)
    make_mistakes(draft, world, erring)
    write_notes(draft, world, writing)
    copy_claims(draft, world, erring)
    identify(draft)
    return adjudicate(draft, world, judging)


def _joined(blocks: list[SyntheticClaims]) -> SyntheticClaims:
    frames = {
        name: pd.concat([getattr(block, name) for block in blocks], ignore_index=True)
        for name in ("truth", "line_truth", "outcomes")
    }
    return SyntheticClaims(batch=concat_batches([block.batch for block in blocks]), **frames)


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
