"""All forests at once: the same to the bit as one forest on its own matrix, however many claims there are."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from models.trees import FEW


@pytest.fixture(scope="module")
def strange(world) -> pd.DataFrame:
    """Claims with codes nobody saw, missing ones, and numbers out of all bounds."""
    features = world.features.copy()
    features.loc[features.index[:9:2], "payer_id"] = "NEVER-SEEN"
    features.loc[features.index[1:9:2], "payer_type"] = None
    features.loc[features.index[2], "payer_type"] = "nor this"
    features.loc[features.index[:4], "number_0"] = [np.inf, -np.inf, np.nan, 1e30]
    return features


def one_forest_at_a_time(model, features, fired):
    """Encode by the numbers of each forest, then ask one tree after another."""
    features = model.seen(features, fired)
    matrix = model.encoder.encode(features)
    scores = [model.forest.raw_scores_of_many(model.forest.ranks(matrix), len(matrix))]
    places = model.encoder.take_apart(features)
    for cause in model.causes.causes:
        own = matrix.copy()
        for column, one in enumerate(model.encoder.inputs):
            if one.name in cause.numbers:
                own[:, column] = cause.numbers[one.name][places[one.name]]
        scores.append(cause.forest.raw_scores_of_many(cause.forest.ranks(own), len(own)) + cause.offset)
    return np.column_stack(scores)


def test_scores_are_those_of_each_forest_on_its_own_matrix(world, trained, strange) -> None:
    expected = one_forest_at_a_time(trained.model, strange, world.fired)
    for rows in (1, 5, FEW, FEW + 1, len(strange)):
        raw, causes = trained.model.scores(strange.head(rows), world.fired.head(rows))
        np.testing.assert_array_equal(np.column_stack([raw, causes]), expected[:rows])


def test_a_claim_is_predicted_the_same_alone_as_in_any_batch(world, trained, strange) -> None:
    def predicted(rows: slice):
        one = trained.model.predict(strange.iloc[rows], world.fired.iloc[rows], world.rule_info)
        return np.column_stack([one.model_log_odds, one.risk, one.low, one.high, one.reasons])

    together = predicted(slice(None))
    np.testing.assert_array_equal(predicted(slice(0, 40)), together[:40])
    for row in range(12):
        np.testing.assert_array_equal(predicted(slice(row, row + 1)), together[row : row + 1])


def test_a_claim_is_explained_the_same_alone_as_in_any_batch(world, trained, strange) -> None:
    model = trained.model
    seen = model.seen(strange, world.fired)
    alone = [model.explain(seen, [row]) for row in range(6)]
    few, together = model.explain(seen, range(FEW)), model.explain(seen)
    np.testing.assert_array_equal(few.contributions, together.contributions.head(FEW))
    for row, one in enumerate(alone):
        np.testing.assert_array_equal(one.contributions, together.contributions.iloc[[row]])
        assert one.base_value == together.base_value


def test_no_claims_are_no_rows(world, trained) -> None:
    none = world.features.head(0), world.fired.head(0)
    raw, causes = trained.model.scores(*none)
    assert raw.shape == (0,)
    assert causes.shape == (0, len(trained.model.causes.causes))
    assert trained.model.explain(trained.model.seen(*none)).contributions.shape == (
        0,
        len(trained.model.encoder.inputs),
    )
    assert len(trained.model.predict(*none, world.rule_info).risk) == 0
