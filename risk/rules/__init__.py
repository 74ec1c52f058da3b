"""Deterministic rules, one file each, and the catalogue that finds and runs them."""

from risk.rules._catalogue import FINDING_COLUMNS, catalogue, ruleset_version, run_rules, select_rules
from risk.rules._rule import Reason, Rule, Severity, rule

__all__ = [
    "FINDING_COLUMNS",
    "Reason",
    "Rule",
    "Severity",
    "catalogue",
    "rule",
    "ruleset_version",
    "run_rules",
    "select_rules",
]
