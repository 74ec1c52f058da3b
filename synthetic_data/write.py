"""A sample of a world as files: claims as they would be sent, what their payers remit, their labels, and the truth."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.remit import synthetic_remits
from synthetic_data.write_835 import write_remits_835
from synthetic_data.write_837 import write_claims_837i, write_claims_837p
from synthetic_data.write_csv import csv_layout, write_claims_csv

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pyarrow as pa

    from risk.claims.tables import ClaimBatch
    from synthetic_data.world import SyntheticClaims

#: Label columns after the columns of the CSV layout.
LABEL_COLUMNS = ("denied", "line_denied", "denial_reason", "carc", "rarc", "remit_date", "label_status")


def write_world(synthetic: SyntheticClaims, out: Path) -> list[Path]:
    """Write claims, remittances, truth and labels into a folder.

    The folder is made if it does not exist. Each file appears under its name only when it is complete. Returns the
    files, in that order. ``labels.parquet`` has one row per service line: the CSV layout and ``LABEL_COLUMNS``.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    out.mkdir(parents=True, exist_ok=True)
    truth = pa.Table.from_pandas(synthetic.truth, preserve_index=False)
    line_truth = pa.Table.from_pandas(synthetic.line_truth, preserve_index=False)
    writers: dict[str, Callable[[Path], None]] = {
        "claims.csv": lambda path: write_claims_csv(synthetic.batch, path),
        "claims.837": lambda path: write_claims_837p(_of_kind(synthetic.batch, "professional"), path),
        "claims_i.837": lambda path: write_claims_837i(_of_kind(synthetic.batch, "institutional"), path),
        "remits.835": lambda path: write_remits_835(synthetic_remits(synthetic), path),
        "truth.parquet": lambda path: _complete(path, lambda part: pq.write_table(truth, part)),
        "truth_lines.parquet": lambda path: _complete(path, lambda part: pq.write_table(line_truth, part)),
        "labels.parquet": lambda path: _complete(path, lambda part: pq.write_table(labels_table(synthetic), part)),
    }
    for name, write in writers.items():
        write(out / name)
    return [out / name for name in writers]


def _of_kind(batch: ClaimBatch, kind: str) -> ClaimBatch:
    return batch.select(np.flatnonzero((batch.claims["claim_kind"] == kind).to_numpy()))


def labels_table(synthetic: SyntheticClaims) -> pa.Table:
    """Lay out the labels: one row per service line, the columns of the CSV as text, then ``LABEL_COLUMNS``."""
    import pyarrow as pa

    table = csv_layout(synthetic.batch)
    outcomes = pa.Table.from_pandas(synthetic.outcomes, preserve_index=False)
    for name in LABEL_COLUMNS:
        table = table.append_column(name, outcomes[name])
    return table


def _complete(path: Path, write: Callable[[Path], object]) -> None:
    unfinished = path.with_name(path.name + ".part")
    write(unfinished)
    os.replace(unfinished, path)  # noqa: PTH105 - one call that replaces on every platform
