"""The interval against true probabilities, which synthetic claims have, and against outcomes."""

import numpy as np
import pandas as pd
import pytest

from models import registry
from models.interval_groups import groups_of, share_held
from risk.reference import load_reference
from risk.training import history_of, prepare, synthetic_claims
from synthetic_data import simulate

CLAIMS, SEED = 2500, 404


@pytest.fixture(scope="module")
def scored(workspace):
    """What is said of claims that the model has not seen, their true probabilities and their outcomes."""
    labelled = synthetic_claims(CLAIMS, seed=SEED)
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("MLFLOW_TRACKING_URI", raising=False)
        patch.chdir(workspace)
        model = registry.load("champion")
    taught = synthetic_claims(3000, seed=11)  # what the workspace's model learnt from
    data = prepare(labelled, load_reference(), history=history_of(taught))
    said = model.predict(data.features, data.fired, data.infos)
    truth = simulate(CLAIMS, seed=SEED).truth["true_probability"].to_numpy()
    denied = labelled.outcomes["denied"].to_numpy() == 1
    return said, truth, denied


def test_nine_in_ten_intervals_hold_the_truth_in_every_band_of_similar_claims_and_of_risk(scored):
    said, truth, _ = scored
    held = pd.Series((said.low <= truth) & (truth <= said.high))
    assert held.mean() >= 0.9
    for values, bands in ((said.similar_claims, [-1, 3, 10, 30, np.inf]), (said.risk, [0, 0.05, 0.15, 0.3, 1])):
        of_band = held.groupby(pd.cut(values, bands), observed=True).agg(["mean", "size"])
        # Three standard errors of a share of 0.9.
        assert (of_band["mean"] >= 0.9 - 0.9 / np.sqrt(of_band["size"])).all(), of_band


def test_nine_in_ten_groups_hold_the_share_of_their_claims_that_is_denied(scored):
    said, _, denied = scored
    group = groups_of(said.risk, said.similar_claims)
    assert group.max() >= 15
    assert share_held(said.low, said.high, denied, group) >= 0.9


def test_what_the_model_hardly_knows_has_the_wider_interval_at_the_same_risk(scored):
    said, _, _ = scored
    usual = (said.risk > 0.06) & (said.risk < 0.10)
    thin, known = (usual & (said.similar_claims < 5)), (usual & (said.similar_claims > 25))
    width = said.high - said.low
    assert thin.sum() > 20
    assert known.sum() > 20
    assert width[thin].mean() > width[known].mean()
