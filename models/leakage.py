"""Does a feature know the outcome? Three guards that stop a training before a model looks better than it is.

unknown inputs    an input that is no feature of the catalogue and was not asked for
lone features     one feature that alone ranks denied above paid claims almost perfectly
shuffled labels   the whole procedure, taught outcomes that were dealt out at random, still foresees them

The last one finds what the others cannot: a past rate that counts the claim's own remittance follows the shuffled
outcomes, an honest one does not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.encode import Input, learn_vocabulary, prepare
from models.evaluate import auroc
from models.folds import folds_of
from risk.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from models.fit import TrainingOptions

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]

#: A feature that alone reaches this on the training claims is taken for the outcome itself. Assumed: the combined
#: model reaches 0.74 to 0.80 on synthetic claims, and single edits flag too few claims to rank all of them.
LONE_AUROC = 0.95
#: Standard errors above one half that the shuffled run may reach. One-sided, 4 is three false alarms in 100,000 runs.
CHANCE_ERRORS = 4.0
#: Claims of the shuffled run, at most; and how the trees of it are cheaper than the model's.
SHUFFLED_CLAIMS, SHUFFLED_ITERATIONS, SHUFFLED_FOLDS = 3_000, 40, 3

#: Folds and bins that rates of codes and of ranges of numbers are taken over.
_FOLDS, _BINS = 5, 32

_WHERE = "training data, leakage"

#: What is decided or learnt after a claim was submitted, as extracts name it; compared without case and punctuation.
_AFTERWARDS = (
    "denied", "denial", "denialreason", "linedenied", "labelstatus", "carc", "rarc", "remit", "remittance", "paid",
    "payment", "adjust", "allowed", "eob", "era835", "checknumber", "appeal", "writeoff", "outcome", "adjudicat",
)  # fmt: skip


def names_an_outcome(name: str) -> bool:
    """Whether a column's name says that it is known only after the payer has answered."""
    squeezed = "".join(one for one in name.casefold() if one.isalnum())
    return any(word in squeezed for word in _AFTERWARDS)


def require_known(inputs: Sequence[Input], allowed: Collection[str], columns: Collection[str]) -> None:
    """Raise :class:`ModelError` unless every input is known before submission.

    Parameters
    ----------
    inputs
        What a model is about to be trained on.
    allowed
        Features of the catalogue, and further columns that were asked for by name.
    columns
        Columns of the tables that the features are computed from.
    """
    stray = [one.name for one in inputs if one.name not in allowed]
    if stray:
        raise ModelError(
            f"{_WHERE}, {stray[0]}",
            "expected features of this version, or columns that were asked for",
            "leave it out, or name it with --extra-features",
        )
    after = sorted(name for name in columns if names_an_outcome(name))
    if after:
        raise ModelError(
            f"{_WHERE}, column {after[0]}",
            "expected claim columns that are known before submission",
            "take the column out of what features read",
        )


def lone_aurocs(features: pd.DataFrame, denied: Booleans, inputs: Sequence[Input], seed: int) -> pd.Series:
    """How well each feature alone ranks denied above paid claims, by name, best first; 0.5 is chance.

    A number is tried as it is, both ways up, with missing values at either end; and, like a code, by the denial rate
    that its value (a number's range of ``1/_BINS`` of the claims) has among the other folds, so that a value which
    only one claim has says nothing.
    """
    fold = np.random.default_rng(seed).permutation(len(denied)) % _FOLDS
    found = {}
    for one in inputs:
        column = features[one.name]
        if one.encoding != "number":
            found[one.name] = auroc(_out_of_fold_rates(pd.factorize(column)[0], denied, fold), denied)
            continue
        values = column.to_numpy(dtype=np.float64)
        missing = np.isnan(values)
        ranked = [auroc(np.where(missing, end, values), denied) for end in (-np.inf, np.inf)]
        rates = _out_of_fold_rates(_ranges(values, missing), denied, fold)
        found[one.name] = max(*ranked, *(1.0 - one for one in ranked), auroc(rates, denied))
    return pd.Series(found, dtype="float64").sort_values(ascending=False, kind="stable")


