"""`make bench-model`: how near the model comes to the best that anybody could do, beside what else one might use.

Claims of a synthetic world, the last quarter of submissions as the test; everything is fitted on the claims before it.
One table for each seed. Figures are of the claims' risk, but `first reason`: share of the denied claims whose reason
was named first.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from benchmarks.timing import machine
from features import catalogue
from models.encode import Input, inputs_of
from models.evaluate import auroc, expected_calibration_error, metrics
from models.fit import Claims, TrainingOptions, fit_model
from models.forget import thin_copies
from models.split import TimeSplit
from models.train import Trained
from risk.extras import all_features, all_inputs
from risk.labelled import Labelled
from risk.reference import Reference, load_reference
from risk.training import Prepared, history_of, prepare, synthetic_claims, train_on
from synthetic_data import simulate

CLAIMS, SEEDS = 200_000, (2026, 2027, 2028)
#: Days at the end that test, and those before them that set thresholds.
TEST_DAYS, VALIDATION_DAYS = 92, 21
#: Test claims of a payer whose calibration is a bar.
LARGE_PAYER = 2_000
#: What is aimed at: share of the truth's Gini, log loss over the truth's entropy, calibration overall and by payer,
#: points of first-reason accuracy behind the truth, minutes of training, and gigabytes.
BARS = {"gini": 0.95, "log_loss": 1.03, "ece": 0.010, "payer_ece": 0.025, "reason": 0.03, "minutes": 3.0, "memory": 4.0}

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]


def main(claims: int = CLAIMS, seeds: tuple[int, ...] = SEEDS) -> None:
    """Print one table for each seed, and the bars with whether they hold on every seed."""
    held: dict[str, list[bool]] = {}
    print(f"\nModel on {claims:,} synthetic claims ({machine()}); tested on the last {TEST_DAYS} days of submissions")
    for seed in seeds:
        for name, holds in _of_seed(claims, seed).items():
            held.setdefault(name, []).append(holds)
    print("\nBars, over all seeds")
    for name, outcomes in held.items():
        print(f"  {name:34} {'holds' if all(outcomes) else 'missed'} ({sum(outcomes)} of {len(outcomes)})")


def _of_seed(claims: int, seed: int) -> dict[str, bool]:
    labelled = synthetic_claims(claims, seed=seed)
    truth = simulate(claims, seed=seed).truth
    reference = load_reference()
    data = prepare(labelled, reference, history=history_of(labelled))
    split = last_quarter(data.labels["submission_date"])
    options = TrainingOptions(refit=False)
    trained = train_on(labelled, reference, seed=seed, prepared=data, split=split, options=options)
    minutes = _minutes_of_a_fit(labelled, data, reference, options, seed)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    risks = contenders(trained, data, inputs_of(catalogue()), seed) | {
        "truth": truth["true_probability"].to_numpy()[split.test]
    }
    reasons = first_reasons(trained, data, truth, split.test)
    table = measured(risks, data.labels.iloc[split.test], reasons)
    taught, tested = len(split.train), len(split.test)
    print(
        f"\nSeed {seed}: {taught:,} claims teach, {tested:,} test; a fit of all: {minutes:.1f} minutes; {memory:.1f} GB"
    )
    print(table.to_string(float_format=lambda value: f"{value:.4f}"))
    return verdicts(table, minutes, memory)


def _minutes_of_a_fit(
    labelled: Labelled, data: Prepared, reference: Reference, options: TrainingOptions, seed: int
) -> float:
    """Minutes of one calibrated fit on all claims; `denial-risk train` makes two, the first without the test."""
    keys, copies = thin_copies(labelled.batch, seed)
    thin = all_features(copies, reference, history_of(labelled), labelled.extras).set_axis(keys)
    known = data.labels["denied"].notna().to_numpy().nonzero()[0]
    claims = Claims.of(data.features, thin, data.fired, data.infos, data.labels, data.lines).select(known)
    started = time.perf_counter()
    fit_model(claims, all_inputs(labelled.extras), options, seed)
    return (time.perf_counter() - started) / 60


def last_quarter(submitted: pd.Series) -> TimeSplit:
    """The last ``TEST_DAYS`` of the dates test, up to the day by which 99.5 % of the claims were submitted."""
    days = pd.Series(pd.to_datetime(submitted).to_numpy())
    test = (days > days.quantile(0.995) - pd.Timedelta(days=TEST_DAYS)).to_numpy()
    earlier = days[~test]
    recent = (earlier > earlier.max() - pd.Timedelta(days=VALIDATION_DAYS)).reindex(days.index, fill_value=False)
    return TimeSplit(*(np.flatnonzero(rows) for rows in (~test & ~recent.to_numpy(), recent.to_numpy(), test)))


def contenders(trained: Trained, data: Prepared, inputs: tuple[Input, ...], seed: int) -> dict[str, Floats]:
    """Risk of each test claim by what one might use instead, all fitted on the same claims, and by the model."""
    taught, tested = trained.split.train, trained.split.test
    outcome = data.labels["denied"].to_numpy()[taught] == 1
    fits: dict[str, Callable[[], Floats]] = {
        "rules alone": lambda: _by_rules(data, taught, tested, outcome),
        "logistic regression": lambda: _by_logistic(data, inputs, taught, tested, outcome, seed),
        "LightGBM, defaults": lambda: _by_lightgbm(data, inputs, taught, tested, outcome, seed),
        "HistGradientBoosting, uncalibrated": lambda: _by_histogram(data, inputs, taught, tested, outcome, seed),
    }
    return {name: fit() for name, fit in fits.items()} | {"denial-risk": trained.risk}


def _by_rules(data: Prepared, taught: Rows, tested: Rows, outcome: NDArray[np.bool_]) -> Floats:
    from sklearn.linear_model import LogisticRegression

    fired = data.fired.to_numpy(dtype=np.float64)
    return np.asarray(
        LogisticRegression(C=0.1, max_iter=1000).fit(fired[taught], outcome).predict_proba(fired[tested])[:, 1]
    )


def _by_logistic(
    data: Prepared, inputs: tuple[Input, ...], taught: Rows, tested: Rows, outcome: NDArray[np.bool_], seed: int
) -> Floats:
    from models.compare import linear_model
    from models.encode import learn_vocabulary
    from models.encode import prepare as prepared

    own, later = data.features.iloc[taught], data.features.iloc[tested]
    vocabulary = learn_vocabulary(own, inputs)
    fitted = linear_model(inputs, seed).fit(prepared(own, inputs, vocabulary), outcome)
    return np.asarray(fitted.predict_proba(prepared(later, inputs, vocabulary))[:, 1])


def _by_lightgbm(
    data: Prepared, inputs: tuple[Input, ...], taught: Rows, tested: Rows, outcome: NDArray[np.bool_], seed: int
) -> Floats:
    from lightgbm import LGBMClassifier

    frame = _with_findings(data)
    codes = [one.name for one in inputs if one.encoding != "number"]
    frame = frame.astype(dict.fromkeys(codes, "category"))
    fitted = LGBMClassifier(random_state=seed, verbose=-1).fit(frame.iloc[taught], outcome)
    return np.asarray(fitted.predict_proba(frame.iloc[tested]))[:, 1]


def _by_histogram(
    data: Prepared, inputs: tuple[Input, ...], taught: Rows, tested: Rows, outcome: NDArray[np.bool_], seed: int
) -> Floats:
    from sklearn.ensemble import HistGradientBoostingClassifier

    frame = _with_findings(data)
    for one in inputs:
        if one.encoding != "number":
            frame[one.name] = pd.factorize(frame[one.name], sort=True)[0]
    fitted = HistGradientBoostingClassifier(random_state=seed).fit(frame.iloc[taught], outcome)
    return np.asarray(fitted.predict_proba(frame.iloc[tested]))[:, 1]


def _with_findings(data: Prepared) -> pd.DataFrame:
    return pd.concat([data.features, data.fired.astype("float64").set_axis(data.features.index)], axis=1)


def first_reasons(trained: Trained, data: Prepared, truth: pd.DataFrame, tested: Rows) -> dict[str, float]:
    """Share of the denied test claims whose reason is named first, by the model and by the truth."""
    predicted = trained.tested.predict(data.features.iloc[tested], data.fired.iloc[tested], data.infos).reasons
    true = truth.iloc[tested].filter(regex="^p_")
    denied = data.labels["denied"].to_numpy()[tested] == 1
    reason = data.labels["denial_reason"].to_numpy(dtype=object)[tested][denied]
    named = predicted.columns.to_numpy()[predicted.to_numpy()[denied].argmax(axis=1)]
    best = true.columns.str.removeprefix("p_").to_numpy()[true.to_numpy()[denied].argmax(axis=1)]
    return {"denial-risk": float(np.mean(named == reason)), "truth": float(np.mean(best == reason))}


def measured(risks: dict[str, Floats], labels: pd.DataFrame, reasons: dict[str, float]) -> pd.DataFrame:
    """One row per contender: ranking, log loss, calibration overall and of the worst large payer, first reason."""
    denied = labels["denied"].to_numpy() == 1
    truth = risks["truth"]
    entropy = metrics(truth, denied, truth)["entropy"]
    payers = labels.reset_index(drop=True).groupby("payer_id").indices
    large = [places for places in payers.values() if len(places) >= LARGE_PAYER]
    rows: dict[str, dict[str, Any]] = {}
    for name, risk in risks.items():
        figures = metrics(risk, denied)
        gini = 2 * figures["auroc"] - 1
        rows[name] = {
            "auroc": figures["auroc"],
            "gini": gini,
            "of truth's gini": gini / (2 * auroc(truth, denied) - 1),
            "log loss": figures["log_loss"],
            "over entropy": figures["log_loss"] / entropy,
            "ece": figures["ece"],
            "worst payer's ece": max(
                (expected_calibration_error(risk[one], denied[one]) for one in large), default=np.nan
            ),
            "first reason": reasons.get(name, np.nan),
        }
    return pd.DataFrame.from_dict(rows, orient="index")


def verdicts(table: pd.DataFrame, minutes: float, memory: float) -> dict[str, bool]:
    """Whether each bar holds."""
    own, truth = table.loc["denial-risk"], table.loc["truth"]
    others = table.drop(index=["denial-risk", "truth"])
    ahead = (own["gini"] > others["gini"]).all() and (
        own[["log loss", "ece"]] < others[["log loss", "ece"]]
    ).all().all()
    return {
        f"Gini at least {BARS['gini']:.0%} of the truth's": own["of truth's gini"] >= BARS["gini"],
        f"log loss within {BARS['log_loss'] - 1:.0%} of the entropy": own["over entropy"] <= BARS["log_loss"],
        f"ECE at most {BARS['ece']}": own["ece"] <= BARS["ece"],
        f"ECE of large payers at most {BARS['payer_ece']}": own["worst payer's ece"] <= BARS["payer_ece"],
        "ahead of all others": bool(ahead),
        f"first reason within {100 * BARS['reason']:.0f} points": own["first reason"]
        >= truth["first reason"] - BARS["reason"],
        f"training in {BARS['minutes']:.0f} minutes": minutes <= BARS["minutes"],
        f"memory below {BARS['memory']:.0f} GB": memory <= BARS["memory"],
    }


if __name__ == "__main__":
    claims, *seeds = (int(text.replace("_", "")) for text in sys.argv[1:] or [str(CLAIMS)])
    main(claims, tuple(seeds) or SEEDS)
