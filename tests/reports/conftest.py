"""Three claims scored by the rules alone: a bundled pair, a clean one, and one whose second line points nowhere."""

import pytest

from risk.claims.examples import batch_of, claim, line
from risk.fixes import fixes_of
from risk.reference import load_reference
from risk.rules import select_rules
from risk.scoring import Scorer, score_batch


@pytest.fixture(scope="package")
def scorer():
    return Scorer(load_reference(), None, select_rules())


@pytest.fixture
def score(scorer):
    """Score example claims; returns them with their fixes."""

    def scored_with_fixes(*claims):
        scored = score_batch(batch_of(*claims), scorer)
        return scored, fixes_of(scored, scorer)

    return scored_with_fixes


@pytest.fixture
def three(score):
    return score(
        claim(claim_id="BUNDLED", lines=[line("62323", charge="600"), line("64483", charge="400")]),
        claim(claim_id="CLEAN", member_id="SECOND"),
        claim(
            claim_id="POINTLESS",
            lines=[line("99213"), line("97110", pointers=(), charge="60.50")],
            member_id="THIRD",
            source_offset=7,
        ),
    )


@pytest.fixture
def two_to_mend():
    """A claim that two fixes together take below the threshold, neither alone."""
    return claim(
        claim_id="TWO",
        lines=[
            line("64483", charge="600.00"),
            line("77003", charge="90.00"),
            line("99213", modifiers=["25", "25"], charge="120.00"),
        ],
    )
