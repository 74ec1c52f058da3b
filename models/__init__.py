"""Train, calibrate, explain and track the denial model.

train_model      features + findings + labels → a fitted, calibrated, measured DenialModel
DenialModel      predict(features, fired, rule_info), explain(features), threshold_for(precision)
rules_only       probabilities from the findings alone, where there is no model
models.leakage   what stops a training whose features know the outcome
models.gate      whether a challenger may take the champion's place
models.tracking  the runs, models.registry the registered models; they import MLflow and are not imported here
"""

from models.bundle import DenialModel, Prediction
from models.combine import Combiner, Evidence
from models.encode import Input, inputs_of
from models.evaluate import Evaluation, evaluate, metrics
from models.explain import Explanation
from models.fit import TrainingOptions
from models.priors import RuleInfo, rules_only
from models.reasons import REASONS, top_reasons
from models.storage import load_model, model_version, save_model
from models.train import Trained, train_model

__all__ = [
    "REASONS",
    "Combiner",
    "DenialModel",
    "Evaluation",
    "Evidence",
    "Explanation",
    "Input",
    "Prediction",
    "RuleInfo",
    "Trained",
    "TrainingOptions",
    "evaluate",
    "inputs_of",
    "load_model",
    "metrics",
    "model_version",
    "rules_only",
    "save_model",
    "top_reasons",
    "train_model",
]
