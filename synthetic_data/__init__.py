"""A synthetic world of claims and payers whose true denial probabilities are known."""

from synthetic_data.sample import simulate, simulate_blocks
from synthetic_data.world import SyntheticClaims
from synthetic_data.write import write_world

__all__ = ["SyntheticClaims", "simulate", "simulate_blocks", "write_world"]
