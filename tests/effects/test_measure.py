import pandas as pd
import pytest

from risk.claims.examples import batch_of, claim, line
from risk.effects import RuleEffect, measure_effects, wilson_interval
from risk.reference import load_reference
from risk.rules import run_rules
from risk.scoring import fired_matrix


@pytest.mark.parametrize(
    ("hits", "trials", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_the_interval_is_that_of_the_published_examples(hits, trials, low, high):
    """R. G. Newcombe, Statistics in Medicine 17 (1998) 857, table I, score method without continuity correction."""
    assert wilson_interval(hits, trials) == pytest.approx((low, high), abs=5e-5)


def test_the_interval_of_the_paid_mirrors_that_of_the_denied():
    low, high = wilson_interval(7, 40)
    assert wilson_interval(33, 40) == pytest.approx((1 - high, 1 - low))
    assert wilson_interval(40, 40)[1] == 1.0


@pytest.mark.parametrize(("hits", "trials"), [(0, 0), (3, 2), (-1, 5)])
def test_there_is_no_interval_of_nothing(hits, trials):
    with pytest.raises(ValueError, match="at least one trial"):
        wilson_interval(hits, trials)


def measured(findings_of, denied):
    batch = batch_of(*findings_of)
    fired = fired_matrix(run_rules(batch, load_reference()), len(batch), ["PTP001", "CLM008", "REG001"])
    return measure_effects(fired, pd.Series(denied), source="labels.csv", basis="r")


def test_a_claim_counts_once_however_many_of_its_lines_are_at_fault():
    pointless = claim(lines=[line("99213"), line("97110", pointers=()), line("97112", pointers=())], claim_id="A")
    effects = measured([pointless, claim(claim_id="B", member_id="SECOND")], [1, 0])
    assert effects.rules["CLM008"] == RuleEffect(claims=2, fired=1, fired_denied=1)
    assert (effects.claims, effects.denied, effects.denied_share) == (2, 1, 0.5)


def test_the_share_denied_is_of_the_claims_the_rule_fired_on():
    pair = [line("62323"), line("64483")]
    claims = [claim(lines=pair, claim_id=str(key), member_id=f"M{key}") for key in range(4)]
    effects = measured([*claims, claim(claim_id="CLEAN", member_id="CLEAN")], [1, 1, 1, 0, 1])
    one = effects.rules["PTP001"]
    assert (one.fired, one.fire_rate, one.denied_share) == (4, 0.8, 0.75)
    assert one.denied_interval == wilson_interval(3, 4)


def test_a_rule_that_never_fires_has_a_rate_and_no_share():
    one = measured([claim()], [0]).rules["REG001"]
    assert (one.fired, one.fire_rate, one.denied_share, one.denied_interval) == (0, 0.0, None, None)


def test_outcomes_of_other_claims_are_refused():
    with pytest.raises(ValueError, match="one outcome per claim"):
        measured([claim()], [0, 1])
