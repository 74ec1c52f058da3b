"""Signals of a claim that a model learns from, one function each, and the catalogue that computes them."""

from features._catalogue import catalogue, compute_features
from features._feature import Feature, FeatureInputs, feature

__all__ = ["Feature", "FeatureInputs", "catalogue", "compute_features", "feature"]
