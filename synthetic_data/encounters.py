"""Encounters: who is seen by whom, when and for what; pain patients follow a course of treatment."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from synthetic_data.billing import bill
from synthetic_data.catalogue import Array, Choice, Condition
from synthetic_data.draft import Draft
from synthetic_data.patients import draw_patients

if TYPE_CHECKING:
    from collections.abc import Callable

    from synthetic_data.period import Period
    from synthetic_data.world import World

#: Extra sessions of a patient treated beyond the cap: days after the first visit (assumed).
EAGER_DAYS = (55, 90, 130, 165, 205, 250)
EAGER_PROBABILITY = 0.85


def draw_encounters(world: World, claims: int, *, period: Period, rng: np.random.Generator) -> Draft:
    """Draw clean professional claims of one world: exactly ``claims`` of them."""
    practices = world.catalogue.specialties[: -world.catalogue.facilities]
    shares = np.array([one["share"] for one in practices])
    wanted = rng.multinomial(claims, shares / shares.sum())
    return draw_specialties(world, {n: int(count) for n, count in enumerate(wanted)}, period=period, rng=rng)


def draw_facilities(world: World, claims: int, *, period: Period, rng: np.random.Generator) -> Draft:
    """Draw encounters of facilities' own patients, which :mod:`synthetic_data.facility` makes institutional claims."""
    first = len(world.catalogue.specialties) - world.catalogue.facilities
    shares = np.array([one["share"] for one in world.catalogue.specialties[first:]])
    wanted = rng.multinomial(claims, shares / shares.sum())
    return draw_specialties(world, {first + n: int(count) for n, count in enumerate(wanted)}, period=period, rng=rng)


def draw_specialties(world: World, wanted: dict[int, int], *, period: Period, rng: np.random.Generator) -> Draft:
    """Draw as many clean claims of each specialty or kind of facility, by number, as wanted."""
    window = (period.day_before, period.last_day)
    parts, patients = [], 0
    for specialty, count in wanted.items():
        draw = _courses if world.catalogue.specialties[specialty]["visits"] == 0 else _visits
        part = _exactly(count, partial(draw, world, specialty, window=window, rng=rng))
        part["patient"] += patients
        patients = part["patient"].max(initial=patients - 1) + 1
        parts.append(part)
    drawn = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    return bill(drawn, world, rng)


