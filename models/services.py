"""What a service line is paid for: its procedure, and the family or revenue centre that it belongs to."""

from __future__ import annotations

import pandas as pd

from features import section_of
from risk.claims.columns import map_unique
from risk.reference import Reference

#: Digits of a revenue code that name its centre; the last one is a subcategory (NUBC: 036X is the operating room).
_CENTRE_DIGITS = 3


def services_of(lines: pd.DataFrame, reference: Reference) -> pd.DataFrame:
    """``procedure`` and ``family`` of each service line, as texts, null where the line has neither code.

    Of a professional line these are its procedure code and the family of pain procedures, else the section of the code
    set. A facility is paid by other schedules than a practitioner, mostly by its revenue centre: where a line has a
    revenue code, it stands before the procedure code, and its centre is the family.
    """
    code, revenue = (lines[name].astype("str") for name in ("procedure_code", "revenue_center_code"))
    known = pd.Series(reference.procedures.fact("family", code)).astype("str")
    family = known.fillna(map_unique(code, section_of)).where(revenue.isna(), "revenue " + revenue.str[:_CENTRE_DIGITS])
    procedure = code.where(revenue.isna(), revenue + " " + code.fillna("-"))
    return pd.DataFrame({"procedure": procedure, "family": family}, index=lines.index)
