"""Synthetic payers decide: competing hazards of denial, the exact probability they add up to, and one draw of it.

Every cause (a mistake, or the background of a reason) has a cumulative hazard H ≥ 0 on every claim. Causes compete:
P(denied) = 1 − exp(−ΣH) = 1 − Π(1 − h) with h = 1 − exp(−H), and the denial is for a cause with probability
H / ΣH × P(denied). Nothing else decides, so the probability is exact.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from synthetic_data.background import FACTORS
from synthetic_data.draft import is_null
from synthetic_data.lines import cause_reasons, line_truth, outcomes_of
from synthetic_data.notes import can_lack_care
from synthetic_data.world import SyntheticClaims, World

if TYPE_CHECKING:
    from synthetic_data.catalogue import Array
    from synthetic_data.draft import Draft

#: Spread of the days from submission to remittance around the payer's median (assumed).
REMIT_SPREAD = 0.3


def adjudicate(draft: Draft, world: World, rng: np.random.Generator) -> SyntheticClaims:
    """Decide every claim; the draft must have its claim ids."""
    hazards = cause_hazards(draft, world)
    total = hazards.sum(axis=1)
    probability = -np.expm1(-total)
    draws = rng.random((2, len(draft)))
    denied = draws[0] < probability
    cause = (np.cumsum(hazards, axis=1) < (draws[1] * total)[:, None]).sum(axis=1)
    days = np.array([one["remit_days"] for one in world.payers])[draft.claims["payer"]]
    days = np.maximum(np.round(days * rng.lognormal(sigma=REMIT_SPREAD, size=len(draft))), 4).astype("timedelta64[D]")
    remit_date = draft.claims["submission_date"] + days
    truth = _truth(draft, world, hazards, probability, denied)
    outcomes = outcomes_of(draft, world, denied, np.minimum(cause, hazards.shape[1] - 1), remit_date)
    return SyntheticClaims(draft.to_batch(), truth, line_truth(draft, world, hazards), outcomes)


def cause_hazards(draft: Draft, world: World) -> Array:
    """Cumulative hazard of every cause on every claim, claims × (mistakes + reasons)."""
    return np.column_stack([*_mistake_hazards(draft, world), *_background_hazards(draft, world)])


def _mistake_hazards(draft: Draft, world: World) -> list[Array]:
    payer = draft.claims["payer"]
    found = []
    for column, (name, facts) in enumerate(world.causes["mistake"].items()):
        size = facts["hazard"] * world.strictness[payer, column] * _habit_factor(draft, world, "mistake", name)
        if name == "undocumented_care":
            found.append(_undocumented(draft, world, column, size))
        else:
            found.append(np.where(draft.mistakes[name], size, 0.0))
    return found


def _undocumented(draft: Draft, world: World, column: int, size: Array) -> Array:
    """Where no note is attached the record is unseen: the hazard of a claim that lacks care at its provider's rate."""
    unseen = can_lack_care(draft) & is_null(draft.claims["note"])
    rate = world.habits[draft.claims["provider"], column]
    mixed = -np.log1p(rate * np.expm1(-size))
    return np.where(unseen, mixed, np.where(draft.mistakes["undocumented_care"], size, 0.0))


def _background_hazards(draft: Draft, world: World) -> list[Array]:
    payer, terms = draft.claims["payer"], world.terms
    by_type = np.array([terms["background_factor"][one["type"]] for one in world.payers])[payer]
    families = np.array([world.catalogue.families.index(one.family) for one in world.catalogue.encounters])
    taste = world.payer_family[payer, families[draft.claims["encounter"]]]
    found = []
    for number, reason in enumerate(world.reasons):
        size = terms["background"][reason] * by_type * world.payer_reason[payer, number]
        if reason in ("medical_necessity", "documentation", "bundling", "frequency"):
            size = size * taste
        found.append(size * FACTORS[reason](draft, world) * _habit_factor(draft, world, "reason", reason))
    return found


def _habit_factor(draft: Draft, world: World, kind: str, name: str) -> Array:
    """Product of the habits of the claim's payer that concern one mistake or reason on the day of submission."""
    factor = np.ones(len(draft))
    for habit in world.terms["habit"]:
        if habit.get(kind) != name:
            continue
        applies = np.isin(world.payer_ids[draft.claims["payer"]], habit["payers"])
        if "from" in habit:
            applies &= draft.claims["submission_date"] >= np.datetime64(habit["from"], "D")
        if "until" in habit:
            applies &= draft.claims["submission_date"] < np.datetime64(habit["until"], "D")
        if "families" in habit:
            applies &= draft.in_family(*habit["families"])
        factor[applies] *= habit["factor"]
    return factor


def _truth(draft: Draft, world: World, hazards: Array, probability: Array, denied: Array) -> pd.DataFrame:
    reasons = np.array(cause_reasons(world))
    share = probability / hazards.sum(axis=1)
    columns: dict[str, Any] = {
        "claim_id": pd.array(draft.claims["claim_id"], dtype="str"),
        "true_probability": probability,
    }
    columns |= {f"p_{reason}": hazards[:, reasons == reason].sum(axis=1) * share for reason in world.reasons}
    return pd.DataFrame(columns | {"denied": denied.astype("int64")})
