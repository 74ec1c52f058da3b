"""Fitting the combiner on out-of-fold predictions of the training claims."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models._logistic import fit_logistic
from models.combine import Combiner, RuleEvidence
from models.priors import RuleInfo, SeverityPrior, assumed_prior, chance_alone

if TYPE_CHECKING:
    from collections.abc import Mapping

Floats = NDArray[np.float64]

#: Candidates for the number of training claims at which the model knows half of a pattern; evidence decides.
HALF_KNOWN = (2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0)

#: The assumed prior of a severity counts as this many rules beside those seen, so that one rule does not decide.
_PRIOR_RULES = 2.0
_ROUNDS = 8
_INTERCEPT_VARIANCE = 100.0
#: Standard deviation of the learned weights before it is estimated, and its least estimate; log-odds.
_FIRST_SPREAD, _LEAST_SPREAD = 1.0, 0.1
#: No finding denies for certain, and no two rules of a severity are taken to be quite alike.
_MOST_CHANCE, _LEAST_CHANCE_SPREAD = 0.98, 0.05


def fit_combiner(
    model_log_odds: Floats, fired: pd.DataFrame, rule_info: Mapping[str, RuleInfo], denied: NDArray[np.bool_]
) -> Combiner:
    """Fit a combiner.

    Parameters
    ----------
    model_log_odds
        Calibrated log-odds of each training claim by a model that did not see it (out of fold, or earlier in time).
    fired
        Training claims × rule ids, booleans.
    rule_info
        Facts of each of those rules; ``preview`` rules are left out.
    denied
        Whether each claim was denied.

    Notes
    -----
    Three steps. The chance that each finding alone denies, from the denial rate of the claims it flags, shrunk to the
    mean of its severity (empirical Bayes). The support at which the model knows half of a pattern, by evidence. The
    weight of each rule beside the model: a ridge regression with the model as offset, its strength estimated likewise.
    """
    rules = [rule_id for rule_id in fired.columns if not rule_info[rule_id].preview and fired[rule_id].any()]
    outcome = denied.astype(np.float64)
    design = _design(fired, rules)
    priors, known = _chances(fired[rules], [rule_info[rule_id].severity for rule_id in rules], outcome)
    best: tuple[float, Combiner, Floats] | None = None
    for candidate in HALF_KNOWN:
        unweighted = Combiner(0.0, candidate, priors, known)
        offset = unweighted.log_odds(model_log_odds, fired[rules], rule_info)
        weights, evidence = _fit_weights(design, outcome, offset)
        if best is None or evidence > best[0]:
            best = evidence, unweighted, weights
    assert best is not None
    _, chosen, weights = best
    known = {
        rule_id: replace(known[rule_id], weight=max(0.0, float(weights[k + 1]))) for k, rule_id in enumerate(rules)
    }
    return _centred(replace(chosen, rules=known), model_log_odds, fired[rules], rule_info, outcome)


def _design(fired: pd.DataFrame, rules: list[str]) -> Any:
    from scipy.sparse import csr_array

    return csr_array(np.column_stack([np.ones(len(fired)), fired[rules].to_numpy(dtype=np.float64)]))


def _chances(
    fired: pd.DataFrame, severities: list[str], outcome: Floats
) -> tuple[dict[str, SeverityPrior], dict[str, RuleEvidence]]:
    """Chance that each finding alone denies; rules of one severity share a mean and a spread, both estimated."""
    flags = fired.to_numpy(dtype=bool)
    untouched = ~flags.any(axis=1)
    base = (outcome[untouched].sum() + 1.0) / (untouched.sum() + 2.0)
    support = flags.sum(axis=0)
    rate = np.array([(outcome[flags[:, k]].sum() + base) / (support[k] + 1.0) for k in range(flags.shape[1])])
    chance = np.array([chance_alone(one, base) for one in rate])
    noise = rate * (1.0 - rate) / (support + 1.0) / (1.0 - base) ** 2
    priors, known = {}, {}
    for severity in sorted(set(severities)):
        mine = [k for k, own in enumerate(severities) if own == severity]
        prior = _severity_prior(severity, chance[mine], noise[mine])
        priors[severity] = prior
        for k in mine:
            trust = prior.spread**2 / (prior.spread**2 + noise[k])
            alone = float(np.clip(trust * chance[k] + (1.0 - trust) * prior.mean, 0.0, _MOST_CHANCE))
            known[str(fired.columns[k])] = RuleEvidence(int(support[k]), alone, float(np.sqrt(trust * noise[k])), 0.0)
    return priors, known


def _severity_prior(severity: str, chance: Floats, noise: Floats) -> SeverityPrior:
    """Mean and spread over rules, by the method of moments; the assumed prior counts as a few rules of no noise."""
    assumed = assumed_prior(severity)
    values = np.append(chance, assumed.mean)
    mean, spread = assumed.mean, assumed.spread
    for _ in range(_ROUNDS):
        trust = 1.0 / (spread**2 + np.append(noise, 0.0))
        trust[-1] *= _PRIOR_RULES
        mean = float((trust * values).sum() / trust.sum())
        excess = ((chance - mean) ** 2 - noise).sum() + _PRIOR_RULES * assumed.spread**2
        spread = float(np.sqrt(max(excess / (len(chance) + _PRIOR_RULES), _LEAST_CHANCE_SPREAD**2)))
    return SeverityPrior(float(np.clip(mean, 0.0, _MOST_CHANCE)), spread, len(chance))


def _fit_weights(design: Any, outcome: Floats, offset: Floats) -> tuple[Floats, float]:
    """Weight of each rule beside the model (after the intercept), shrunk to 0 and never below it; and the evidence."""
    count = design.shape[1]
    mean, variance = np.zeros(count), np.full(count, _FIRST_SPREAD**2)
    variance[0] = _INTERCEPT_VARIANCE
    for _ in range(_ROUNDS if count > 1 else 0):
        free = fit_logistic(design, outcome, offset=offset, prior_mean=mean, prior_variance=variance)
        variance[1:] = max(float(np.mean(free.value[1:] ** 2 + free.variance[1:])), _LEAST_SPREAD**2)
    at_least = np.array([-np.inf, *np.zeros(count - 1)])
    bounded = fit_logistic(design, outcome, offset=offset, prior_mean=mean, prior_variance=variance, at_least=at_least)
    return bounded.value, bounded.log_evidence


def _best_intercept(log_odds: Floats, outcome: Floats) -> float:
    ones = _design(pd.DataFrame(index=range(len(outcome))), [])
    wide = np.full(1, _INTERCEPT_VARIANCE)
    return float(fit_logistic(ones, outcome, offset=log_odds, prior_mean=np.zeros(1), prior_variance=wide).value[0])


def _centred(
    combiner: Combiner, model: Floats, fired: pd.DataFrame, rule_info: Mapping[str, RuleInfo], outcome: Floats
) -> Combiner:
    """Set the intercept so that predicted and observed denials agree over all training claims.

    The intercept acts before the thin rules do, so it is refined by a few steps instead of read off.
    """
    for _ in range(4):
        step = _best_intercept(combiner.log_odds(model, fired, rule_info), outcome)
        combiner = replace(combiner, intercept=combiner.intercept + step)
    return combiner
