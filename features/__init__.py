"""Signals of a claim that a model learns from, one function each, and the catalogue that computes them."""

from features._asof import HISTORY_COLUMNS, PAST_DAYS, PRIOR_CLAIMS, History
from features._catalogue import catalogue, compute_features
from features._docs import features_markdown
from features._feature import Feature, feature
from features._inputs import FeatureInputs
from features._shared import section_of

__all__ = [
    "HISTORY_COLUMNS",
    "PAST_DAYS",
    "PRIOR_CLAIMS",
    "Feature",
    "FeatureInputs",
    "History",
    "catalogue",
    "compute_features",
    "feature",
    "features_markdown",
    "section_of",
]
