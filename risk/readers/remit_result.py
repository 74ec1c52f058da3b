"""What reading remittances amounts to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from risk.claims.remits import RemitBatch, concat_remits

if TYPE_CHECKING:
    from collections.abc import Sequence

    from risk.readers.rejects import Reject


@dataclass(frozen=True)
class RemitResult:
    """Remits that were read, and a reject for each one that was not.

    Raises ``ValueError`` where the sum does not hold.

    Parameters
    ----------
    batch
        Remits that were read.
    rejects
        One for each CLP that was not, and for each transaction that is no 835, in file order.
    claims_read
        ``len(batch) + len(rejects)``, counted by the reader on its own.
    notes
        Places where the file is not as its format says although the remit was read: a value left null, amounts that
        do not balance, an envelope that does not add up.
    """

    batch: RemitBatch
    rejects: list[Reject]
    claims_read: int
    notes: tuple[Reject, ...] = ()

    def __post_init__(self) -> None:
        if self.claims_read != len(self.batch) + len(self.rejects):
            raise ValueError(
                f"read {self.claims_read} remits, but {len(self.batch)} in the batch and {len(self.rejects)} rejects"
            )


def concat_remit_results(results: Sequence[RemitResult]) -> RemitResult:
    """Join results in order, renumbering keys."""
    return RemitResult(
        batch=concat_remits([result.batch for result in results]),
        rejects=[reject for result in results for reject in result.rejects],
        claims_read=sum(result.claims_read for result in results),
        notes=tuple(note for result in results for note in result.notes),
    )
