"""denial-risk: how likely a claim is to be denied, why, and what to fix, before it is sent."""

__version__ = "0.1.0"
