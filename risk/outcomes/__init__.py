"""What payers decided: remittances joined to claims, and the initial denial of each claim and line."""

from risk.outcomes.labels import LABEL_COLUMNS, Labels, label_claims, labelled_table
from risk.outcomes.treatments import Treatments

__all__ = ["LABEL_COLUMNS", "Labels", "Treatments", "label_claims", "labelled_table"]
