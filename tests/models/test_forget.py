import numpy as np
import pandas as pd

from models.encode import RARE
from models.forget import THIN_CLAIM_COLUMNS, forgetful, thinned
from risk.claims import claim, structural_failures
from risk.claims.examples import batch_of


def test_some_claims_forget_their_codes_and_some_their_past(world) -> None:
    lessons = forgetful(world.features, world.inputs, seed=1)
    for one in world.inputs:
        changed = (lessons[one.name] != world.features[one.name]) & world.features[one.name].notna()
        if one.encoding == "target":
            assert 0.025 < changed.mean() < 0.06
            assert (lessons.loc[changed, one.name] == RARE).all()
        elif one.past:
            assert 0.05 < changed.mean() < 0.15
        else:
            assert not changed.any()


def test_some_claims_forget_every_code_at_once(world) -> None:
    lessons = forgetful(world.features, world.inputs, seed=1)
    codes = [one.name for one in world.inputs if one.encoding == "target"]
    assert np.mean((lessons[codes] == RARE).all(axis=1)) > 0.02


def test_the_original_is_left_alone_and_the_same_seed_forgets_the_same(world) -> None:
    before = world.features.copy()
    first, second = (forgetful(world.features, world.inputs, seed=2) for _ in range(2))
    assert first.equals(second)
    assert world.features.equals(before)


def test_thin_claims_lack_optional_columns_and_keep_the_required_ones() -> None:
    batch = batch_of(*(claim(claim_id=str(n), note="a note") for n in range(2000)))
    thin = thinned(batch, seed=1)
    assert structural_failures(thin) == []
    assert 0.01 < thin.claims["member_id"].isna().mean() < 0.05
    bare = thin.claims[list(THIN_CLAIM_COLUMNS)].drop(columns="facility_npi").isna().all(axis=1)
    assert 0.005 < bare.mean() < 0.035
    assert not thin.has_pointers[bare].any()
    assert set(thin.notes["claim_key"]).isdisjoint(np.flatnonzero(bare))
    for column in ("claim_id", "payer_id", "claim_frequency_code", "total_charge_cents"):
        assert thin.claims[column].equals(batch.claims[column])
    assert thin.service_lines["line_charge_cents"].equals(batch.service_lines["line_charge_cents"])


def test_thin_files_lack_columns_beyond_the_contract_too():
    from dataclasses import replace

    from risk.labelled import synthetic_claims

    batch = synthetic_claims(500, seed=1).batch
    keys = batch.claims["claim_key"]
    values = pd.DataFrame({"claim_key": keys, "position": 1, "name": "desk", "value": "A"})
    values = values.astype(batch.extra_values.dtypes.to_dict())
    kept = thinned(replace(batch, extra_values=values), 3).extra_values
    assert 0.9 < len(kept) / 500 < 1.0
    assert kept["claim_key"].is_unique
