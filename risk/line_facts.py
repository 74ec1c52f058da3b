"""What decides which lines of a denied claim are denied: where the findings are, and what each line is."""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models import REASONS, RuleInfo
from models.lines import NO_CHARGE, PLACES, ROLES, LineFacts
from risk.claims.columns import holds, spread
from risk.claims.tables import ClaimBatch
from risk.reference.procedures import VISIT_CODES

#: Positions in ``ROLES`` of a line that charges something: whether it is its claim's first such line × a visit.
_CHARGED_ROLES = np.array(
    [
        [ROLES.index(name) for name in names]
        for names in (("later_service", "later_visit"), ("first_service", "first_visit"))
    ],
    dtype=np.uint8,
)

_VISIT = re.compile(VISIT_CODES, re.ASCII)

_ON_CLAIM, _ON_OTHER, _ON_LINE = (PLACES.index(name) for name in ("claim", "other_line", "line"))


def line_facts(batch: ClaimBatch, findings: pd.DataFrame, infos: Mapping[str, RuleInfo]) -> LineFacts:
    """Facts of every service line, in the order of ``batch.service_lines``.

    ``findings`` are those of :func:`risk.rules.run_rules`, ``infos`` facts of their rules; preview rules do not count.
    """
    lines = batch.service_lines
    keys = lines["claim_key"].to_numpy()
    reason = spread(findings["rule_id"], lambda rule_id: _reason_of(infos.get(rule_id)), -1)
    found = np.flatnonzero(reason >= 0)
    claim, reason = findings["claim_key"].to_numpy(dtype=np.int64)[found], reason[found]
    number = findings["line_number"].to_numpy(dtype=np.int64, na_value=-1)[found]
    numbers = lines["line_number"].to_numpy(dtype=np.int64, na_value=-2)
    on_line = np.flatnonzero(number >= 0)
    on_claim = np.flatnonzero(number < 0)
    span = int(max(number.max(initial=0), numbers.max(initial=0))) + 1
    of_number = keys * span + numbers  # the same for lines that a file numbers alike
    places = np.zeros((len(lines), len(REASONS)), dtype=np.uint8)
    for asked, part, flagged, place in (
        (keys, on_claim, claim, _ON_CLAIM),
        (keys, on_line, claim, _ON_OTHER),
        (of_number, on_line, claim * span + number, _ON_LINE),
    ):
        if not len(part):
            continue
        distinct, position = np.unique(flagged[part], return_inverse=True)
        reasons = np.zeros((len(distinct), len(REASONS)), dtype=bool)
        reasons[position, reason[part]] = True
        among = np.searchsorted(distinct[:-1], asked)  # what is beyond all others can only be the last
        rows = np.flatnonzero(distinct[among] == asked)
        line, column = np.nonzero(reasons[among[rows]])
        places[rows[line], column] = place
    return LineFacts(len(batch), keys, places, _roles(lines, keys, len(batch)))


def _reason_of(info: RuleInfo | None) -> int:
    """Position in ``REASONS``; −1 where the rule is not known, or does not count."""
    return -1 if info is None or info.preview else REASONS.index(info.reason)


def _roles(lines: pd.DataFrame, keys: NDArray[np.int64], claims: int) -> NDArray[np.uint8]:
    """Positions in ``ROLES``: the first line that charges something, visits, and lines that charge nothing.

    In a claim whose lines all charge nothing, all count as if they did.
    """
    charges = lines["line_charge_cents"].to_numpy(dtype=np.float64, na_value=0.0) > 0
    charges |= (np.bincount(keys[charges], minlength=claims) == 0)[keys]
    charging = np.flatnonzero(charges)
    first = np.zeros(len(keys), dtype=bool)
    first[charging[np.unique(keys[charging], return_index=True)[1]]] = True
    visit = holds(lines["procedure_code"], _VISIT.fullmatch)
    return np.where(charges, _CHARGED_ROLES[first.astype(int), visit.astype(int)], np.uint8(NO_CHARGE))
