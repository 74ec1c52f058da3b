"""Deterministic rules, one file each, and the catalogue that finds and runs them."""

from risk.rules._catalogue import (
    FINDING_COLUMNS,
    catalogue,
    matches,
    ruleset_version,
    run_rules,
    select_rules,
    without_failed,
    without_pointless,
)
from risk.rules._certain import certain_rejects
from risk.rules._examples import example_failures, example_reference
from risk.rules._failures import RuleFailure, UnexpectedResultError, guarded
from risk.rules._own import own_rules
from risk.rules._rule import Reason, Rule, Severity, rule

__all__ = [
    "FINDING_COLUMNS",
    "Reason",
    "Rule",
    "RuleFailure",
    "Severity",
    "UnexpectedResultError",
    "catalogue",
    "certain_rejects",
    "example_failures",
    "example_reference",
    "guarded",
    "matches",
    "own_rules",
    "rule",
    "ruleset_version",
    "run_rules",
    "select_rules",
    "without_failed",
    "without_pointless",
]
