"""What a finding is worth before any data speaks: assumed figures, each said to be one.

No public source gives the denial rate of claims that break a given edit. These figures say how a payer is expected to
act by the meaning of the severities; wherever training data has rules of a severity, the data replaces them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from numpy.typing import NDArray

#: Initial denials of all claims: 11–12 % (Change Healthcare 2020 Denials Index, 11.1 %; Premier 2022 and later
#: surveys, 11.8–15 %). Used only where there is no model.
ASSUMED_BASE_RATE = 0.118

#: Assumed share of claims denied when a rule of the severity fires and nothing else is known.
ASSUMED_DENIAL_RATE: Mapping[str, float] = {"reject": 0.80, "deny": 0.55, "review": 0.25}

#: Assumed standard deviation, over the rules of a severity, of the chance that the finding alone denies.
ASSUMED_SPREAD = 0.2


@dataclass(frozen=True)
class RuleInfo:
    """What the models know of a rule. A ``preview`` rule is shown and moves nothing."""

    severity: str  # reject | deny | review
    reason: str
    carc: str
    preview: bool = False


@dataclass(frozen=True)
class SeverityPrior:
    """Chance that a finding of the severity alone denies: ``mean`` and ``spread`` over rules; ``seen`` in training."""

    mean: float
    spread: float
    seen: int = 0


def chance_alone(denial_rate: float, base_rate: float) -> float:
    """Chance that a finding denies, nothing else considered, from the denial rate with it and the rate without.

    Findings and everything else are taken as separate grounds: a claim is paid only if it passes both.
    """
    return 1.0 - (1.0 - denial_rate) / (1.0 - base_rate)


def assumed_prior(severity: str) -> SeverityPrior:
    """Prior of a severity that no training data speaks of."""
    return SeverityPrior(chance_alone(ASSUMED_DENIAL_RATE[severity], ASSUMED_BASE_RATE), ASSUMED_SPREAD)


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
        alone = assumed_prior(info.severity).mean
        hit = np.where(fired[rule_id].to_numpy(dtype=bool), 1.0 - alone, 1.0)
        passed[info.reason] = np.minimum(passed.get(info.reason, 1.0), hit)
    paid = np.full(len(fired), 1.0 - ASSUMED_BASE_RATE)
    for one in passed.values():
        paid = paid * one
    return 1.0 - paid
