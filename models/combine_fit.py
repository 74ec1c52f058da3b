"""Fitting the combiner on out-of-fold predictions of the training claims."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models._logistic import Coefficients, fit_logistic
from models.combine import Combiner, RuleEvidence
from models.priors import ASSUMED_SPREAD, RuleInfo, SeverityPrior, assumed_prior

if TYPE_CHECKING:
    from collections.abc import Mapping

Floats = NDArray[np.float64]

#: Candidates for the number of training claims at which the model knows half of a pattern; evidence decides.
HALF_KNOWN = (2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0)

#: The assumed prior of a severity counts as this many rules beside those seen, so that one rule does not decide.
_PRIOR_RULES = 2.0
_ROUNDS = 8
_INTERCEPT_VARIANCE = 100.0
_LEAST_SPREAD = 0.1


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
    Three steps, each a logistic regression with normal priors whose variances are estimated from the rules themselves
    (empirical Bayes): the lift of each rule among rules alone, with a mean and a spread for each severity; the support
    at which the model knows half of a pattern, by evidence; the weight of each rule beside the model, shrunk to 0.
    """
    rules = [rule_id for rule_id in fired.columns if not rule_info[rule_id].preview and fired[rule_id].any()]
    outcome = denied.astype(np.float64)
    design = _design(fired, rules)
    lifts, priors = _fit_lifts(design, outcome, [rule_info[rule_id].severity for rule_id in rules])
    support = fired[rules].sum().to_numpy(dtype=np.int64)
    known = {
        rule_id: RuleEvidence(int(support[k]), float(lifts.value[k + 1]), float(np.sqrt(lifts.variance[k + 1])), 0.0)
        for k, rule_id in enumerate(rules)
    }
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


def _fit_lifts(design: Any, outcome: Floats, severities: list[str]) -> tuple[Coefficients, dict[str, SeverityPrior]]:
    """Lift of each rule among rules alone; rules of one severity share a mean and a spread, both estimated."""
    of_rule = np.array(severities)
    priors = {severity: assumed_prior(severity) for severity in sorted(set(severities))}
    nothing = np.zeros(len(outcome))
    fitted = Coefficients(np.zeros(1), np.zeros(1), 0.0)
    for _ in range(_ROUNDS):
        fitted = fit_logistic(
            design,
            outcome,
            offset=nothing,
            prior_mean=np.array([0.0, *(priors[severity].mean for severity in severities)]),
            prior_variance=np.array([_INTERCEPT_VARIANCE, *(priors[severity].spread ** 2 for severity in severities)]),
        )
        for severity in priors:
            mine = np.flatnonzero(of_rule == severity) + 1
            priors[severity] = _severity_prior(severity, fitted.value[mine], fitted.variance[mine])
    return fitted, priors


def _severity_prior(severity: str, lifts: Floats, variances: Floats) -> SeverityPrior:
    assumed = assumed_prior(severity)
    mean = (lifts.sum() + _PRIOR_RULES * assumed.mean) / (len(lifts) + _PRIOR_RULES)
    squares = ((lifts - mean) ** 2 + variances).sum() + _PRIOR_RULES * ASSUMED_SPREAD**2
    return SeverityPrior(float(mean), float(np.sqrt(squares / (len(lifts) + _PRIOR_RULES))), len(lifts))


def _fit_weights(design: Any, outcome: Floats, offset: Floats) -> tuple[Floats, float]:
    """Weight of each rule beside the model (after the intercept), shrunk to 0 and never below it; and the evidence."""
    count = design.shape[1]
    mean, variance = np.zeros(count), np.full(count, ASSUMED_SPREAD**2)
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

    The intercept acts inside the moderation, so it is refined by a few steps instead of read off.
    """
    for _ in range(4):
        step = _best_intercept(combiner.log_odds(model, fired, rule_info), outcome)
        combiner = replace(combiner, intercept=combiner.intercept + step)
    return combiner
