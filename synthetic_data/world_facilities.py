"""Facilities of a world: hospitals, nursing facilities and hospices, which bill institutional claims of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.npi import make_npis

if TYPE_CHECKING:
    from synthetic_data.catalogue import Array, Catalogue

#: Attending practitioners of a facility, fewest and most (assumed).
ATTENDING = (5, 13)
#: NPIs of facilities and their people start with 2: no practice has one of them.
_NPI_START, _NPI_COUNT = 100_000_000, 99_999_999


def add_facilities(practices: dict[str, Array], catalogue: Catalogue, rng: np.random.Generator) -> dict[str, Array]:
    """Put the facilities of ``catalogue.toml`` behind the practices, and say which hospital each practice works in.

    Facilities are spread over the states of the practices; a practice works in a hospital of its own state where there
    is one.
    """
    kinds = catalogue.specialties[-catalogue.facilities :]
    first = len(catalogue.specialties) - catalogue.facilities
    counts = [one["providers"] for one in kinds]
    specialty = first + np.repeat(np.arange(len(kinds)), counts)
    size = len(specialty)
    states = np.unique(practices["state"])
    state = np.concatenate([rng.permutation(np.resize(states, count)) for count in counts])
    people = rng.integers(*ATTENDING, size=size)
    npis = make_npis(_NPI_START + rng.choice(_NPI_COUNT, size=size + people.sum(), replace=False))
    attending = np.array([None] * size, dtype=object)
    attending[:] = np.split(npis[size:], np.cumsum(people)[:-1])
    weight = rng.lognormal(sigma=0.6, size=size)
    shares = np.array([one["share"] for one in kinds])[specialty - first]
    added = {
        "npi": npis[:size],
        "facility_npi": npis[:size],
        "renderers": attending,
        "specialty": specialty,
        "taxonomy": np.array([one["taxonomy"] for one in kinds], dtype=object)[specialty - first],
        "state": state,
        "weight": weight,
        "share": shares * weight / np.bincount(specialty, weights=weight)[specialty],
        "fee": rng.lognormal(sigma=0.25, size=size),
        "lag_days": rng.lognormal(2.1, 0.4, size=size),
    }
    whole = {name: np.concatenate([column, added[name]]) for name, column in practices.items()}
    return whole | {"hospital": _hospitals(whole, first, rng)}


def _hospitals(providers: dict[str, Array], specialty: int, rng: np.random.Generator) -> Array:
    """Provider number of a hospital for each provider, in its state where there is one."""
    hospitals = np.flatnonzero(providers["specialty"] == specialty)
    chosen = hospitals[rng.integers(len(hospitals), size=len(providers["npi"]))]
    for state in np.unique(providers["state"][hospitals]):
        near = hospitals[providers["state"][hospitals] == state]
        here = np.flatnonzero(providers["state"] == state)
        chosen[here] = near[rng.integers(len(near), size=len(here))]
    return chosen
