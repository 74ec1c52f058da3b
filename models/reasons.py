"""Why a claim would be denied: P(reason | denied, claim), and P(CARC | reason, findings)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.causes import sum_of_rows

if TYPE_CHECKING:
    from collections.abc import Mapping

    from models.combine import Evidence
    from models.priors import RuleInfo

Floats = NDArray[np.float64]

#: Every reason with the CARC that usually carries it, most usual first: the prior where training has no count.
#: X12 claim adjustment reason codes by number; the pairing is ours, from the codes' published use.
USUAL_CARCS: Mapping[str, tuple[str, ...]] = {
    "eligibility": ("27", "26", "31"),
    "claim_data": ("16",),
    "authorization": ("197", "198"),
    "coding": ("4", "11"),
    "bundling": ("97", "236"),
    "medical_necessity": ("50",),
    "frequency": ("119", "151"),
    "documentation": ("252",),
    "timely_filing": ("29",),
    "duplicate": ("18",),
    "provider": ("B7",),
    "coordination_of_benefits": ("22",),
}
REASONS = tuple(USUAL_CARCS)
_REASON_COLUMNS = pd.Index(REASONS)

#: Never named: 125 ended 2013-11-01, 15 and 165 ended 2018-05-01 (X12 code list); 288, 197, 198 and 296 took over.
ENDED_CARCS = frozenset({"15", "125", "165"})

#: Weight of the usual CARCs, in denied claims, and of each fired rule's own CARC beside the training counts.
_USUAL_WEIGHT, _FIRED_WEIGHT = 1.0, 20.0
#: Fewer denied claims than this teach nothing about reasons: every reason is then equally likely but for the findings.
_LEAST_DENIED = 20
#: Ridge strength of the multinomial regression on standardised inputs (scikit-learn's C).
_RIDGE_C = 1.0
#: Claims worked on at a time, so that their features stay in the processor's cache.
_BLOCK = 8192


@dataclass(frozen=True)
class ReasonModel:
    """Multinomial logistic regression in plain arrays, and the CARC counts of training.

    ``coefficients`` is inputs × reasons over the standardised logarithms of P(cause | denied) that the trees of the
    causes give, followed by one indicator for each reason (a rule of it fired).
    """

    mean: Floats
    scale: Floats
    coefficients: Floats
    intercepts: Floats
    carc_counts: Mapping[str, Mapping[str, int]]

    def probabilities(
        self, matrix: Floats, fired: pd.DataFrame, rule_info: Mapping[str, RuleInfo], evidence: Evidence, owed: Floats
    ) -> pd.DataFrame:
        """P(reason | denied) of each claim: claims × ``REASONS``, rows adding up to 1.

        Parameters
        ----------
        matrix
            Logarithm of P(cause | denied), claims × causes.
        fired, rule_info
            Findings, claims × rule ids, and facts of the rules.
        evidence
            What the combiner made of the findings.
        owed
            Share of each claim's risk that is owed to its strongest thin rule: that much goes to the rule's reason,
            which training could not teach.
        """
        inputs = matrix.shape[1]
        # Standardising is folded into the coefficients.
        slopes = self.coefficients[:inputs] / self.scale[:, None]
        intercepts = self.intercepts - self.mean @ slopes
        found = reason_indicators(fired, rule_info)
        shares = np.empty((len(matrix), len(REASONS)))
        for start in range(0, len(matrix), _BLOCK):
            block = slice(start, start + _BLOCK)
            # Sums in a fixed order: a matrix product may round a claim alone otherwise than the same in a batch.
            scores = np.repeat(intercepts[:, None], len(matrix[block]), axis=1)  # reasons × claims
            for cause, slope in zip(matrix[block].T, slopes, strict=True):
                scores += slope[:, None] * cause
            for flags, coefficients in zip(found[block].T, self.coefficients[inputs:], strict=True):
                rows = np.flatnonzero(flags)
                scores[:, rows] += coefficients[:, None]
            scores -= scores.max(axis=0)
            np.exp(scores, out=scores)
            shares[block] = (scores / sum_of_rows(scores.T)).T
        shares *= 1.0 - owed[:, None]
        rows = np.flatnonzero(evidence.thin_rule >= 0)
        place = np.array([REASONS.index(rule_info[rule_id].reason) for rule_id in evidence.rules], dtype=np.int64)
        shares[rows, place[evidence.thin_rule[rows]]] += owed[rows]
        return pd.DataFrame(shares, columns=_REASON_COLUMNS, index=fired.index)

    def carcs(self, reason: str, fired_carcs: tuple[str, ...] = (), at_most: int = 3) -> tuple[tuple[str, float], ...]:
        """Likeliest CARCs of a denial for ``reason`` with their probabilities, given the CARCs of fired rules of it."""
        weights = {code: float(count) for code, count in self.carc_counts.get(reason, {}).items()}
        for code in USUAL_CARCS[reason]:
            weights[code] = weights.get(code, 0.0) + _USUAL_WEIGHT / len(USUAL_CARCS[reason])
        for code in sorted(set(fired_carcs) - ENDED_CARCS):
            weights[code] = weights.get(code, 0.0) + _FIRED_WEIGHT / len(fired_carcs)
        total = sum(weights.values())
        ranked = sorted(weights.items(), key=lambda item: (-item[1], item[0]))
        return tuple((code, weight / total) for code, weight in ranked[:at_most])


def fit_reasons(
    matrix: Floats, fired: pd.DataFrame, rule_info: Mapping[str, RuleInfo], reason: pd.Series, carc: pd.Series
) -> ReasonModel:
    """Fit on denied claims only.

    Parameters
    ----------
    matrix
        Logarithm of P(cause | denied) by trees that did not learn from the claim, claims × causes.
    fired, rule_info
        Findings, claims × rule ids, and facts of the rules.
    reason, carc
        What each denied claim was denied for; claims with a reason that is null or not of ``REASONS`` teach nothing.
    """
    known = reason.isin(REASONS).to_numpy()
    mean, scale = _moments(matrix[known])
    columns = matrix.shape[1] + len(REASONS)
    coefficients, intercepts = np.zeros((columns, len(REASONS))), np.zeros(len(REASONS))
    counts = _carc_counts(reason[known], carc[known])
    model = ReasonModel(mean, scale, coefficients, intercepts, counts)
    names = reason[known].to_numpy(dtype=object)
    if len(names) < _LEAST_DENIED or len(set(names)) < 2:
        return model
    from sklearn.linear_model import LogisticRegression

    standardised = (matrix[known] - mean) / scale
    inputs = np.column_stack([standardised, reason_indicators(fired.iloc[np.flatnonzero(known)], rule_info)])
    fitted = LogisticRegression(C=_RIDGE_C, max_iter=300, tol=1e-3).fit(inputs, names)
    place = [REASONS.index(name) for name in fitted.classes_]
    # Reasons that training never saw keep the odds of one claim among all.
    intercepts[:] = float(np.mean(fitted.intercept_)) - np.log(len(names))
    if len(place) == 2:
        coefficients[:, place[1]], intercepts[place[1]] = fitted.coef_[0], fitted.intercept_[0]
        intercepts[place[0]] = 0.0
    else:
        coefficients[:, place], intercepts[place] = fitted.coef_.T, fitted.intercept_
    return model


def reason_indicators(fired: pd.DataFrame, rule_info: Mapping[str, RuleInfo]) -> Floats:
    """Whether any rule of each reason fired: rows × ``REASONS``; preview rules do not count."""
    found = np.zeros((len(fired), len(REASONS)))
    flags = fired.to_numpy(dtype=bool)
    for position in np.flatnonzero(flags.any(axis=0)):
        info = rule_info[fired.columns[position]]
        if not info.preview:
            found[flags[:, position], REASONS.index(info.reason)] = 1.0
    return found


def top_reasons(
    model: ReasonModel,
    probabilities: pd.DataFrame,
    fired: pd.DataFrame,
    rule_info: Mapping[str, RuleInfo],
    at_most: int = 3,
    *,
    risk: Floats | None = None,
) -> pd.DataFrame:
    """Likeliest reasons of each claim with their CARCs.

    Returns
    -------
    One row per claim and rank, in that order: ``row`` (position of the claim), ``rank`` (1 …), ``reason``,
    ``probability`` and ``carcs``, a tuple of (code, probability). The probability is that of a denial for the reason
    where the ``risk`` of each claim is given; otherwise that of the reason, given that the claim is denied.
    """
    shares = probabilities.to_numpy()
    ranks = min(at_most, shares.shape[1])
    order = _highest(shares, ranks)
    pattern, patterns = _fired_carcs(fired, rule_info)
    rows = np.repeat(np.arange(len(shares)), ranks)
    chosen = order.ravel()
    # Claims share few combinations of reason and fired CARCs: work each out once.
    key = chosen * len(patterns) + pattern[rows]
    carcs = np.empty(len(REASONS) * len(patterns), dtype=object)
    for one in np.flatnonzero(np.bincount(key, minlength=len(carcs))):
        reason = REASONS[int(one) // len(patterns)]
        carcs[one] = model.carcs(reason, patterns[int(one) % len(patterns)].get(reason, ()))
    probability = shares[rows, chosen]
    return pd.DataFrame(
        {
            "row": rows,
            "rank": np.tile(np.arange(1, ranks + 1), len(shares)),
            "reason": _REASON_COLUMNS.array.take(chosen),
            "probability": probability if risk is None else probability * risk[rows],
            "carcs": carcs[key],
        }
    )


def _highest(shares: Floats, ranks: int) -> NDArray[np.int64]:
    """Columns of the highest values of each row, highest first; of equals the first."""
    left = shares.copy()
    order = np.empty((len(shares), ranks), dtype=np.int64)
    everyone = np.arange(len(shares))
    for rank in range(ranks):
        order[:, rank] = left.argmax(axis=1)
        left[everyone, order[:, rank]] = -np.inf
    return order


def _fired_carcs(
    fired: pd.DataFrame, rule_info: Mapping[str, RuleInfo]
) -> tuple[NDArray[np.int64], list[dict[str, tuple[str, ...]]]]:
    """Distinct sets of fired rules: which one each claim has, and each one's CARCs by reason; the first is of none."""
    infos = [rule_info[rule_id] for rule_id in fired.columns]
    counts = np.array([not one.preview for one in infos], dtype=bool)
    hits = fired.to_numpy(dtype=bool) & counts
    place = np.zeros(len(fired), dtype=np.int64)
    patterns: list[dict[str, tuple[str, ...]]] = [{}]
    found = np.flatnonzero(hits.any(axis=1))
    if len(found):
        packed = np.packbits(hits[found], axis=1)
        _, first, inverse = np.unique(
            packed.view(f"V{packed.shape[1]}").ravel(), return_index=True, return_inverse=True
        )
        place[found] = inverse + 1
        for pattern in hits[found[first]]:
            carcs: dict[str, dict[str, None]] = {}
            for column in np.flatnonzero(pattern):
                carcs.setdefault(infos[column].reason, {})[infos[column].carc] = None
            patterns.append({reason: tuple(codes) for reason, codes in carcs.items()})
    return place, patterns


def _moments(matrix: Floats) -> tuple[Floats, Floats]:
    if not len(matrix):
        return np.zeros(matrix.shape[1]), np.ones(matrix.shape[1])
    spread = matrix.std(axis=0)
    return matrix.mean(axis=0), np.where(spread > 0, spread, 1.0)


def _carc_counts(reason: pd.Series, carc: pd.Series) -> dict[str, dict[str, int]]:
    # Whatever else stands in the column is no CARC and is not kept.
    usable = carc.astype("str").str.fullmatch(r"[A-Z]{0,2}\d{1,3}", na=False) & ~carc.isin(list(ENDED_CARCS))
    pairs = Counter(zip(reason[usable].astype(str), carc[usable].astype(str), strict=True))
    counts: dict[str, dict[str, int]] = {}
    for (name, code), count in sorted(pairs.items()):
        counts.setdefault(name, {})[code] = count
    return counts
