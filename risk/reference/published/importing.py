"""Recognising published files by their content, and importing them: all of them, or none."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

from risk.errors import ReferenceDataError
from risk.reference.published import (
    add_on,
    coverage,
    fee_schedule,
    hcpcs,
    icd10_addenda,
    icd10_order,
    icd10_tabular,
    mue,
    ptp,
)
from risk.reference.published.files import PublishedFile, open_published
from risk.reference.published.imported import Imported, ImportOptions
from risk.reference.published.store import Edition, write_edition

#: Modules that read one kind of table each.
IMPORTERS: tuple[ModuleType, ...] = (
    coverage,
    hcpcs,
    ptp,
    mue,
    add_on,
    fee_schedule,
    icd10_order,
    icd10_addenda,
    icd10_tabular,
)
KINDS = (
    "NCCI procedure pairs (PTP), unit limits (MUE), add-on codes (AOC), the relative value file (PPRRVU), "
    "the ICD-10-CM order file, its addenda or the tabular list in XML, the alpha-numeric file of HCPCS level II "
    "(ANWEB), or the articles of the coverage database (MCD)"
)
#: What else is published, by how it begins: recognised, so that nobody looks for the mistake elsewhere.
NOT_READ = {
    "lcd_": "a table of the LCDs in the coverage database (MCD), which hold no diagnoses; import its articles instead",
    "<?xml": "an XML file, but not the tabular list of ICD-10-CM, whose first element is ICD10CM.tabular",
}


def import_files(sources: Sequence[str | Path], options: ImportOptions) -> list[Edition]:
    """Import published files; nothing is replaced unless every one of them was read whole.

    Parameters
    ----------
    sources
        Text files, CSVs, workbooks, or zip archives of them.
    options
        What their names do not tell.

    Returns
    -------
    list[Edition]
        What is now kept, in the order of the tables.

    Raises
    ------
    ReferenceDataError
        For a file that is none of the known kinds, or is not as published: with the line and what was expected.
    """
    files = [file for source in sources for file in open_published(source)]
    groups: dict[str, tuple[ModuleType, list[PublishedFile]]] = {}
    for file in files:
        importer = next((one for one in IMPORTERS if one.recognises(file)), None)
        if importer is None:
            head = file.head().lstrip('"')
            other = next((what for begin, what in NOT_READ.items() if head.startswith(begin)), None)
            hint = f"this is {other}" if other else ""
            raise ReferenceDataError(file.name, f"expected {KINDS}, as CMS and CDC publish them", hint)
        groups.setdefault(importer.__name__, (importer, []))[1].append(file)
    read: list[Imported] = [one for importer, group in groups.values() for one in importer.read(group, options)]
    _refuse_twice(read)
    return [_keep(one) for one in sorted(read, key=lambda one: (one.table, one.edition))]


def _refuse_twice(read: Sequence[Imported]) -> None:
    seen: dict[tuple[str, str], Imported] = {}
    for one in read:
        key = one.table, one.edition
        if key in seen:
            raise ReferenceDataError(
                one.sources[0], f"expected one file of {one.table} {one.edition}, {seen[key].sources[0]} is another"
            )
        seen[key] = one


def _keep(one: Imported) -> Edition:
    begins, ends = one.period
    sources = [Path(name).name for name in one.sources]
    edition = Edition(one.table, one.edition, begins.isoformat(), ends.isoformat(), 0, sources)
    return write_edition(edition, one.columns)
