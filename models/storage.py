"""A model as a folder of three files, readable without running anything.

model.json   inputs, their codes, calibration, combiner, CARC counts, thresholds, training summary, versions
arrays.npz   trees, numbers of the codes and coefficients; numbers only, pickles refused
SHA256SUMS   digests of the two, as ``sha256sum -c`` takes them

The arrays of the trees (``forest_…``) hold those of all denials, then of each cause in the order of ``causes``;
``forest_trees`` counts them. ``code_numbers`` has the same rows, one for each forest; its columns are the codes of each
input and one more for any other code, the inputs by name.
"""

from __future__ import annotations

import hashlib
import json
import math
import zipfile
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.bundle import DenialModel
from models.calibrate import Sigmoid
from models.causes import Cause, Causes
from models.combine import Combiner, RuleEvidence
from models.encode import CodeTable, Encoder, Input
from models.interval import Support
from models.interval_groups import Stretch
from models.lines import LineShares, assumed_chances
from models.payment import PaymentRatios
from models.priors import SeverityPrior
from models.reasons import ReasonModel
from models.trees import stacked, unstacked
from risk.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

Floats = NDArray[np.float64]

FORMAT = 3
DESCRIPTION, ARRAYS, SUMS = "model.json", "arrays.npz", "SHA256SUMS"
_REASON_ARRAYS = ("mean", "scale", "coefficients", "intercepts")


