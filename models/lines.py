"""Which lines of a claim are denied, if it is: P(line denied | claim denied), by reason and by where its findings are.

A payer that denies a claim for a reason is taken to refuse each line with a chance of its own, independently, but one
at least: that is what a denied claim is. With chances q of the lines, a line's share of the claim's risk is then
q / (1 − Π(1 − q)), and the reasons are weighed by their probabilities. So no line is riskier than its claim, the risks
of the lines add up to no less than the claim's, and the chance that any line is denied is the claim's risk.

A chance is that of the reason, of where a rule of that reason has a finding (``PLACES``), and of what the line is
(``ROLES``).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.reasons import REASONS
from risk.claims.tables import rows_of_claims

Floats = NDArray[np.float64]
Codes = NDArray[np.uint8]

#: Where rules of a reason have findings, seen from a line; the last that holds counts.
PLACES = ("nowhere", "claim", "other_line", "line")

#: What a line is. Labels tell of no denial of a line that charges nothing: nothing can be taken off it.
ROLES = ("first_service", "first_visit", "later_service", "later_visit", "no_charge")
NO_CHARGE = ROLES.index("no_charge")

#: Reasons that concern the patient, the claim or the whole encounter; the others concern single lines.
OF_CLAIMS = frozenset(
    {
        "eligibility",
        "claim_data",
        "authorization",
        "documentation",
        "timely_filing",
        "provider",
        "coordination_of_benefits",
    }
)

# Chances before any label, in the order of ``PLACES``: assumed. A reason of claims denies nearly every line; one of
# lines denies the line with the finding and seldom another.
_ASSUMED_OF_CLAIMS, _ASSUMED_OF_LINES = (0.95, 0.95, 0.5, 0.95), (0.5, 0.7, 0.1, 0.95)
_ASSUMED_OF_NO_CHARGE = 0.02


@dataclass(frozen=True)
class LineFacts:
    """What decides which lines of denied claims are denied, one entry for each service line, in the order of claims.

    ``claim`` is the position of each line's claim among ``claims`` of them, ascending; ``places`` (lines × ``REASONS``)
    are positions in ``PLACES``, ``role`` positions in ``ROLES``.
    """

    claims: int
    claim: NDArray[np.int64]
    places: Codes
    role: Codes

    def rows_of(self, claims: NDArray[np.int64]) -> NDArray[np.int64]:
        """Positions of the lines of some claims, in the order of these."""
        return rows_of_claims(self.claim, self.claims, claims)[0]

    def select(self, claims: NDArray[np.int64]) -> LineFacts:
        """Facts of some claims, by position, renumbered in the order given."""
        rows, counts = rows_of_claims(self.claim, self.claims, claims)
        return LineFacts(len(claims), np.repeat(np.arange(len(claims)), counts), self.places[rows], self.role[rows])


@dataclass(frozen=True)
class LabelledLines:
    """Facts of lines, and whether each was denied at first: 1, 0, or NaN where nobody said."""

    facts: LineFacts
    denied: Floats

    def select(self, claims: NDArray[np.int64]) -> LabelledLines:
        """Lines of some claims, by position."""
        return LabelledLines(self.facts.select(claims), self.denied[self.facts.rows_of(claims)])


def assumed_chances() -> Floats:
    """Chances before any label: ``REASONS`` × ``PLACES`` × ``ROLES``."""
    by_place = [_ASSUMED_OF_CLAIMS if name in OF_CLAIMS else _ASSUMED_OF_LINES for name in REASONS]
    chances = np.repeat(np.array(by_place)[:, :, None], len(ROLES), axis=2)
    chances[:, :, NO_CHARGE] = _ASSUMED_OF_NO_CHARGE
    return chances


@dataclass(frozen=True)
class LineShares:
    """Chance that a payer who denies a claim for a reason refuses a line of it; ``REASONS`` × ``PLACES`` × ``ROLES``.

    Unless they were fitted they are the assumed ones; ``claims`` counts the denied claims that taught them.
    """

    chances: Floats = field(default_factory=assumed_chances)
    claims: int = 0

    def of(self, facts: LineFacts, reasons: pd.DataFrame) -> Floats:
        """P(line denied | claim denied) of each line.

        Parameters
        ----------
        facts
            Of the lines.
        reasons
            P(reason | denied), claims × ``REASONS``. A claim of which nothing is known, all zeros, may be denied for
            any of them alike.
        """
        share = np.ones(len(facts.claim))
        several = np.bincount(facts.claim, minlength=facts.claims) > 1
        rows = np.flatnonzero(several[facts.claim])
        if not len(rows):
            return share
        of_claim = (np.cumsum(several) - 1)[facts.claim[rows]]
        weight = reasons.to_numpy(dtype=np.float64)[several]
        weight = np.where(weight.any(axis=1, keepdims=True), weight, 1.0 / len(REASONS))
        places, role = facts.places[rows].T, facts.role[rows]
        total = np.zeros(len(rows))
        for chances, place, own in zip(self.chances, places, weight.T, strict=True):
            chance, spared = chances[place, role], np.log1p(-chances)[place, role]
            any_line = -np.expm1(np.bincount(of_claim, weights=spared))
            total += chance * (own / any_line)[of_claim]
        share[rows] = np.minimum(total, 1.0)
        return share
