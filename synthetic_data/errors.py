"""Mistakes put into clean claims, each at the rate that is its provider's habit.

They are drawn independently of each other and of anything that reads claims: a mistake knows the claims it can happen
to and what it does to them. A claim carries at most one mistake per part (diagnoses, lines, patient …), so that the
mark of a mistake stays true to what the claim shows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.authorization import unready
from synthetic_data.draft import Draft

if TYPE_CHECKING:
    from synthetic_data.catalogue import Array
    from synthetic_data.world import World

Applicable = Callable[[Draft, "World"], "Array"]
Apply = Callable[[Draft, "Array", "World", np.random.Generator], None]


@dataclass(frozen=True)
class Mistake:
    """One mistake: the claims it can happen to (bool per claim) and what it does to the chosen ones (their rows)."""

    name: str
    applicable: Applicable
    apply: Apply


_REGISTRY: dict[str, Mistake] = {}


def mistake(applicable: Applicable) -> Callable[[Apply], Apply]:
    """Register the decorated function under its name, which `causes.toml` describes."""

    def register(apply: Apply) -> Apply:
        _REGISTRY[apply.__name__] = Mistake(apply.__name__, applicable, apply)
        return apply

    return register


def registered_mistakes() -> dict[str, Mistake]:
    """All mistakes by name, in the order they are made: those that change single values first, copies last."""
    for module in ("errors_diagnosis", "errors_procedure", "errors_claim_data", "errors_institutional"):
        import_module(f"synthetic_data.{module}")
    return dict(_REGISTRY)


def make_mistakes(draft: Draft, world: World, rng: np.random.Generator) -> None:
    """Put mistakes into the claims, in place, and mark them in ``draft.mistakes``."""
    draft.mistakes = {name: np.zeros(len(draft), dtype=bool) for name in world.mistakes}
    touched = {one["part"]: np.zeros(len(draft), dtype=bool) for one in world.causes["mistake"].values()}
    registered = registered_mistakes()
    for column, (name, facts) in enumerate(world.causes["mistake"].items()):
        if name not in registered:
            continue
        rate = world.habits[draft.claims["provider"], column]
        if name == "authorization_missing":
            rate = np.maximum(rate, unready(draft, world))
        happens = rng.random(len(draft)) < rate
        chosen = np.flatnonzero(happens & ~touched[facts["part"]] & registered[name].applicable(draft, world))
        registered[name].apply(draft, chosen, world, rng)
        touched[facts["part"]][chosen] = True
        draft.mistakes[name][chosen] = True
    settle_totals(draft)
    mark_sessions_above_cap(draft)


def settle_totals(draft: Draft) -> None:
    """Add the lines up again, but for the claims whose total is the mistake."""
    wrong = draft.mistakes["wrong_total"]
    totals = draft.total_charges()
    draft.claims["total_charge_cents"] = np.where(wrong, draft.claims["total_charge_cents"], totals)


def mark_sessions_above_cap(draft: Draft) -> None:
    """Mark the claims whose session exceeds what payers cover in twelve months; long courses bring them about."""
    caps = draft.catalogue.session_caps
    cap = np.array([caps.get(one.family, 10_000) for one in draft.catalogue.encounters])
    draft.mistakes["sessions_above_cap"] = draft.claims["session"] > cap[draft.claims["encounter"]]


def copy_claims(draft: Draft, world: World, rng: np.random.Generator) -> None:
    """Submit some claims a second time, days later; as many others leave the sample, so that its size stays."""
    rate = world.habits[draft.claims["provider"], world.mistakes.index("duplicate_claim")]
    gap = rng.integers(4, 40, size=len(draft)).astype("timedelta64[D]")
    again = draft.claims["submission_date"] + gap
    originals = np.flatnonzero((rng.random(len(draft)) < rate) & (again <= draft.last_submission))[: len(draft) // 3]
    others = np.setdiff1d(np.arange(len(draft)), originals)
    leaving = rng.choice(others, size=len(originals), replace=False)
    staying = np.setdiff1d(np.arange(len(draft)), leaving)
    draft.take(np.concatenate([staying, originals]))
    copies = np.arange(len(staying), len(draft))
    draft.claims["submission_date"][copies] = again[originals]
    draft.mistakes["duplicate_claim"][copies] = True


def fault(draft: Draft, rows: Array, name: str) -> None:
    """Mark the lines a mistake is on."""
    draft.lines["fault"][rows] = name


def claims_with_code(*codes: str) -> Applicable:
    """Applicable to claims whose first line has one of the codes."""

    def applicable(draft: Draft, _: World) -> Array:
        return np.isin(draft.lines["procedure_code"][draft.first_line].astype(str), codes)

    return applicable


def professional(draft: Draft, _: World) -> Array:
    """Applicable to professional claims."""
    return np.asarray(~draft.claims["institutional"])


def any_claim(draft: Draft, _: World) -> Array:
    """Applicable to every claim."""
    return np.ones(len(draft), dtype=bool)
