"""How far figures of a set of claims would move with other claims of the same kind: resampled, seeded, by columns."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from models.evaluate import ECE_BINS, metrics

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]

#: Resamples of an interval, and the percentiles it ends at: 90 %.
RESAMPLES, ENDS = 200, (5.0, 95.0)
#: Figures that get an interval.
FIGURES = ("auroc", "log_loss", "brier", "ece")
#: Resampled claims held in memory at a time.
_AT_ONCE = 4_000_000


def intervals(risk: Floats, denied: Booleans, seed: int, resamples: int = RESAMPLES) -> dict[str, tuple[float, float]]:
    """90 % intervals of ``FIGURES`` as :func:`models.evaluate.metrics` defines them, from resampled claims.

    A resample repeats claims, and repeated claims are worse calibrated than those they stand for: the resampled
    calibration error is too high throughout. So the percentiles are taken around the resamples' own mean and laid
    around the figure itself; of the other figures that changes nothing to speak of. NaN where the figure is.
    """
    order = np.argsort(risk, kind="stable")
    sorted_risk, sorted_denied = risk[order], denied[order].astype(np.float64)
    drawn: dict[str, list[Floats]] = {name: [] for name in FIGURES}
    for places in _resampled(len(risk), seed, resamples):
        for name, values in _figures(sorted_risk, sorted_denied, places).items():
            drawn[name].append(values)
    whole = metrics(risk, denied)
    found = {}
    for name in FIGURES:
        values = np.concatenate(drawn[name])
        values = values[np.isfinite(values)]
        if not len(values) or not np.isfinite(whole[name]):
            found[name] = (float("nan"), float("nan"))
            continue
        low, high = (whole[name] + np.percentile(values, ENDS) - values.mean()).tolist()
        found[name] = (max(0.0, low), min(1.0, high) if name != "log_loss" else high)
    return found


def paired_interval(differences: Floats, seed: int, resamples: int = 1000) -> tuple[float, float]:
    """90 % interval of the mean of per-claim differences between two models, claims resampled in pairs."""
    means = [differences[places].mean(axis=1) for places in _resampled(len(differences), seed, resamples)]
    low, high = np.percentile(np.concatenate(means), ENDS).tolist()
    return low, high


def ece_by_chance(risk: Floats, seed: int, draws: int = RESAMPLES) -> float:
    """Calibration error that perfectly calibrated risks stay below in 95 of 100 sets of outcomes drawn from them.

    It is far above 0 where claims are few: 15 bins of 15 claims each have rates of their own.
    """
    ordered = np.sort(risk)
    edges, sizes = _bins(len(ordered))
    predicted = np.add.reduceat(ordered, edges)
    rng = np.random.default_rng(seed)
    errors = []
    for count in _blocks(len(ordered), draws):
        outcomes = rng.random((count, len(ordered))) < ordered
        observed = np.add.reduceat(outcomes.astype(np.float64), edges, axis=1)
        errors.append(np.abs(observed - predicted).sum(axis=1) / sizes.sum())
    return float(np.percentile(np.concatenate(errors), ENDS[1]))


def _figures(risk: Floats, denied: Floats, places: NDArray[np.int64]) -> dict[str, Floats]:
    """Figures of each row of ``places``: positions, ascending, in ``risk``, which is ascending."""
    own_risk, own_denied = risk[places], denied[places]
    bounded = np.clip(own_risk, 1e-12, 1.0 - 1e-12)
    losses = -np.where(own_denied == 1.0, np.log(bounded), np.log1p(-bounded))
    edges, _ = _bins(places.shape[1])
    gaps = np.abs(np.add.reduceat(own_risk - own_denied, edges, axis=1))
    return {
        "auroc": _aurocs(risk, denied, places),
        "log_loss": losses.mean(axis=1),
        "brier": ((own_risk - own_denied) ** 2).mean(axis=1),
        "ece": gaps.sum(axis=1) / places.shape[1],
    }


def _aurocs(risk: Floats, denied: Floats, places: NDArray[np.int64]) -> Floats:
    """AUROC of each row; claims of one risk, repeated ones among them, count half."""
    rows, claims = places.shape[0], len(risk)
    flat = places + np.arange(rows)[:, None] * claims
    counts = np.bincount(flat.ravel(), minlength=rows * claims).reshape(rows, claims).astype(np.float64)
    ties = np.flatnonzero(np.append(True, risk[1:] != risk[:-1]))
    positive = np.add.reduceat(counts * denied, ties, axis=1)
    negative = np.add.reduceat(counts * (1.0 - denied), ties, axis=1)
    below = np.cumsum(negative, axis=1) - negative / 2.0
    pairs = positive.sum(axis=1) * negative.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray((positive * below).sum(axis=1) / pairs)


def _bins(claims: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where each bin of equal mass begins, and its size; as :func:`models.evaluate.reliability` cuts them."""
    sizes = np.array([len(part) for part in np.array_split(np.arange(claims), ECE_BINS) if len(part)], dtype=np.int64)
    return np.cumsum(sizes) - sizes, sizes


def _resampled(claims: int, seed: int, resamples: int) -> Iterator[NDArray[np.int64]]:
    """Positions drawn with replacement, ascending in each row; as many rows at a time as memory is for."""
    rng = np.random.default_rng(seed)
    for count in _blocks(claims, resamples):
        yield np.sort(rng.integers(0, claims, (count, claims)), axis=1)


def _blocks(claims: int, rows: int) -> Iterator[int]:
    at_once = max(1, _AT_ONCE // max(claims, 1))
    for start in range(0, rows, at_once):
        yield min(at_once, rows - start)
