"""835 files into one batch of remittances."""

from __future__ import annotations

from typing import TYPE_CHECKING

from risk.readers.remit_result import RemitResult, concat_remit_results
from risk.readers.remits_835 import read_remit_file

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def read_remits(sources: Sequence[str | Path]) -> RemitResult:
    """Read 835 files in the given order, plain or gzip; ``-`` is standard input.

    A file may be named twice, and the same remits may stand in several: who joins them to claims counts each once.
    Raises :class:`risk.errors.InputError` for a file that is no 835; what is wrong with single remits becomes a reject.
    """
    return concat_remit_results([read_remit_file(source) for source in sources])
