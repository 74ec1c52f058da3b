"""What to change on a claim, and what its risk would then be: each mechanical repair is made and scored again."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from risk.claims.tables import ClaimBatch, concat_batches
from risk.rules import Rule, catalogue
from risk.scoring import ScoredBatch, Scorer, score_batch

COLUMNS = ["claim_key", "rule_id", "change", "kind", "requires", "denial_risk_after"]


def fixes_of(scored: ScoredBatch, scorer: Scorer) -> pd.DataFrame:
    """One row per claim and rule that fired, worst finding first; columns of ``COLUMNS``.

    ``denial_risk_after`` is the risk of the repaired claim, run again through rules and model; it is null where
    only the record, the patient's data or a person's judgement can say what the repaired claim would be.
    ``requires`` says what must be true for the change to be right.
    """
    places = scored.findings.drop_duplicates(["claim_key", "rule_id"])
    rules = {one.id: one for one in catalogue().values()}
    severity = {rule_id: list(type(one.severity)).index(one.severity) for rule_id, one in rules.items()}
    fixes = pd.DataFrame(
        {
            "claim_key": places["claim_key"],
            "rule_id": places["rule_id"],
            "change": places["rule_id"].map({rule_id: one.fix for rule_id, one in rules.items()}),
            "kind": places["rule_id"].map({rule_id: one.fix_kind for rule_id, one in rules.items()}),
            "requires": places["rule_id"].map({rule_id: _requirement(one) for rule_id, one in rules.items()}),
            "_severity": places["rule_id"].map(severity),
        }
    )
    fixes = fixes.sort_values(["claim_key", "_severity", "rule_id"], kind="stable").drop(columns="_severity")
    return fixes.merge(_risks_after(scored, scorer), on=["claim_key", "rule_id"], how="left")[COLUMNS]


def _requirement(one: Rule) -> str:
    if one.fix_kind == "documentation":
        return f"The record supports it ({one.cite})."
    return "The corrected data agree with the record and the registration."


def _risks_after(scored: ScoredBatch, scorer: Scorer) -> pd.DataFrame:
    """Risk after each mechanical repair, by claim_key and rule_id.

    Rules that compare claims with each other are not run again, since a repaired copy would be the duplicate of
    its original: what they found on the claim stays.
    """
    repaired: list[ClaimBatch] = []
    origin: list[pd.DataFrame] = []
    for rule_id, found in scored.findings.groupby("rule_id", sort=True):
        one = catalogue()[str(rule_id)]
        if one.repair is None:
            continue
        keys = found["claim_key"].unique()
        position = pd.Series(range(len(keys)), index=keys)
        there = found.assign(claim_key=position.loc[found["claim_key"]].to_numpy())
        repaired.append(one.repair(scored.batch.select(keys), there))
        origin.append(pd.DataFrame({"claim_key": keys, "rule_id": rule_id}))
    if not repaired:
        nothing = {"claim_key": "int64", "rule_id": "str", "denial_risk_after": "float64"}
        return pd.DataFrame({column: pd.Series(dtype=dtype) for column, dtype in nothing.items()})
    origins = pd.concat(origin, ignore_index=True)
    across = [one.id for one in scorer.rules if one.across_claims]
    kept = scored.findings[scored.findings["rule_id"].isin(across)]
    kept = origins[["claim_key"]].rename_axis("repaired").reset_index().merge(kept, on="claim_key")
    kept = kept.drop(columns="claim_key").rename(columns={"repaired": "claim_key"})
    alone = replace(scorer, rules=[one for one in scorer.rules if not one.across_claims])
    after = score_batch(concat_batches(repaired), alone, explain=False, carried=kept)
    return origins.assign(denial_risk_after=after.claims["denial_risk"].to_numpy())
