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
    until: Annotated[
        str,
        typer.Option(
            "--until",
            metavar="YYYY-MM",
            help="Last month of service; payers change their policies from 2026-11 on.",
        ),
    ] = "2026-10",
    quiet: Quiet = False,
) -> None:
    """Write synthetic claims as CSV and 837, with their 835, their labels and the truth behind them.

    Writes claims.csv (all claims), claims.837 (professional), claims_i.837 (institutional), remits.835 (what the payers
    decided, and changed later), labels.parquet (to train on, as `label` makes it), truth.parquet and
    truth_lines.parquet (to judge by; no model may read them).

    Example: denial-risk synth --claims 1000 --seed 7 --out synthetic
    """
    from risk.cli._run import made_folder, say
    from risk.errors import InputError
    from synthetic_data import simulate_blocks, write_world

    try:
        drawn = simulate_blocks(claims, seed=seed, world=world, months=months, until=until)
    except ValueError as error:
        raise InputError("--until and --months", str(error)) from error
    folder = made_folder(out)
    write_world(drawn, folder)
    if not quiet:
        say(f"wrote {claims} claims of world {world}, seed {seed}, to {folder}")