def save_model(model: DenialModel, folder: Path) -> str:
    """Write the model into ``folder`` (made if need be) and return its version; the same model gives the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    description = json.dumps(_describe(model), indent=1, sort_keys=True, allow_nan=False)
    (folder / DESCRIPTION).write_text(description + "\n", encoding="utf-8")
    causes = model.causes.causes
    forests = [model.forest, *(one.forest for one in causes)]
    arrays = {f"forest_{name}": values for name, values in stacked(forests).items()}
    arrays["code_numbers"] = _code_numbers(model)
    arrays["line_chances"] = model.lines.chances
    arrays |= {f"reasons_{name}": getattr(model.reasons, name) for name in _REASON_ARRAYS}
    np.savez_compressed(folder / ARRAYS, allow_pickle=False, **arrays)
    sums = "".join(f"{_digest(folder / name)}  {name}\n" for name in (DESCRIPTION, ARRAYS))
    (folder / SUMS).write_text(sums, encoding="ascii")
    return model_version(folder)


def model_version(folder: Path) -> str:
    """Twelve digits that name the content of a saved model."""
    return _digest(folder / SUMS)[:12]


def load_model(folder: Path, inputs: Sequence[Input] | None = None) -> DenialModel:
    """Read a saved model.

    Parameters
    ----------
    folder
        What :func:`save_model` wrote.
    inputs
        The features of this version; where given, the model must have been trained on exactly these, and on the
        columns that its training asked for (:attr:`models.bundle.DenialModel.extra_features`).

    Raises
    ------
    ModelError
        If the folder holds no model, a damaged one, one of another format, or one trained on other features.
    """
    where = "model folder"
    if not (folder / SUMS).is_file():
        raise ModelError(where, f"expected {DESCRIPTION}, {ARRAYS} and {SUMS}", "name a model that training saved")
    if not _intact(folder):
        raise ModelError(where, f"expected files as listed in {SUMS}; they are damaged", "train or promote again")
    try:
        described = json.loads((folder / DESCRIPTION).read_text(encoding="utf-8"))
        if described["format"] != FORMAT:
            raise ModelError(where, f"expected format {FORMAT}", "train a new model with this version")
        with np.load(folder / ARRAYS, allow_pickle=False) as stored:
            model = _rebuild(described, {name: stored[name] for name in stored.files})
    except (OSError, ValueError, KeyError, TypeError, IndexError, zipfile.BadZipFile) as failure:
        raise ModelError(where, "expected a model that this version wrote", "train a new model") from failure
    if inputs is not None:
        _require_fit(model, inputs)
    return replace(model, digest=model_version(folder))


def _describe(model: DenialModel) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "inputs": [asdict(one) for one in model.encoder.inputs],
        "codes": {name: list(table.codes) for name, table in model.encoder.tables.items()},
        "causes": [{"name": one.name, "offset": one.offset} for one in model.causes.causes],
        "sigmoid": asdict(model.sigmoid),
        "payer_offsets": dict(model.payer_offsets),
        "combiner": asdict(model.combiner),
        "carc_counts": model.reasons.carc_counts,
        "support": model.support.counts,
        "stretch": asdict(model.stretch),
        "thresholds": {name: model.thresholds[name].tolist() for name in model.thresholds},
        "summary": _plain(model.summary),
        "versions": model.versions,
        "payment": asdict(model.payment),
        "lines": {"claims": model.lines.claims},
    }


def _rebuild(described: dict[str, Any], arrays: dict[str, Any]) -> DenialModel:
    inputs = tuple(Input(**one) for one in described["inputs"])
    prefix = "forest_"
    forest, *of_causes = unstacked({name.removeprefix(prefix): own for name, own in arrays.items() if prefix in name})
    codes = {name: tuple(described["codes"][name]) for name in sorted(described["codes"])}
    ends = np.cumsum([len(own) + 1 for own in codes.values()])
    rows = arrays["code_numbers"]
    if rows.shape != (len(of_causes) + 1, ends[-1] if len(ends) else 0):
        raise ValueError("expected numbers of every code for every forest")
    numbers, *by_cause = (dict(zip(codes, np.split(row, ends[:-1]), strict=True)) for row in rows)
    encoder = Encoder(inputs, {name: CodeTable(own, numbers[name]) for name, own in codes.items()})
    targets = [one.name for one in inputs if one.encoding == "target"]
    causes = tuple(
        Cause(one["name"], {name: own[name] for name in targets}, trees, one["offset"])
        for one, own, trees in zip(described["causes"], by_cause, of_causes, strict=True)
    )
    combiner = described["combiner"]
    return DenialModel(
        encoder=encoder,
        forest=forest,
        causes=Causes(causes),
        sigmoid=Sigmoid(**described["sigmoid"]),
        payer_offsets=described["payer_offsets"],
        combiner=Combiner(
            combiner["intercept"],
            combiner["half_known"],
            {name: SeverityPrior(**one) for name, one in combiner["priors"].items()},
            {name: RuleEvidence(**one) for name, one in combiner["rules"].items()},
        ),
        reasons=ReasonModel(
            **{name: arrays[f"reasons_{name}"] for name in _REASON_ARRAYS}, carc_counts=described["carc_counts"]
        ),
        support=Support(described["support"]),
        thresholds=pd.DataFrame(described["thresholds"]),
        summary=described["summary"],
        versions=described["versions"],
        stretch=Stretch(**{name: tuple(own) for name, own in described["stretch"].items()}),
        payment=PaymentRatios(**described.get("payment", {})),  # none in models of before there were ratios
        lines=_line_shares(described, arrays),
    )


def _line_shares(described: dict[str, Any], arrays: dict[str, Any]) -> LineShares:
    """What was learnt of lines; the assumed shares in models of before there were any."""
    if "lines" not in described:
        return LineShares()
    chances = arrays["line_chances"]
    if chances.shape != assumed_chances().shape or not ((chances > 0) & (chances < 1)).all():
        raise ValueError("expected a chance for every reason, place and role")
    return LineShares(chances, described["lines"]["claims"])


def _code_numbers(model: DenialModel) -> Floats:
    """Number of every code of every input by name, for all denials and for each cause: forests × codes."""
    tables = model.encoder.tables
    rows = [{}, *(one.numbers for one in model.causes.causes)]
    named = [[own.get(name, tables[name].numbers) for name in sorted(tables)] for own in rows]
    return np.array([np.concatenate(one) if one else np.empty(0) for one in named])


def _require_fit(model: DenialModel, inputs: Sequence[Input]) -> None:
    trained = {one.name: one.encoding for one in model.encoder.inputs if not one.rule}
    current = {one.name: one.encoding for one in inputs} | model.extra_features
    if trained != current:
        differing = sorted(name for name in trained | current if trained.get(name) != current.get(name))
        raise ModelError(
            "model",
            f"expected one trained on this version's features; differing: {', '.join(differing[:5])}",
            "train a new model (denial-risk train)",
        )


def _intact(folder: Path) -> bool:
    try:
        lines = (folder / SUMS).read_text(encoding="ascii").splitlines()
        listed = {name: digest for digest, name in (line.split("  ", 1) for line in lines)}
        return set(listed) == {DESCRIPTION, ARRAYS} and all(
            _digest(folder / name) == digest for name, digest in listed.items()
        )
    except (OSError, ValueError):
        return False


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _plain(value: Any) -> Any:
    """Only what JSON has: NaN becomes null, numpy numbers Python's."""
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and math.isnan(value) else value
