"""Which repairs are offered as fixes, and which of them are the smallest set."""

from dataclasses import replace

import pytest

from risk.claims.examples import batch_of, claim, line
from risk.fixes import fixes_of
from risk.reference import load_reference
from risk.rules import Severity, catalogue
from risk.scoring import Scorer, score_batch

TWICE = line("99213", modifiers=["25", "25"], charge="120.00")


@pytest.fixture(scope="module")
def scorer():
    return Scorer(load_reference(), None, list(catalogue().values()))


def fixes_by_rule(scorer, *claims, **options):
    fixes = fixes_of(score_batch(batch_of(*claims), scorer), scorer, **options)
    return fixes[fixes["claim_key"] == len(claims) - 1].set_index("rule_id")


def with_repair(scorer, rule_id, repair):
    return replace(scorer, rules=[replace(one, repair=repair) if one.id == rule_id else one for one in scorer.rules])


def test_a_repair_that_leaves_its_finding_is_no_fix(scorer):
    assert "CLM007" in fixes_by_rule(scorer, claim(lines=[TWICE])).index
    idle = with_repair(scorer, "CLM007", lambda batch, _: batch)
    assert "CLM007" not in fixes_by_rule(idle, claim(lines=[TWICE])).index


def test_a_repair_that_makes_another_rule_fire_is_no_fix(scorer):
    of_add_ons = catalogue()["ADD001"]
    level = claim(lines=[line("64483", charge="600.00"), line("64484", charge="300.00"), line("77003", charge="90.00")])
    assert "IMG001" in fixes_by_rule(scorer, level).index

    def without_the_primary(batch, findings):
        whole = catalogue()["IMG001"].repair(batch, findings)
        return catalogue()["IMG001"].repair(whole, findings.assign(line_number=1).astype({"line_number": "Int64"}))

    careless = with_repair(scorer, "IMG001", without_the_primary)
    assert of_add_ons.id not in set(score_batch(batch_of(level), careless).findings["rule_id"])
    assert "IMG001" not in fixes_by_rule(careless, level).index
    before = [one for one in careless.rules if one.id != of_add_ons.id]
    preview = replace(careless, rules=[*before, replace(of_add_ons, status="preview")])
    assert "IMG001" in fixes_by_rule(preview, level).index, "a preview rule has no say"


def test_a_finding_that_the_repaired_one_covered_is_no_new_one(scorer):
    covered = replace(catalogue()["CLM007"], id="OWN001", repair=None, unless=("CLM007",))
    whole = catalogue()["CLM007"].repair
    blind = replace(covered, query=lambda batch, _: batch.service_lines.iloc[:1])
    fixes = fixes_by_rule(replace(scorer, rules=[*scorer.rules, blind]), claim(lines=[TWICE]))
    assert whole is not None
    assert "CLM007" in fixes.index
    uncovered = replace(scorer, rules=[*scorer.rules, replace(blind, unless=())])
    assert "CLM007" in fixes_by_rule(uncovered, claim(lines=[TWICE])).index, "it was there before"


def test_what_another_claim_causes_goes_with_the_line_it_was_on(scorer):
    first = claim(claim_id="A", lines=[line("77003", charge="90.00")])
    second = claim(claim_id="B", lines=[line("64483", charge="600.00"), line("77003", charge="90.00")])
    scored = score_batch(batch_of(first, second), scorer)
    assert set(scored.findings.loc[scored.findings["rule_id"] == "DUP001", "line_number"]) == {2}
    after = fixes_by_rule(scorer, first, second).loc["IMG001", "denial_risk_after"]
    assert (
        after == score_batch(batch_of(claim(lines=[line("64483", charge="600.00")])), scorer).claims["denial_risk"][0]
    )


def test_the_smallest_set_is_all_that_is_needed_and_no_more(scorer):
    risky = claim(lines=[line("64483", charge="600.00"), line("77003", charge="90.00"), TWICE])
    fixes = fixes_by_rule(scorer, risky, threshold=0.3)
    chosen = fixes[fixes["in_smallest_set"]]
    assert set(chosen.index) == {"IMG001", "CLM007"}
    assert (fixes["denial_risk_after"] >= 0.3).all(), "none of them is enough alone"
    mended = batch_of(claim(lines=[line("64483", charge="600.00"), line("99213", modifiers=["25"], charge="120.00")]))
    risk = score_batch(mended, scorer).claims["denial_risk"][0]
    assert risk < 0.3
    assert fixes["risk_after_smallest_set"].tolist() == [risk] * len(fixes)


def test_one_fix_that_is_enough_stands_alone(scorer):
    one = claim(lines=[TWICE])
    fixes = fixes_by_rule(scorer, one, threshold=0.3)
    assert fixes["in_smallest_set"].to_dict() == {"CLM007": True}
    assert fixes.loc["CLM007", "risk_after_smallest_set"] == fixes.loc["CLM007", "denial_risk_after"]


def test_a_claim_below_the_threshold_needs_no_set(scorer):
    fixes = fixes_by_rule(scorer, claim(lines=[TWICE]), threshold=0.99)
    assert not fixes["in_smallest_set"].any()
    assert fixes["risk_after_smallest_set"].isna().all()


def test_where_repairs_are_not_enough_there_is_no_set(scorer):
    pair = claim(lines=[line("62323", charge="900.00"), line("64483", charge="700.00"), TWICE])
    fixes = fixes_by_rule(scorer, pair, threshold=0.3)
    assert {"PTP001", "CLM007"} <= set(fixes.index)
    assert not fixes["in_smallest_set"].any()
    assert fixes["risk_after_smallest_set"].isna().all()


def test_of_sets_of_one_size_the_one_with_the_lowest_risk_is_taken(scorer):
    worse = replace(catalogue()["CLM007"], id="ZZZ001", severity=Severity.REVIEW)
    both = replace(scorer, rules=[*scorer.rules, worse])
    fixes = fixes_by_rule(both, claim(lines=[TWICE]), threshold=0.3)
    alone = fixes[fixes["denial_risk_after"].notna()]
    assert set(alone.index) == {"CLM007", "ZZZ001"}, "either mends the line, and with it the finding of the other"
    assert fixes["in_smallest_set"].sum() == 1
    assert fixes.loc["CLM007", "in_smallest_set"]
