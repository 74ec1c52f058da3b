"""Findings of the rules as inputs of the trees, for rules that training saw often enough to learn from.

A payer may be strict on one edit and lenient on another, and a tree can learn so where a weight for each rule cannot.
The score may only rise with a finding: mending one never raises the risk. What training hardly or never saw stays with
the combiner, which knows what findings of its severity are worth (docs/adr/0003-combiner.md).
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from models.encode import Input

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from models.priors import RuleInfo

#: Training claims a rule must have flagged: with fewer, no leaf of a tree can hold them.
LEAST_FLAGGED = 20


def name_of(rule_id: str) -> str:
    """Name of the input that is the finding of a rule."""
    return f"finding_{rule_id}"


def finding_inputs(fired: pd.DataFrame, rule_info: Mapping[str, RuleInfo]) -> tuple[Input, ...]:
    """Inputs for the rules that flagged enough of the training claims (claims × rule ids); no preview rule's."""
    counts = fired.sum()
    enough = [rule for rule in fired.columns if counts[rule] >= LEAST_FLAGGED and not rule_info[rule].preview]
    return tuple(Input(name_of(rule), f"Finding of rule {rule}", "number", "higher", rule=rule) for rule in enough)


def with_findings(features: pd.DataFrame, fired: pd.DataFrame, inputs: Sequence[Input]) -> pd.DataFrame:
    """Features of claims, with a column for each input that is a finding: 1 where the rule fired, 0 where not.

    ``fired`` has the same claims × rule ids; a rule that is not among them did not fire.
    """
    columns = {one.name: one.rule for one in inputs if one.rule}
    if not columns:
        return features
    found = np.zeros((len(features), len(columns)), dtype=np.float32)
    places = fired.columns.get_indexer(named_columns(tuple(columns.values())))
    found[:, places >= 0] = fired.to_numpy(dtype=bool)[:, places[places >= 0]]
    own = pd.DataFrame(found, columns=named_columns(tuple(columns)), index=features.index)
    return pd.concat([features, own], axis=1)


@lru_cache(maxsize=16)
def named_columns(names: tuple[str, ...]) -> pd.Index:
    """Rule ids or inputs as columns: batches share them, and what pandas prepares to look something up in them."""
    return pd.Index(names)
