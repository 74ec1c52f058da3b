"""Which repairs are offered as fixes, and which of them are the smallest set."""

import json
from dataclasses import replace

import pandas as pd
import pytest

from risk.claims.examples import batch_of, claim, line
from risk.fixes import fixes_of
from risk.reference import load_reference
from risk.reports.explanation import after_words
from risk.reports.records import claim_records
from risk.rules import Severity, catalogue
from risk.rules._repair import SUPPOSED_AUTHORIZATION
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


def test_a_certain_reject_needs_a_set_whatever_its_risk(scorer):
    unbalanced = claim(lines=[line("99213", charge="120.10")], total_charge_cents=12000)
    scored = score_batch(batch_of(unbalanced), scorer)
    assert scored.claims["certain_reject"][0]
    fixes = fixes_by_rule(scorer, unbalanced, threshold=0.99)
    assert fixes["in_smallest_set"].to_dict() == {"CLM002": True}
    assert fixes.loc["CLM002", "risk_after_smallest_set"] < scored.claims["denial_risk"][0]


def test_where_repairs_are_not_enough_there_is_no_set(scorer):
    sides = claim(dx=["M54.31"], lines=[line("64483", modifiers=["LT"], charge="700.00"), TWICE])
    fixes = fixes_by_rule(scorer, sides, threshold=0.3)
    assert {"LAT002", "CLM007"} <= set(fixes.index)
    assert not fixes["in_smallest_set"].any()
    assert fixes["risk_after_smallest_set"].isna().all()


def test_a_set_that_leaves_a_certain_reject_is_none(scorer):
    def half_mended(**others):
        scored = score_batch(batch_of(claim(lines=[TWICE], **others)), scorer)
        after = fixes_of(scored, scorer).set_index("rule_id").loc["CLM007", "denial_risk_after"]
        below = (after + scored.claims["denial_risk"][0]) / 2
        return fixes_of(scored, scorer, threshold=below).set_index("rule_id").loc["CLM007"]

    assert half_mended()["in_smallest_set"]
    returned = half_mended(rendering_npi="1234567890")
    assert not returned["in_smallest_set"]
    assert pd.isna(returned["risk_after_smallest_set"])
    assert returned["denial_risk_after"] > 0, "it is still a fix"


def test_of_sets_of_one_size_the_one_with_the_lowest_risk_is_taken(scorer):
    worse = replace(catalogue()["CLM007"], id="ZZZ001", severity=Severity.REVIEW)
    both = replace(scorer, rules=[*scorer.rules, worse])
    fixes = fixes_by_rule(both, claim(lines=[TWICE]), threshold=0.3)
    alone = fixes[fixes["denial_risk_after"].notna()]
    assert set(alone.index) == {"CLM007", "ZZZ001"}, "either mends the line, and with it the finding of the other"
    assert fixes["in_smallest_set"].sum() == 1
    assert fixes.loc["CLM007", "in_smallest_set"]


PAIR = [line("62323", charge="900.00"), line("64483", charge="700.00")]


def test_one_answer_of_several_has_a_risk_under_the_condition_it_names(scorer):
    fix = fixes_by_rule(scorer, claim(lines=PAIR)).loc["PTP001"]
    assert fix["conditional"]
    assert fix["requires"] == catalogue()["PTP001"].requires
    without = score_batch(batch_of(claim(lines=PAIR[:1])), scorer).claims["denial_risk"][0]
    assert fix["denial_risk_after"] == without


def test_where_the_one_answer_would_be_no_fix_the_question_stays(scorer):
    def cheaper(batch, _findings):
        charges = batch.service_lines["line_charge_cents"] - 100
        return replace(batch, service_lines=batch.service_lines.assign(line_charge_cents=charges))

    fix = fixes_by_rule(with_repair(scorer, "PTP001", cheaper), claim(lines=PAIR)).loc["PTP001"]
    assert pd.isna(fix["denial_risk_after"]), "both lines are still there, and the total is no sum any more"
    assert not fix["conditional"]
    assert fix["requires"].startswith("The record supports it")


@pytest.mark.parametrize(
    ("rule_id", "one"),
    [
        ("BIL002", claim(lines=[line("64493", modifiers=["50"], quantity=3.0)])),
        ("CLM001", claim(dx=["M54.16", "M48.061"], lines=[line("99213", pointers=(3,))])),
        ("CLM008", claim(dx=["M54.16", "M48.061"], lines=[line("99213"), line("20610", pointers=())])),
    ],
)
def test_what_a_repair_leaves_to_a_person_stays_without_a_risk(scorer, rule_id, one):
    fix = fixes_by_rule(scorer, one).loc[rule_id]
    assert pd.isna(fix["denial_risk_after"])
    assert not fix["conditional"]
    assert "agree with the record" in fix["requires"]


def test_a_claim_billed_already_as_a_whole_is_not_emptied(scorer):
    first, second = (claim(claim_id=name, lines=[line("20553")]) for name in "AB")
    assert pd.isna(fixes_by_rule(scorer, first, second).loc["DUP001", "denial_risk_after"])
    third = claim(claim_id="C", lines=[line("71046"), line("20553")])
    fix = fixes_by_rule(scorer, first, third).loc["DUP001"]
    alone = score_batch(batch_of(claim(lines=[line("71046")])), scorer).claims["denial_risk"][0]
    assert fix["denial_risk_after"] == alone


def test_an_authorization_is_supposed_for_the_risk_and_for_nothing_else(scorer):
    unnumbered = claim(payer_name="Cigna", lines=[line("64483", charge="700.00")])
    scored = score_batch(batch_of(unnumbered), scorer)
    fixes = fixes_of(scored, scorer)
    fix = fixes.set_index("rule_id").loc["AUTH002"]
    numbered = score_batch(
        batch_of(replace(unnumbered, values=unnumbered.values | {"prior_auth_number": "A1"})), scorer
    )
    assert fix["conditional"]
    assert fix["requires"].startswith("A valid authorization for this service exists")
    assert fix["denial_risk_after"] == numbered.claims["denial_risk"][0] < scored.claims["denial_risk"][0]
    assert scored.batch.claims["prior_auth_number"].isna().all()
    (record,) = claim_records(scored, fixes, [0])
    assert SUPPOSED_AUTHORIZATION not in json.dumps(record)
    assert "where this holds" in after_words(record["fixes"][0], record["denial_risk"])


def test_every_repair_of_the_catalogue_is_a_fix_of_a_bad_example(scorer):
    repairs = [one for one in catalogue().values() if one.repair]
    bad = [(one, example) for one in repairs for example in one.bad]
    claims = [
        replace(example, values=example.values | {"member_id": f"M{key}"}) for key, (_, example) in enumerate(bad)
    ]
    fixes = fixes_of(score_batch(batch_of(*claims), scorer), scorer).set_index(["claim_key", "rule_id"])
    after = fixes["denial_risk_after"].reindex([(key, one.id) for key, (one, _) in enumerate(bad)])
    scored = pd.Series(after.notna().to_numpy()).groupby([one.id for one, _ in bad])
    assert scored.any().all(), "each takes its finding away, and no other rule fires"
    plain = {one.id for one in repairs if not one.requires}
    assert scored.all()[list(plain)].all(), "without a condition, each bad example is mended"
