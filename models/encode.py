"""From the feature frame to the matrix a model takes: how codes become numbers, and the same again, fast, at scoring.

Trees see ordered numbers only, never native categories, so that every explanation is exact.

    number    as it is; NaN stays NaN and goes its own way in each tree
    ordinal   position of the code among those of training
    target    mean of the outcome among training claims with the code, shrunk to the overall mean

A code that training hardly or never saw counts as one called rare; where training had none, as NaN or the overall mean.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from risk.errors import ModelError

if TYPE_CHECKING:
    from features import Feature

Encoding = Literal["number", "ordinal", "target"]
Floats = NDArray[np.float64]

#: What a missing code and a rare one are called inside the encoders; no real code looks like either.
MISSING, RARE = "", "<rare>"
#: Codes of fewer training claims than this are one code, RARE, and so is any code not seen in training. A model then
#: holds nothing that only a handful of claims share, and has learnt how claims with unusual codes fare.
LEAST_CLAIMS_OF_A_CODE = 5

#: Codes that are looked up one by one: to find the distinct ones among so few takes longer.
_FEW = 100

Vocabulary = Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class Input:
    """One column of the frame as the model knows it: a feature, or the finding of a ``rule``."""

    name: str
    label: str
    encoding: Encoding
    riskier: str
    past: bool = False
    rule: str = ""

    @classmethod
    def of(cls, feature: Feature) -> Input:
        """Take over what the feature declares."""
        return cls(feature.name, feature.label, feature.encoding, feature.riskier, feature.past)


def inputs_of(catalogue: Mapping[str, Feature]) -> tuple[Input, ...]:
    """List the inputs that the features are, in catalogue order."""
    return tuple(Input.of(one) for one in catalogue.values())


def require_columns(frame: pd.DataFrame, inputs: Sequence[Input]) -> None:
    """Raise :class:`ModelError` unless the frame has exactly the columns the model was trained on."""
    expected, given = {one.name for one in inputs}, set(frame.columns)
    if expected != given:
        differing = ", ".join(sorted(expected ^ given)[:5])
        raise ModelError(
            "model",
            f"expected the features it was trained on; differing: {differing}",
            "train a new model with this version (denial-risk train)",
        )


def learn_vocabulary(frame: pd.DataFrame, inputs: Sequence[Input]) -> dict[str, frozenset[str]]:
    """Codes of each code input that enough rows have; ``MISSING`` among them where enough are null."""
    require_columns(frame, inputs)
    found = {}
    for one in inputs:
        if one.encoding != "number":
            counts = frame[one.name].fillna(MISSING).value_counts(sort=False)
            found[one.name] = frozenset(str(code) for code in counts.index[counts >= LEAST_CLAIMS_OF_A_CODE])
    return found


def prepare(frame: pd.DataFrame, inputs: Sequence[Input], vocabulary: Vocabulary) -> pd.DataFrame:
    """Order the columns for the sklearn pipeline: numbers as float64, codes as objects without nulls or rarities."""
    require_columns(frame, inputs)
    columns = {}
    for one in inputs:
        column = frame[one.name]
        if one.encoding == "number":
            columns[one.name] = column.astype("float64")
        else:
            codes = column.fillna(MISSING).astype(object)
            columns[one.name] = codes.where(codes.isin(list(vocabulary[one.name])), RARE)
    return pd.DataFrame(columns, index=frame.index)


def build_encoder(inputs: Sequence[Input], seed: int) -> Any:
    """Unfitted ``ColumnTransformer`` for prepared frames.

    Its output columns are grouped by encoding; :func:`output_order` says which input each one is.
    """
    from sklearn.compose import ColumnTransformer
    from sklearn.model_selection import StratifiedKFold
    from sklearn.preprocessing import OrdinalEncoder, TargetEncoder

    ordinal = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=np.nan)
    folds = StratifiedKFold(5, shuffle=True, random_state=seed)
    target = TargetEncoder(target_type="binary", smooth="auto", cv=folds)
    steps = {"number": "passthrough", "ordinal": ordinal, "target": target}
    return ColumnTransformer(
        [(name, steps[name], names) for name in get_args(Encoding) if (names := _named(inputs, name))],
        verbose_feature_names_out=False,
        sparse_threshold=0.0,
    )


def output_order(inputs: Sequence[Input]) -> tuple[Input, ...]:
    """Put the inputs in the order of the encoder's output columns."""
    by_name = {one.name: one for one in inputs}
    return tuple(by_name[name] for encoding in get_args(Encoding) for name in _named(inputs, encoding))


