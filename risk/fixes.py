"""What to change on a claim, and what its risk would then be: each mechanical repair is made and scored again."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from risk.claims.tables import ClaimBatch, concat_batches
from risk.claims.validate import structural_failures
from risk.errors import RuleError
from risk.rules import Rule, RuleFailure, UnexpectedResultError, guarded
from risk.scoring import ScoredBatch, Scorer, score_batch

COLUMNS = ["claim_key", "rule_id", "change", "kind", "requires", "denial_risk_after"]


def fixes_of(scored: ScoredBatch, scorer: Scorer, failures: list[RuleFailure] | None = None) -> pd.DataFrame:
    """One row per claim and rule that fired, worst finding first; columns of ``COLUMNS``.

    ``denial_risk_after`` is the risk of the repaired claim, run again through rules and model; it is null where
    only the record, the patient's data or a person's judgement can say what the repaired claim would be.
    ``requires`` says what must be true for the change to be right. A repair that fails leaves ``denial_risk_after``
    null and is told in ``failures``; where no list is given, it raises.
    """
    places = scored.findings.drop_duplicates(["claim_key", "rule_id"])
    rules = scored.rules
    severity = {rule_id: list(type(one.severity)).index(one.severity) for rule_id, one in rules.items()}
    fixes = pd.DataFrame(
        {
            "claim_key": places["claim_key"],
            "rule_id": places["rule_id"],
            "change": places["rule_id"].map({rule_id: one.fix for rule_id, one in rules.items()}),
            "kind": places["rule_id"].map({rule_id: one.fix_kind for rule_id, one in rules.items()}),
            "requires": [
                _requirement(rules[rule_id], citation)
                for rule_id, citation in zip(places["rule_id"], places["citation"], strict=True)
            ],
            "_severity": places["rule_id"].map(severity),
        }
    )
    fixes = fixes.sort_values(["claim_key", "_severity", "rule_id"], kind="stable").drop(columns="_severity")
    return fixes.merge(_risks_after(scored, scorer, failures), on=["claim_key", "rule_id"], how="left")[COLUMNS]


def _requirement(one: Rule, citation: str) -> str:
    if one.fix_kind == "documentation":
        return f"The record supports it ({citation})."
    return "The corrected data agree with the record and the registration."


def _risks_after(scored: ScoredBatch, scorer: Scorer, failures: list[RuleFailure] | None) -> pd.DataFrame:
    """Risk after each mechanical repair, by claim_key and rule_id.

    Rules that compare claims with each other are not run again, since a repaired copy would be the duplicate of
    its original: what they found on the claim stays.
    """
    repaired: list[ClaimBatch] = []
    origin: list[pd.DataFrame] = []
    for rule_id, found in scored.findings.groupby("rule_id", sort=True):
        one = scored.rules[str(rule_id)]
        if one.repair is None:
            continue
        keys = found["claim_key"].unique()
        mended = _guarded(one, scored.batch, found, keys, failures)
        if mended is None:
            continue
        repaired.append(mended)
        origin.append(pd.DataFrame({"claim_key": keys, "rule_id": rule_id}))
    if not repaired:
        nothing = {"claim_key": "int64", "rule_id": "str", "denial_risk_after": "float64"}
        return pd.DataFrame({column: pd.Series(dtype=dtype) for column, dtype in nothing.items()})
    origins = pd.concat(origin, ignore_index=True)
    across = [one.id for one in scorer.rules if one.across_claims]
    kept = scored.findings[scored.findings["rule_id"].isin(across)]
    kept = origins[["claim_key"]].rename_axis("repaired").reset_index().merge(kept, on="claim_key")
    kept = kept.drop(columns="claim_key").rename(columns={"repaired": "claim_key"})
    left_out = {*across, *(one.rule_id for one in scored.failures)}
    alone = replace(
        scorer,
        rules=[one for one in scorer.rules if one.id not in left_out],
        elsewhere=[one for one in scored.rules.values() if one.id in across],
    )
    after = score_batch(concat_batches(repaired), alone, explain=False, carried=kept)
    if after.failures:  # without a rule that judged the claim before, its risk after would be another question's answer
        if failures is None:
            raise RuleError(f"rule {after.failures[0].rule_id}", "expected a rule that runs on repaired claims as well")
        failures += [replace(one, during="after a repair") for one in after.failures]
        return origins.assign(denial_risk_after=float("nan"))
    return origins.assign(denial_risk_after=after.claims["denial_risk"].to_numpy())


def _guarded(
    one: Rule, batch: ClaimBatch, found: pd.DataFrame, keys: NDArray[np.int64], failures: list[RuleFailure] | None
) -> ClaimBatch | None:
    return guarded(
        one,
        batch.claims["claim_id"].iloc[keys],
        lambda: _repaired(one, batch, found, keys),
        lambda some: _repaired(one, batch, found, keys[some]),
        failures,
        "to repair its finding",
    )


def _repaired(one: Rule, batch: ClaimBatch, found: pd.DataFrame, keys: NDArray[np.int64]) -> ClaimBatch:
    """The claims at ``keys``, in that order, with the findings on them repaired."""
    assert one.repair is not None
    there = found[found["claim_key"].isin(keys)]
    position = pd.Series(range(len(keys)), index=keys)
    mended = one.repair(batch.select(keys), there.assign(claim_key=position.loc[there["claim_key"]].to_numpy()))
    if not isinstance(mended, ClaimBatch) or len(mended) != len(keys) or structural_failures(mended):
        raise UnexpectedResultError("expected a sound batch of the same claims")
    return mended
