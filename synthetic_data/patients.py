"""Patients: their age, sex, home, coverage and the provider who treats them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from synthetic_data.catalogue import Array
    from synthetic_data.world import World

#: Share of patients who live in another state than their provider practises in (assumed).
OUT_OF_STATE = 0.06


def draw_patients(
    world: World, specialty: int, size: int, window: tuple[Any, Any], rng: np.random.Generator
) -> dict[str, Array]:
    """Patients of one specialty: their provider, payer, age, sex and coverage."""
    mean, spread = world.catalogue.specialties[specialty]["age"]
    age = np.clip(rng.normal(mean, spread, size=size), 19, 96)
    middle = window[0] + (window[1] - window[0]) // 2
    own = np.flatnonzero(world.providers["specialty"] == specialty)
    weights = world.providers["weight"][own]
    provider = rng.choice(own, size=size, p=weights / weights.sum())
    payer = np.empty(size, dtype=int)
    for old, share in ((True, "share_65"), (False, "share_under")):
        here = np.flatnonzero((age >= 65) == old)
        shares = np.array([one[share] for one in world.payers])
        payer[here] = rng.choice(len(world.payers), size=len(here), p=shares / shares.sum())
    state = world.providers["state"][provider].copy()
    away = np.flatnonzero(rng.random(size) < OUT_OF_STATE)
    state[away] = rng.choice(np.unique(world.providers["state"]), size=len(away))
    kind = np.array([one["type"] for one in world.payers], dtype=object)[payer]
    return {
        "provider": provider,
        "payer": payer,
        "age": age,
        "birth_date": middle - (age * 365.25).astype("timedelta64[D]"),
        "sex": np.where(rng.random(size) < 0.57, "F", "M").astype(object),
        "state": state,
        "member_id": _member_ids(kind, payer, rng),
        "relationship": _relationships(kind, age, rng),
        "renderer": rng.random(size),
    }


def _member_ids(kind: Array, payer: Array, rng: np.random.Generator) -> Array:
    """Invented ids: eleven characters in the pattern of Medicare's identifier, else a letter pair and nine digits."""
    digits = rng.integers(0, 10, size=(len(kind), 9))
    letters = np.array(list("ACDEFGHJKMNPQRTUVWXY"))[rng.integers(0, 20, size=(len(kind), 4))]
    found = []
    for medicare, d, a, who in zip(kind == "medicare", digits.tolist(), letters.tolist(), payer.tolist(), strict=True):
        if medicare:
            found.append(f"{1 + d[0] % 9}{a[0]}{d[1]}{d[2]}{a[1]}{d[3]}{d[4]}{a[2]}{a[3]}{d[5]}{d[6]}")
        else:
            found.append(f"{chr(65 + who)}{a[0]}{''.join(map(str, d))}")
    return np.array(found, dtype=object)


def _relationships(kind: Array, age: Array, rng: np.random.Generator) -> Array:
    """Relationship of the patient to the subscriber: 18 self, 01 spouse, 19 child (shares assumed)."""
    draw = rng.random(len(kind))
    family = np.isin(kind.astype(str), ("commercial", "tricare", "other"))
    child = family & (age < 26) & (draw < 0.75)
    spouse = family & (age >= 26) & (draw < 0.24)
    return np.where(child, "19", np.where(spouse, "01", "18")).astype(object)
