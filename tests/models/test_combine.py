from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from models._logistic import expit, logit
from models.combine import Combiner, RuleEvidence
from models.combine_fit import fit_combiner
from models.evaluate import expected_calibration_error
from models.priors import ASSUMED_BASE_RATE, RuleInfo, SeverityPrior, assumed_prior, rules_only

DENY = RuleInfo("deny", "coding", "11")
REVIEW = RuleInfo("review", "coding", "11")


def one_row(**rules: bool) -> pd.DataFrame:
    return pd.DataFrame({rule_id: [fired] for rule_id, fired in rules.items()})


@pytest.fixture
def combiner() -> Combiner:
    return Combiner(
        intercept=-0.1,
        half_known=20.0,
        priors={"deny": SeverityPrior(0.6, 0.15, 9)},
        rules={"SEE001": RuleEvidence(50_000, 0.8, 0.02, 0.4), "RAR001": RuleEvidence(20, 0.6, 0.1, 0.0)},
    )


def test_without_findings_only_the_intercept_is_added(combiner) -> None:
    combined = combiner.log_odds(np.array([-2.0]), one_row(SEE001=False), {"SEE001": DENY})
    assert combined[0] == pytest.approx(-2.1)


def test_a_rule_that_training_saw_often_adds_its_learned_weight(combiner) -> None:
    combined = combiner.log_odds(np.array([-2.0]), one_row(SEE001=True), {"SEE001": DENY})
    assert combined[0] == pytest.approx(-2.1 + 0.4, abs=0.02)


def test_an_unseen_rule_is_a_ground_of_its_own_to_deny(combiner) -> None:
    risk = combiner.risk(np.array([-2.0]), one_row(NEW001=True), {"NEW001": DENY})
    assert risk[0] == pytest.approx(1 - (1 - expit(-2.1)) * (1 - 0.6))


def test_a_rule_seen_half_known_times_keeps_half_its_chance(combiner) -> None:
    evidence = combiner.evidence(one_row(RAR001=True), {"RAR001": DENY})
    assert evidence.thin[0] == pytest.approx(0.3)
    assert evidence.spread[0] == pytest.approx(0.05)


def test_of_several_unseen_rules_only_the_strongest_counts(combiner) -> None:
    info = {"NEW001": DENY, "NEW002": DENY, "NEW003": REVIEW}
    alone = combiner.risk(np.array([-2.0]), one_row(NEW001=True, NEW002=False, NEW003=False), info)
    together = combiner.risk(np.array([-2.0]), one_row(NEW001=True, NEW002=True, NEW003=True), info)
    assert together[0] == alone[0]


def test_a_severity_that_training_never_saw_takes_the_assumed_prior(combiner) -> None:
    assert combiner.of_rule("NEW003", REVIEW).alone == assumed_prior("review").mean


def test_preview_rules_move_nothing(combiner) -> None:
    preview = RuleInfo("deny", "coding", "11", preview=True)
    combined = combiner.log_odds(np.array([1.0]), one_row(NEW001=True), {"NEW001": preview})
    assert combined[0] == pytest.approx(0.9)


@pytest.mark.parametrize("model", [-6.0, -1.0, 0.0, 2.0, 6.0])
def test_one_more_finding_never_lowers_the_risk(combiner, model) -> None:
    info = {"SEE001": DENY, "RAR001": DENY, "NEW001": DENY}
    fewer = combiner.risk(np.array([model]), one_row(SEE001=True, RAR001=False, NEW001=False), info)
    more = combiner.risk(np.array([model]), one_row(SEE001=True, RAR001=True, NEW001=True), info)
    assert more[0] >= fewer[0]


def test_combined_risks_of_a_model_blind_to_the_rules_are_calibrated(simulated) -> None:
    world = simulated(claims=20_000, seed=11)
    lifted = (world.fired * pd.Series(world.lifts)).sum(axis=1).to_numpy()
    blind = logit(world.truth) - lifted
    taught, tested = slice(0, 14_000), slice(14_000, None)
    combiner = fit_combiner(blind[taught], world.fired[taught], world.rule_info, world.denied[taught])
    risk = combiner.risk(blind[tested], world.fired[tested], world.rule_info)
    denied = world.denied[tested]
    assert expected_calibration_error(risk, denied) < 0.015
    assert expected_calibration_error(expit(blind[tested]), denied) > 0.05
    assert np.abs(logit(risk) - logit(world.truth[tested])).mean() < 0.25


def test_a_model_that_knows_everything_is_left_nearly_alone(simulated) -> None:
    world = simulated(claims=20_000, seed=12)
    combiner = fit_combiner(logit(world.truth), world.fired, world.rule_info, world.denied)
    risk = combiner.risk(logit(world.truth), world.fired, world.rule_info)
    assert np.abs(risk - world.truth).mean() < 0.01


def test_weights_are_never_negative_even_where_a_rule_marks_safe_claims(simulated) -> None:
    world = simulated(claims=6000, seed=13)
    fired = world.fired.assign(SAFE001=~world.denied & (np.arange(6000) % 3 == 0))
    info = world.rule_info | {"SAFE001": DENY}
    combiner = fit_combiner(logit(world.truth), fired, info, world.denied)
    assert combiner.rules["SAFE001"].weight == 0.0
    assert min(rule.weight for rule in combiner.rules.values()) >= 0.0


def test_the_chance_of_a_severity_is_that_of_its_rules(simulated) -> None:
    world = simulated(claims=20_000, rules=30, seed=14)
    priors = fit_combiner(logit(world.truth), world.fired, world.rule_info, world.denied).priors
    paid_otherwise = 1 - world.truth[~world.fired.any(axis=1)].mean()
    for severity in ("reject", "deny", "review"):
        mine = [rule_id for rule_id, info in world.rule_info.items() if info.severity == severity]
        chances = [1 - (1 - world.truth[world.fired[rule_id]].mean()) / paid_otherwise for rule_id in mine]
        assert priors[severity].seen == 10
        assert priors[severity].mean == pytest.approx(np.mean(chances), abs=0.05)


def test_without_any_rule_in_training_the_assumed_priors_hold() -> None:
    rng = np.random.default_rng(0)
    model = rng.normal(-2, 1, 4000)
    combiner = fit_combiner(model, pd.DataFrame(index=range(4000)), {}, rng.random(4000) < expit(model))
    assert combiner.rules == {}
    assert combiner.risk(np.array([-2.0]), one_row(NEW001=True), {"NEW001": DENY})[0] > 0.35


def test_rules_only_starts_from_the_base_rate_and_worst_finding_of_a_reason_counts() -> None:
    info = {"AAA001": DENY, "AAA002": REVIEW, "BBB001": RuleInfo("review", "bundling", "97")}
    fired = pd.DataFrame({"AAA001": [0, 1, 1, 1], "AAA002": [0, 0, 1, 0], "BBB001": [0, 0, 0, 1]}, dtype=bool)
    nothing, deny, same_reason, other_reason = rules_only(fired, info)
    assert nothing == pytest.approx(ASSUMED_BASE_RATE)
    assert deny == pytest.approx(0.55)
    assert same_reason == deny
    assert deny < other_reason < 1


def test_rules_only_passes_over_preview_rules() -> None:
    info = {"AAA001": RuleInfo("reject", "coding", "11", preview=True)}
    assert rules_only(one_row(AAA001=True), info)[0] == pytest.approx(ASSUMED_BASE_RATE)
