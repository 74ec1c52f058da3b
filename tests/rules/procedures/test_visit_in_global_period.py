"""Visits after a procedure with a global period, in the batch or the history."""

import random

import pytest

from risk.claims.examples import batch_of, claim, line
from risk.reference import load_reference
from risk.rules import catalogue, run_rules


def messages(claims, past=()):
    rules = [catalogue()["GLB001"]]
    return run_rules(batch_of(*claims), load_reference(), rules, past=batch_of(*past))["message"].tolist()


def on(day, code, modifiers=(), **columns):
    return claim(lines=[line(code, date_of_service=day, modifiers=modifiers)], **columns)


def test_the_visit_is_told_with_its_distance_and_the_length_of_the_period():
    (message,) = messages([on("2026-10-08", "99213")], [on("2026-10-01", "64635")])
    assert message == (
        "Line 1: visit 99213 is 7 days after 64635, whose payment includes the visits of the 10 days after it, and has "
        "no modifier 24."
    )


@pytest.mark.parametrize(
    ("code", "day", "inside"),
    [
        ("64635", "2026-09-30", False),
        ("64635", "2026-10-01", False),
        ("64635", "2026-10-02", True),
        ("64635", "2026-10-11", True),
        ("64635", "2026-10-12", False),
        ("63655", "2026-12-30", True),
        ("63655", "2026-12-31", False),
        ("62323", "2026-10-02", False),
        ("62368", "2026-10-02", False),
    ],
)
def test_the_period_is_the_days_after_the_procedure(code, day, inside):
    assert bool(messages([on(day, "99214")], [on("2026-10-01", code)])) is inside
    assert bool(messages([on(day, "99214"), on("2026-10-01", code)])) is inside


@pytest.mark.parametrize(
    "visit",
    [
        on("2026-10-08", "99213", ["24"]),
        on("2026-10-08", "99213", ["25", "24"]),
        on("2026-10-08", "99203"),
        on("2026-10-08", "97110"),
        on("2026-10-08", "99213", member_id=None),
        on("2026-10-08", "99213", member_id="OTHER"),
        on("2026-10-08", "99213", billing_npi="1679576722"),
        on("2026-10-08", "99213", rendering_npi="1679576722"),
        on("2026-10-08", "99213", claim_kind="institutional", bill_type_code="131"),
        on("2026-10-08", "99213", claim_frequency_code="8"),
    ],
    ids=range(10),
)
def test_other_visits_are_left_alone(visit):
    assert messages([visit], [on("2026-10-01", "64635")]) == []


@pytest.mark.parametrize("modifier", ["54", "56", "78", "80", "AS"])
def test_who_has_no_aftercare_to_give_may_bill_the_visit(modifier):
    assert messages([on("2026-10-08", "99213")], [on("2026-10-01", "63655", [modifier])]) == []


def test_of_two_procedures_the_nearer_is_named_in_whatever_order_they_stand():
    claims = [
        on("2026-10-08", "99213"),
        on("2026-10-01", "64635"),
        on("2026-10-03", "63650"),
        on("2026-09-01", "63655"),
    ]
    texts = []
    for seed in range(6):
        random.Random(seed).shuffle(claims)
        texts += messages(claims)
        visit = [one for one in claims if one.lines[0].values["procedure_code"] == "99213"]
        texts += messages(visit, [one for one in claims if one not in visit])
    assert len(texts) == 12
    assert all(text.startswith("Line 1: visit 99213 is 5 days after 63650, ") for text in texts)
