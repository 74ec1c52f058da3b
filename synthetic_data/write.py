"""A sample of a world as files: claims as they would be sent, what their payers remit, their labels, and the truth.

Files are written block by block, so that a sample of any size needs the memory of one block.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from risk.claims.csv_layout import csv_bytes, csv_layout
from risk.files import written_whole
from synthetic_data.remit import line_amounts, synthetic_remits
from synthetic_data.world import SyntheticClaims
from synthetic_data.write_835 import write_remits_835
from synthetic_data.write_837 import claims_837_file

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import pyarrow as pa

    from synthetic_data.write_837_others import Kind

Write = Callable[[SyntheticClaims], None]

#: Label columns after the columns of the CSV layout.
LABEL_COLUMNS = (
    "denied",
    "line_denied",
    "denial_reason",
    "carc",
    "rarc",
    "remit_date",
    "label_status",
    "line_allowed_amount",
    "line_paid_amount",
)


def write_world(synthetic: SyntheticClaims | Iterable[SyntheticClaims], out: Path) -> list[Path]:
    """Write claims, remittances, truth and labels of a sample, or of its blocks, into a folder.

    The folder is made if it does not exist. Each file appears under its name only when all are complete. Returns the
    files: ``claims.csv``, ``claims.837``, ``claims_i.837`` where there are institutional claims, ``remits.835``,
    ``truth.parquet``, ``truth_lines.parquet`` and ``labels.parquet``, which has one row per service line: the CSV
    layout and ``LABEL_COLUMNS``. A block is an interchange of its own in ``remits.835``.
    """
    blocks = iter([synthetic] if isinstance(synthetic, SyntheticClaims) else synthetic)
    block = next(blocks, None)
    if block is None:
        raise ValueError("expected at least one block of claims")
    out.mkdir(parents=True, exist_ok=True)
    openers: dict[str, Callable[[Path], AbstractContextManager[Write]]] = {
        "claims.csv": _csv_file,
        "claims.837": partial(_claims_file, "professional"),
        "claims_i.837": partial(_claims_file, "institutional"),
        "remits.835": _remits_file,
        "truth.parquet": partial(_parquet_file, _truth_table),
        "truth_lines.parquet": partial(_parquet_file, _line_truth_table),
        "labels.parquet": partial(_parquet_file, labels_table),
    }
    if not (block.batch.claims["claim_kind"] == "institutional").any():
        del openers["claims_i.837"]
    with ExitStack() as files:
        writers = [files.enter_context(opener(out / name)) for name, opener in openers.items()]
        while block is not None:
            for write in writers:
                write(block)
            block = next(blocks, None)
    return [out / name for name in openers]


def labels_table(synthetic: SyntheticClaims) -> pa.Table:
    """Lay out the labels: one row per service line, the columns of the CSV as text, then ``LABEL_COLUMNS``."""
    import pyarrow as pa

    table = csv_layout(synthetic.batch)
    amounts = line_amounts(synthetic)
    dollars = {f"line_{name}_amount": amounts[f"{name}_cents"].to_numpy() / 100 for name in ("allowed", "paid")}
    outcomes = pa.Table.from_pandas(synthetic.outcomes.assign(**dollars), preserve_index=False)
    for name in LABEL_COLUMNS:
        table = table.append_column(name, outcomes[name])
    return table


def _truth_table(synthetic: SyntheticClaims) -> pa.Table:
    import pyarrow as pa

    return pa.Table.from_pandas(synthetic.truth, preserve_index=False)


def _line_truth_table(synthetic: SyntheticClaims) -> pa.Table:
    import pyarrow as pa

    return pa.Table.from_pandas(synthetic.line_truth, preserve_index=False)


@contextmanager
def _csv_file(path: Path) -> Iterator[Write]:
    columns: list[str] = []

    def write(block: SyntheticClaims) -> None:
        table = csv_layout(block.batch)
        rows = csv_bytes(table)
        if columns and columns != table.column_names:
            raise ValueError("a block has other columns than those before it: draw larger blocks")
        out.write(memoryview(rows)[rows.index(b"\n") + 1 if columns else 0 :])
        columns[:] = table.column_names

    with written_whole(path, binary=True) as out:
        yield write


@contextmanager
def _claims_file(kind: Kind, path: Path) -> Iterator[Write]:
    with claims_837_file(path, kind) as add:

        def write(block: SyntheticClaims) -> None:
            add(block.batch.select(np.flatnonzero((block.batch.claims["claim_kind"] == kind).to_numpy())))

        yield write


@contextmanager
def _remits_file(path: Path) -> Iterator[Write]:
    def write(block: SyntheticClaims) -> None:
        part = path.with_name(f".{path.name}.block")
        try:
            write_remits_835(synthetic_remits(block), part)
            out.write(part.read_bytes())
        finally:
            part.unlink(missing_ok=True)

    with written_whole(path, binary=True) as out:
        yield write


@contextmanager
def _parquet_file(table_of: Callable[[SyntheticClaims], pa.Table], path: Path) -> Iterator[Write]:
    import pyarrow.parquet as pq

    with written_whole(path, binary=True) as out, ExitStack() as opened:
        writers: list[pq.ParquetWriter] = []

        def write(block: SyntheticClaims) -> None:
            table = table_of(block)
            if not writers:
                writers.append(opened.enter_context(pq.ParquetWriter(out, table.schema)))
            writers[0].write_table(table)

        yield write
