from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from models.priors import RuleInfo
from models.reasons import ENDED_CARCS, REASONS, USUAL_CARCS, fit_reasons, top_reasons
from risk.rules import Reason

NEW = RuleInfo("deny", "timely_filing", "29")


def test_the_reasons_are_those_of_the_rules() -> None:
    assert set(REASONS) == {str(reason) for reason in Reason}


def test_ended_carcs_are_nobodys_usual_ones() -> None:
    assert not ENDED_CARCS.intersection(code for codes in USUAL_CARCS.values() for code in codes)


def test_probabilities_add_up_and_a_fired_rule_raises_its_reason(world, trained) -> None:
    predicted = trained.model.predict(world.features, world.fired, world.rule_info).reasons
    np.testing.assert_allclose(predicted.sum(axis=1), 1.0)
    bundling = [rule_id for rule_id, info in world.rule_info.items() if info.reason == "bundling"]
    flagged = world.fired[bundling].any(axis=1)
    assert predicted.loc[flagged, "bundling"].mean() > 2 * predicted.loc[~flagged, "bundling"].mean()


def test_reasons_agree_with_what_denied_claims_were_denied_for(world, trained) -> None:
    denied = trained.split.test[world.denied[trained.split.test]]
    predicted = trained.model.predict(world.features.iloc[denied], world.fired.iloc[denied], world.rule_info).reasons
    observed = world.labels["denial_reason"].iloc[denied].value_counts(normalize=True)
    for reason, share in observed.items():
        assert predicted[reason].mean() == pytest.approx(share, abs=0.08)


def test_a_rule_unseen_in_training_brings_its_own_reason(world, trained) -> None:
    quiet = np.flatnonzero(~world.fired.any(axis=1))[:50]
    features, fired = world.features.iloc[quiet], world.fired.iloc[quiet]
    before = trained.model.predict(features, fired, world.rule_info)
    after = trained.model.predict(features, fired.assign(NEW001=True), world.rule_info | {"NEW001": NEW})
    assert (after.risk > before.risk).all()
    assert (after.reasons["timely_filing"] > 0.5).all()
    np.testing.assert_allclose(after.reasons.sum(axis=1), 1.0)


def test_top_reasons_are_ranked_and_carry_the_fired_rules_carc(world, trained) -> None:
    fired = world.fired.head(500).assign(NEW001=True)
    info = world.rule_info | {"NEW001": RuleInfo("reject", "timely_filing", "29")}
    predicted = trained.model.predict(world.features.head(500), fired, info)
    table = top_reasons(trained.model.reasons, predicted.reasons, fired, info)
    assert len(table) == 1500
    assert (table.groupby("row")["probability"].diff().dropna() <= 0).all()
    first = table[table["reason"] == "timely_filing"].iloc[0]
    assert first["carcs"][0][0] == "29"


def test_top_reasons_of_many_rules_are_those_of_one_claim_alone(world, trained) -> None:
    fired = world.fired.head(40)
    predicted = trained.model.predict(world.features.head(40), fired, world.rule_info).reasons
    together = top_reasons(trained.model.reasons, predicted, fired, world.rule_info)
    for row in range(40):
        alone = top_reasons(trained.model.reasons, predicted.iloc[[row]], fired.iloc[[row]], world.rule_info)
        mine = together[together["row"] == row].reset_index(drop=True)
        pd.testing.assert_frame_equal(mine.drop(columns="row"), alone.drop(columns="row"))


def test_the_probability_of_a_denial_for_a_reason_is_that_of_the_reason_times_the_risk(world, trained) -> None:
    fired = world.fired.head(40)
    predicted = trained.model.predict(world.features.head(40), fired, world.rule_info)
    given_denied, overall = (
        top_reasons(trained.model.reasons, predicted.reasons, fired, world.rule_info, risk=risk)
        for risk in (None, predicted.risk)
    )
    assert (overall["probability"] == given_denied["probability"] * predicted.risk[overall["row"]]).all()
    assert overall.drop(columns="probability").equals(given_denied.drop(columns="probability"))


def test_an_ended_carc_is_never_named() -> None:
    matrix = np.random.default_rng(0).normal(size=(60, 2))
    reason = pd.Series(["authorization", "coding"] * 30, dtype="str")
    carc = pd.Series(["15", "125"] * 30, dtype="str")
    fired = pd.DataFrame(index=range(60))
    model = fit_reasons(matrix, fired, {}, reason, carc)
    for name in REASONS:
        codes = [code for code, _ in model.carcs(name, fired_carcs=("165",))]
        assert codes
        assert not ENDED_CARCS.intersection(codes)


def test_what_is_no_carc_is_not_kept() -> None:
    reason = pd.Series(["coding"] * 40, dtype="str")
    carc = pd.Series(["11"] * 30 + ["SMITH, JOHN"] * 10, dtype="str")
    model = fit_reasons(np.zeros((40, 1)), pd.DataFrame(index=range(40)), {}, reason, carc)
    assert model.carc_counts == {"coding": {"11": 30}}


def test_claims_denied_for_two_reasons_only_can_be_learnt() -> None:
    rng = np.random.default_rng(1)
    matrix = rng.normal(size=(400, 2))
    reason = pd.Series(np.where(matrix[:, 0] > 0, "coding", "eligibility"), dtype="str")
    model = fit_reasons(
        matrix, pd.DataFrame(index=range(400)), {}, reason, reason.map({"coding": "11", "eligibility": "27"})
    )
    from models.combine import Evidence

    nothing = Evidence(np.zeros(2), np.zeros(2), np.zeros(2), np.full(2, -1), ())
    asked = model.probabilities(np.array([[2.0, 0], [-2.0, 0]]), pd.DataFrame(index=range(2)), {}, nothing, np.zeros(2))
    assert asked.loc[0, "coding"] > 0.8
    assert asked.loc[1, "eligibility"] > 0.8


def test_with_hardly_any_denials_every_reason_is_as_likely() -> None:
    from models.combine import Evidence

    model = fit_reasons(
        np.zeros((3, 1)), pd.DataFrame(index=range(3)), {}, pd.Series(["coding"] * 3), pd.Series(["11"] * 3)
    )
    nothing = Evidence(np.zeros(1), np.zeros(1), np.zeros(1), np.full(1, -1), ())
    shares = model.probabilities(np.zeros((1, 1)), pd.DataFrame(index=range(1)), {}, nothing, np.zeros(1))
    np.testing.assert_allclose(shares, 1 / len(REASONS))