def _exactly(count: int, draw: Callable[[int], dict[str, Array]]) -> dict[str, Array]:
    """Encounters of as many patients as it takes, cut to the count."""
    size = max(count // 3, 8)
    parts = [draw(size)]
    while sum(len(part["patient"]) for part in parts) < count:
        part = draw(size)
        part["patient"] += (len(parts)) * size
        parts.append(part)
    return {name: np.concatenate([part[name] for part in parts])[:count] for name in parts[0]}


def _courses(
    world: World, specialty: int, size: int, window: tuple[Any, Any], rng: np.random.Generator
) -> dict[str, Array]:
    """Encounters of pain patients: each has a condition, and the condition a course."""
    conditions = world.catalogue.conditions
    weights = np.array([one.weight for one in conditions])
    patients = draw_patients(world, specialty, size, window, rng)
    condition = rng.choice(len(conditions), size=size, p=weights / weights.sum())
    span = int((window[1] - window[0]).astype(int))
    start = window[0] + rng.integers(-300, span + 1, size=size).astype("timedelta64[D]")
    eager_rate = world.habits[patients["provider"], world.mistakes.index("sessions_above_cap")]
    eager = rng.random(size) < eager_rate
    rows: list[dict[str, Array]] = []
    for number, one in enumerate(conditions):
        members = np.flatnonzero(condition == number)
        dx_set = one.dx_sets.draw(rng, len(members))
        side = _drawn(one.sides, rng, len(members))
        for step, (choices, day, probability) in enumerate(_steps(one)):
            extra = step >= len(one.course)
            happens = rng.random(len(members)) < probability
            here = np.flatnonzero(happens & (eager[members] | (not extra)))
            jitter = rng.integers(-6, 15, size=len(here)) * (day > 0)
            rows.append(
                {
                    "patient": members[here],
                    "encounter": choices[rng.integers(len(choices), size=len(here))],
                    "service_date": start[members[here]] + (day + jitter).astype("timedelta64[D]"),
                    "dx_set": dx_set[here],
                    "side": side[here],
                    "condition": np.full(len(here), number),
                    "new_patient": np.full(len(here), step == 0),
                }
            )
    return _within(_joined(rows, patients), window)


def _steps(condition: Condition) -> list[tuple[Array, int, float]]:
    """Return the course, then the further sessions that only eagerly treated patients get."""
    if condition.treatment is None:
        return list(condition.course)
    return [*condition.course, *((condition.treatment, day, EAGER_PROBABILITY) for day in EAGER_DAYS)]


def _visits(
    world: World, specialty: int, size: int, window: tuple[Any, Any], rng: np.random.Generator
) -> dict[str, Array]:
    """Encounters of the other specialties: independent kinds at irregular gaps."""
    catalogue = world.catalogue
    habit = catalogue.specialties[specialty]
    patients = draw_patients(world, specialty, size, window, rng)
    visits = 1 + rng.poisson(habit["visits"] - 1, size=size)
    patient = np.repeat(np.arange(size), visits)
    span = int((window[1] - window[0]).astype(int))
    start = window[0] + rng.integers(-habit["gap"], span + 1, size=size).astype("timedelta64[D]")
    order = np.arange(len(patient)) - np.repeat(np.cumsum(visits) - visits, visits)
    gaps = np.where(order == 0, 0, 1 + rng.exponential(habit["gap"], size=len(patient)).astype(int))
    elapsed = np.cumsum(gaps)
    elapsed -= np.repeat(elapsed[np.cumsum(visits) - visits], visits)
    numbers = catalogue.numbers_of(habit["id"])
    weights = np.array([catalogue.encounters[n].weight for n in numbers])
    encounter = rng.choice(numbers, size=len(patient), p=weights / weights.sum())
    dx_set, side = np.zeros(len(patient), dtype=int), np.zeros(len(patient), dtype=int)
    for number in numbers:
        here = np.flatnonzero(encounter == number)
        one = catalogue.encounters[number]
        assert one.dx_sets is not None
        dx_set[here] = one.dx_sets.draw(rng, len(here))
        side[here] = _drawn(one.sides, rng, len(here))
        if one.sex:
            patients["sex"][patient[here]] = one.sex
    row = {
        "patient": patient,
        "encounter": encounter,
        "service_date": start[patient] + elapsed.astype("timedelta64[D]"),
        "dx_set": dx_set,
        "side": side,
        "condition": np.full(len(patient), -1),
        "new_patient": order == 0,
    }
    return _within(_joined([row], patients), window)


def _drawn(choice: Choice | None, rng: np.random.Generator, size: int) -> Array:
    return np.zeros(size, dtype=int) if choice is None else choice.draw(rng, size)


def _joined(rows: list[dict[str, Array]], patients: dict[str, Array]) -> dict[str, Array]:
    joined = {name: np.concatenate([row[name] for row in rows]) for name in rows[0]}
    order = np.lexsort((joined["service_date"], joined["patient"]))
    joined = {name: column[order] for name, column in joined.items()}
    return joined | {name: column[joined["patient"]] for name, column in patients.items()}


def _within(drawn: dict[str, Array], window: tuple[Any, Any]) -> dict[str, Array]:
    """Keep what lies after the first and up to the second day of the window, one encounter per patient and day."""
    inside = (drawn["service_date"] > window[0]) & (drawn["service_date"] <= window[1])
    # a patient is seen once a day: the same service twice is a mistake, never chance
    same_day = (drawn["patient"][1:] == drawn["patient"][:-1]) & (
        drawn["service_date"][1:] == drawn["service_date"][:-1]
    )
    inside[1:] &= ~same_day
    return {name: column[inside] for name, column in drawn.items()}
