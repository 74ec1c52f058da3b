from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
import pytest

from models.lines import NO_CHARGE, PLACES, ROLES, LabelledLines, LineFacts, LineShares, assumed_chances
from models.lines_fit import PRIOR_LINES, fit_line_shares
from models.reasons import REASONS

ON_LINE, OTHER = PLACES.index("line"), PLACES.index("other_line")
BUNDLING, ELIGIBILITY = REASONS.index("bundling"), REASONS.index("eligibility")


def facts_of(*sizes: int, seed: int = 0) -> LineFacts:
    """Claims of so many lines, findings and roles at random."""
    rng = np.random.default_rng(seed)
    lines = sum(sizes)
    return LineFacts(
        len(sizes),
        np.repeat(np.arange(len(sizes)), sizes),
        rng.integers(0, len(PLACES), (lines, len(REASONS))).astype(np.uint8),
        rng.integers(0, len(ROLES), lines).astype(np.uint8),
    )


def reasons_of(claims: int, seed: int = 0) -> pd.DataFrame:
    shares = np.random.default_rng(seed).dirichlet(np.full(len(REASONS), 0.3), claims)
    return pd.DataFrame(shares, columns=list(REASONS))


def certainly(reason: str, claims: int = 1) -> pd.DataFrame:
    return pd.DataFrame(0.0, index=range(claims), columns=list(REASONS)).assign(**{reason: 1.0})


def drawn(chances: np.ndarray, facts: LineFacts, reason: np.ndarray, seed: int) -> np.ndarray:
    """Lines that are refused with their chances, drawn again for the claims of which none is."""
    rng = np.random.default_rng(seed)
    of_line = reason[facts.claim]
    chance = chances[of_line, facts.places[np.arange(len(of_line)), of_line], facts.role]
    refused = np.zeros(len(chance), dtype=bool)
    while (missing := np.bincount(facts.claim, weights=refused, minlength=facts.claims) == 0).any():
        refused |= missing[facts.claim] & (rng.random(len(chance)) < chance)
    return refused.astype(float)


def test_no_share_is_above_one_and_the_shares_of_a_claim_add_up_to_one_at_least() -> None:
    rng = np.random.default_rng(1)
    facts = facts_of(*rng.integers(1, 30, 400))
    chances = rng.beta(0.3, 0.3, assumed_chances().shape).clip(1e-4, 1 - 1e-4)
    shares = LineShares(chances).of(facts, reasons_of(400))
    assert 0 < shares.min() < shares.max() <= 1
    assert np.bincount(facts.claim, weights=shares).min() >= 1 - 1e-12
    assert (shares[(np.bincount(facts.claim) == 1)[facts.claim]] == 1).all()


def test_a_share_is_the_chance_of_the_line_given_that_one_is_refused_over_all_reasons() -> None:
    facts, reasons = facts_of(3, seed=4), reasons_of(1)
    shares = LineShares().of(facts, reasons)
    expected = np.zeros(3)
    for position, weight in enumerate(reasons.to_numpy()[0]):
        chance = assumed_chances()[position, facts.places[:, position], facts.role]
        ways = np.array(list(product([0, 1], repeat=3))[1:])
        likely = np.prod(np.where(ways == 1, chance, 1 - chance), axis=1)
        expected += weight * (likely / likely.sum()) @ ways
    np.testing.assert_allclose(shares, expected, rtol=1e-12)


def test_a_reason_of_lines_falls_on_the_line_with_the_finding_and_one_of_claims_on_all() -> None:
    places = np.zeros((2, len(REASONS)), dtype=np.uint8)
    places[:, BUNDLING] = ON_LINE, OTHER
    facts = LineFacts(1, np.zeros(2, dtype=np.int64), places, np.array([0, 2], dtype=np.uint8))
    bundled, spared = LineShares().of(facts, certainly("bundling"))
    assert spared < 0.15 < 0.95 < bundled
    assert LineShares().of(facts, certainly("eligibility")).min() > 0.9


def test_a_line_that_charges_nothing_has_a_small_share_whatever_the_reason() -> None:
    places = np.zeros((2, len(REASONS)), dtype=np.uint8)
    facts = LineFacts(1, np.zeros(2, dtype=np.int64), places, np.array([0, NO_CHARGE], dtype=np.uint8))
    for reason in REASONS:
        assert LineShares().of(facts, certainly(reason))[1] < 0.05


def test_a_claim_of_which_nothing_is_known_may_be_denied_for_any_reason_alike() -> None:
    facts = facts_of(2, 3, seed=3)
    unknown = certainly("bundling", 2) * 0.0
    alike = unknown + 1.0 / len(REASONS)
    np.testing.assert_allclose(LineShares().of(facts, unknown), LineShares().of(facts, alike), rtol=1e-12)


