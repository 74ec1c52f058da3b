"""What rules amount to on claims whose outcome is known: how often each fires, and how many of those claims are denied.

measure_effects()   counts of labelled claims
shipped_effects()   those of the built-in synthetic claims; ``data/synthetic.csv``, which `make docs` writes
own_effects()       those of the user's own claims, kept by `denial-risk train --data`
"""

from risk.effects.files import keep_own_effects, own_effects, read_effects, shipped_effects, written_effects
from risk.effects.measure import Effects, RuleEffect, measure_effects, wilson_interval

__all__ = [
    "Effects",
    "RuleEffect",
    "keep_own_effects",
    "measure_effects",
    "own_effects",
    "read_effects",
    "shipped_effects",
    "wilson_interval",
    "written_effects",
]
