"""Code sets, edits and payer terms with their dates and sources, behind one object.

reference.icd10          ICD-10-CM: validity by date of service, billable, sides, Excludes1
reference.dx_groups      named groups of diagnoses that rules speak of
reference.dx_patients    diagnoses that belong to one sex or to an age
reference.dx_companions  diagnoses that are only reported with the disease behind them
reference.procedures     pairs, add-ons, unit limits, indicators: built in for pain procedures, imported for all
reference.hcpcs          HCPCS level II: validity by date of service, where it was imported
reference.coverage       Medicare's local coverage by procedure, state and day, where articles were imported
reference.code_ranges    groups of procedure codes by range: visits, and what is none
reference.payers         timely filing and authorisation terms; a user can override them by file
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from risk.reference.code_ranges import CodeRanges, load_code_ranges
from risk.reference.coverage import Coverage, load_coverage
from risk.reference.dx_companions import DxCompanions, load_dx_companions
from risk.reference.dx_groups import DxGroups, load_dx_groups
from risk.reference.dx_patients import DxPatients, load_dx_patients
from risk.reference.hcpcs import Hcpcs, load_hcpcs
from risk.reference.icd10 import Icd10, load_icd10
from risk.reference.payers import PayerTerms, load_payer_terms
from risk.reference.procedures import Procedures, load_procedures
from risk.reference.published.imported import Imported, ImportedTable
from risk.reference.published.published import published_of

__all__ = [
    "CodeRanges",
    "Coverage",
    "DxCompanions",
    "DxGroups",
    "DxPatients",
    "Hcpcs",
    "Icd10",
    "PayerTerms",
    "Procedures",
    "Reference",
    "load_reference",
    "reference_with",
]


@dataclass(frozen=True)
class Reference:
    """Everything rules and features look up; immutable, loaded once per process."""

    icd10: Icd10
    dx_groups: DxGroups
    dx_patients: DxPatients
    dx_companions: DxCompanions
    procedures: Procedures
    payers: PayerTerms
    code_ranges: CodeRanges
    hcpcs: Hcpcs
    coverage: Coverage

    @property
    def version(self) -> str:
        """Digest of the parts' versions: two runs with one value looked things up in the same data."""
        parts = (
            self.icd10,
            self.dx_groups,
            self.dx_patients,
            self.dx_companions,
            self.procedures,
            self.payers,
            self.code_ranges,
            self.hcpcs,
            self.coverage,
        )
        return hashlib.sha256(" ".join(part.version for part in parts).encode()).hexdigest()[:12]


@cache
def load_reference(payer_terms: Path | None = None) -> Reference:
    """Load the built-in reference data, with the user's payer terms on top where a file is given.

    Raises :class:`risk.errors.ReferenceDataError` for a file that cannot be read as payer terms.
    """
    return Reference(
        icd10=load_icd10(),
        dx_groups=load_dx_groups(),
        dx_patients=load_dx_patients(),
        dx_companions=load_dx_companions(),
        procedures=load_procedures(),
        payers=load_payer_terms(payer_terms),
        code_ranges=load_code_ranges(),
        hcpcs=load_hcpcs(),
        coverage=load_coverage(),
    )


def reference_with(reference: Reference, imported: Iterable[Imported]) -> Reference:
    """The same reference as if these editions were all that is imported: for examples and tests, nothing is kept."""
    tables: dict[str, list[ImportedTable]] = {}
    for one in sorted(imported, key=lambda one: one.period):
        tables.setdefault(one.table, []).append(ImportedTable.of(one))
    published = published_of(tables)
    return replace(
        reference,
        icd10=replace(reference.icd10, years=published.dx_years),
        procedures=replace(reference.procedures, published=published),
        hcpcs=replace(reference.hcpcs, periods=published.hcpcs_periods),
        coverage=load_coverage(published),
    )
