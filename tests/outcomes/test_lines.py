"""Which line of the claim a line of the remit is about."""

from __future__ import annotations

from tests.outcomes.files import claim, claims_837, payment, remit, remits_835

DAY = "20260901"


def denied(code: str, cents: int, control: str = "", carc: str = "50") -> str:
    return f"SVC*{code}*{cents}*0 CAS*CO*{carc}*{cents}" + (f" REF*6R*{control}" if control else "")


def paid(code: str, cents: int, control: str = "") -> str:
    return f"SVC*{code}*{cents}*{cents}" + (f" REF*6R*{control}" if control else "")


def test_the_control_number_of_a_line_comes_before_everything(label):
    claims = claims_837(claim("C1", f"62323 100 {DAY}", f"62323 100 {DAY}", controls=["L-B", "L-A"]))
    answer = remit("C1", denied("HC:62323", 100, "L-A"), paid("HC:62323", 100, "L-B"))
    assert label(claims, remits_835(payment("20260920", answer))).column("line_denied") == [0, 1]


def test_a_line_number_counts_where_the_procedure_agrees(label):
    claims = claims_837(claim("C1", f"62323 100 {DAY}", f"77003 50 {DAY}"))
    by_number = remit("C1", denied("HC:77003", 50, "2"), paid("HC:62323", 100, "1"))
    assert label(claims, remits_835(payment("20260920", by_number))).column("line_denied") == [0, 1]
    own_numbers = remit("C1", denied("HC:77003", 50, "1"), paid("HC:62323", 100, "2"))
    assert label(claims, remits_835(payment("20260920", own_numbers))).column("line_denied") == [0, 1]


def test_modifiers_charge_and_order_tell_lines_of_one_procedure_apart(label):
    claims = claims_837(claim("C1", f"64483:RT 100 {DAY}", f"64483:LT 100 {DAY}", f"64483:LT 90 {DAY}"))
    answer = remit("C1", denied("HC:64483:LT", 90), paid("HC:64483:LT", 100), paid("HC:64483:RT", 100))
    assert label(claims, remits_835(payment("20260920", answer))).column("line_denied") == [0, 0, 1]


def test_the_procedure_submitted_counts_where_the_payer_changed_it(label):
    claims = claims_837(claim("C1", f"80048 30 {DAY}", f"82565 20 {DAY}"))
    answer = remit("C1", "SVC*HC:80053*20*0**1*HC:82565 CAS*CO*97*20", paid("HC:80048", 30))
    assert label(claims, remits_835(payment("20260920", answer))).column("line_denied") == [0, 1]


def test_one_line_paid_in_parts_is_not_denied(label):
    claims = claims_837(claim("C1", f"62323 100 {DAY}", f"77003 50 {DAY}"))
    parts = (paid("HC:62323", 60), denied("HC:62323", 40, carc="151"), denied("HC:77003", 50))
    found = label(claims, remits_835(payment("20260920", remit("C1", *parts))))
    assert found.column("line_denied") == [0, 1]
    assert found.counts.paid_in_part == 1


def test_lines_that_are_alike_are_answered_one_after_the_other_also_by_two_remits(label):
    claims = claims_837(claim("C1", f"20553 80 {DAY}", f"20553 80 {DAY}"))
    one, other = remit("C1", paid("HC:20553", 80)), remit("C1", denied("HC:20553", 80), number="ICN2")
    split = label(claims, remits_835(payment("20260920", one), payment("20260922", other)))
    assert split.column("line_denied") == [0, 1]
    whole = remit("C1", paid("HC:20553", 80), denied("HC:20553", 80))
    again = remit("C1", paid("HC:20553", 80), paid("HC:20553", 80), number="ICN2")
    twice = label(claims, remits_835(payment("20260920", whole), payment("20261022", again)))
    assert twice.column("line_denied") == [0, 1]


def test_a_line_of_which_nothing_agrees_takes_the_one_that_is_left(label):
    claims = claims_837(claim("C1", f"62323 100 {DAY}", f"A4550 50 {DAY}"))
    answer = remit("C1", denied("HC:A9999", 45), paid("HC:62323", 100))
    assert label(claims, remits_835(payment("20260920", answer))).column("line_denied") == [0, 1]
    added = remit(
        "C1", paid("HC:62323", 100), paid("HC:A4550", 50), denied("HC:G8427", 0), "SVC*HC:A0001*9*0 CAS*CO*16*9"
    )
    assert label(claims, remits_835(payment("20260920", added))).column("denied") == [0, 0]
