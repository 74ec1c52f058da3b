from __future__ import annotations

import io

import numpy as np
import pytest

from models.interval_spread import Spread, measured_spread, read_spread

TABLE = """similar_claims,log_odds,below,above
1,-2,2,4
1,0,3,5
100,-2,1,2
100,0,1.5,2.5
"""


@pytest.fixture
def spread() -> Spread:
    return read_spread(io.StringIO(TABLE))


def test_at_its_knots_it_says_what_the_table_says(spread) -> None:
    below, above = spread.of(np.array([-2.0, 0.0, -2.0, 0.0]), np.array([1.0, 1.0, 100.0, 100.0]))
    assert below.tolist() == [2, 3, 1, 1.5]
    assert above.tolist() == [4, 5, 2, 2.5]


def test_between_knots_it_interpolates_claims_by_their_logarithm(spread) -> None:
    below, above = spread.of(np.array([-1.0]), np.array([10.0]))
    assert below == pytest.approx([(2 + 3 + 1 + 1.5) / 4])
    assert above == pytest.approx([(4 + 5 + 2 + 2.5) / 4])


def test_beyond_the_last_knot_that_one_holds(spread) -> None:
    below, _ = spread.of(np.array([-9.0, 9.0, 9.0]), np.array([0.0, np.inf, 0.0]))
    assert below.tolist() == [2, 1.5, 3]


def test_the_table_of_the_package_is_whole_and_wider_for_fewer_claims() -> None:
    table = measured_spread()
    for distances in (table.below, table.above):
        assert distances.shape == (len(table.claims), len(table.log_odds))
        assert (distances > 0).all()
        assert (np.diff(distances, axis=0) <= 0).all()
    for knots in (table.claims, table.log_odds):
        assert (np.diff(knots) > 0).all()
