"""Effects of the rules on the built-in synthetic claims, which are the same everywhere; the shipped file holds them."""

from __future__ import annotations

import hashlib
from pathlib import Path

import synthetic_data
from risk.effects.measure import Effects, measure_effects
from risk.reference import Reference
from risk.rules import ruleset_version, run_rules, select_rules
from risk.scoring import fired_matrix
from synthetic_data import simulate

#: Enough that all but the rarest mistakes of the world happen some fifty times; drawn and checked in ten seconds.
CLAIMS, SEED, WORLD = 200_000, 20_26, 1


def world_basis(reference: Reference) -> str:
    """Digest of all that the figures follow from: rules, reference data, the world's own source, and the draw.

    Cheap, so that an outdated file is found without drawing the claims again.
    """
    folder = Path(synthetic_data.__file__).parent
    digest = hashlib.sha256(f"{ruleset_version(reference)} {CLAIMS} {SEED} {WORLD}".encode())
    for path in sorted([*folder.rglob("*.py"), *folder.rglob("*.toml")]):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def measure_world(reference: Reference, claims: int = CLAIMS) -> Effects:
    """Draw the synthetic claims and count what the rules do to them; ten seconds, 0.8 GB for all of them."""
    drawn = simulate(claims, seed=SEED, world=WORLD)
    rules = select_rules()
    fired = fired_matrix(run_rules(drawn.batch, reference, rules), len(drawn.batch), [one.id for one in rules])
    return measure_effects(
        fired,
        drawn.truth["denied"],
        source=f"synthetic world {WORLD}, seed {SEED}",
        basis=world_basis(reference),
        synthetic=True,
    )
