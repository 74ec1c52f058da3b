"""The frozen hold-out: the claims submitted last, kept so that models that come later are measured on the same ones.

    features.parquet  one row per claim, columns as the features are named; codes of few claims are one, ages end at 90
    fired.parquet     the same claims × rule ids, booleans
    labels.parquet    denied (0/1), payer_id, payer_type, submission_month (YYYY-MM)
    holdout.json      inputs, facts of the rules, first and last day of submission

It holds nothing that names a claim or a patient: no ids, no dates but the month, no notes.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.encode import LEAST_CLAIMS_OF_A_CODE, RARE, Input
from models.priors import RuleInfo
from risk.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

DESCRIPTION = "holdout.json"
_TABLES = ("features", "fired", "labels")

#: Feature that tells an age, and the age that stands for all above 89 (45 CFR 164.514(b)(2)(i)(C)).
AGE_FEATURE, OLDEST = "age_at_service", 90.0


@dataclass(frozen=True)
class Holdout:
    """Claims to measure models on, in one order throughout.

    ``features``, ``fired`` and ``rule_info`` are what :meth:`models.DenialModel.predict` takes; ``labels`` has
    ``denied``, ``payer_id``, ``payer_type`` and ``submission_month``; ``since`` and ``until`` are the first and last
    day of submission (ISO), ``source`` what the claims are.
    """

    features: pd.DataFrame
    fired: pd.DataFrame
    rule_info: Mapping[str, RuleInfo]
    labels: pd.DataFrame
    inputs: tuple[Input, ...]
    since: str
    until: str
    source: str = "frozen hold-out"

    @property
    def denied(self) -> NDArray[np.bool_]:
        """Whether each claim was denied."""
        return np.asarray(self.labels["denied"].to_numpy() == 1)


def freeze(
    features: pd.DataFrame,
    fired: pd.DataFrame,
    rule_info: Mapping[str, RuleInfo],
    labels: pd.DataFrame,
    inputs: Sequence[Input],
    rows: NDArray[np.int64],
    source: str = "frozen hold-out",
) -> Holdout:
    """Take the claims at ``rows`` out of what a model was trained and tested on; see :func:`models.train.train_model`.

    Codes that fewer than ``LEAST_CLAIMS_OF_A_CODE`` of all the claims carry become ``RARE``, as they do in a model.
    """
    kept = features.iloc[rows].reset_index(drop=True)
    for one in inputs:
        if one.encoding != "number":
            common = features[one.name].value_counts()
            known = common.index[common >= LEAST_CLAIMS_OF_A_CODE]
            kept[one.name] = kept[one.name].where(kept[one.name].isin(known) | kept[one.name].isna(), RARE)
    if AGE_FEATURE in kept:
        kept[AGE_FEATURE] = kept[AGE_FEATURE].clip(upper=OLDEST)
    days = pd.to_datetime(labels["submission_date"].iloc[rows]).reset_index(drop=True)
    payer = labels["payer_id"].iloc[rows].reset_index(drop=True).astype("str")
    common = labels["payer_id"].value_counts()
    answers = pd.DataFrame(
        {
            "denied": labels["denied"].iloc[rows].to_numpy(dtype="int8"),
            "payer_id": payer.where(payer.isin(common.index[common >= LEAST_CLAIMS_OF_A_CODE]) | payer.isna(), RARE),
            "payer_type": labels["payer_type"].iloc[rows].reset_index(drop=True).astype("str"),
            "submission_month": days.dt.strftime("%Y-%m"),
        }
    )
    flags = fired.iloc[rows].reset_index(drop=True)
    since, until = (str(day.date()) if pd.notna(day) else "" for day in (days.min(), days.max()))
    return Holdout(kept, flags, {name: rule_info[name] for name in flags}, answers, tuple(inputs), since, until, source)


def write_holdout(holdout: Holdout, folder: Path) -> str:
    """Write the hold-out into ``folder``, which is made; returns the digest that :func:`read_holdout` wants."""
    folder.mkdir(parents=True)
    for name in _TABLES:
        getattr(holdout, name).to_parquet(folder / f"{name}.parquet", index=False)
    description = {
        "inputs": [asdict(one) for one in holdout.inputs],
        "rules": {name: asdict(info) for name, info in holdout.rule_info.items()},
        "since": holdout.since,
        "until": holdout.until,
        "claims": len(holdout.labels),
    }
    (folder / DESCRIPTION).write_text(json.dumps(description, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return _digest(folder)


def read_holdout(folder: Path, digest: str | None = None) -> Holdout:
    """Read a hold-out; raises :class:`ModelError` for one that is damaged, or not the one of ``digest``."""
    where = "frozen hold-out"
    try:
        if digest is not None and _digest(folder) != digest:
            raise ModelError(where, "expected the files as training wrote them", "give the labelled file with --data")
        described = json.loads((folder / DESCRIPTION).read_text(encoding="utf-8"))
        tables = {name: pd.read_parquet(folder / f"{name}.parquet") for name in _TABLES}
        rules = {name: RuleInfo(**info) for name, info in described["rules"].items()}
        inputs = tuple(Input(**one) for one in described["inputs"])
        return Holdout(
            tables["features"], tables["fired"], rules, tables["labels"], inputs, described["since"], described["until"]
        )
    except (OSError, ValueError, KeyError, TypeError) as failure:
        raise ModelError(where, "expected what training wrote", "give the labelled file with --data") from failure


def _digest(folder: Path) -> str:
    names = (DESCRIPTION, *(f"{name}.parquet" for name in _TABLES))
    parts = [hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names]
    return hashlib.sha256("".join(parts).encode()).hexdigest()[:12]
