"""A payer that training never saw: its claims are judged by what they say, and no code counts for being new."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from models import registry
from models.encode import MISSING
from models.new_payer import payer_codes
from risk.reference import load_reference
from risk.training import history_of, prepare, synthetic_claims


@pytest.fixture(scope="module")
def judged(workspace):
    """A model, and what it says of fresh claims as they are, and as claims to a payer that it does not know."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("MLFLOW_TRACKING_URI", raising=False)
        patch.chdir(workspace)
        model = registry.load("champion")
    fresh = synthetic_claims(1500, seed=405)
    claims = fresh.batch.claims
    renamed = claims.assign(payer_id=pd.array(["NEWPAYER"] * len(claims), dtype=claims["payer_id"].dtype))
    elsewhere = replace(fresh, batch=replace(fresh.batch, claims=renamed))
    history = history_of(synthetic_claims(3000, seed=11))  # what the workspace's model learnt from
    data = [prepare(one, load_reference(), history=history) for one in (fresh, elsewhere)]
    return model, data, [model.predict(one.features, one.fired, one.infos) for one in data]


def test_its_claims_are_about_as_risky_as_others_and_less_certain(judged):
    _, _, (usual, new) = judged
    assert new.risk.mean() == pytest.approx(usual.risk.mean(), abs=0.03)
    assert np.quantile(new.risk, 0.9) < np.quantile(usual.risk, 0.9) + 0.05
    assert new.similar_claims.max() < usual.similar_claims.min() + 3
    assert (new.high - new.low).mean() > (usual.high - usual.low).mean()


def test_codes_that_name_it_are_missing_to_the_model_and_others_are_not(judged):
    model, data, _ = judged
    names = payer_codes(model.encoder.inputs)
    assert len(names) > 5
    usual, new = (model.seen(one.features, one.fired) for one in data)
    assert new[names].isna().all().all()
    assert usual["payer_id"].notna().all()
    others = [name for name in usual if name not in names and not name.endswith("_rate")]
    pd.testing.assert_frame_equal(new[others], usual[others])
    assert all(MISSING in model.encoder.tables[name].codes for name in names)


def test_its_drivers_add_up_all_the_same(judged):
    model, data, (_, new) = judged
    explained = model.explain(model.seen(data[1].features, data[1].fired))
    total = explained.base_value + explained.contributions.sum(axis=1)
    np.testing.assert_allclose(total, new.model_log_odds, atol=1e-6)
