"""What a service line is paid for: its procedure, and the family or revenue centre that it belongs to."""

from __future__ import annotations

import numpy as np
import pandas as pd

from features import section_of
from risk.claims.columns import factorized
from risk.reference import Reference

#: Digits of a revenue code that name its centre; the last one is a subcategory (NUBC: 036X is the operating room).
_CENTRE_DIGITS = 3


def services_of(lines: pd.DataFrame, reference: Reference) -> dict[str, pd.Series]:
    """``procedure`` and ``family`` of each service line, as texts, null where the line has neither code.

    Of a professional line these are its procedure code and the family of pain procedures, else the section of the code
    set. A facility is paid by other schedules than a practitioner, mostly by its revenue centre: where a line has a
    revenue code, it stands before the procedure code, and its centre is the family.
    """
    code, codes = factorized(lines["procedure_code"])
    revenue, revenues = factorized(lines["revenue_center_code"])
    distinct = pd.Series(codes, dtype="str")
    known = zip(reference.procedures.fact("family", distinct).tolist(), section_of(distinct).tolist(), strict=True)
    families = [None, *(own if isinstance(own, str) else section for own, section in known)]  # of no code first
    # Lines have few pairs of codes: each is named once.
    pairs, place = np.unique((revenue + 1) * len(families) + code + 1, return_inverse=True)
    procedure: list[str | None] = []
    family: list[str | None] = []
    for of_revenue, of_code in zip(*np.divmod(pairs, len(families)), strict=True):
        name = codes[of_code - 1] if of_code else None
        if of_revenue:
            centre = revenues[of_revenue - 1]
            procedure.append(f"{centre} {name or '-'}")
            family.append(f"revenue {centre[:_CENTRE_DIGITS]}")
        else:
            procedure.append(name)
            family.append(families[of_code])
    return {
        name: pd.Series(pd.array(texts, dtype="str").take(place), index=lines.index)
        for name, texts in (("procedure", procedure), ("family", family))
    }
