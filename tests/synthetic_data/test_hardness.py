"""How hard the synthetic worlds are: what can be seen explains a part of the denials, and nothing alone explains much.

The range of the truth's AUROC, single columns of the claims and the marginals are held in ``test_adjudicate.py``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from features import History, compute_features
from risk.reference import load_reference
from risk.rules import run_rules, select_rules
from risk.scoring import fired_matrix
from synthetic_data import simulate
from synthetic_data.adjudicate import cause_hazards
from synthetic_data.errors import copy_claims, make_mistakes
from synthetic_data.notes import write_notes
from synthetic_data.period import Period
from synthetic_data.sample import clean_claims
from synthetic_data.world import build_world

if TYPE_CHECKING:
    import pandas as pd

    from synthetic_data.world import SyntheticClaims

CLAIMS, WORLDS = 30_000, (1, 2, 3)
#: Mistakes that only the claims before a claim show.
SHOWN_BY_HISTORY = ("sessions_above_cap", "duplicate_claim")


class Judged(NamedTuple):
    """A sample, and which rules fired on its claims (claims × rules)."""

    sample: SyntheticClaims
    fired: np.ndarray


@pytest.fixture(scope="module", params=WORLDS)
def judged(request: pytest.FixtureRequest) -> Judged:
    sample = simulate(CLAIMS, seed=17, world=request.param)
    findings = run_rules(sample.batch, load_reference())
    fired = fired_matrix(findings, CLAIMS, [rule.id for rule in select_rules()])
    return Judged(sample, fired.to_numpy(dtype="float64"))


def gini(denied: pd.Series, score: np.ndarray) -> float:
    return 2 * float(roc_auc_score(denied, score)) - 1


def test_rules_alone_reach_at_most_two_thirds_of_what_could_be_known(judged: Judged) -> None:
    truth, learn = judged.sample.truth, np.arange(CLAIMS) % 2 == 0
    model = LogisticRegression(max_iter=500).fit(judged.fired[learn], truth["denied"][learn])
    said = model.predict_proba(judged.fired[~learn])[:, 1]
    best = gini(truth["denied"][~learn], truth["true_probability"][~learn].to_numpy())
    reached = gini(truth["denied"][~learn], said)
    assert 0.25 * best < reached <= 2 / 3 * best


def test_a_third_of_the_denials_are_of_claims_on_which_no_rule_has_a_finding(judged: Judged) -> None:
    truth, quiet = judged.sample.truth, judged.fired.sum(axis=1) == 0
    assert truth["denied"][quiet].sum() >= truth["denied"].sum() / 3
    assert truth["true_probability"][quiet].sum() >= truth["true_probability"].sum() / 3


def test_no_single_feature_gives_the_outcome_away(judged: Judged) -> None:
    sample = judged.sample
    by_claim = sample.outcomes.drop_duplicates("claim_id").reset_index(drop=True)
    history = History.of(sample.batch, by_claim["denied"], by_claim["remit_date"])
    features = compute_features(sample.batch, load_reference(), history)
    denied = sample.truth["denied"]
    learn = np.arange(CLAIMS) % 2 == 0
    for name, values in features.items():
        if values.dtype.kind == "f":
            scored = values.fillna(values.min() - 1 if values.notna().any() else 0.0)
        else:
            texts = values.astype("object").fillna("")
            scored = texts.map(denied[learn].groupby(texts[learn].to_numpy()).mean()).fillna(denied[learn].mean())
        auroc = roc_auc_score(denied[~learn], scored.to_numpy(dtype="float64")[~learn])
        assert max(auroc, 1 - auroc) <= 0.75, name


@pytest.mark.parametrize("number", WORLDS)
def test_some_denials_come_from_what_only_earlier_claims_show(number: int) -> None:
    world, rng = build_world(number), np.random.default_rng(29)
    draft = clean_claims(world, CLAIMS, Period(), rng, rng)
    make_mistakes(draft, world, rng)
    write_notes(draft, world, rng)
    copy_claims(draft, world, rng)
    hazards = cause_hazards(draft, world)
    total = hazards.sum(axis=1)
    by_cause = (hazards * (-np.expm1(-total) / total)[:, None]).sum(axis=0)
    shown = [world.mistakes.index(name) for name in SHOWN_BY_HISTORY]
    assert by_cause[shown].sum() > 0.02 * by_cause.sum()
    assert (by_cause[shown] > 0.002 * by_cause.sum()).all()