#: Place of every row's code in the table of its input, by input; what :meth:`Encoder.take_apart` makes.
Places = Mapping[str, NDArray[np.intp]]


@dataclass(frozen=True)
class CodeTable:
    """Number of each code of one input; the last of ``numbers``, one more than ``codes``, is that of any other code."""

    codes: tuple[str, ...]
    numbers: Floats

    def places(self, column: pd.Series) -> NDArray[np.intp]:
        """Place of each row's code among ``codes``, or after them; looked up once for each distinct code of many."""
        other = len(self.codes)
        if len(column) <= _FEW:
            codes = column.to_numpy(dtype=object, na_value=MISSING).tolist()
            return np.array([self._place.get(str(code), other) for code in codes], dtype=np.intp)
        positions, distinct = pd.factorize(column, use_na_sentinel=True)  # −1 where a code is null
        found = [self._place.get(str(code), other) for code in distinct]
        places: NDArray[np.intp] = np.array([*found, self._place.get(MISSING, other)], dtype=np.intp)
        return np.asarray(places[positions])

    def encode(self, column: pd.Series) -> Floats:
        """Numbers of the codes of a column, aligned."""
        return self.numbers[self.places(column)]

    @cached_property
    def _place(self) -> dict[str, int]:
        return {code: place for place, code in enumerate(self.codes)}


@dataclass(frozen=True)
class Encoder:
    """Fitted encoding without sklearn: the same numbers as the pipeline's encoder gives.

    ``inputs`` is in the order of the matrix columns; ``tables`` has one entry for each ordinal or target input.
    """

    inputs: tuple[Input, ...]
    tables: Mapping[str, CodeTable]

    @property
    def vocabulary(self) -> dict[str, frozenset[str]]:
        """Codes of each code input that the model knows: what :func:`prepare` takes."""
        return {name: frozenset(table.codes) for name, table in self.tables.items()}

    def take_apart(self, frame: pd.DataFrame) -> dict[str, NDArray[np.intp]]:
        """Places of the frame's codes, found once for all that is looked up by code."""
        require_columns(frame, self.inputs)
        return {name: table.places(frame[name]) for name, table in self.tables.items()}

    def encode(self, frame: pd.DataFrame, places: Places | None = None) -> Floats:
        """Matrix of the frame's rows × ``inputs``; Fortran order, since trees read it by column.

        ``places``, where they are at hand, are what :meth:`take_apart` makes of the frame.
        """
        places = self.take_apart(frame) if places is None else places
        matrix = np.empty((len(frame), len(self.inputs)), dtype=np.float64, order="F")
        for column, one in enumerate(self.inputs):
            table = self.tables.get(one.name)
            matrix[:, column] = frame[one.name].to_numpy() if table is None else table.numbers[places[one.name]]
        return matrix

    @classmethod
    def of_fitted(cls, transformer: Any, inputs: Sequence[Input]) -> Encoder:
        """Take the tables out of a fitted encoder made by :func:`build_encoder`."""
        tables: dict[str, CodeTable] = {}
        for encoding, step, names in transformer.transformers_:
            if encoding not in ("ordinal", "target"):
                continue
            for position, name in enumerate(names):
                codes = tuple(str(code) for code in step.categories_[position])
                ordinal = encoding == "ordinal"
                numbers = range(len(codes)) if ordinal else step.encodings_[position]
                known = {code: float(number) for code, number in zip(codes, numbers, strict=True)}
                unknown = float("nan") if ordinal else float(step.target_mean_)
                tables[name] = CodeTable(tuple(known), np.array([*known.values(), known.get(RARE, unknown)]))
        return cls(output_order(inputs), tables)


def _named(inputs: Sequence[Input], encoding: str) -> list[str]:
    return [one.name for one in inputs if one.encoding == encoding]
