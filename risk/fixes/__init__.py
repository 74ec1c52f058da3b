"""What to change on a claim, and what its risk would then be: each mechanical repair is made and scored again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from pandas.api.extensions import ExtensionArray

from risk.claims.columns import spread
from risk.fixes.repairs import Tries, Workshop
from risk.fixes.smallest import SmallestSet, smallest_sets
from risk.rules import Rule, RuleFailure, Severity
from risk.scoring import BANDS, ScoredBatch, Scorer

COLUMNS = [
    "claim_key",
    "rule_id",
    "change",
    "kind",
    "requires",
    "denial_risk_after",
    "conditional",
    "in_smallest_set",
    "risk_after_smallest_set",
]

#: Risk that fixes are to take a claim below, unless another is asked for: where the high band begins.
THRESHOLD = BANDS["high"]

#: What there is to say of fixes whose repairs are not tried.
_UNTRIED = {
    "denial_risk_after": np.nan,
    "conditional": False,
    "in_smallest_set": False,
    "risk_after_smallest_set": np.nan,
}

__all__ = ["COLUMNS", "THRESHOLD", "fixes_of"]


def fixes_of(
    scored: ScoredBatch,
    scorer: Scorer,
    failures: list[RuleFailure] | None = None,
    *,
    threshold: float = THRESHOLD,
) -> pd.DataFrame:
    """One row per claim and rule that fired, worst finding first; columns of ``COLUMNS``.

    ``denial_risk_after`` is the risk of the repaired claim, run again through rules and model; it is null where
    only the record, the patient's data or a person's judgement can say what the repaired claim would be.
    ``requires`` says what must be true for the change to be right. A repair that does not take its finding away, or
    makes another rule fire, is no fix and has no row.

    ``conditional`` marks a risk after one answer of several to what the fix asks, or after a supposition: ``requires``
    is then the rule's own, and says which. Where such a repair is no fix, the row stays without a risk, since the other
    answers may be right.

    ``in_smallest_set`` marks the fewest repairs that together take a claim at or above the ``threshold`` below it, or a
    certain reject to a claim that is adjudicated and below it, and
    ``risk_after_smallest_set`` is its risk with these made; null for a claim without such a set.

    A repair that fails, or changes what no repair may (:mod:`risk.fixes.changes`), leaves ``denial_risk_after`` null
    and is told in ``failures``; where no list is given, it raises.
    """
    if scored.findings.empty:
        return _no_fixes().copy(deep=False)
    proposed = _proposed(scored)
    workshop = Workshop(scored, scorer, failures)
    singles = workshop.first()
    if singles is None:
        return pd.DataFrame(proposed | _UNTRIED)
    fixes = _with_risks(proposed, singles, scored.rules)
    sets = smallest_sets(workshop, singles, threshold)
    own: list[SmallestSet | None] = [sets.get(key) for key in fixes["claim_key"].tolist()]
    fixes["in_smallest_set"] = [
        one is not None and rule_id in one.rules for one, rule_id in zip(own, fixes["rule_id"], strict=True)
    ]
    fixes["risk_after_smallest_set"] = [np.nan if one is None else one.risk_after for one in own]
    return pd.DataFrame(fixes)


def _proposed(scored: ScoredBatch) -> dict[str, Any]:
    """What the rules that fired say to change, by claim_key, the worst finding first: the first ``COLUMNS``."""
    rules = list(scored.rules.values())
    place = {one.id: number for number, one in enumerate(rules)}
    claim = scored.findings["claim_key"].to_numpy()
    rule_ids, citations = scored.findings["rule_id"], scored.findings["citation"]
    rule = spread(rule_ids, place.__getitem__, -1)  # in the order of their ids
    badness = {severity: rank for rank, severity in enumerate(Severity)}
    severity = spread(rule_ids, lambda rule_id: badness[scored.rules[rule_id].severity], -1)
    first = np.unique(claim * len(rules) + rule, return_index=True)[1]
    rows = first[np.lexsort((rule[first], severity[first], claim[first]))]
    chosen = [rules[number] for number in rule[rows].tolist()]
    return {
        "claim_key": claim[rows],
        "rule_id": rule_ids.array.take(rows),
        "change": _texts(one.fix for one in chosen),
        "kind": _texts(one.fix_kind for one in chosen),
        "requires": _texts(map(_requirement, chosen, citations.array.take(rows))),
    }


@cache
def _no_fixes() -> pd.DataFrame:
    texts = dict.fromkeys(("rule_id", "change", "kind", "requires"), _texts(()))
    return pd.DataFrame({"claim_key": np.empty(0, dtype=np.int64), **texts, **_UNTRIED})


def _texts(texts: Iterable[str]) -> ExtensionArray:
    return pd.array([*texts], dtype="str")


def _with_risks(proposed: dict[str, Any], singles: Tries, rules: Mapping[str, Rule]) -> dict[str, Any]:
    """The fixes that are left when their repairs have been tried, each with its risk and what that requires."""
    pairs = zip(singles.claim_keys.tolist(), (one[0] for one in singles.rules), strict=True)
    places = {pair: place for place, pair in enumerate(pairs)}
    pairs = zip(proposed["claim_key"].tolist(), proposed["rule_id"], strict=True)
    place = np.array([places.get(pair, -1) for pair in pairs], dtype=np.intp)
    asked = np.array([rules[rule_id].requires for rule_id in proposed["rule_id"]], dtype=object)
    works = (place >= 0) & singles.works[place]
    depends = asked != ""
    conditional = works & depends
    tried = {
        "requires": _texts(np.where(conditional, asked, proposed["requires"])),
        "denial_risk_after": np.where(works, singles.risk[place], np.nan),
        "conditional": conditional,
    }
    left = (place < 0) | works | depends
    return {name: column[left] for name, column in (proposed | tried).items()}


def _requirement(one: Rule, citation: str) -> str:
    if one.fix_kind == "documentation":
        return f"The record supports it ({citation})."
    return "The corrected data agree with the record and the registration."
