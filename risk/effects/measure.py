"""How often a rule fires on labelled claims, and how many of the claims it fires on are denied."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

#: Normal quantile that leaves 2.5 % above it: ends of a 95 % interval.
_REACH = 1.959964

#: A count below this is not kept of anybody's own claims; a trained model keeps no code of fewer claims either.
LEAST_KEPT = 5


@dataclass(frozen=True)
class RuleEffect:
    """What one rule did to labelled claims; a claim counts once, however many of its lines are at fault.

    Attributes
    ----------
    claims
        Labelled claims the rule was applied to, those of payers and dates it does not hold for among them.
    fired
        Claims it fired on; None where those were fewer than ``LEAST_KEPT`` and the number was not kept.
    fired_denied
        Claims it fired on that were denied at first, for whatever reason; None together with ``fired``.
    """

    claims: int
    fired: int | None
    fired_denied: int | None

    @property
    def fire_rate(self) -> float | None:
        """Share of the claims that the rule fired on."""
        return self.fired / self.claims if self.fired is not None and self.claims else None

    @property
    def denied_share(self) -> float | None:
        """Share denied of the claims it fired on; None where it never fired."""
        return self.fired_denied / self.fired if self.fired and self.fired_denied is not None else None

    @property
    def denied_interval(self) -> tuple[float, float] | None:
        """95 % interval of ``denied_share``; None where that is None."""
        return wilson_interval(self.fired_denied, self.fired) if self.fired and self.fired_denied is not None else None


@dataclass(frozen=True)
class Effects:
    """Effects of rules on one set of labelled claims.

    Attributes
    ----------
    source
        What the claims are: a file name, or which synthetic world.
    synthetic
        Whether they are the built-in synthetic claims, and not the user's.
    claims, denied
        How many there are, and how many of them were denied at first.
    basis
        Version of what was measured: :func:`risk.rules.ruleset_version`, or :func:`risk.effects.world.world_basis`.
    measured
        Day of the measurement, ISO; empty for synthetic claims, which are the same on every day.
    rules
        Effect by rule id.
    """

    source: str
    synthetic: bool
    claims: int
    denied: int
    basis: str
    measured: str
    rules: Mapping[str, RuleEffect]

    @property
    def denied_share(self) -> float:
        """Share of all claims that were denied at first."""
        return self.denied / self.claims if self.claims else 0.0

    def without_small_counts(self) -> Effects:
        """The same, of rules that fired on one to four claims only that they did."""
        rules = {
            rule_id: replace(one, fired=None, fired_denied=None) if one.fired and one.fired < LEAST_KEPT else one
            for rule_id, one in self.rules.items()
        }
        return replace(self, rules=rules)


def measure_effects(
    fired: pd.DataFrame, denied: pd.Series, *, source: str, basis: str, synthetic: bool = False, measured: str = ""
) -> Effects:
    """Count what rules did to labelled claims.

    Parameters
    ----------
    fired
        Claims × rule ids: whether the rule fired, as :func:`risk.scoring.fired_matrix` makes it of a batch's findings.
    denied
        Whether each claim was denied at first, 0 or 1, in the same order.
    source, basis, synthetic, measured
        As :class:`Effects` has them.

    Raises
    ------
    ValueError
        Where the two are not of the same claims.
    """
    if len(fired) != len(denied):
        raise ValueError("expected one outcome per claim")
    outcome = denied.to_numpy() == 1
    rules = {}
    for rule_id in fired:
        hit = fired[rule_id].to_numpy(dtype=bool)
        rules[str(rule_id)] = RuleEffect(len(fired), int(hit.sum()), int((hit & outcome).sum()))
    return Effects(
        source=source,
        synthetic=synthetic,
        claims=len(fired),
        denied=int(outcome.sum()),
        basis=basis,
        measured=measured,
        rules=rules,
    )


def wilson_interval(hits: int, trials: int) -> tuple[float, float]:
    """95 % score interval of a share (E. B. Wilson, J. Am. Stat. Assoc. 22 (1927) 209), without continuity correction.

    Unlike the normal one it stays within 0 and 1 and holds for few trials. Raises ``ValueError`` unless
    0 ≤ hits ≤ trials and there is a trial.
    """
    if not (0 <= hits <= trials and trials):
        raise ValueError("expected at least one trial, and no more hits than trials")
    share, square = hits / trials, _REACH**2
    centre = share + square / (2 * trials)
    reach = _REACH * math.sqrt(share * (1 - share) / trials + square / (4 * trials**2))
    low, high = (centre - reach) / (1 + square / trials), (centre + reach) / (1 + square / trials)
    # At no hit, and at nothing but hits, the end is the share itself; rounding would leave it a hair off.
    return (0.0 if hits == 0 else low), (1.0 if hits == trials else high)
