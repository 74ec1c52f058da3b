"""Repairs of several rules are looked over together; one that is at fault does not spoil those of the others."""

from dataclasses import replace

import pytest
from pandas.testing import assert_frame_equal

from risk.claims.examples import batch_of, claim, line
from risk.claims.tables import TABLES
from risk.fixes.mending import mended_copies
from risk.reference import load_reference
from risk.rules import UnexpectedResultError, catalogue, run_rules

REFERENCE = load_reference()

#: Two defects that repairs mend: imaging that is included (IMG001), and a modifier that stands twice (CLM007).
BATCH = batch_of(
    claim(claim_id="A", lines=[line("64483", charge="600.00"), line("77003", charge="90.00")]),
    claim(claim_id="B", lines=[line("20553", modifiers=["59", "59"])]),
    claim(claim_id="C", lines=[line("64483", modifiers=["59", "59"]), line("77003", charge="90.00")]),
)


def copies(failures, **repairs):
    rules = {rule_id: catalogue()[rule_id] for rule_id in ("CLM007", "IMG001")}
    found = run_rules(BATCH, REFERENCE, rules.values())
    rules |= {rule_id: replace(rules[rule_id], repair=repair) for rule_id, repair in repairs.items()}
    return mended_copies(BATCH, found, rules, REFERENCE, failures)


def test_each_claim_has_a_copy_for_each_rule_that_found_it():
    failures = []
    made = copies(failures)
    assert failures == []
    assert list(zip(made.places.tolist(), made.rule_ids, strict=True)) == [
        (1, "CLM007"),
        (2, "CLM007"),
        (0, "IMG001"),
        (2, "IMG001"),
    ]
    assert made.batch.claims["claim_id"].tolist() == ["B", "C", "A", "C"]
    assert made.batch.service_lines["claim_key"].tolist() == [0, 1, 1, 2, 3]


@pytest.mark.parametrize(
    ("repair", "told"),
    [
        (lambda *_: None, "expected a sound batch of the same claims"),
        (lambda batch, _: batch.select([0]), "expected a sound batch of the same claims"),
        (
            lambda batch, _: replace(batch, service_lines=batch.service_lines.assign(claim_key=len(batch))),
            "expected a sound batch of the same claims",
        ),
        (
            lambda batch, _: replace(batch, claims=batch.claims.assign(payer_id="BETTER")),
            "expected a repair that leaves the payer",
        ),
    ],
)
def test_a_repair_at_fault_is_told_and_those_of_other_rules_stay(repair, told):
    failures = []
    made, sound = copies(failures, IMG001=repair), copies([])
    assert [(one.rule_id, one.error) for one in failures] == [("IMG001", told)]
    assert made.rule_ids == ("CLM007", "CLM007")
    for name in TABLES:
        assert_frame_equal(getattr(made.batch, name), getattr(sound.batch.select([0, 1]), name))
    with pytest.raises(UnexpectedResultError, match=told):
        copies(None, IMG001=repair)


def test_the_first_rule_at_fault_is_the_one_that_raises():
    def broken(*_):
        raise KeyError

    with pytest.raises(UnexpectedResultError):
        copies(None, CLM007=lambda *_: None, IMG001=broken)
    assert copies([], CLM007=lambda *_: None, IMG001=broken) is None
