"""Past claims like one claim, counted."""

from datetime import date
from math import inf

import numpy as np
import pandas as pd
import pytest

from features import PRIOR_CLAIMS, History, compute_features
from models import tracking
from risk.claims.examples import batch_of, claim, line
from risk.reference import load_reference
from risk.scoring import Scorer, score_batch
from risk.similar import counted_claims, groups_of_history, groups_of_training


@pytest.fixture(scope="module")
def model(workspace):
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("MLFLOW_TRACKING_URI", raising=False)
        patch.chdir(workspace)
        return tracking.load("champion")


def known_payer(model):
    counts = model.support.counts["payer_id"]
    return max(counts, key=counts.get)


def test_training_groups_are_the_models_counts_and_its_shrunk_rates(model):
    payer = known_payer(model)
    features = compute_features(batch_of(claim(payer_id=payer, billing_npi=None)), load_reference())
    (groups,) = groups_of_training(model, features)
    by_likeness = {group.likeness: group for group in groups}
    assert by_likeness["This payer"].claims == model.support.counts["payer_id"][payer]
    assert by_likeness["This payer"].rate == model.encoder.tables["payer_id"].encode(pd.Series([payer]))[0]
    assert by_likeness["This payer"].denials is None
    assert "This billing provider" not in by_likeness, "the claim has none"


def test_a_code_that_training_hardly_saw_has_neither_count_nor_rate(model):
    features = compute_features(batch_of(claim(payer_id="ELSEWHERE")), load_reference())
    (groups,) = groups_of_training(model, features)
    unseen = next(group for group in groups if group.likeness == "This payer")
    assert unseen.claims is None
    assert unseen.rate is None


def test_a_payer_that_the_model_was_not_told_is_one_it_hardly_saw(model):
    scored = score_batch(batch_of(claim(payer_id="ELSEWHERE")), Scorer(load_reference(), model, []))
    (groups,) = groups_of_training(model, scored.features)
    assert [(group.claims, group.rate) for group in groups if group.likeness == "This payer"] == [(None, None)]


def test_history_groups_count_what_was_known_before_submission():
    past = [claim(claim_id=f"P{n}", payer_id="A" if n < 6 else "B") for n in range(10)]
    days = [date(2026, 9, 1)] * 9 + [date(2026, 12, 1)]
    denied = pd.Series([1.0, 1, 1, 0, 0, 0, 0, 0, 0, 1])
    history = History.of(batch_of(*past), denied, pd.Series(pd.to_datetime(days)))
    batch = batch_of(claim(payer_id="A"), claim(payer_id="B"), claim(payer_id="C", lines=[line("20610")]))
    first, second, third = (
        {group.likeness: group for group in groups} for groups in groups_of_history(batch, load_reference(), history)
    )
    overall = 3 / 9
    assert (first["This payer"].claims, first["This payer"].denials) == (6, 3)
    assert first["This payer"].rate == pytest.approx((3 + PRIOR_CLAIMS * overall) / (6 + PRIOR_CLAIMS))
    assert (second["This payer"].claims, second["This payer"].denials) == (3, 0), (
        "an answer that came later is not known"
    )
    assert (third["This payer"].claims, third["This payer"].rate) == (0, None)


def test_the_interval_stands_on_more_claims_where_the_codes_are_common(model):
    batch = batch_of(claim(payer_id="ELSEWHERE", billing_npi="1679576722", lines=[line("00000")]), claim())
    scored = score_batch(batch, Scorer(load_reference(), model, []), explain_from=inf)
    counted = counted_claims(scored, model)
    assert 0.0 <= counted[0] < counted[1]
    common = {name: max(counts, key=counts.get) for name, counts in model.support.counts.items()}
    features = scored.features.assign(**common)
    usual = counted_claims(ScoredLike(scored, features), model)
    assert usual[0] > counted[0]
    assert counted_claims(scored, None) == [4.0, 4.0]
    assert np.isfinite(usual).all()


class ScoredLike:
    def __init__(self, scored, features):
        self.batch, self.features = scored.batch, features
