"""Code sets, edits and payer terms with their dates and sources, behind one object.

reference.icd10          ICD-10-CM: validity by date of service, billable, sides, Excludes1
reference.dx_groups      named groups of diagnoses that rules speak of
reference.dx_patients    diagnoses that belong to one sex or to an age
reference.dx_companions  diagnoses that are only reported with the disease behind them
reference.procedures     pairs, add-ons, unit limits, indicators: built in for pain procedures, imported for all
reference.hcpcs          HCPCS level II: validity by date of service, where it was imported
reference.code_ranges    groups of procedure codes by range: visits, and what is none
reference.payers         timely filing and authorisation terms; a user can override them by file
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from risk.reference.code_ranges import CodeRanges, load_code_ranges
from risk.reference.dx_companions import DxCompanions, load_dx_companions
from risk.reference.dx_groups import DxGroups, load_dx_groups
from risk.reference.dx_patients import DxPatients, load_dx_patients
from risk.reference.hcpcs import Hcpcs, load_hcpcs
from risk.reference.icd10 import Icd10, load_icd10
from risk.reference.payers import PayerTerms, load_payer_terms
from risk.reference.procedures import Procedures, load_procedures

__all__ = [
    "CodeRanges",
    "DxCompanions",
    "DxGroups",
    "DxPatients",
    "Hcpcs",
    "Icd10",
    "PayerTerms",
    "Procedures",
    "Reference",
    "load_reference",
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
    )
