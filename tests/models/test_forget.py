import numpy as np

from models.encode import RARE
from models.forget import forgetful


def test_some_claims_forget_their_codes_and_some_their_past(world) -> None:
    lessons = forgetful(world.features, world.inputs, seed=1)
    for one in world.inputs:
        changed = (lessons[one.name] != world.features[one.name]) & world.features[one.name].notna()
        if one.encoding == "target":
            assert 0.2 < changed.mean() < 0.4
            assert (lessons.loc[changed, one.name] == RARE).all()
        elif one.past:
            assert 0.4 < changed.mean() < 0.6
        else:
            assert not changed.any()


def test_some_claims_forget_every_code_at_once(world) -> None:
    lessons = forgetful(world.features, world.inputs, seed=1)
    codes = [one.name for one in world.inputs if one.encoding == "target"]
    assert np.mean((lessons[codes] == RARE).all(axis=1)) > 0.1


def test_the_original_is_left_alone_and_the_same_seed_forgets_the_same(world) -> None:
    before = world.features.copy()
    first, second = (forgetful(world.features, world.inputs, seed=2) for _ in range(2))
    assert first.equals(second)
    assert world.features.equals(before)
