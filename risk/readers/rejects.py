"""What could not be read, and where it stands: nothing is dropped without one of these."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from risk.claims.tables import ClaimBatch, concat_batches

if TYPE_CHECKING:
    from collections.abc import Sequence

    from risk.errors import InputError


@dataclass(frozen=True)
class Reject:
    """One claim that could not be read, where it stands and what was expected there.

    Neither ``reason`` nor any other field holds the value that was found: it may identify a patient. The claim id is
    carried because staff need it to find the claim.

    Parameters
    ----------
    file
        Name of the file as the user gave it.
    reason
        What was expected, in one line.
    claim_id
        Claim id, where one could be read.
    row
        CSV: row as a spreadsheet numbers it; the header is row 1.
    column
        CSV: column as the contract names it.
    byte_offset
        X12: offset of the segment in the (decompressed) file, from 0.
    segment_number
        X12: number of the segment in the file, from 1.
    segment
        X12: segment id, such as ``CLM``.
    element
        X12: element, such as ``CLM02`` or ``SV101-2``.
    loop
        X12: loop that is open there, such as ``2300``, as the implementation guides name it.
    interchange_control, group_control, transaction_control
        X12: control numbers of ISA13, GS06 and ST02, where they are numbers.
    """

    file: str
    reason: str
    claim_id: str | None = None
    row: int | None = None
    column: str | None = None
    byte_offset: int | None = None
    segment_number: int | None = None
    segment: str | None = None
    element: str | None = None
    loop: str | None = None
    interchange_control: str | None = None
    group_control: str | None = None
    transaction_control: str | None = None

    @classmethod
    def of_file(cls, file: str, error: InputError) -> Reject:
        """A whole file that cannot be read as claims."""
        return cls(file, "; ".join(one for one in (error.expected, error.hint) if one))

    @property
    def place(self) -> str:
        """Where to look, for people: ``claims.csv, row 7, column line_charge``."""
        parts = [self.file]
        if self.row is not None:
            parts.append(f"row {self.row}")
        if self.column is not None:
            parts.append(f"column {self.column}")
        if self.segment_number is not None:
            parts.append(f"segment {self.segment_number}")
        if self.element is not None or self.segment is not None:
            parts.append(str(self.element or self.segment))
        if self.loop is not None:
            parts.append(f"loop {self.loop}")
        if self.byte_offset is not None:
            parts.append(f"byte {self.byte_offset}")
        return ", ".join(parts)

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}"

    def to_json(self) -> dict[str, str | int]:
        """Fields that are known, for one line of ``<output>.rejects.jsonl``."""
        return {name: value for name, value in asdict(self).items() if value is not None}


@dataclass(frozen=True)
class ReadResult:
    """Claims that were read, and a reject for each one that was not.

    ``claims_read`` counts the claims the files hold, readable or not; rows or segments that belong to no nameable
    claim count as one claim each. Raises ``ValueError`` where the sum does not hold.

    Parameters
    ----------
    batch
        Claims that were read.
    rejects
        One for each claim that was not, in file order.
    claims_read
        ``len(batch) + len(rejects)``, counted by the reader on its own.
    ignored_columns
        CSV headers that mean nothing to this reader, as ``file: header``, in file order.
    notes
        Places where the file is not as its format says although the claim was read: a value left null, an envelope
        that does not add up. Built like rejects, but no claim is lost by them.
    """

    batch: ClaimBatch
    rejects: list[Reject]
    claims_read: int
    ignored_columns: tuple[str, ...] = ()
    notes: tuple[Reject, ...] = ()

    def __post_init__(self) -> None:
        if self.claims_read != len(self.batch) + len(self.rejects):
            raise ValueError(
                f"read {self.claims_read} claims, but {len(self.batch)} in the batch and {len(self.rejects)} rejects"
            )


def concat_results(results: Sequence[ReadResult]) -> ReadResult:
    """Join results in order, renumbering claim keys."""
    return ReadResult(
        batch=concat_batches([result.batch for result in results]),
        rejects=[reject for result in results for reject in result.rejects],
        claims_read=sum(result.claims_read for result in results),
        ignored_columns=tuple(dict.fromkeys(name for result in results for name in result.ignored_columns)),
        notes=tuple(note for result in results for note in result.notes),
    )
