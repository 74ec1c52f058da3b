"""What can go wrong on the user's side, as one line each.

    DenialRiskError            where, what was expected, what to do; the command exits 2
    ├── InputError             a file, a column, a row
    ├── ReferenceDataError     code sets and payer terms
    ├── RuleError              unknown, ill-declared or failing rules
    ├── ConfigurationError     denial-risk.toml
    └── ModelError             unknown, unreadable or unfit models

No message ever holds the value that was found: it may identify a patient.
"""

from __future__ import annotations


class DenialRiskError(Exception):
    """An expected failure, told in one line.

    Parameters
    ----------
    where
        File, row, column, segment or option the failure is about.
    expected
        What would have been right.
    hint
        What to do about it; may be empty.
    """

    def __init__(self, where: str, expected: str, hint: str = "") -> None:
        self.where, self.expected, self.hint = where, expected, hint
        super().__init__(where, expected, hint)

    def __str__(self) -> str:
        parts = [f"{self.where}: {self.expected}", self.hint]
        return " ".join("; ".join(part for part in parts if part).split())


class InputError(DenialRiskError):
    """A claim file that cannot be read as what it was given as."""


class ReferenceDataError(DenialRiskError):
    """Reference data that is missing, unreadable or contradicts itself."""


class RuleError(DenialRiskError):
    """A rule id that does not exist, or a rule that is declared wrongly."""


class ConfigurationError(DenialRiskError):
    """A configuration file that cannot be read, or says what it may not."""


class ModelError(DenialRiskError):
    """A model that does not exist, cannot be read, or does not fit this version."""