def test_a_claim_has_the_same_shares_alone_and_among_others_in_any_order() -> None:
    facts, reasons = facts_of(2, 1, 5, 3, 1, 9), reasons_of(6)
    together = LineShares().of(facts, reasons)
    order = np.array([4, 2, 0])
    some = facts.select(order)
    np.testing.assert_array_equal(np.bincount(some.claim), [1, 5, 2])
    apart = LineShares().of(some, reasons.iloc[order])
    np.testing.assert_array_equal(apart, together[facts.rows_of(order)])


@pytest.fixture(scope="module")
def taught() -> tuple[np.ndarray, LabelledLines, np.ndarray, LineShares]:
    """Chances, claims drawn with them, their reasons, and what was learnt from them."""
    rng = np.random.default_rng(8)
    chances = rng.uniform(0.05, 0.95, assumed_chances().shape)
    chances[:, :, NO_CHARGE] = 0.03
    facts = facts_of(*rng.integers(1, 6, 20_000), seed=9)
    reason = rng.choice([BUNDLING, ELIGIBILITY], facts.claims)
    lines = LabelledLines(facts, drawn(chances, facts, reason, 10))
    names = pd.Series(np.array(REASONS, dtype=object)[reason])
    return chances, lines, reason, fit_line_shares(lines, np.ones(facts.claims, dtype=bool), names)


def test_chances_are_learnt_from_denied_claims_alone_of_which_none_is_spared_altogether(taught) -> None:
    chances, lines, _, learnt = taught
    assert learnt.claims == (np.bincount(lines.facts.claim) > 1).sum()
    for reason in (BUNDLING, ELIGIBILITY):
        np.testing.assert_allclose(learnt.chances[reason], chances[reason], atol=0.06)
    unseen = REASONS.index("provider")
    np.testing.assert_array_equal(learnt.chances[unseen, :, :NO_CHARGE], assumed_chances()[unseen, :, :NO_CHARGE])


def test_learnt_shares_are_calibrated_by_place_and_role(taught) -> None:
    _, lines, reason, learnt = taught
    facts = lines.facts
    reasons = pd.DataFrame(np.eye(len(REASONS))[reason], columns=list(REASONS))
    shares = learnt.of(facts, reasons)
    several = (np.bincount(facts.claim) > 1)[facts.claim]
    of_line = reason[facts.claim]
    cells = pd.DataFrame(
        {
            "reason": of_line,
            "place": facts.places[np.arange(len(of_line)), of_line],
            "role": facts.role,
            "share": shares,
            "denied": lines.denied,
        }
    )[several & (facts.role != NO_CHARGE)]
    by_cell = cells.groupby(["reason", "place", "role"])[["share", "denied"]].mean()
    assert len(by_cell) == 2 * len(PLACES) * (len(ROLES) - 1)
    np.testing.assert_allclose(by_cell["share"], by_cell["denied"], atol=2 * PRIOR_LINES / 400)


def test_without_outcomes_of_lines_or_a_reason_nothing_is_learnt() -> None:
    facts = facts_of(2, 3, 4)
    denied, names = np.ones(3, dtype=bool), pd.Series(["bundling"] * 3, dtype="str")
    refused = np.ones(9)
    for lines, of_claim, reason in (
        (np.full(9, np.nan), denied, names),
        (refused, ~denied, names),
        (refused, denied, pd.Series([None, "elsewhere", None], dtype="str")),
        (np.zeros(9), denied, names),
    ):
        learnt = fit_line_shares(LabelledLines(facts, lines), of_claim, reason)
        assert learnt.claims == 0
        np.testing.assert_array_equal(learnt.chances, assumed_chances())


def test_a_claim_with_a_line_nobody_answered_teaches_nothing_and_few_claims_little() -> None:
    facts = LineFacts(
        3, np.repeat([0, 1, 2], 2), np.zeros((6, len(REASONS)), dtype=np.uint8), np.tile([0, 2], 3).astype(np.uint8)
    )
    denied, names = np.ones(3, dtype=bool), pd.Series(["bundling"] * 3, dtype="str")
    learnt = fit_line_shares(LabelledLines(facts, np.array([1, 0, 1, 0, 1, np.nan])), denied, names)
    assert learnt.claims == 2
    bundling = certainly("bundling", 3)
    assumed, (first, later) = LineShares().of(facts, bundling)[0], learnt.of(facts, bundling)[:2]
    assert 0.25 < later < assumed < first < 0.9
