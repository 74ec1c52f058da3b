"""Which service lines do something to the patient or picture the inside: those a symptom code alone rarely carries."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from risk.claims.columns import holds

if TYPE_CHECKING:
    from risk.reference import Reference

#: Sections of the procedure code set by number: surgery and anatomy-specific procedures, then diagnostic imaging.
_SECTIONS = ((10004, 69990), (70010, 76499))

#: Inside those sections, yet ordinary with a symptom: taking blood, filling a pump that is in place already, and plain
#: films of the chest, the spine and the pelvis.
_ORDINARY = ((36400, 36416), (62367, 62370), (71045, 71048), (72020, 72120), (72170, 72190), (72200, 72220))

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
    sectioned = holds(codes, _in_sections)
    return pd.Series(sectioned | reference.procedures.of_family(codes, *_FAMILIES), index=codes.index)


def _in_sections(code: str) -> bool:
    if not (len(code) == 5 and code.isascii() and code.isdigit()):
        return False
    number = int(code)
    inside, ordinary = (any(low <= number <= high for low, high in bounds) for bounds in (_SECTIONS, _ORDINARY))
    return inside and not ordinary
