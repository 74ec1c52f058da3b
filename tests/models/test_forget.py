import numpy as np
import pandas as pd

from models.encode import RARE
from models.forget import FORGETFUL, FROM_THIN_FILE, THIN_CLAIM_COLUMNS, lessons_of, of_claims, thin_copies
from models.payer_offsets import PAYER_INPUT
from risk.claims import claim, structural_failures
from risk.claims.examples import batch_of


def lessons(world, seed=1, thin=None):
    return lessons_of(world.features, world.features.iloc[:0] if thin is None else thin, world.inputs, seed)


def test_claims_forget_nothing_and_their_copies_codes_or_the_past(world) -> None:
    taught = lessons(world)
    claims = len(world.features)
    pd.testing.assert_frame_equal(taught.frame.head(claims), world.features.reset_index(drop=True))
    assert (taught.of_claim[:claims] == np.arange(claims)).all()
    copies = taught.frame.iloc[claims:]
    assert 0.8 * FORGETFUL < len(copies) / claims < 1.2 * FORGETFUL
    of = world.features.iloc[taught.of_claim[claims:]].reset_index(drop=True)
    for one in world.inputs:
        now = copies[one.name].reset_index(drop=True)
        changed = (now != of[one.name]) & of[one.name].notna()
        if one.encoding == "target":
            least, most = (0.3, 0.55) if one.name == PAYER_INPUT else (0.1, 0.35)
            assert least < changed.mean() < most
            assert (now[changed] == RARE).all()
        elif one.past:
            assert 0.3 < changed.mean() < 0.7
        else:
            assert not changed.any()


def test_some_copies_forget_every_code_at_once(world) -> None:
    codes = [one.name for one in world.inputs if one.encoding == "target"]
    copies = lessons(world).frame.iloc[len(world.features) :]
    assert np.mean((copies[codes] == RARE).all(axis=1)) > 0.1


def test_the_original_is_left_alone_and_the_same_seed_forgets_the_same(world) -> None:
    before = world.features.copy()
    first, second = (lessons(world, seed=2).frame for _ in range(2))
    assert first.equals(second)
    assert world.features.equals(before)


def test_a_copy_is_learnt_from_only_where_its_claim_is(world) -> None:
    thin = world.features.iloc[[5, 70]].set_axis([5, 70])
    taught = lessons(world, thin=thin)
    claims = len(world.features)
    folds = [(np.arange(50, claims), np.arange(50)), (np.arange(50), np.arange(50, claims))]
    whole, *parts = taught.parts(folds)
    assert len(whole[0]) == len(taught.frame)
    assert len(whole[1]) == 0
    for (rows, held), (own, _) in zip(parts, folds, strict=True):
        assert set(taught.of_claim[rows]) == set(own)
        assert set(rows) >= set(own)
        assert held.max() < claims
    assert claims + 1 in parts[0][0]  # the copy of claim 70
    assert claims in parts[1][0]  # the copy of claim 5


def test_copies_of_chosen_claims_stand_under_their_places_among_these() -> None:
    thin = pd.DataFrame({"number": [1.0, 2.0, 3.0]}, index=[2, 4, 4])
    own = of_claims(thin, np.array([4, 7, 2]), 9)
    assert dict(zip(own["number"], own.index, strict=True)) == {1.0: 2, 2.0: 0, 3.0: 0}
    assert of_claims(thin, np.array([0, 1]), 9).empty


def test_thin_claims_lack_optional_columns_and_keep_the_required_ones() -> None:
    batch = batch_of(*(claim(claim_id=str(n), note="a note") for n in range(2000)))
    keys, thin = thin_copies(batch, seed=1)
    assert structural_failures(thin) == []
    assert 0.5 * FROM_THIN_FILE < len(keys) / len(batch) < 1.5 * FROM_THIN_FILE
    batch = batch.select(keys)
    assert 0.5 < thin.claims["member_id"].isna().mean() < 0.95
    assert thin.claims[["payer_responsibility_code", "assignment_code"]].isna().all(axis=None)
    bare = thin.claims[list(THIN_CLAIM_COLUMNS)].drop(columns="facility_npi").isna().all(axis=1)
    assert 0.3 < bare.mean() < 0.7
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
    keys, thin = thin_copies(replace(batch, extra_values=values), 3)
    assert 0 < len(thin.extra_values) < len(keys)
    assert thin.extra_values["claim_key"].is_unique
