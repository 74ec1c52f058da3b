"""Which service lines do something to the patient or picture the inside: those a symptom code alone rarely carries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from risk.claims.tables import map_unique

if TYPE_CHECKING:
    import pandas as pd

    from risk.reference import Reference

#: Sections of the procedure code set by number: surgery and anatomy-specific procedures, then diagnostic imaging.
_SECTIONS = ((10004, 69990), (70010, 76499))

#: Inside those sections, yet ordinary at a first visit: taking blood, and plain films of the spine.
_ORDINARY = ((36400, 36416), (72020, 72120))

#: Pain procedures that have no number in those sections (G0260, 0275T and the like).
_FAMILIES = (
    "epidural_interlaminar",
    "epidural_transforaminal",
    "epidural_catheter",
    "facet_injection",
    "facet_radiofrequency",
    "sacroiliac",
    "sacroiliac_radiofrequency",
    "trigger_point",
    "cord_stimulator",
    "intrathecal_pump",
    "disc_decompression",
    "vertebral_augmentation",
)


def procedural(codes: pd.Series, reference: Reference) -> pd.Series:
    """Whether each procedure code is a procedure or imaging: bool, aligned with ``codes``; visits and tests are not."""
    sectioned = map_unique(codes, lambda distinct: [_in_sections(code) for code in distinct]).astype(bool)
    return sectioned | reference.procedures.in_family(codes, *_FAMILIES)


def _in_sections(code: str) -> bool:
    if not (len(code) == 5 and code.isascii() and code.isdigit()):
        return False
    number = int(code)
    inside, ordinary = (any(low <= number <= high for low, high in bounds) for bounds in (_SECTIONS, _ORDINARY))
    return inside and not ordinary
