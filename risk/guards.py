"""The leakage guards of :mod:`models.leakage`, run on labelled claims before anything is trained on them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from features import History, catalogue
from models import TrainingOptions
from models.leakage import SHUFFLED_CLAIMS, most_by_chance, require_chance, require_known, require_no_lone_leak
from models.split import split_by_submission
from models.train import require_both, require_enough
from risk.extras import all_features, all_inputs
from risk.labelled import Labelled, known_on
from risk.reference import Reference

#: Tables that features read.
_READ = ("claims", "service_lines", "diagnoses", "notes")


@dataclass(frozen=True)
class Guarded:
    """What the guards found.

    ``alone`` is the AUROC of each feature alone, best first; ``shuffled`` the out-of-fold AUROC of shuffled outcomes
    and ``by_chance`` what it had to stay below.
    """

    alone: pd.Series
    shuffled: float
    by_chance: float


def guard(
    labelled: Labelled,
    features: pd.DataFrame,
    labels: pd.DataFrame,
    reference: Reference,
    *,
    seed: int,
) -> Guarded:
    """Raise :class:`ModelError` where a feature knows the outcome of its own claim.

    Parameters
    ----------
    labelled
        The claims; one outcome each.
    features, labels
        What :func:`risk.training.prepare` made of them, with their own history.
    reference
        What features look things up in.
    seed
        Of the folds, the shuffle and the claims of the shuffled run.

    Returns
    -------
    What the guards found, for the record of the run.
    """
    inputs = all_inputs(labelled.extras)
    batch = labelled.batch
    columns = [name for table in _READ for name in getattr(batch, table).columns]
    require_known(inputs, {*catalogue(), *labelled.extras}, [*columns, *labelled.extras])
    denied = labels["denied"].to_numpy(dtype=np.float64) == 1.0
    require_enough(denied)
    taught = split_by_submission(labels["submission_date"]).train
    require_both(denied[taught])
    alone = require_no_lone_leak(features.iloc[taught], denied[taught], inputs, seed)
    rng = np.random.default_rng(seed)
    shuffled = rng.permutation(denied)
    past = History.of(batch, pd.Series(shuffled.astype("float64")), known_on(batch, labelled.outcomes["remit_date"]))
    rows = np.sort(rng.choice(taught, min(len(taught), SHUFFLED_CLAIMS), replace=False))
    dealt = all_features(batch.select(rows), reference, past, labelled.extras)
    reached = require_chance(dealt, shuffled[rows], inputs, TrainingOptions(), seed)
    return Guarded(alone, reached, most_by_chance(shuffled[rows]))
