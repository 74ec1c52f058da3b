"""The command line: read, call, print; nothing else."""

from risk.cli._app import main, run

__all__ = ["main", "run"]
