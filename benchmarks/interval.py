"""`python -m benchmarks.interval`: how far true probabilities lie from the risks, and how many intervals hold them.

Models are trained in several synthetic worlds. Claims of each world, whose true probabilities are known, are scored: as
they are, without the history, as of a payer that the model never saw, and claims of a world it knows nothing of. With
`write`, `models/data/interval_spread.csv` is measured anew from ``MEASURED``; in any case the coverage and width of the
intervals are printed for the worlds of ``HELD_OUT``, which are not in it.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models._logistic import logit
from models.bundle import DenialModel
from models.interval_spread import FILE
from risk.labelled import Labelled
from risk.reference import load_reference
from risk.training import Prepared, history_of, prepare, synthetic_claims, train_on
from synthetic_data import simulate

Floats = NDArray[np.float64]

#: Training claims by world: of those the table is measured in, and of those it is tried on.
MEASURED, HELD_OUT = {1: 30_000, 4: 15_000, 5: 8_000}, {3: 15_000, 6: 45_000}
#: Claims scored of each kind; the seeds of training and of those; and the world no model knows.
FRESH, TAUGHT_SEED, FRESH_SEED, STRANGE_SEED, STRANGE = 8_000, 2026, 3001, 3002, 2
#: Share of the true probabilities beyond either end.
TAIL = 0.04
#: Knots of the table.
CLAIMS = np.array([1.0, 3.0, 10.0, 30.0, 100.0, 300.0])
LOG_ODDS = np.array([-4.5, -3.75, -3.0, -2.5, -2.0, -1.5, -1.0, -0.5, 0.0, 1.0, 2.0, 3.0])
#: Widths of the windows around a knot: log-odds, and logarithm of similar claims.
WINDOW, CLAIMS_WINDOW = 0.25, 0.5
#: Bands of similar claims and of risk that coverage is told by.
CLAIMS_BANDS, RISK_BANDS = [-1, 1, 3, 10, 30, 100, 300, np.inf], [0, 0.02, 0.04, 0.07, 0.12, 0.2, 0.35, 0.6, 1]


def main(*arguments: str) -> None:
    """Measure the table anew where asked to, then print what it is worth on worlds that are not in it."""
    if "write" in arguments:
        table = measured([scored_world(world, claims) for world, claims in MEASURED.items()])
        table.to_csv(Path(__file__).parents[1] / "models" / "data" / FILE, index=False, lineterminator="\n")
    for world, claims in HELD_OUT.items():
        for kind, scored in scored_world(world, claims).items():
            print(f"\nWorld {world}, {claims:,} training claims, {kind}")
            print(coverage(scored).to_string(float_format=lambda value: f"{value:.3f}"))


def scored_world(world: int, claims: int) -> dict[str, pd.DataFrame]:
    """Train in a world, and score claims of each kind: ``risk``, ``similar_claims``, ``low``, ``high``, ``truth``."""
    reference = load_reference()
    taught = synthetic_claims(claims, seed=TAUGHT_SEED, world=world)
    history = history_of(taught)
    data = prepare(taught, reference, history=history)
    model = train_on(taught, reference, seed=0, prepared=data).model
    fresh, strange = (
        synthetic_claims(FRESH, seed=seed, world=where)
        for seed, where in ((FRESH_SEED, world), (STRANGE_SEED, STRANGE))
    )
    kinds = {
        "well known": prepare(fresh, reference, history=history),
        "no history": prepare(fresh, reference, history=None),
        "payer never seen": prepare(_of_a_new_payer(fresh), reference, history=history),
        "everything new": prepare(strange, reference, history=history),
    }
    seeds = {name: (STRANGE_SEED, STRANGE) if name == "everything new" else (FRESH_SEED, world) for name in kinds}
    return {name: _scored(model, own, *seeds[name]) for name, own in kinds.items()}


def _of_a_new_payer(labelled: Labelled) -> Labelled:
    claims = labelled.batch.claims
    renamed = claims.assign(payer_id=pd.array(["NEWPAYER"] * len(claims), dtype=claims["payer_id"].dtype))
    return replace(labelled, batch=replace(labelled.batch, claims=renamed))


def _scored(model: DenialModel, data: Prepared, seed: int, world: int) -> pd.DataFrame:
    said = model.predict(data.features, data.fired, data.infos)
    truth = simulate(len(data.labels), seed=seed, world=world).truth["true_probability"].to_numpy()
    columns = {"risk": said.risk, "similar_claims": said.similar_claims, "low": said.low, "high": said.high}
    return pd.DataFrame(columns | {"truth": truth})


def measured(worlds: list[dict[str, pd.DataFrame]]) -> pd.DataFrame:
    """The table: at each knot the widest of what the worlds show, made never narrower for fewer similar claims."""
    from sklearn.isotonic import IsotonicRegression

    found = [_of_world(pd.concat(kinds.values(), ignore_index=True)) for kinds in worlds]
    weight = np.sum([one[2] for one in found], axis=0)
    ends = {"below": np.max([-one[0] for one in found], axis=0), "above": np.max([one[1] for one in found], axis=0)}
    order = np.arange(len(CLAIMS))
    rows = pd.MultiIndex.from_product([CLAIMS, LOG_ODDS], names=["similar_claims", "log_odds"]).to_frame(index=False)
    for name, distance in ends.items():
        falling = [
            IsotonicRegression(increasing=False).fit_transform(order, distance[:, k], sample_weight=weight[:, k])
            for k in range(len(LOG_ODDS))
        ]
        rows[name] = np.round(np.column_stack(falling).clip(min=0.0), 3).ravel()
    return rows


def _of_world(scored: pd.DataFrame) -> tuple[Floats, Floats, Floats]:
    """Lower and upper quantile of truth less risk in log-odds around each knot, and how many claims speak there."""
    at = logit(scored["risk"].to_numpy())
    claims = np.log(scored["similar_claims"].to_numpy().clip(CLAIMS[0], CLAIMS[-1]))
    off = logit(scored["truth"].to_numpy().clip(1e-6, 1 - 1e-6)) - at
    order = np.argsort(off)
    low, high, speaking = (np.empty((len(CLAIMS), len(LOG_ODDS))) for _ in range(3))
    for i, k in np.ndindex(low.shape):
        near = ((at - LOG_ODDS[k]) / WINDOW) ** 2 + ((claims - np.log(CLAIMS[i])) / CLAIMS_WINDOW) ** 2
        weight = np.exp(-0.5 * near)
        share = np.cumsum(weight[order]) / weight.sum()
        low[i, k], high[i, k] = off[order][np.searchsorted(share, [TAIL, 1.0 - TAIL])]
        speaking[i, k] = weight.sum() ** 2 / (weight**2).sum()
    return low, high, speaking


def coverage(scored: pd.DataFrame) -> pd.DataFrame:
    """Claims, share of intervals that hold the truth and mean width: of all, by similar claims and by risk."""
    told = scored.assign(
        claims=1, held=scored["truth"].between(scored["low"], scored["high"]), width=scored["high"] - scored["low"]
    )
    how = {"claims": "sum", "held": "mean", "width": "mean"}
    parts = [told.groupby(lambda _: "all").agg(how)]
    for name, bands in (("similar_claims", CLAIMS_BANDS), ("risk", RISK_BANDS)):
        own = told.groupby(pd.cut(told[name], bands), observed=True).agg(how)
        parts.append(own.set_axis([f"{name} {band}" for band in own.index]))
    return pd.concat(parts)


if __name__ == "__main__":
    main(*sys.argv[1:])
