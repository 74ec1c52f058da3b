"""Repairs that fail: the fix stays, its risk is not known, and it is told whose repair failed on which claim."""

from dataclasses import replace

import numpy as np
import pytest

from risk.claims.examples import batch_of, claim, line
from risk.fixes import COLUMNS, fixes_of
from risk.reference import load_reference
from risk.rules import UnexpectedResultError, catalogue
from risk.scoring import Scorer, score_batch

MARKER = "ZZMARKERMEMBER"
IMAGING = (catalogue()["IMG001"],)


def guidance(claim_id):
    lines = [line("64483", charge="600.00"), line("77003", charge="90.00")]
    return claim(claim_id=claim_id, member_id=MARKER + claim_id, lines=lines)


def scorer_with(repair, **others):
    rules = [replace(one, repair=repair) if one.id == "IMG001" else one for one in catalogue().values()]
    return Scorer(load_reference(), None, [replace(one, **others.get(one.id, {})) for one in rules])


def fixes_and_failures(scorer, *claims):
    scored = score_batch(batch_of(*claims), scorer)
    assert not scored.failures
    failures = []
    fixes = fixes_of(scored, scorer, failures)
    assert MARKER not in repr(failures)
    return fixes[fixes["rule_id"] == "IMG001"], failures


def test_no_fixes_are_a_table_like_any_other():
    some, none = (fixes_of(*_scored(Scorer(load_reference(), None, rules), guidance("A"))) for rules in (IMAGING, ()))
    assert len(some) == 1
    assert len(none) == 0
    assert list(none.columns) == COLUMNS
    assert none.dtypes.to_dict() == some.dtypes.to_dict()


def raising(batch, _findings):
    if (batch.claims["claim_id"] == "B").any():
        raise KeyError(MARKER)
    return batch


def test_a_repair_that_raises_is_told_with_its_claim_and_leaves_no_risk():
    fixes, failures = fixes_and_failures(scorer_with(raising), guidance("A"), guidance("B"), guidance("C"))
    assert len(fixes) == 3
    assert fixes["denial_risk_after"].isna().all()
    assert [str(one) for one in failures] == [
        "rule IMG001 failed to repair its finding on claim B (imaging_guidance_included.py): KeyError"
    ]


@pytest.mark.parametrize(
    "result",
    [
        lambda batch: None,
        lambda batch: batch.select([]),
        lambda batch: replace(batch, claims=batch.claims.assign(extra=1)),
        lambda batch: replace(batch, service_lines=batch.service_lines.assign(claim_key=9)),
    ],
)
def test_a_repair_that_gives_no_sound_batch_is_a_failure(result):
    fixes, failures = fixes_and_failures(scorer_with(lambda batch, _: result(batch)), guidance("A"))
    assert fixes["denial_risk_after"].isna().all()
    assert failures[0].error == "expected a sound batch of the same claims"
    with pytest.raises(UnexpectedResultError):
        fixes_of(*_scored(scorer_with(lambda batch, _: result(batch)), guidance("A")))


def _scored(scorer, *claims):
    return score_batch(batch_of(*claims), scorer), scorer


def test_where_a_rule_fails_on_a_repaired_claim_no_fix_has_a_risk():
    def dislikes_single_lines(batch, _reference):
        if len(batch.service_lines) < 2:
            raise KeyError(MARKER)
        return batch.service_lines.iloc[:0]

    whole = catalogue()["IMG001"].repair
    scorer = scorer_with(whole, DX004={"query": dislikes_single_lines})
    fixes, failures = fixes_and_failures(scorer, guidance("A"))
    assert fixes["denial_risk_after"].isna().all()
    assert [(one.rule_id, one.claim_id, one.during) for one in failures] == [("DX004", "A", "after a repair")]


def test_a_rule_that_failed_on_the_claims_is_not_run_on_their_repairs():
    def broken(_batch, _reference):
        raise KeyError(MARKER)

    scorer = scorer_with(catalogue()["IMG001"].repair, DX004={"query": broken})
    scored = score_batch(batch_of(guidance("A")), scorer)
    assert [one.rule_id for one in scored.failures] == ["DX004"]
    failures = []
    fixes = fixes_of(scored, scorer, failures)
    assert failures == []
    assert np.isfinite(fixes.loc[fixes["rule_id"] == "IMG001", "denial_risk_after"]).all()


def test_the_ruleset_of_a_score_is_that_of_the_rules_that_ran():
    def broken(_batch, _reference):
        raise KeyError(MARKER)

    whole = Scorer(load_reference(), None, list(catalogue().values()))
    without = replace(whole, rules=[one for one in whole.rules if one.id != "DX004"])
    batch = batch_of(guidance("A"))
    scored = score_batch(batch, scorer_with(catalogue()["IMG001"].repair, DX004={"query": broken}))
    assert scored.versions == score_batch(batch, without).versions
    assert scored.versions != score_batch(batch, whole).versions


def test_a_rule_across_claims_of_ones_own_counts_after_a_repair_too():
    across = replace(catalogue()["DUP001"], id="OWN001")
    scorer = Scorer(load_reference(), None, [*catalogue().values(), across])
    batch = batch_of(guidance("A"), replace(guidance("A"), values=guidance("A").values | {"claim_id": "B"}))
    scored = score_batch(batch, scorer)
    assert "OWN001" in set(scored.findings["rule_id"])
    fixes = fixes_of(scored, scorer)
    after = fixes[(fixes["claim_key"] == 1) & (fixes["rule_id"] == "IMG001")]["denial_risk_after"]
    assert after.item() > 0.3, "still a duplicate of the first"
