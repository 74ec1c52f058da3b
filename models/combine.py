"""The combiner: the model's log-odds and the rules that fired become one calibrated risk (docs/adr/0003-combiner.md).

    log-odds = (model + intercept + Σ learned weights of fired rules + evidence of the strongest thin rule) / moderation

*Learned weights* say what a rule adds to a model that has seen its pattern; never negative, so that mending a finding
never raises the risk. *Thin* evidence says what a rule adds that training hardly or never saw: as much as rules of its
severity do where the model is ignorant, in full at no training claim, half at ``half_known`` of them. Being uncertain,
it is averaged over (the moderation), and only the strongest counts: rules without data may all see one defect.
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

    ``support`` training claims it flagged; ``lift`` and ``lift_spread`` how far, in log-odds, claims it flags lie above
    others; ``weight`` what it adds to the model.
    """

    support: int
    lift: float
    lift_spread: float
    weight: float


@dataclass(frozen=True)
class Evidence:
    """Of each row: what the learned rules add, what the strongest thin rule adds, its spread and which rule it is.

    ``thin_rule`` indexes ``rules``; −1 where no thin rule fired.
    """

    learned: Floats
    thin: Floats
    spread: Floats
    thin_rule: NDArray[np.int64]
    rules: tuple[str, ...]


@dataclass(frozen=True)
class Combiner:
    """Fitted combiner; the module docstring has its formula, :func:`models.combine_fit.fit_combiner` makes one."""

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
        """Share of a rule's lift that the model cannot know, having seen ``support`` claims with the pattern."""
        return self.half_known / (support + self.half_known)

    def evidence(self, fired: pd.DataFrame, rule_info: Mapping[str, RuleInfo]) -> Evidence:
        """Evidence of the fired rules: rows × rule ids, booleans. Preview rules move nothing."""
        rows = len(fired)
        learned, thin, spread = np.zeros(rows), np.zeros(rows), np.zeros(rows)
        strongest = np.full(rows, -1, dtype=np.int64)
        for position, rule_id in enumerate(fired.columns):
            info = rule_info[rule_id]
            hit = np.flatnonzero(fired[rule_id].to_numpy(dtype=bool))
            if info.preview or not len(hit):
                continue
            rule = self.of_rule(rule_id, info)
            learned[hit] += rule.weight
            share = self.thin_share(rule.support)
            stronger = hit[thin[hit] < share * rule.lift]
            thin[stronger] = share * rule.lift
            spread[stronger] = share * rule.lift_spread
            strongest[stronger] = position
        return Evidence(learned, thin, spread, strongest, tuple(fired.columns))

    def log_odds_of(self, model_log_odds: Floats, evidence: Evidence) -> Floats:
        """Combine the log-odds of rows whose evidence is at hand."""
        known = model_log_odds + self.intercept + evidence.learned
        # E[expit(z + d)] for normal d is close to expit((z + mean) / √(1 + π·var/8)) (MacKay 1992). A rule never
        # lowers the risk, while averaging draws high log-odds towards zero: hence the maximum.
        moderated = (known + evidence.thin) / np.sqrt(1.0 + np.pi * evidence.spread**2 / 8.0)
        return np.where(evidence.thin_rule >= 0, np.maximum(known, moderated), known)

    def log_odds(self, model_log_odds: Floats, fired: pd.DataFrame, rule_info: Mapping[str, RuleInfo]) -> Floats:
        """Combine the log-odds of each row of ``fired``, aligned with ``model_log_odds``."""
        return self.log_odds_of(model_log_odds, self.evidence(fired, rule_info))

    def risk(self, model_log_odds: Floats, fired: pd.DataFrame, rule_info: Mapping[str, RuleInfo]) -> Floats:
        """Probability of an initial denial of each row of ``fired``; rows may be claims or lines."""
        return expit(self.log_odds(model_log_odds, fired, rule_info))
