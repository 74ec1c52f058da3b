from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from models.encode import RARE, CodeTable, Encoder, build_encoder, learn_vocabulary, prepare
from risk.errors import ModelError


def fitted(world):
    vocabulary = learn_vocabulary(world.features, world.inputs)
    transformer = build_encoder(world.inputs, seed=0)
    transformer.fit(prepare(world.features, world.inputs, vocabulary), world.denied)
    return transformer, vocabulary


def test_the_fast_encoder_gives_the_numbers_of_the_pipeline(world) -> None:
    transformer, vocabulary = fitted(world)
    strange = world.features.head(300).copy()
    strange.loc[strange.index[:5], "payer_id"] = "NEVER-SEEN"
    strange.loc[strange.index[5:9], "payer_type"] = None
    expected = transformer.transform(prepare(strange, world.inputs, vocabulary))
    np.testing.assert_array_equal(Encoder.of_fitted(transformer, world.inputs).encode(strange), expected)


def test_codes_of_few_claims_are_one_rare_code(world) -> None:
    features = world.features.copy()
    features.loc[features.index[:4], "payer_id"] = "FOUR-CLAIMS"
    vocabulary = learn_vocabulary(features, world.inputs)
    assert "FOUR-CLAIMS" not in vocabulary["payer_id"]
    assert set(prepare(features, world.inputs, vocabulary)["payer_id"][:4]) == {RARE}


def test_an_unseen_code_counts_as_the_rare_one() -> None:
    table = CodeTable(("", RARE, "A"), np.array([0.3, 0.4, 0.1, 0.4]))
    codes = pd.Series(["A", None, "Z"], dtype="str")
    np.testing.assert_array_equal(table.places(codes), [2, 0, 3])
    np.testing.assert_array_equal(table.encode(codes), [0.1, 0.3, 0.4])


def test_a_missing_code_that_training_never_saw_counts_as_unseen() -> None:
    table = CodeTable(("A",), np.array([0.1, 0.7]))
    np.testing.assert_array_equal(table.encode(pd.Series([None, "A"], dtype="str")), [0.7, 0.1])


def test_columns_may_come_in_any_order(world) -> None:
    transformer, _ = fitted(world)
    encoder = Encoder.of_fitted(transformer, world.inputs)
    turned = world.features.head(20)[world.features.columns[::-1]]
    np.testing.assert_array_equal(encoder.encode(turned), encoder.encode(world.features.head(20)))


def test_a_missing_feature_is_named_and_no_value_is(world) -> None:
    encoder = Encoder.of_fitted(fitted(world)[0], world.inputs)
    with pytest.raises(ModelError, match="differing: payer_id") as raised:
        encoder.encode(world.features.drop(columns="payer_id"))
    assert "P1" not in str(raised.value)
