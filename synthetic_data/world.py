"""A synthetic world: its payers, its providers and their habits.

``world`` numbers fix payers, providers and habits, ``seed`` draws the claims. Every habit is hidden: nothing on a claim
tells it, only the outcomes of other claims do.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.random import Generator

from synthetic_data.catalogue import Array, Catalogue, load_catalogue, read_toml
from synthetic_data.npi import make_npis
from synthetic_data.world_facilities import add_facilities

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from risk.claims.tables import ClaimBatch

#: Billing providers of a world (assumed).
PROVIDERS = 160
#: States the providers practise in; the six of CMS WISeR among them (assumed).
STATES = ("TX", "AZ", "OH", "NJ", "WA", "OK", "CA", "FL", "CO", "NY", "PA", "IL", "GA", "NC", "TN", "MI")
#: Sides of a provider's work that are done well or badly, as standard normal scores.
SKILLS = ("registration", "billing", "coding", "records", "authorization")
#: Shape of the Beta distribution of a provider's habits: below one, a few providers make most mistakes (assumed).
HABIT_SHAPE = 0.75


@dataclass(frozen=True)
class World:
    """Payers, providers and habits of one world; arrays by payer and provider number.

    ``providers`` holds npi, taxonomy, state, specialty (number), weight (in the specialty), share (of all claims), fee,
    lag_days, facility_npi (of its surgical centre), hospital (the provider number of the one it works in) and renderers
    (a list of NPIs each; attending ones of a facility); facilities come behind practices. ``skills`` is provider ×
    SKILLS, ``habits`` provider × mistake (the provider's rate), ``strictness`` payer × mistake, ``payer_family`` payer
    × procedure family and ``payer_reason`` payer × reason (factors on the background), ``out_of_network`` provider ×
    payer, ``silent_authorization`` payer × family (wanted, but published nowhere), ``contract_ended`` provider × entry
    of ``contract_end`` in ``payers.toml`` (which providers lose that payer's contract).
    """

    number: int
    catalogue: Catalogue
    causes: dict[str, Any]
    terms: dict[str, Any]
    payers: tuple[dict[str, Any], ...]
    providers: dict[str, Array]
    skills: Array
    habits: Array
    strictness: Array
    payer_family: Array
    payer_reason: Array
    out_of_network: Array
    silent_authorization: Array
    contract_ended: Array

    @property
    def mistakes(self) -> tuple[str, ...]:
        """Names of the mistakes, in the order of ``habits`` and ``strictness``."""
        return tuple(self.causes["mistake"])

    @property
    def payer_ids(self) -> Array:
        """Id of each payer, as ``payers.toml`` names it."""
        return np.array([one["id"] for one in self.payers])

    @property
    def reasons(self) -> tuple[str, ...]:
        """The twelve denial reasons."""
        return tuple(self.causes["background"])

    def skill(self, name: str, providers: Array) -> Array:
        """Scores of one skill for the given provider numbers; high is bad."""
        return np.asarray(self.skills[providers, SKILLS.index(name)])


@dataclass(frozen=True)
class SyntheticClaims:
    """A sample of a world.

    Attributes
    ----------
    batch
        The claims, professional and institutional, in the order of their submission (block by block of a large one).
    truth
        One row per claim: ``claim_id``, ``true_probability`` of an initial denial given everything on the claim and
        every habit of the world, ``p_<reason>`` (the probability of an initial denial for that reason; the twelve add
        up to ``true_probability``), ``denied`` (0 or 1).
    line_truth
        One row per service line: ``claim_id``, ``line_number``, ``true_probability`` that the line is denied. It is at
        most that of the claim, and that of the claim at most the sum over its lines.
    outcomes
        One row per service line: ``claim_id``, ``line_number``, ``denied`` (of the claim), ``line_denied``,
        ``denial_reason`` (of the claim), ``carc`` and ``rarc`` (of the line; null where it was paid), ``remit_date``,
        ``label_status``.
    """

    batch: ClaimBatch
    truth: pd.DataFrame
    line_truth: pd.DataFrame
    outcomes: pd.DataFrame


def build_world(number: int = 1) -> World:
    """Build the payers, providers and habits of one world; the same number gives the same world."""
    # what came to the world later has draws of its own: practices stay what they were
    rng, later = (np.random.default_rng(np.random.SeedSequence([day, number])) for day in (20261031, 20261125))
    catalogue, causes, terms = load_catalogue(), read_toml("causes.toml"), read_toml("payers.toml")
    payers = tuple(terms["payer"])
    mistakes = causes["mistake"]
    practices = _providers(catalogue, rng)
    providers = add_facilities(practices, catalogue, later)
    first, count = len(practices["npi"]), len(providers["npi"])
    general, skills = _skills(practices["share"], rng)
    of_facilities = _skills(providers["share"][first:], later)
    skills = np.concatenate([skills, of_facilities[1]])
    known = sum("institutional" not in one for one in mistakes.values())
    rates = np.array([one["rate"] for one in mistakes.values()])
    habits = np.zeros((count, len(rates)))
    habits[:first, :known] = _habits(rates[:known], general, practices, rng)
    facilities = {name: column[first:] for name, column in providers.items()}
    habits[first:] = _habits(rates, of_facilities[0], facilities, later)
    kinds, families = len(payers), len(catalogue.families)
    settled = len({one.family for one in catalogue.encounters if not one.institutional})

    def grown(first: tuple[int, int], size: tuple[int, int], draw: Callable[..., Any]) -> Array:
        """Draw a table as it was before the world grew, then what came to it."""
        before, whole = draw(rng, size=first), np.asarray(draw(later, size=size))
        whole[: first[0], : first[1]] = before
        return whole

    strict = np.array([[one["strict"]] for one in payers])
    volume = np.array([one["share_65"] + one["share_under"] for one in payers])
    return World(
        number=number,
        catalogue=catalogue,
        causes=causes,
        terms=terms,
        payers=payers,
        providers=providers,
        skills=skills,
        habits=habits,
        strictness=strict
        * _level(grown((kinds, known), (kinds, len(mistakes)), partial(Generator.lognormal, sigma=0.4)), volume),
        payer_family=_level(
            grown((kinds, settled), (kinds, families), partial(Generator.lognormal, sigma=0.55)), volume
        ),
        payer_reason=_level(rng.lognormal(sigma=0.3, size=(kinds, len(causes["background"]))), volume),
        out_of_network=grown((first, kinds), (count, kinds), Generator.random) < 0.05,
        silent_authorization=grown((kinds, settled), (kinds, families), Generator.random) < 0.06,
        contract_ended=later.random((count, len(terms["contract_end"])))
        < np.array([one["providers"] for one in terms["contract_end"]]),
    )


def _skills(share: Array, rng: np.random.Generator) -> tuple[Array, Array]:
    """Carelessness of providers (a column) and their skills, of mean nought over their claims."""
    general = rng.normal(size=(len(share), 1))
    skills = 0.5 * general + 0.87 * rng.normal(size=(len(share), len(SKILLS)))
    return general, skills - np.average(skills, axis=0, weights=share)


def _level(drawn: Array, volume: Array) -> Array:
    """Bring each column to a mean of one over the claims: worlds differ in who is strict, not in how strict all are."""
    return np.asarray(drawn / np.average(drawn, axis=0, weights=volume))


def _habits(rates: Array, general: Array, providers: dict[str, Array], rng: np.random.Generator) -> Array:
    """Rate of each mistake at each provider, from a Beta distribution that careless providers exceed.

    The claims of each specialty make a mistake at its mean rate in every world: worlds differ in who makes it.
    """
    careless = np.exp(0.45 * general)
    drawn = careless * rng.beta(HABIT_SHAPE, HABIT_SHAPE * (1 - rates) / rates, size=(len(general), len(rates)))
    for specialty in np.unique(providers["specialty"]):
        own = providers["specialty"] == specialty
        drawn[own] *= rates / np.average(drawn[own], axis=0, weights=providers["weight"][own])
    return np.minimum(drawn, 0.9)


def _providers(catalogue: Catalogue, rng: np.random.Generator) -> dict[str, Array]:
    practices = catalogue.specialties[: -catalogue.facilities]
    shares = np.array([one["share"] for one in practices])
    counts = np.maximum(np.round(PROVIDERS * shares**0.75 / (shares**0.75).sum()).astype(int), 4)
    specialty = np.repeat(np.arange(len(shares)), counts)
    count = len(specialty)
    renderers = rng.integers(1, 7, size=count)
    npis = make_npis(rng.choice(99_999_999, size=2 * count + renderers.sum(), replace=False))
    ends = np.cumsum(renderers)
    people = np.array([None] * count, dtype=object)
    people[:] = np.split(npis[2 * count :], ends[:-1])
    weight = rng.lognormal(sigma=0.7, size=count)
    return {
        "npi": npis[:count],
        "facility_npi": npis[count : 2 * count],
        "renderers": people,
        "specialty": specialty,
        "taxonomy": np.array([one["taxonomy"] for one in practices], dtype=object)[specialty],
        "state": np.array(STATES, dtype=object)[rng.integers(len(STATES), size=count)],
        "weight": weight,
        "share": shares[specialty] * weight / np.bincount(specialty, weights=weight)[specialty],
        "fee": rng.lognormal(sigma=0.22, size=count),
        "lag_days": rng.lognormal(1.8, 0.5, size=count),
    }
