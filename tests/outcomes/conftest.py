"""How the tests of labels read their small files."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd
import pytest

from risk.claims.remits import concat_remits
from risk.outcomes import Labels, label_claims
from risk.readers import ReadResult, concat_results, read_claim_data
from risk.readers.remits_835 import read_remits_835


class Labelled:
    """Labels of some files, by claim and line."""

    def __init__(self, claims: Sequence[bytes], remits: Sequence[bytes]) -> None:
        read = [read_claim_data(data, f"claims{number}") for number, data in enumerate(claims)]
        self.result: ReadResult = concat_results(read)
        assert not self.result.rejects
        answers = [read_remits_835(data, f"remits{number}") for number, data in enumerate(remits)]
        assert not any(one.rejects for one in answers)
        self.labels: Labels = label_claims(self.result.batch, concat_remits([one.batch for one in answers]))
        self.counts = self.labels.treatments
        keys = self.result.batch.lines_with("claim_id", "submission_date")
        self.table = pd.concat(
            [keys[["claim_id", "submission_date", "line_number"]], self.labels.lines], axis=1
        ).sort_values(["claim_id", "submission_date", "line_number"], ignore_index=True)

    def column(self, name: str) -> list[object]:
        return [None if pd.isna(value) else value for value in self.table[name]]

    @property
    def days(self) -> list[str | None]:
        return [None if pd.isna(day) else f"{day:%m%d}" for day in self.table["remit_date"]]


@pytest.fixture
def label() -> Callable[[bytes | Sequence[bytes], bytes | Sequence[bytes]], Labelled]:
    def labelled(claims: bytes | Sequence[bytes], remits: bytes | Sequence[bytes]) -> Labelled:
        return Labelled(
            [claims] if isinstance(claims, bytes) else claims, [remits] if isinstance(remits, bytes) else remits
        )

    return labelled
