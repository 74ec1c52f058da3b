"""Teaching one forest for each cause of denial, and scoring every claim by forests that were fitted without it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.causes import Cause, Causes
from models.encode import RARE, Encoder
from models.folds import in_order, scored_by
from models.trees import MAX_LEAVES, Forest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]
Rows = NDArray[np.int64]

#: Denied claims a reason needs for trees of its own; what has fewer, or no reason, is one cause together.
LEAST_OF_A_CAUSE = 60
#: Name of that cause.
OTHERS = "others"
#: Paid claims each cause learns from: at least so many, and at least so many for each claim denied for it. Those beyond
#: teach it next to nothing, and time is spent on all causes.
PAID_CLAIMS, PAID_PER_DENIED = 40_000, 20


@dataclass(frozen=True)
class CauseOptions:
    """Settings of the trees of every cause: one tree for ``denied_per_tree`` claims denied for it, within bounds."""

    denied_per_tree: float = 6.0
    fewest_trees: int = 40
    most_trees: int = 150
    learning_rate: float = 0.1
    min_samples_leaf: int = 20
    l2_regularization: float = 3.0
    max_features: float = 0.3


def fit_causes(
    encoder: Encoder,
    prepared: pd.DataFrame,
    reason: pd.Series,
    denied: Booleans,
    parts: Sequence[tuple[Rows, Rows]],
    directions: Sequence[int],
    *,
    seed: int,
    options: CauseOptions | None,
) -> tuple[Causes, Floats]:
    """Fit on all claims; and score the claims of each fold by forests that were fitted without it.

    Parameters
    ----------
    encoder
        Of all denials: its numbers and ordinals serve every cause.
    prepared
        The claims as :func:`models.encode.prepare` gives them.
    reason, denied
        Whether each claim was denied, and what for; null where nobody said.
    parts
        Row positions to fit on and to score: of the whole first, which scores none; the others score no claim twice.
    directions
        Of each input of the encoder: 1 or −1 where the score may only rise or fall with it, else 0.

    Returns
    -------
    The causes, and their out-of-fold scores, scored claims × causes; none unless two causes have enough denials.
    """
    from joblib import Parallel, cpu_count, delayed

    cause = causes_of(reason, denied)
    names = sorted(set(cause[denied]) - {""})
    if options is None or len(names) < 2:
        return Causes(), np.empty((len(scored_by(parts)), 0))
    data = _Data.of(encoder, prepared, directions, seed, options)
    tasks = [(name, taught, held) for name in names for taught, held in parts]
    runs = Parallel(n_jobs=min(len(tasks), cpu_count()), prefer="threads")(
        delayed(_fit_one)(data, name, taught, held, cause == name, ~denied) for name, taught, held in tasks
    )
    own = [runs[start : start + len(parts)] for start in range(0, len(runs), len(parts))]
    scores = np.column_stack([in_order(parts, [given for _, given in one]) for one in own])
    return Causes(tuple(one[0][0] for one in own)), scores


def causes_of(reason: pd.Series, denied: Booleans) -> NDArray[np.object_]:
    """Cause each denied claim counts for, and "" for paid ones and where ``OTHERS`` are too few for trees."""
    known = reason.astype("str").fillna("").to_numpy(dtype=object)
    counts = pd.Series(known[denied]).value_counts()
    enough = set(counts.index[counts >= LEAST_OF_A_CAUSE]) - {""}
    cause = np.array([one if one in enough else OTHERS for one in known], dtype=object)
    cause[~denied] = ""
    if (cause == OTHERS).sum() < LEAST_OF_A_CAUSE:
        cause[cause == OTHERS] = ""
    return cause


@dataclass(frozen=True)
class _Data:
    """What every fit reads: the encoded matrix, and the target-encoded codes as numbers of their vocabulary."""

    matrix: Floats
    columns: list[int]  # of the target-encoded inputs
    names: list[str]
    codes: list[list[str]]  # vocabulary of each of them
    places: NDArray[np.int64]  # claims × target-encoded inputs
    directions: list[int]
    seed: int
    options: CauseOptions

    @classmethod
    def of(
        cls, encoder: Encoder, prepared: pd.DataFrame, directions: Sequence[int], seed: int, options: CauseOptions
    ) -> _Data:
        columns = [column for column, one in enumerate(encoder.inputs) if one.encoding == "target"]
        names = [encoder.inputs[column].name for column in columns]
        places, codes = [], []
        for name in names:
            places.append(encoder.tables[name].places(prepared[name]))
            codes.append(list(encoder.tables[name].codes))
        return cls(
            encoder.encode(prepared), columns, names, codes, np.column_stack(places), list(directions), seed, options
        )


def _fit_one(
    data: _Data, name: str, taught: Rows, held: Rows, guilty: Booleans, paid: Booleans
) -> tuple[Cause, Floats]:
    """Trees of one cause, taught by some of the claims, and their scores of the others."""
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.model_selection import StratifiedKFold
    from sklearn.preprocessing import TargetEncoder
    from threadpoolctl import threadpool_limits

    rows, offset = _lessons(data.seed, name, taught, guilty, paid)
    outcome = guilty[rows]
    folds = StratifiedKFold(5, shuffle=True, random_state=data.seed)
    encoder = TargetEncoder(target_type="binary", smooth="auto", cv=folds)
    options = data.options
    booster = HistGradientBoostingClassifier(
        max_iter=int(np.clip(outcome.sum() / options.denied_per_tree, options.fewest_trees, options.most_trees)),
        learning_rate=options.learning_rate,
        max_leaf_nodes=MAX_LEAVES,
        min_samples_leaf=options.min_samples_leaf,
        l2_regularization=options.l2_regularization,
        max_features=options.max_features,
        monotonic_cst=data.directions,
        early_stopping=False,
        random_state=data.seed,
    )
    with threadpool_limits(limits=1):
        matrix = data.matrix[rows]
        matrix[:, data.columns] = encoder.fit_transform(data.places[rows], outcome)
        matrix[:, np.isnan(matrix).all(axis=0)] = 0.0  # scikit-learn cannot bin what is missing throughout
        booster.fit(matrix, outcome)
        scores = np.empty(len(held))
        if len(held):
            later = data.matrix[held]
            later[:, data.columns] = encoder.transform(data.places[held])
            scores = booster.decision_function(later) + offset
    return Cause(name, _numbers(data, encoder), Forest.of_fitted(booster), offset), scores


def _lessons(seed: int, name: str, taught: Rows, guilty: Booleans, paid: Booleans) -> tuple[Rows, float]:
    """Claims a cause learns from, and the logarithm of the share of paid ones among them."""
    own, others = taught[guilty[taught]], taught[paid[taught]]
    wanted = max(PAID_CLAIMS, PAID_PER_DENIED * len(own))
    if len(others) <= wanted:
        return np.sort(np.concatenate([own, others])), 0.0
    rng = np.random.default_rng([seed, *name.encode()])
    chosen = rng.choice(others, wanted, replace=False)
    return np.sort(np.concatenate([own, chosen])), float(np.log(wanted / len(others)))


def _numbers(data: _Data, encoder: Any) -> Mapping[str, Floats]:
    """Number of every code of the vocabulary, and of any other code, for one cause."""
    numbers = {}
    mean = float(encoder.target_mean_)
    for position, name in enumerate(data.names):
        seen = dict(zip(encoder.categories_[position].tolist(), encoder.encodings_[position].tolist(), strict=True))
        own = [seen.get(place, mean) for place in range(len(data.codes[position]))]
        rare = data.codes[position].index(RARE) if RARE in data.codes[position] else None
        numbers[name] = np.array([*own, mean if rare is None else own[rare]])
    return numbers
