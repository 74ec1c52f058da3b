"""A synthetic world of claims and payers whose true denial probabilities are known."""

from synthetic_data.sample import simulate
from synthetic_data.world import SyntheticClaims
from synthetic_data.write import write_world

__all__ = ["SyntheticClaims", "simulate", "write_world"]
