"""Sessions of a patient, counted back from each over a rolling span."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from risk.claims.examples import Line, line
from risk.claims.tables import one_of
from risk.reference.procedures import carries_modifier
from risk.rules._past import lines_of_patients, members_with
from risk.rules._stacked import stacked

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from risk.claims.tables import ClaimBatch
    from risk.reference import Reference

#: Whose payers follow the contractors' policies.
PAYER_TYPES = ("medicare", "medicare_advantage")

#: Wider than any span between two dates, so that days of different groups lie apart on one number line.
_APART = 1 << 23


def sessions_on(code: str, *months: int, modifiers: Sequence[str] = ()) -> list[Line]:
    """Lines of an example: one procedure on the first of each of these months."""
    return [line(code, month=month, modifiers=modifiers) for month in months]


def sessions_beyond(limit: str, batch: ClaimBatch, past: ClaimBatch, reference: Reference) -> pd.DataFrame:
    """Lines of the batch whose session exceeds a limit of ``Procedures.session_limits``.

    A session is a day on which the patient has a line of the limit's families in the region, whoever billed it and
    however many lines and claims tell of it; the modifiers of any of them tell what kind of session it is, since the
    facility's bill may leave them out. Those of the span that ends with the line's own day count: over 365
    days, that day and the 364 before it, so that the same date of the year before does not. What was billed counts,
    paid or not; a later day never does.

    Returns claim_key, line_number, procedure_code, session (the line's place in the span, counted from 1), sessions
    (the limit) and region (in words).
    """
    procedures = reference.procedures
    terms = procedures.session_limits.loc[limit]
    codes = frozenset(procedures.facts.index[procedures.facts["family"].isin(terms["families"])])

    def chosen(lines: pd.DataFrame) -> NDArray[np.bool_]:
        return one_of(lines["procedure_code"], codes)

    members = members_with(batch, chosen)
    if members.empty:
        return stacked([])
    lines = lines_of_patients(batch, past, chosen, members=members)
    region = procedures.fact("region", lines["procedure_code"])
    group = pd.DataFrame({"patient": lines["patient"], "region": region}).groupby(["patient", "region"]).ngroup()
    counted = ~_on_days_with(lines, group, terms["uncounted_modifiers"])
    if terms["counted_modifiers"]:
        counted &= _on_days_with(lines, group, terms["counted_modifiers"])
    lines, region, group = lines[counted], region[counted], group[counted]
    lines = lines.assign(
        session=_place_in_span(group.to_numpy(), lines["day"].to_numpy(), int(terms["days"])),
        sessions=int(terms["sessions"]),
        region=region.str.replace("_", "-"),
    )
    return lines[lines["in_batch"] & (lines["session"] > lines["sessions"])]


def _on_days_with(lines: pd.DataFrame, group: pd.Series, modifiers: Sequence[str]) -> NDArray[np.bool_]:
    """Whether any line of each line's group and day carries one of the modifiers."""
    at = group.to_numpy() * _APART + lines["day"].to_numpy()
    return np.isin(at, at[carries_modifier(lines, frozenset(modifiers))])


def _place_in_span(group: NDArray[np.int64], day: NDArray[np.int64], days: int) -> NDArray[np.int64]:
    """How many distinct days of its group each row's span of ``days`` days holds; the span ends with its own day."""
    at = group * _APART + day + _APART // 4
    distinct = np.unique(at)
    return np.searchsorted(distinct, at, side="right") - np.searchsorted(distinct, at - days, side="right")