def require_no_lone_leak(features: pd.DataFrame, denied: Booleans, inputs: Sequence[Input], seed: int) -> pd.Series:
    """Raise :class:`ModelError` for a feature that alone exceeds ``LONE_AUROC``; returns :func:`lone_aurocs`."""
    alone = lone_aurocs(features, denied, inputs, seed)
    if len(alone) and alone.iloc[0] > LONE_AUROC:
        raise ModelError(
            f"{_WHERE}, {alone.index[0]}",
            f"alone it ranks denied above paid claims with AUROC {alone.iloc[0]:.3f} (at most {LONE_AUROC}); it is "
            "probably written after the payer's answer",
            "check where it comes from and train without it",
        )
    return alone


def most_by_chance(denied: Booleans) -> float:
    """AUROC that scores without any knowledge of the outcome stay below, but for three runs in 100,000.

    One half plus ``CHANCE_ERRORS`` standard errors of the Mann-Whitney statistic under chance,
    ``sqrt((n + 1) / (12 · denied · paid))``: 0.72 for 300 claims with 30 denied, 0.56 for 3,000 with 360.
    """
    positive = int(denied.sum())
    negative = len(denied) - positive
    return 0.5 + CHANCE_ERRORS * float(np.sqrt((len(denied) + 1) / (12.0 * positive * negative)))


def shuffled_auroc(
    features: pd.DataFrame, shuffled: Booleans, inputs: Sequence[Input], options: TrainingOptions, seed: int
) -> float:
    """Out-of-fold AUROC of the procedure on outcomes that were dealt out at random.

    Parameters
    ----------
    features
        One row per claim, past rates computed from the shuffled outcomes.
    shuffled
        The shuffled outcome of each claim.
    inputs, options, seed
        As for :func:`models.train.train_model`; the trees are fewer (``SHUFFLED_ITERATIONS``).
    """
    from models.fit import build_estimator, fit_out_of_fold

    estimator = build_estimator(inputs, options, min(options.iterations, SHUFFLED_ITERATIONS), seed)
    prepared = prepare(features, inputs, learn_vocabulary(features, inputs))
    _, raw = fit_out_of_fold(estimator, prepared, shuffled, folds_of(shuffled, SHUFFLED_FOLDS, seed))
    return auroc(raw, shuffled)


def require_chance(
    features: pd.DataFrame, shuffled: Booleans, inputs: Sequence[Input], options: TrainingOptions, seed: int
) -> float:
    """Raise :class:`ModelError` if shuffled outcomes are foreseen better than chance allows; returns the AUROC.

    The message names the feature that foresees them best. Parameters as for :func:`shuffled_auroc`.
    """
    reached, bound = shuffled_auroc(features, shuffled, inputs, options, seed), most_by_chance(shuffled)
    if reached > bound:
        culprit = lone_aurocs(features, shuffled, inputs, seed).index[0]
        raise ModelError(
            f"{_WHERE}, {culprit}",
            f"outcomes dealt out at random are foreseen with AUROC {reached:.3f} (by chance at most {bound:.3f}): "
            "features know the outcome of their own claim",
            "check the dates of submission and remittance, and what this feature is computed from",
        )
    return reached


def _ranges(values: Floats, missing: Booleans) -> NDArray[np.int64]:
    """Bin of each number, by quantiles; missing is a bin of its own (−1)."""
    if missing.all():
        return np.full(len(values), -1, dtype=np.int64)
    edges = np.unique(np.quantile(values[~missing], np.linspace(0.0, 1.0, _BINS + 1)[1:-1]))
    # A value that many claims share is an edge: left of it, on it and right of it are three ranges.
    places = np.searchsorted(edges, values, side="left") + np.searchsorted(edges, values, side="right")
    return np.where(missing, -1, places).astype(np.int64)


def _out_of_fold_rates(codes: NDArray[np.int64], denied: Booleans, fold: NDArray[np.int64]) -> Floats:
    """Denial rate of each claim's code among the claims of other folds, one claim at the overall rate added."""
    places = codes - codes.min()
    size = int(places.max()) + 1
    by_fold = fold * size + places
    claims = np.bincount(by_fold, minlength=_FOLDS * size).reshape(_FOLDS, size).astype(np.float64)
    denials = np.bincount(by_fold, weights=denied, minlength=_FOLDS * size).reshape(_FOLDS, size)
    overall = (denials.sum() - denials.sum(axis=1)) / np.maximum(claims.sum() - claims.sum(axis=1), 1.0)
    others, denied_others = claims.sum(axis=0) - claims, denials.sum(axis=0) - denials
    rates = (denied_others + overall[:, None]) / (others + 1.0)
    return np.asarray(rates[fold, places])
