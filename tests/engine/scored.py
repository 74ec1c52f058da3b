"""Scoring a few files by the command, with rules that cost every part some time."""

from risk.cli import run

#: Rules that look at other claims and some that are mended; each costs every part some time.
RULES = ["--select", "DUP,FRQ,GLB,PTP,IMG,CLM"]


def score(files, output, *options, code=0):
    """Bytes of the output; the command has to end with the code."""
    arguments = ["score", *map(str, files), "-o", str(output), "--quiet", *RULES, *options]
    assert run(arguments) == code
    return output.read_bytes() if output.exists() else b""
