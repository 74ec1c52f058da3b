from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from models import load_model, save_model
from models.encode import Input
from models.lines import LineShares, assumed_chances
from models.storage import ARRAYS, DESCRIPTION, SUMS
from risk.errors import ModelError


@pytest.fixture
def folder(trained, tmp_path):
    save_model(trained.model, tmp_path / "model")
    return tmp_path / "model"


def test_a_loaded_model_predicts_to_the_bit_what_was_saved(world, trained, folder) -> None:
    again = load_model(folder, world.inputs)
    before = trained.model.predict(world.features, world.fired, world.rule_info)
    after = again.predict(world.features, world.fired, world.rule_info)
    for name in ("model_log_odds", "risk", "low", "high"):
        np.testing.assert_array_equal(getattr(after, name), getattr(before, name))
    np.testing.assert_array_equal(after.reasons, before.reasons)
    assert again.threshold_for(0.3) == trained.model.threshold_for(0.3)
    few = again.seen(world.features.head(5), world.fired.head(5))
    assert again.explain(few).base_value == trained.model.explain(few).base_value


def test_the_same_model_gives_the_same_bytes_and_version(trained, folder, tmp_path) -> None:
    version = save_model(trained.model, tmp_path / "other")
    assert version == save_model(load_model(folder), tmp_path / "again")
    for name in (DESCRIPTION, ARRAYS, SUMS):
        assert (tmp_path / "other" / name).read_bytes() == (folder / name).read_bytes()


@pytest.mark.parametrize("name", [DESCRIPTION, ARRAYS, SUMS])
def test_a_damaged_file_is_refused(folder, name) -> None:
    content = bytearray((folder / name).read_bytes())
    content[len(content) // 2] ^= 1
    (folder / name).write_bytes(bytes(content))
    with pytest.raises(ModelError, match="damaged"):
        load_model(folder)


def test_a_folder_without_a_model_is_refused(tmp_path) -> None:
    with pytest.raises(ModelError, match=r"expected model\.json"):
        load_model(tmp_path)


def reseal(folder) -> None:
    from hashlib import sha256

    lines = [f"{sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in (DESCRIPTION, ARRAYS)]
    (folder / SUMS).write_text("".join(lines))


@pytest.mark.parametrize("change", [{"format": 99}, {"sigmoid": {}}, {"inputs": [{"name": 1}]}])
def test_a_model_of_another_make_is_refused_in_one_line(folder, change) -> None:
    described = json.loads((folder / DESCRIPTION).read_text())
    (folder / DESCRIPTION).write_text(json.dumps(described | change))
    reseal(folder)
    with pytest.raises(ModelError) as raised:
        load_model(folder)
    assert "\n" not in str(raised.value)


def test_what_was_learnt_of_lines_is_kept(trained, tmp_path) -> None:
    learnt = LineShares(np.random.default_rng(1).uniform(0.1, 0.9, assumed_chances().shape), 77)
    save_model(replace(trained.model, lines=learnt), tmp_path / "model")
    again = load_model(tmp_path / "model").lines
    assert again.claims == 77
    np.testing.assert_array_equal(again.chances, learnt.chances)


def test_a_model_of_before_lines_were_learnt_has_the_assumed_shares(folder) -> None:
    described = json.loads((folder / DESCRIPTION).read_text())
    del described["lines"]
    (folder / DESCRIPTION).write_text(json.dumps(described))
    reseal(folder)
    np.testing.assert_array_equal(load_model(folder).lines.chances, assumed_chances())


@pytest.mark.parametrize("chances", [assumed_chances()[1:], assumed_chances() * 2])
def test_a_model_whose_lines_have_no_chances_is_refused(trained, tmp_path, chances) -> None:
    save_model(replace(trained.model, lines=LineShares(chances)), tmp_path / "model")
    with pytest.raises(ModelError, match="expected a model that this version wrote"):
        load_model(tmp_path / "model")


def test_the_numbers_of_every_cause_are_kept(trained, folder) -> None:
    again = load_model(folder)
    for name, table in trained.model.encoder.tables.items():
        assert again.encoder.tables[name].codes == table.codes
        np.testing.assert_array_equal(again.encoder.tables[name].numbers, table.numbers)
    for before, after in zip(trained.model.causes.causes, again.causes.causes, strict=True):
        assert (after.name, after.offset, sorted(after.numbers)) == (before.name, before.offset, sorted(before.numbers))
        for name, numbers in before.numbers.items():
            np.testing.assert_array_equal(after.numbers[name], numbers)


@pytest.mark.parametrize("change", ["one cause too few", "one code too few", "one tree too few"])
def test_arrays_that_do_not_fit_the_description_are_refused(folder, change) -> None:
    with np.load(folder / ARRAYS) as stored:
        arrays = dict(stored)
    if change == "one tree too few":
        arrays["forest_feature"] = arrays["forest_feature"][:-1]
    else:
        numbers = arrays["code_numbers"]
        arrays["code_numbers"] = numbers[:-1] if change == "one cause too few" else numbers[:, :-1]
    np.savez_compressed(folder / ARRAYS, **arrays)
    reseal(folder)
    with pytest.raises(ModelError, match="expected a model that this version wrote"):
        load_model(folder)


def test_arrays_that_would_run_code_are_refused(folder) -> None:
    np.savez(folder / ARRAYS, forest_baseline=np.array([print], dtype=object))
    reseal(folder)
    with pytest.raises(ModelError):
        load_model(folder)


def test_a_model_of_other_features_does_not_fit(world, folder) -> None:
    other = (*world.inputs[:-1], Input("unheard_of", "Unheard of", "number", "unknown"))
    with pytest.raises(ModelError, match="differing: payer_type, unheard_of"):
        load_model(folder, other)


def test_nothing_in_the_folder_is_a_claim(world, folder) -> None:
    described = json.loads((folder / DESCRIPTION).read_text())
    longest = max(len(codes) for codes in described["codes"].values())
    assert longest < 100
    assert len(described["thresholds"]["threshold"]) <= 200
