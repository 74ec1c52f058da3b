"""What payers decided: remittances joined to claims, and the initial denial of each claim and line."""

from risk.outcomes.labels import LABEL_COLUMNS, Labels, initial_decisions, label_claims, labelled_table
from risk.outcomes.maturity import immature
from risk.outcomes.repeats import content_hashes
from risk.outcomes.treatments import Treatments

__all__ = [
    "LABEL_COLUMNS",
    "Labels",
    "Treatments",
    "content_hashes",
    "immature",
    "initial_decisions",
    "label_claims",
    "labelled_table",
]
