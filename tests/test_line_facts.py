import pandas as pd
import pytest

from models import REASONS, RuleInfo
from models.lines import PLACES, ROLES
from risk.claims.examples import batch_of, claim, line
from risk.line_facts import line_facts

INFOS = {
    "BUN001": RuleInfo("deny", "bundling", "97"),
    "BUN002": RuleInfo("review", "bundling", "236"),
    "ELI001": RuleInfo("reject", "eligibility", "31"),
    "PRE001": RuleInfo("deny", "frequency", "119", preview=True),
}
FOUR = [line("99213"), line("80053"), line("36415"), line("83036")]


def facts_of(claims, *findings):
    found = pd.DataFrame(list(findings), columns=["claim_key", "line_number", "rule_id"])
    return line_facts(batch_of(*claims), found.astype({"line_number": "Int64", "rule_id": "str"}), INFOS)


def places(facts, reason):
    return [PLACES[place] for place in facts.places[:, REASONS.index(reason)]]


def test_a_finding_stands_on_its_line_and_for_the_other_lines_of_its_claim_on_another():
    facts = facts_of([claim(claim_id="A", lines=FOUR[:1]), claim(claim_id="B", lines=FOUR[:3])], (1, 2, "BUN001"))
    assert facts.claim.tolist() == [0, 1, 1, 1]
    assert places(facts, "bundling") == ["nowhere", "other_line", "line", "other_line"]
    assert places(facts, "coding") == ["nowhere"] * 4


def test_a_finding_of_the_claim_stands_there_for_its_reason_alone():
    facts = facts_of([claim(lines=FOUR[:2])], (0, None, "ELI001"))
    assert places(facts, "eligibility") == ["claim", "claim"]
    assert places(facts, "bundling") == ["nowhere", "nowhere"]


def test_a_finding_on_a_line_counts_before_one_of_the_claim_and_several_stand_side_by_side():
    facts = facts_of([claim(lines=FOUR)], (0, 2, "BUN001"), (0, None, "BUN002"), (0, 4, "BUN002"), (0, 1, "ELI001"))
    assert places(facts, "bundling") == ["other_line", "line", "other_line", "line"]
    assert places(facts, "eligibility") == ["line", "other_line", "other_line", "other_line"]


@pytest.mark.parametrize("line_number", [2, None])
def test_a_preview_rule_stands_nowhere(line_number):
    facts = facts_of([claim(lines=FOUR)], (0, line_number, "PRE001"))
    assert not facts.places.any()


def test_a_finding_on_a_line_that_is_not_there_stands_on_another_line():
    assert places(facts_of([claim(lines=FOUR[:2])], (0, 9, "BUN001")), "bundling") == ["other_line", "other_line"]


def test_lines_are_the_first_that_charges_a_visit_or_one_that_charges_nothing():
    facts = facts_of(
        [
            claim(lines=[line("J3301", charge="0.00"), line("99213"), line("20610"), line("99214")]),
            claim(claim_id="free", lines=[line("20610", charge="0.00"), line("92014", charge="0.00")]),
            claim(claim_id="no code", lines=[line(None), line("20610")]),
        ]
    )
    named = [ROLES[role] for role in facts.role]
    assert named[:4] == ["no_charge", "first_visit", "later_service", "later_visit"]
    assert named[4:6] == ["first_service", "later_visit"]
    assert named[6:] == ["first_service", "later_service"]


def test_no_claims_have_no_lines():
    facts = facts_of([])
    assert facts.claims == 0
    assert facts.places.shape == (0, len(REASONS))
