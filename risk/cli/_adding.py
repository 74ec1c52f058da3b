"""Files added to a history store: read in blocks, in one transaction, with a reconciliation at the end."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from risk.cli._run import report_counts, require_output, say, write_reject_rows
from risk.configuration import load_configuration
from risk.engine.reading import Reading, read_units
from risk.past import Added, updating
from risk.readers import Reject, load_mapping
from risk.readers.csv_chunks import RowsApartError
from risk.readers.remit_files import read_remits

if TYPE_CHECKING:
    from risk.past import Update


def add_files(
    store: Path,
    claims: Sequence[str],
    remits: Sequence[str],
    mapping: Path | None,
    *,
    quiet: bool,
) -> Added:
    """Add files of claims and of remits; says what was read, and returns what was done.

    Raises :class:`risk.errors.InputError` where a file is none, or the store cannot be written: it is as it was then.
    """
    require_output(store if store.exists() else None, [*claims, *remits, mapping])
    named = load_configuration().columns if mapping is None else load_mapping(mapping)
    whole: list[str] = []
    while True:
        reading = Reading()
        try:
            with updating(store) as update:
                _add_claims(update, claims, reading, named, whole)
                remits_read, refused = _add_remits(update, remits)
            break
        except RowsApartError as apart:  # nothing was added: once more, with this file in memory
            say(f"note: {apart.where}: rows of one claim stand apart, and so it is read as a whole, in memory")
            whole.append(apart.where)
    write_reject_rows([*reading.rejects, *refused], store)
    done = update.added
    if remits:
        counts = f"added {done.remits_new} + known {done.remits_known} + rejected {len(refused)}"
        say(f"remits: read {remits_read} = {counts}")
    if claims:
        if not quiet:
            say(f"claims: added {done.claims_new} + known {done.claims_known}")
        report_counts(reading.claims_read, "kept", reading.scored, reading.ignored_columns, reading.notes, quiet=quiet)
    return done


def _add_claims(
    update: Update, files: Sequence[str], reading: Reading, mapping: Mapping[str, str] | None, whole: Collection[str]
) -> None:
    for batch in read_units(files, reading, mapping=mapping, whole=whole):
        update.add_claims(batch)


def _add_remits(update: Update, files: Sequence[str]) -> tuple[int, list[Reject]]:
    read = 0
    refused: list[Reject] = []
    for file in files:
        result = read_remits([file])
        update.add_remits(result.batch)
        read += result.claims_read
        refused += result.rejects
    return read, refused
