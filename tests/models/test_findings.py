"""Findings as inputs of the trees."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from models import RuleInfo, train_model
from models.findings import LEAST_FLAGGED, finding_inputs, with_findings
from tests.models.conftest import FAST

DENY = RuleInfo("deny", "coding", "11")


def test_a_rule_that_flagged_enough_claims_is_an_input_and_a_preview_rule_never_is() -> None:
    flagged = {"OFT001": LEAST_FLAGGED, "RAR001": LEAST_FLAGGED - 1, "NEW001": 90}
    fired = pd.DataFrame({rule: np.arange(100) < count for rule, count in flagged.items()})
    info = {"OFT001": DENY, "RAR001": DENY, "NEW001": replace(DENY, preview=True)}
    assert [one.rule for one in finding_inputs(fired, info)] == ["OFT001"]


def test_a_rule_that_did_not_run_did_not_fire() -> None:
    fired = pd.DataFrame({"OFT001": [True] * LEAST_FLAGGED, "ALS001": [True] * LEAST_FLAGGED})
    inputs = finding_inputs(fired, dict.fromkeys(fired, DENY))
    features = pd.DataFrame({"number": [1.0, 2.0]}, index=[7, 9])
    seen = with_findings(features, pd.DataFrame({"ALS001": [False, True], "XXX001": [True, True]}), inputs)
    assert seen.to_dict("list") == {
        "number": [1.0, 2.0], "finding_OFT001": [0.0, 0.0], "finding_ALS001": [0.0, 1.0]
    }  # fmt: skip
    assert list(seen.index) == [7, 9]


def test_mending_a_finding_never_raises_the_risk(world, trained) -> None:
    features, fired = world.features.head(800), world.fired.head(800)
    before = trained.model.predict(features, fired, world.rule_info).risk
    for rule in fired:
        mended = fired.assign(**{rule: False})
        assert (trained.model.predict(features, mended, world.rule_info).risk <= before + 1e-12).all()


def test_training_can_leave_the_findings_to_the_combiner(world) -> None:
    options = replace(FAST, findings=False, causes=None, refit=False, iterations=20)
    arguments = (world.features, world.fired, world.rule_info, world.labels, world.inputs)
    model = train_model(*arguments, seed=3, options=options).model
    assert not any(one.rule for one in model.encoder.inputs)
    quiet = world.fired.head(50).mask(world.fired.head(50), False)
    raw, _ = model.scores(world.features.head(50), world.fired.head(50))
    np.testing.assert_array_equal(raw, model.scores(world.features.head(50), quiet)[0])
