"""All forests of a model asked of the same claims: what they share is worked out once.

Each forest has its own thresholds, and may have its own numbers for codes. So a claim is first placed, once for all:
a code by its place in the vocabulary, a number by its place among the thresholds of all forests on it. What a forest
needs to know of a value, its rank among the forest's own thresholds, is then one small table for each input.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.explain import Explainer
from models.findings import named_columns
from models.trees import FEW, Forest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pandas as pd

    from models.encode import Encoder, Places

Floats = NDArray[np.float64]
Ranks = dict[int, NDArray[np.uint8]]

#: Claims worked on at a time: many for each call of numpy, few enough for their places to need little memory. Threads
#: gain nothing: the calls are so short that they wait for one another.
_BLOCK = 65_536


@dataclass(frozen=True)
class Claims:
    """What the forests see of claims: ``numbers``, claims × inputs that are no codes, and the ``places`` of codes."""

    numbers: Floats
    places: Places

    def __len__(self) -> int:
        return len(self.numbers)

    def take(self, rows: NDArray[np.intp]) -> Claims:
        """Some of the claims, by position."""
        return Claims(self.numbers[rows], {name: places[rows] for name, places in self.places.items()})

    def blocks(self, size: int) -> Iterator[tuple[slice, Claims]]:
        """Claims in parts that are worked on at a time, and which rows each part is."""
        for start in range(0, len(self), size):
            rows = slice(start, start + size)
            yield rows, Claims(self.numbers[rows], {name: places[rows] for name, places in self.places.items()})


@dataclass(frozen=True)
class Panel:
    """Forests over the same inputs, in the order of the encoder.

    ``numbers`` are, for each forest, those of the places of each input with codes.
    """

    encoder: Encoder
    forests: Sequence[Forest]
    numbers: Sequence[Mapping[str, Floats]]

    def claims(self, features: pd.DataFrame) -> Claims:
        """Take the features apart, once for all forests; ``ModelError`` unless they are those of training."""
        places = self.encoder.take_apart(features)
        columns = features.columns.get_indexer(named_columns(tuple(self._number_names)))
        return Claims(features.take(columns, axis=1).to_numpy(dtype=np.float64), places)

    def raw_scores(self, claims: Claims) -> Floats:
        """Raw score of each claim by each forest, claims × forests."""
        scores = np.empty((len(claims), len(self.forests)), order="F")
        if len(claims) <= FEW:
            for column, (forest, matrix) in enumerate(zip(self.forests, self._matrices(claims), strict=True)):
                scores[:, column] = forest.raw_scores(matrix)
            return scores
        for block, part in claims.blocks(_BLOCK):
            placed = self._placed(part)
            for column, forest in enumerate(self.forests):
                scores[block, column] = forest.raw_scores_of_many(self._ranks(column, placed), len(part))
        return scores

    def contributions(self, claims: Claims) -> Floats:
        """What each input adds to the raw score of each forest: forests × inputs × claims.

        All at once: whoever has many claims asks for one part of them after another.
        """
        added = np.empty((len(self.forests), len(self.encoder.inputs), len(claims)))
        if len(claims) <= FEW:
            for one, matrix, own in zip(self._explainers, self._matrices(claims), added, strict=True):
                one.of_few(matrix, out=own)
        else:
            placed = self._placed(claims)
            for number, (one, own) in enumerate(zip(self._explainers, added, strict=True)):
                one.of_many(self._ranks(number, placed), len(claims), out=own)
        return added

    @cached_property
    def base_values(self) -> Floats:
        """Raw score of each forest that the contributions start from."""
        return np.array([one.base_value for one in self._explainers])

    @cached_property
    def _explainers(self) -> list[Explainer]:
        return [Explainer(one) for one in self.forests]

    def _matrices(self, claims: Claims) -> Iterator[Floats]:
        """Matrix that each forest sees, claims × inputs: for few claims. Each is overwritten by the next."""
        matrix = np.empty((len(claims), len(self.encoder.inputs)))
        matrix[:, self._number_columns] = claims.numbers
        if not self._code_columns:
            yield from [matrix] * len(self.forests)
            return
        starts, numbers = self._flat_numbers
        places = np.column_stack([claims.places[name] for name in self.encoder.tables]) + starts
        for own in numbers:
            matrix[:, self._code_columns] = own[places]
            yield matrix

    def _placed(self, claims: Claims) -> list[NDArray[np.intp]]:
        """Place of every claim's value of each input: that of its code, or among all thresholds; missing ones last."""
        placed: dict[str, NDArray[np.intp]] = dict(claims.places)
        for position, name in enumerate(self._number_names):
            values = np.ascontiguousarray(claims.numbers[:, position])
            thresholds = self._thresholds[name]
            places = np.searchsorted(thresholds, values, side="left")
            places[np.isnan(values)] = len(thresholds) + 1
            placed[name] = places
        return [placed[one.name] for one in self.encoder.inputs]

    def _ranks(self, number: int, placed: Sequence[NDArray[np.intp]]) -> Ranks:
        return {column: table.take(placed[column], mode="clip") for column, table in self._rank_tables[number].items()}

    @cached_property
    def _rank_tables(self) -> list[Ranks]:
        """Of each forest, the rank of every place of the inputs it asks about."""
        found = []
        for forest, numbers in zip(self.forests, self.numbers, strict=True):
            values = [
                numbers[one.name]
                if one.name in numbers
                # A value that is not above a threshold of all ranks as that threshold does; the last two are of
                # those above all thresholds, and of missing ones.
                else np.append(self._thresholds[one.name], [np.inf, np.nan])
                for one in self.encoder.inputs
            ]
            found.append({column: forest.rank(column, values[column]) for column in forest.asked})
        return found

    @cached_property
    def _thresholds(self) -> dict[str, Floats]:
        """Distinct thresholds of all forests on each input that is no code, ascending."""
        return {
            self.encoder.inputs[column].name: np.unique(
                np.concatenate([one.thresholds[column] for one in self.forests])
            )
            for column in self._number_columns
        }

    @cached_property
    def _flat_numbers(self) -> tuple[NDArray[np.intp], list[Floats]]:
        """Numbers of each forest for all inputs with codes in one row, and where each input starts in it."""
        names = list(self.encoder.tables)
        sizes = [len(self.encoder.tables[name].numbers) for name in names]
        starts = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.intp)
        return starts, [np.concatenate([numbers[name] for name in names]) for numbers in self.numbers]

    @cached_property
    def _code_columns(self) -> list[int]:
        column = {one.name: place for place, one in enumerate(self.encoder.inputs)}
        return [column[name] for name in self.encoder.tables]

    @cached_property
    def _number_columns(self) -> list[int]:
        return [place for place, one in enumerate(self.encoder.inputs) if one.name not in self.encoder.tables]

    @cached_property
    def _number_names(self) -> list[str]:
        return [self.encoder.inputs[column].name for column in self._number_columns]
