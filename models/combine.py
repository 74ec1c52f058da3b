"""The combiner: the model's log-odds and the rules that fired become one calibrated risk (docs/adr/0003-combiner.md).

    known = model log-odds + intercept + Σ learned weights of the fired rules
    risk  = 1 − (1 − expit(known)) · (1 − chance of the strongest thin rule)

*Learned weights* say what a rule adds to a model that has seen its pattern; never negative, so that mending a finding
never raises the risk. A *thin* rule is one that training hardly or never saw: the model cannot know its pattern, so it
is a ground of its own to deny, with the chance that findings of its severity have, in full at no training claim, half
at ``half_known`` of them. Only the strongest counts: rules without data may all see one defect.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models._logistic import expit
from models.priors import RuleInfo, SeverityPrior, assumed_prior

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class RuleEvidence:
    """What training says of one rule.

    ``support`` training claims it flagged; ``alone`` the chance that the finding alone denies, ``spread`` the standard
    deviation of that chance; ``weight`` what the finding adds to the model's log-odds.
    """

    support: int
    alone: float
    spread: float
    weight: float


@dataclass(frozen=True)
class Evidence:
    """What the findings of each row say.

    ``learned`` is the sum of learned weights (log-odds); ``thin`` the chance that the strongest thin rule denies,
    ``spread`` its standard deviation, and ``thin_rule`` which of ``rules`` it is (−1: none fired).
    """

    learned: Floats
    thin: Floats
    spread: Floats
    thin_rule: NDArray[np.int64]
    rules: tuple[str, ...]


@dataclass(frozen=True)
class Combiner:
    """Fitted combiner. The module docstring has its formula, :func:`models.combine_fit.fit_combiner` makes one."""

    intercept: float
    half_known: float
    priors: Mapping[str, SeverityPrior]
    rules: Mapping[str, RuleEvidence]

    def of_rule(self, rule_id: str, info: RuleInfo) -> RuleEvidence:
        """Evidence of a rule; its severity's prior where training never saw it fire."""
        if (seen := self.rules.get(rule_id)) is not None:
            return seen
        prior = self.priors.get(info.severity) or assumed_prior(info.severity)
        return RuleEvidence(0, prior.mean, prior.spread, 0.0)

    def thin_share(self, support: int) -> float:
        """Share of a rule's chance that the model cannot know, having seen ``support`` claims with the pattern."""
        return self.half_known / (support + self.half_known)

    def evidence(self, fired: pd.DataFrame, rule_info: Mapping[str, RuleInfo]) -> Evidence:
        """Evidence of the fired rules: rows × rule ids, booleans. Preview rules move nothing."""
        rows = len(fired)
        learned, thin, spread = np.zeros(rows), np.zeros(rows), np.zeros(rows)
        strongest = np.full(rows, -1, dtype=np.int64)
        found = fired.to_numpy(dtype=bool)
        for position in np.flatnonzero(found.any(axis=0)):
            rule_id = fired.columns[position]
            info = rule_info[rule_id]
            if info.preview:
                continue
            hit = np.flatnonzero(found[:, position])
            rule = self.of_rule(rule_id, info)
            learned[hit] += rule.weight
            share = self.thin_share(rule.support)
            stronger = hit[thin[hit] < share * rule.alone]
            thin[stronger] = share * rule.alone
            spread[stronger] = share * rule.spread
            strongest[stronger] = position
        return Evidence(learned, thin, spread, strongest, tuple(fired.columns))

    def known_log_odds(self, model_log_odds: Floats, evidence: Evidence) -> Floats:
        """Log-odds of each row without its thin rules."""
        return model_log_odds + self.intercept + evidence.learned

    def log_odds_of(self, model_log_odds: Floats, evidence: Evidence) -> Floats:
        """Combine the log-odds of rows whose evidence is at hand.

        The thin chance enters by its mean: the risk is linear in it, so being unsure of it changes nothing on average.
        """
        known = self.known_log_odds(model_log_odds, evidence)
        # With chance c: risk / (1 − risk) = (odds + c) / (1 − c), odds those of ``known``.
        return np.where(evidence.thin > 0, np.log(np.exp(known) + evidence.thin) - np.log1p(-evidence.thin), known)

    def log_odds(self, model_log_odds: Floats, fired: pd.DataFrame, rule_info: Mapping[str, RuleInfo]) -> Floats:
        """Combine the log-odds of each row of ``fired``, aligned with ``model_log_odds``."""
        return self.log_odds_of(model_log_odds, self.evidence(fired, rule_info))

    def risk(self, model_log_odds: Floats, fired: pd.DataFrame, rule_info: Mapping[str, RuleInfo]) -> Floats:
        """Probability of an initial denial of each row of ``fired``; rows may be claims or lines."""
        return expit(self.log_odds(model_log_odds, fired, rule_info))
