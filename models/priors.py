"""What a finding is worth before any data speaks: assumed figures, each said to be one.

No public source gives the denial rate of claims that break a given edit. These figures say how a payer is expected to
act by the meaning of the severities; wherever training data has rules of a severity, the data replaces them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from models._logistic import logit

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from numpy.typing import NDArray

#: Initial denials of all claims: 11–12 % (Change Healthcare 2020 Denials Index, 11.1 %; Premier 2022 and later
#: surveys, 11.8–15 %). Used only where there is no model.
ASSUMED_BASE_RATE = 0.118

#: Assumed share of claims denied when a rule of the severity fires and nothing else is known.
ASSUMED_DENIAL_RATE: Mapping[str, float] = {"reject": 0.80, "deny": 0.55, "review": 0.25}

#: Assumed standard deviation, in log-odds, of single rules about their severity's mean: nine in ten rules lie within
#: a factor of five of its odds.
ASSUMED_SPREAD = 1.0


@dataclass(frozen=True)
class RuleInfo:
    """What the models know of a rule. A ``preview`` rule is shown and moves nothing."""

    severity: str  # reject | deny | review
    reason: str
    carc: str
    preview: bool = False


@dataclass(frozen=True)
class SeverityPrior:
    """How far rules of a severity move the log-odds: ``mean`` and ``spread`` over rules; ``seen`` rules of training."""

    mean: float
    spread: float
    seen: int = 0


def assumed_prior(severity: str) -> SeverityPrior:
    """Prior of a severity that no training data speaks of."""
    rate = ASSUMED_DENIAL_RATE[severity]
    return SeverityPrior(float(logit(rate) - logit(ASSUMED_BASE_RATE)), ASSUMED_SPREAD)


def rules_only(fired: pd.DataFrame, rule_info: Mapping[str, RuleInfo]) -> NDArray[np.float64]:
    """Denial probability from the findings alone, where there is no model: assumed figures, not learnt ones.

    Rules of one reason see the same defect, so the worst of them counts; different reasons are separate grounds to
    deny, so the claim is paid only if it passes them all.

    Parameters
    ----------
    fired
        One row per claim (or line), one boolean column per rule id.
    rule_info
        Facts of each of those rules.

    Returns
    -------
    Probability for each row; ``ASSUMED_BASE_RATE`` where nothing fired.
    """
    passed: dict[str, NDArray[np.float64]] = {}
    for rule_id in fired.columns:
        info = rule_info[rule_id]
        if info.preview:
            continue
        # The chance that this ground alone denies: with the base rate beside it, the severity's rate results.
        ground = 1.0 - (1.0 - ASSUMED_DENIAL_RATE[info.severity]) / (1.0 - ASSUMED_BASE_RATE)
        hit = np.where(fired[rule_id].to_numpy(dtype=bool), 1.0 - ground, 1.0)
        passed[info.reason] = np.minimum(passed.get(info.reason, 1.0), hit)
    paid = np.full(len(fired), 1.0 - ASSUMED_BASE_RATE)
    for one in passed.values():
        paid = paid * one
    return 1.0 - paid
