"""Signals of a claim that a model learns from, one function each, and the catalogue that computes them."""

from features._asked import AskedHistory, PastSource
from features._asof import HISTORY_COLUMNS, PAST_DAYS, PRIOR_CLAIMS, SERVICE_COLUMNS, History, past_facts, patients_of
from features._catalogue import catalogue, compute_features
from features._docs import features_markdown
from features._feature import Feature, feature
from features._inputs import FeatureInputs
from features._shared import section_of

__all__ = [
    "HISTORY_COLUMNS",
    "PAST_DAYS",
    "PRIOR_CLAIMS",
    "SERVICE_COLUMNS",
    "AskedHistory",
    "Feature",
    "FeatureInputs",
    "History",
    "PastSource",
    "catalogue",
    "compute_features",
    "feature",
    "features_markdown",
    "past_facts",
    "patients_of",
    "section_of",
]
