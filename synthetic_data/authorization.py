"""Which synthetic claims need an authorisation, by the programmes of ``payers.toml``, and the numbers they carry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from synthetic_data.catalogue import Array
    from synthetic_data.draft import Draft
    from synthetic_data.world import World

#: Share of claims that carry a number nobody asked for (assumed).
UNASKED = 0.04
#: Share of silently wanted authorisations that the provider has learnt to get (assumed).
LEARNT = 0.55
#: Days in which providers get used to a new list that came without much notice (assumed).
GETTING_USED = 150


def authorization_needed(draft: Draft, world: World) -> Array:
    """Which claims fall under a programme of their payer, by family or code, place, state and first day of service."""
    needed = np.zeros(len(draft), dtype=bool)
    for program in world.terms["authorization"]:
        needed |= _falls_under(program, draft, world)
    return needed


def unready(draft: Draft, world: World) -> Array:
    """Share of the claims under a new list that lack the number, while providers get used to it; nought elsewhere."""
    share = np.zeros(len(draft))
    for program in world.terms["authorization"]:
        if "unready" in program:
            used_to = draft.claims["service_date"] >= np.datetime64(program["from"], "D") + GETTING_USED
            new = _falls_under(program, draft, world) & ~used_to
            share[new] = program["unready"]
    return share


def _falls_under(program: dict[str, Any], draft: Draft, world: World) -> Array:
    claims = draft.claims
    applies = np.isin(world.payer_ids[claims["payer"]], program["payers"])
    applies &= claims["service_date"] >= np.datetime64(program["from"], "D")
    if "places" in program:
        there = np.isin(claims["place_of_service_code"].astype(str), program["places"])
        bill_types = claims["bill_type_code"].astype(str).astype("U2")
        applies &= there | np.isin(bill_types, program["bill_types"])
    if "states" in program:
        applies &= np.isin(claims["facility_state"].astype(str), program["states"])
    covered = draft.in_family(*program.get("families", ()))
    coded = np.isin(draft.lines["procedure_code"].astype(str), program.get("codes", ()))
    return np.asarray(applies & (covered | draft.any_line(coded)))


def silently_wanted(draft: Draft, world: World) -> Array:
    """Which claims are of a payer and procedure family for which an authorisation is wanted but published nowhere."""
    family_numbers = np.array([world.catalogue.families.index(one.family) for one in world.catalogue.encounters])
    return np.asarray(
        world.silent_authorization[draft.claims["payer"], family_numbers[draft.claims["encounter"]]]
        & ~draft.claims["authorization_needed"]
    )


def authorization_numbers(draft: Draft, world: World, needed: Array, rng: np.random.Generator) -> Array:
    """Authorisation number of each claim, or none: where one is needed, at times where none is."""
    draw = rng.random(len(draft))
    carried = needed | (draw < UNASKED) | (silently_wanted(draft, world) & (draw < LEARNT))
    numbers = np.array([None] * len(draft), dtype=object)
    serial = rng.integers(10_000_000, 99_999_999, size=int(carried.sum()))
    numbers[carried] = [f"A{number}" for number in serial.tolist()]
    return numbers
