"""A synthetic world of claims and payers whose true denial probabilities are known."""
