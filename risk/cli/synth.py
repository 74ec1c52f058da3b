"""`denial-risk synth`: synthetic claims whose true denial probability is known."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from risk.cli._options import Quiet, Seed


def synth(
    out: Annotated[Path, typer.Option("--out", help="Folder to write to; made if it does not exist.")],
    claims: Annotated[int, typer.Option("--claims", min=1, help="How many claims.")] = 10_000,
    seed: Seed = 0,
    world: Annotated[int, typer.Option("--world", min=0, help="Fixes payers, providers and their habits.")] = 1,
    months: Annotated[int, typer.Option("--months", min=1, max=60, help="Length of the period.")] = 24,
    quiet: Quiet = False,
) -> None:
    """Write synthetic claims as CSV and 837P, with their 835, their labels and the truth behind them.

    Writes claims.csv, claims.837, remits.835 (what the payers decided, and changed later), labels.parquet (to train on,
    as `label` makes it) and truth.parquet (to judge by; no model may read it).

    Example: denial-risk synth --claims 1000 --seed 7 --out synthetic
    """
    from risk.cli._run import made_folder, say
    from synthetic_data import simulate, write_world

    folder = made_folder(out)
    drawn = simulate(claims, seed=seed, world=world, months=months)
    write_world(drawn, folder)
    if not quiet:
        say(f"wrote {claims} claims of world {world}, seed {seed}, to {folder}")
