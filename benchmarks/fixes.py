"""What fixes are worth on synthetic claims that are flagged: how many have one, what it does, and where it fails.

A repair contradicts its rule where, run again, the rule still fires, another one fires, or the risk is not lower. The
first two are not offered as fixes; the last is, since a claim that is right matters more than its risk. Repairs with a
condition are counted where they change the claim.
"""

from __future__ import annotations

from math import inf

import numpy as np
import pandas as pd

from benchmarks.scoring import default_model
from risk.fixes import THRESHOLD, fixes_of
from risk.fixes.repairs import Workshop
from risk.reference import load_reference
from risk.rules import select_rules
from risk.scoring import ScoredBatch, Scorer, score_batch
from synthetic_data import simulate

#: Flagged claims looked at, and the seed of the claims; that of training is another.
FLAGGED, SEED = 2_000, 31

_DRAWN_FOR_EACH = 20


def main(flagged: int = FLAGGED) -> None:
    """Print what the fixes of that many flagged claims come to."""
    scorer = Scorer(load_reference(), default_model().model, select_rules())
    report(score_batch(simulate(flagged * _DRAWN_FOR_EACH, seed=SEED).batch, scorer, explain_from=inf), scorer, flagged)


def report(scored: ScoredBatch, scorer: Scorer, most: int) -> None:
    """Print the figures of the first ``most`` flagged claims of a scored batch."""
    risk = scored.claims["denial_risk"]
    own = scored.select(risk.index[risk >= THRESHOLD][:most].tolist())
    fixes = fixes_of(own, scorer).join(own.claims["denial_risk"], on="claim_key")
    again = fixes[fixes["denial_risk_after"].notna()]
    solved = fixes[fixes["in_smallest_set"]].groupby("claim_key").size()
    rows = {
        f"flagged at {THRESHOLD:.0%} or more": len(own.batch),
        "  with a finding": _share(own.findings["claim_key"], own),
        "  with a fix": _share(fixes["claim_key"], own),
        "  with a fix that can be scored again": _share(again["claim_key"], own),
        "    unconditional": _share(again.loc[~again["conditional"].astype(bool), "claim_key"], own),
        "  taken below by their smallest set": _share(fixes.loc[fixes["in_smallest_set"], "claim_key"], own),
        "  of these, by more than one change": str(int(solved.gt(1).sum())),
        "  of these, by none that is conditional": str(len(solved) - solved.index.isin(_on_condition(fixes)).sum()),
        "median risk before, and after one fix": f"{again['denial_risk'].median():.1%}, "
        f"{again['denial_risk_after'].median():.1%}",
        "median fall of the risk": f"{(again['denial_risk'] - again['denial_risk_after']).median():.1%}",
    }
    print(f"\nFixes of flagged synthetic claims, seed {SEED}")
    for name, value in rows.items():
        print(f"{name:<40} {value:>20}")
    _contradictions(own, scorer)


def _on_condition(fixes: pd.DataFrame) -> pd.Series:
    """Keys of the claims whose smallest set holds a conditional fix."""
    return fixes.loc[fixes["in_smallest_set"] & fixes["conditional"], "claim_key"]


def _share(claim_keys: pd.Series, own: ScoredBatch) -> str:
    count = claim_keys.nunique()
    return f"{count:,} ({count / max(len(own.batch), 1):.1%})"


def _contradictions(own: ScoredBatch, scorer: Scorer) -> None:
    """Print, rule by rule, the repairs that were made and those that contradict the rule's promise."""
    tries = Workshop(own, scorer, None).first()
    if tries is None:
        print("no finding has a mechanical repair")
        return
    still = np.zeros(len(tries.claim_keys), dtype=bool)
    repaired = np.array([rules[0] for rules in tries.rules], dtype=object)
    found = tries.findings
    still[found.loc[found["rule_id"] == repaired[found["claim_key"]], "claim_key"]] = True
    before = own.claims["denial_risk"].to_numpy()[tries.claim_keys]
    made = pd.DataFrame(
        {
            "rule": repaired,
            "repairs": 1,
            "still fires": still,
            "another fires": ~tries.works & ~still,
            "risk not lower": tries.risk >= before,
        }
    )
    made["contradicted"] = made[["still fires", "another fires", "risk not lower"]].any(axis=1)
    by_rule = made.groupby("rule").sum()
    by_rule.loc["all"] = by_rule.sum()
    by_rule["share"] = by_rule["contradicted"] / by_rule["repairs"]
    print("\nRepairs, and those that running again contradicts")
    print(by_rule.to_string(float_format=lambda value: f"{value:.1%}"))


if __name__ == "__main__":
    main()
