"""Sessions of a patient, counted back from each over a rolling span."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from risk.claims.columns import numbered, one_of, rows_where
from risk.claims.examples import Line, line
from risk.reference._remember import remember_last
from risk.reference.procedures import carries_modifier
from risk.rules._past import lines_of_patients, members_with
from risk.rules._stacked import no_offenders

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
    terms = reference.procedures.session_limit(limit)
    if not reference.procedures.of_family(batch.service_lines["procedure_code"], *terms["families"]).any():
        return no_offenders()
    lines = _limited_lines(batch, past, reference)
    lines = rows_where(lines, one_of(lines["family"], terms["families"]))
    if not lines["in_batch"].any():
        return no_offenders()
    group = lines["group"].to_numpy()
    counted = ~_on_days_with(lines, group, terms["uncounted_modifiers"])
    if terms["counted_modifiers"]:
        counted &= _on_days_with(lines, group, terms["counted_modifiers"])
    lines, group = rows_where(lines, counted), group[counted]
    session = _place_in_span(group, lines["day"].to_numpy(), terms["days"])
    beyond = lines["in_batch"].to_numpy() & (session > terms["sessions"])
    found = rows_where(lines, beyond)
    if found.empty:
        return no_offenders()
    return found.assign(
        session=session[beyond], sessions=terms["sessions"], region=found["region"].str.replace("_", "-")
    )


@remember_last
def _limited_lines(batch: ClaimBatch, past: ClaimBatch, reference: Reference) -> pd.DataFrame:
    """Lines of the families of any limit, of the patients who have one in the batch: as ``lines_of_patients``.

    With ``family``, ``region`` and ``group``, a number that is the same for one patient and region.
    """
    procedures = reference.procedures

    def chosen(lines: pd.DataFrame) -> NDArray[np.bool_]:
        return procedures.of_family(lines["procedure_code"], *procedures.limited_families)

    members = members_with(batch, chosen)
    if members.empty:
        return pd.DataFrame({"in_batch": [], "family": []}, dtype="str").astype({"in_batch": bool})
    lines = lines_of_patients(batch, past, chosen, members)
    family, region = (procedures.fact(name, lines["procedure_code"]) for name in ("family", "region"))
    number = numbered(region)
    group = np.where(number < 0, -1, lines["patient"].to_numpy() * (number.max(initial=0) + 1) + number)
    return lines.assign(family=family, region=region, group=group)


def _on_days_with(lines: pd.DataFrame, group: NDArray[np.int64], modifiers: Sequence[str]) -> NDArray[np.bool_]:
    """Whether any line of each line's group and day carries one of the modifiers."""
    at = group * _APART + lines["day"].to_numpy()
    return np.isin(at, at[carries_modifier(lines, frozenset(modifiers))])


def _place_in_span(group: NDArray[np.int64], day: NDArray[np.int64], days: int) -> NDArray[np.int64]:
    """How many distinct days of its group each row's span of ``days`` days holds; the span ends with its own day."""
    at = group * _APART + day + _APART // 4
    distinct = np.unique(at)
    return np.searchsorted(distinct, at, side="right") - np.searchsorted(distinct, at - days, side="right")
