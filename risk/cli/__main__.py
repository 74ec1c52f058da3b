"""`python -m risk.cli` is `denial-risk`."""

from risk.cli import main

main()
