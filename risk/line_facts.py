"""What decides which lines of a denied claim are denied: where the findings are, and what each line is."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models import REASONS, RuleInfo
from models.lines import NO_CHARGE, PLACES, ROLES, LineFacts
from risk.claims.columns import map_unique
from risk.claims.tables import ClaimBatch
from risk.reference.procedures import VISIT_CODES

_ON_CLAIM, _ON_OTHER, _ON_LINE = (PLACES.index(name) for name in ("claim", "other_line", "line"))


def line_facts(batch: ClaimBatch, findings: pd.DataFrame, infos: Mapping[str, RuleInfo]) -> LineFacts:
    """Facts of every service line, in the order of ``batch.service_lines``.

    ``findings`` are those of :func:`risk.rules.run_rules`, ``infos`` facts of their rules; preview rules do not count.
    """
    lines = batch.service_lines
    keys = lines["claim_key"].to_numpy()
    of_rule = np.array([-1 if one.preview else REASONS.index(one.reason) for one in infos.values()], dtype=np.int64)
    reason = of_rule[pd.Index(list(infos)).get_indexer(findings["rule_id"])]
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
        position, distinct = pd.factorize(flagged[part])
        reasons = np.zeros((len(distinct), len(REASONS)), dtype=bool)
        reasons[position, reason[part]] = True
        among = pd.Index(distinct).get_indexer(asked)
        rows = np.flatnonzero(among >= 0)
        line, column = np.nonzero(reasons[among[rows]])
        places[rows[line], column] = place
    return LineFacts(len(batch), keys, places, _roles(lines, keys, len(batch)))


def _roles(lines: pd.DataFrame, keys: NDArray[np.int64], claims: int) -> NDArray[np.uint8]:
    """Positions in ``ROLES``: the first line that charges something, visits, and lines that charge nothing.

    In a claim whose lines all charge nothing, all count as if they did.
    """
    charges = (lines["line_charge_cents"] > 0).to_numpy(dtype=bool, na_value=False)
    charges |= (np.bincount(keys[charges], minlength=claims) == 0)[keys]
    charging = np.flatnonzero(charges)
    first = np.zeros(len(keys), dtype=bool)
    first[charging[np.unique(keys[charging], return_index=True)[1]]] = True
    visit = map_unique(lines["procedure_code"], lambda codes: codes.str.fullmatch(VISIT_CODES)).to_numpy(dtype=bool)
    names = [["later_service", "later_visit"], ["first_service", "first_visit"]]
    codes = np.array([[ROLES.index(name) for name in pair] for pair in names], dtype=np.uint8)
    return np.where(charges, codes[first.astype(int), visit.astype(int)], np.uint8(NO_CHARGE))
