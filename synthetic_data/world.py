"""A synthetic world: its payers, its providers and their habits.

``world`` numbers fix payers, providers and habits, ``seed`` draws the claims. Every habit is hidden: nothing on a claim
tells it, only the outcomes of other claims do.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from synthetic_data.catalogue import Array, Catalogue, load_catalogue, read_toml

if TYPE_CHECKING:
    import pandas as pd

    from risk.claims.tables import ClaimBatch

#: Last day of service of every sample; the last day of its month.
LAST_SERVICE_DATE = date(2026, 10, 31)

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
    lag_days, facility_npi and renderers (a list of NPIs each). ``skills`` is provider × SKILLS, ``habits`` provider ×
    mistake (the provider's rate), ``strictness`` payer × mistake, ``payer_family`` payer × procedure family and
    ``payer_reason`` payer × reason (factors on the background), ``out_of_network`` provider × payer,
    ``silent_authorization`` payer × family (wanted, but published nowhere).
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

    @property
    def mistakes(self) -> tuple[str, ...]:
        """Names of the mistakes, in the order of ``habits`` and ``strictness``."""
        return tuple(self.causes["mistake"])

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
        The claims, professional, in the order of their submission.
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
    rng = np.random.default_rng(np.random.SeedSequence([20261031, number]))
    catalogue, causes, terms = load_catalogue(), read_toml("causes.toml"), read_toml("payers.toml")
    payers = tuple(terms["payer"])
    mistakes = causes["mistake"]
    providers = _providers(catalogue, rng)
    count = len(providers["npi"])
    general = rng.normal(size=(count, 1))
    skills = 0.5 * general + 0.87 * rng.normal(size=(count, len(SKILLS)))
    skills -= np.average(skills, axis=0, weights=providers["share"])
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
        habits=_habits(np.array([one["rate"] for one in mistakes.values()]), general, providers, rng),
        strictness=strict * _level(rng.lognormal(sigma=0.4, size=(len(payers), len(mistakes))), volume),
        payer_family=_level(rng.lognormal(sigma=0.55, size=(len(payers), len(catalogue.families))), volume),
        payer_reason=_level(rng.lognormal(sigma=0.3, size=(len(payers), len(causes["background"]))), volume),
        out_of_network=rng.random((count, len(payers))) < 0.05,
        silent_authorization=rng.random((len(payers), len(catalogue.families))) < 0.06,
    )


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
    shares = np.array([one["share"] for one in catalogue.specialties])
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
        "taxonomy": np.array([one["taxonomy"] for one in catalogue.specialties], dtype=object)[specialty],
        "state": np.array(STATES, dtype=object)[rng.integers(len(STATES), size=count)],
        "weight": weight,
        "share": shares[specialty] * weight / np.bincount(specialty, weights=weight)[specialty],
        "fee": rng.lognormal(sigma=0.22, size=count),
        "lag_days": rng.lognormal(1.8, 0.5, size=count),
    }


def make_npis(numbers: Array) -> Array:
    """Ten-digit NPIs that start with 1 and pass the check digit (Luhn over the prefix 80840; CMS NPI standard)."""
    stems = 100_000_000 + np.asarray(numbers)
    total = np.full(len(stems), 24)
    for place in range(9):
        digit = stems // 10**place % 10
        doubled = digit * 2
        total += np.where(place % 2 == 0, doubled - 9 * (doubled > 9), digit)
    return np.array([f"{stem}{check}" for stem, check in zip(stems, -total % 10, strict=True)], dtype=object)
