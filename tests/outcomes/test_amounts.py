"""What was allowed and paid of each line, as remits of every kind state it."""

import pytest

from tests.outcomes.files import claim, claims_837, payment, remit, remits_835

TWO = claims_837(claim("C1", "62323 400 20260901", "77003 100 20260901"))


def amounts(found):
    return list(zip(found.column("line_allowed_amount"), found.column("line_paid_amount"), strict=True))


def of(label, *lines, claims=TWO, **facts):
    return amounts(label(claims, remits_835(payment("20260920", remit("C1", *lines, **facts)))))


def test_allowed_is_what_payer_and_patient_owe_together(label):
    found = of(
        label,
        "SVC*HC:62323*400*200 CAS*CO*45*150 CAS*PR*1*20**2*30",
        "SVC*HC:77003*100*0 CAS*PR*1*60 CAS*CO*45*40",
    )
    assert found == [(250.0, 200.0), (60.0, 0.0)]


def test_nothing_is_allowed_of_a_denied_line_and_of_what_another_payer_settled(label):
    assert of(label, "SVC*HC:62323*400*150 CAS*OA*23*250", "SVC*HC:77003*100*0 CAS*CO*97*100") == [
        (150.0, 150.0),
        (0.0, 0.0),
    ]


def test_a_case_rate_of_the_claim_is_shared_out_over_its_lines(label):
    segments = ["CAS*CO*45*250", "CAS*PR*1*50"]
    found = of(label, "SVC*HC:62323*400*400", "SVC*HC:77003*100*100", claim_segments=segments, paid="200")
    assert found == [(200.0, 160.0), (50.0, 40.0)]


def test_a_remit_without_lines_is_shared_out_by_charges(label):
    found = of(label, claim_segments=["CAS*CO*45*200", "CAS*PR*2*100"], paid="200", charge="500")
    assert found == [(240.0, 160.0), (60.0, 40.0)]
    assert of(label, claim_segments=["CAS*CO*50*500"], paid="0", charge="500") == [(0.0, 0.0), (0.0, 0.0)]


def test_lines_of_a_split_claim_have_the_amounts_of_the_remit_that_answers_them(label):
    both = [
        remit("C1", "SVC*HC:62323*400*300 CAS*CO*45*100"),
        remit("C1", "SVC*HC:77003*100*40 CAS*CO*45*60", number="ICN2"),
    ]
    assert amounts(label(TWO, remits_835(payment("20260920", *both)))) == [(300.0, 300.0), (40.0, 40.0)]


def test_a_line_cut_in_parts_has_what_its_parts_add_up_to(label):
    whole = claims_837(claim("C1", "62323 400 20260901"))
    found = of(label, "SVC*HC:62323*300*100 CAS*CO*45*200", "SVC*HC:62323*100*25 CAS*PR*2*5 CAS*CO*45*70", claims=whole)
    assert found == [(130.0, 125.0)]


def test_what_no_remit_has_answered_has_no_amounts(label):
    found = of(label, "SVC*HC:62323*400*0 CAS*CO*50*400")
    assert found == [(0.0, 0.0), (None, None)]


@pytest.mark.parametrize("status", ["2", "22"])
def test_what_decides_nothing_has_no_amounts(label, status):
    sign = "-" if status == "22" else ""
    line = f"SVC*HC:62323*{sign}400*{sign}200 CAS*CO*45*{sign}200"
    assert of(label, line, status=status) == [(None, None), (None, None)]
