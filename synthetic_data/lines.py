"""What a denial reaches on a claim: the outcome of each service line, and the exact probability that it is denied.

A cause denies the lines of its scope (``lines`` in ``causes.toml``) that charge something, and at least one of each
claim: where it reaches none, the first. A line that charges nothing has nothing to deny, such as the case-mix group of
a nursing facility; it counts where a claim has no other. As causes compete for the claim, a line is denied with the
probability of the claim times the share of the hazards whose causes reach the line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from synthetic_data.draft import only_where

if TYPE_CHECKING:
    from synthetic_data.catalogue import Array
    from synthetic_data.draft import Draft
    from synthetic_data.world import World


def cause_reasons(world: World) -> list[str]:
    """Reason of each column of the hazards: the mistakes, then the background of each reason."""
    return [one["reason"] for one in world.causes["mistake"].values()] + list(world.reasons)


def line_truth(draft: Draft, world: World, hazards: Array) -> pd.DataFrame:
    """Exact probability that each service line is denied: ``claim_id``, ``line_number``, ``true_probability``.

    ``hazards`` is claims × causes, cumulative. One row per service line, in claim and line order.
    """
    owner, scopes = draft.lines["claim"], _scopes(world)
    total = hazards.sum(axis=1)
    reaching = np.zeros(len(owner))
    for scope, lines in _lines_by_scope(draft).items():
        reaching += np.where(lines, hazards[:, scopes == scope].sum(axis=1)[owner], 0.0)
    for cause in np.flatnonzero(scopes == "fault"):
        reaching += np.where(_lines_at_fault(draft, _names(world)[cause]), hazards[owner, cause], 0.0)
    return pd.DataFrame(
        {
            "claim_id": pd.array(draft.claims["claim_id"][owner], dtype="str"),
            "line_number": pd.array(draft.lines["position"], dtype="Int64"),
            "true_probability": np.minimum(reaching / total[owner], 1.0) * -np.expm1(-total)[owner],
        }
    )


def outcomes_of(draft: Draft, world: World, denied: Array, cause: Array, remit_date: Array) -> pd.DataFrame:
    """Outcome of each service line; ``denied``, ``cause`` (column of the hazards) and ``remit_date`` are by claim."""
    facts = [*world.causes["mistake"].values(), *world.causes["background"].values()]
    owner = draft.lines["claim"]
    of_line = cause[owner]
    line_denied = denied[owner] & _reached(draft, world, of_line)
    reason = np.array(cause_reasons(world), dtype=object)[of_line]
    carc = np.array([one["carc"] for one in facts], dtype=object)[of_line]
    rarc = np.array([one["rarc"] or None for one in facts], dtype=object)[of_line]
    return pd.DataFrame(
        {
            "claim_id": pd.array(draft.claims["claim_id"][owner], dtype="str"),
            "line_number": pd.array(draft.lines["position"], dtype="Int64"),
            "denied": denied[owner].astype("int64"),
            "line_denied": line_denied.astype("int64"),
            "denial_reason": pd.array(only_where(denied[owner], reason), dtype="str"),
            "carc": pd.array(only_where(line_denied, carc), dtype="str"),
            "rarc": pd.array(only_where(line_denied, rarc), dtype="str"),
            "remit_date": pd.Series(remit_date[owner]).astype("datetime64[s]"),
            "label_status": pd.array(np.full(len(owner), "matched", dtype=object), dtype="str"),
        }
    )


def _reached(draft: Draft, world: World, cause: Array) -> Array:
    """Which lines are reached by the cause given for each of them, the same for all lines of a claim."""
    scope, name = _scopes(world)[cause], _names(world)[cause]
    reached = np.zeros(len(cause), dtype=bool)
    for one, lines in _lines_by_scope(draft).items():
        reached |= (scope == one) & lines
    at_fault = (draft.lines["fault"] == name) & (scope == "fault") & _charging(draft)
    return np.asarray(reached | ((scope == "fault") & _or_first(draft, at_fault)))


def _names(world: World) -> Array:
    return np.array([*world.mistakes, *world.reasons], dtype=object)


def _scopes(world: World) -> Array:
    facts = [*world.causes["mistake"].values(), *world.causes["background"].values()]
    return np.array([one["lines"] for one in facts], dtype=object)


def _lines_by_scope(draft: Draft) -> dict[str, Array]:
    """Lines that a cause of each scope denies, but for ``fault``, which depends on the cause."""
    asked = _charging(draft)
    last = np.arange(len(asked)) == draft.last_line[draft.lines["claim"]]
    visit = np.array([code.startswith("99") and code[2:].isdigit() for code in draft.lines["procedure_code"]])
    return {
        "claim": asked,
        "main": _first(draft),
        "services": _or_first(draft, ~visit & asked),
        "visits": _or_first(draft, (last | visit) & asked),
    }


def _lines_at_fault(draft: Draft, name: str) -> Array:
    return _or_first(draft, (draft.lines["fault"] == name) & _charging(draft))


def _or_first(draft: Draft, lines: Array) -> Array:
    """Add the first line that charges something of the claims of which no line is marked."""
    none = ~draft.any_line(lines)
    return np.asarray(lines | (none[draft.lines["claim"]] & _first(draft)))


def _charging(draft: Draft) -> Array:
    """Lines that charge something, and all of the claims of which none does."""
    charged = draft.lines["line_charge_cents"] > 0
    return np.asarray(charged | ~draft.any_line(charged)[draft.lines["claim"]])


def _first(draft: Draft) -> Array:
    """First line of each claim that charges something, else the first."""
    asked, owner = _charging(draft), draft.lines["claim"]
    count = np.cumsum(asked)
    before = (count - asked)[draft.first_line]
    return np.asarray(asked & (count - before[owner] == 1))
