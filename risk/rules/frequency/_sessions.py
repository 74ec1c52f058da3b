"""Sessions of a patient, counted back from each over a rolling span."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from risk.claims.columns import numbered
from risk.claims.examples import Line, line
from risk.reference._remember import remember_last
from risk.reference.modifiers import carries_modifier
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
    families = terms["families"]
    if not reference.procedures.of_family(batch.service_lines["procedure_code"], *families).any():
        return no_offenders()
    lines, at = _limited_lines(batch, past, reference)
    own = reference.procedures.of_family(lines["procedure_code"], *families)

    def on_days_with(modifiers: Sequence[str]) -> NDArray[np.bool_]:
        return np.isin(at, at[own & carries_modifier(lines, frozenset(modifiers))])

    counted = own & ~on_days_with(terms["uncounted_modifiers"])
    if terms["counted_modifiers"]:
        counted &= on_days_with(terms["counted_modifiers"])
    rows = np.flatnonzero(counted & lines["in_batch"].to_numpy())
    session = _place_in_span(at[rows], np.unique(at[counted]), terms["days"])
    beyond = session > terms["sessions"]
    if not beyond.any():
        return no_offenders()
    found = lines.take(rows[beyond])
    region = reference.procedures.fact("region", found["procedure_code"]).str.replace("_", "-")
    return found.assign(session=session[beyond], sessions=terms["sessions"], region=region)


class _Limited(NamedTuple):
    """Lines whose sessions may be limited: as ``lines_of_patients``, with a number for the session of each."""

    lines: pd.DataFrame
    #: The same for one patient, region and day; days of one patient and region are as far apart as their numbers.
    at: NDArray[np.int64]


@remember_last
def _limited_lines(batch: ClaimBatch, past: ClaimBatch, reference: Reference) -> _Limited:
    """Lines of the families of any limit, of the patients who have one in the batch."""
    procedures = reference.procedures

    def chosen(lines: pd.DataFrame) -> NDArray[np.bool_]:
        return procedures.of_family(lines["procedure_code"], *procedures.limited_families)

    lines = lines_of_patients(batch, past, chosen, members_with(batch, chosen))
    region = numbered(procedures.fact("region", lines["procedure_code"]))
    group = np.where(region < 0, -1, lines["patient"].to_numpy() * (region.max(initial=0) + 1) + region)
    return _Limited(lines, group * _APART + lines["day"].to_numpy() + _APART // 4)


def _place_in_span(at: NDArray[np.int64], sessions: NDArray[np.int64], days: int) -> NDArray[np.int64]:
    """How many of the sessions, ascending, a span of ``days`` days holds that ends with each of those asked about."""
    return np.searchsorted(sessions, at, side="right") - np.searchsorted(sessions, at - days, side="right")
