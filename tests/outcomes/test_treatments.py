"""One case for every treatment that docs/labels.md states."""

from __future__ import annotations

import numpy as np
import pytest

from risk.claims.remits import make_remits
from risk.claims.tables import empty_batch
from risk.outcomes import label_claims
from risk.outcomes.matching import match_remits
from risk.readers.remits_835 import read_remits_835
from tests.outcomes.files import claim, claims_837, payment, remit, remits_835

TWO = claims_837(claim("C1", "62323 400 20260901", "77003 100 20260901"))
ONE = claims_837(claim("C1", "62323 400 20260901"))
PAID = "SVC*HC:62323*400*250 CAS*CO*45*150 REF*6R*1"
PAID_SECOND = "SVC*HC:77003*100*60 CAS*CO*45*40 REF*6R*2"
DENIED = "SVC*HC:62323*400*0 CAS*CO*50*400 REF*6R*1 LQ*HE*N115"
DENIED_SECOND = "SVC*HC:77003*100*0 CAS*CO*97*100 REF*6R*2 LQ*HE*M15"


def test_a_denied_line_makes_the_claim_denied_and_the_other_lines_stay_paid(label):
    found = label(TWO, remits_835(payment("20260920", remit("C1", PAID, DENIED_SECOND))))
    assert found.column("denied") == [1, 1]
    assert found.column("line_denied") == [0, 1]
    assert found.column("denial_reason") == ["bundling", "bundling"]
    assert found.column("carc") == [None, "97"]
    assert found.column("rarc") == [None, "M15"]
    assert found.days == ["0920", "0920"]
    assert found.column("label_status") == ["matched", "matched"]
    assert (found.counts.partly_denied, found.counts.denied, found.counts.by_number) == (1, 1, 1)


@pytest.mark.parametrize(
    "line",
    [
        "SVC*HC:62323*400*0 CAS*CO*45*150 CAS*PR*1*250",
        "SVC*HC:62323*400*0 CAS*CO*45*370 CAS*PR*3*30",
        "SVC*HC:62323*400*0 CAS*CO*45*400",
        "SVC*HC:62323*400*0 CAS*CO*24*400",  # paid by capitation
        "SVC*HC:62323*400*0 CAS*CO*45*150 CAS*PR*1*230 CAS*CO*97*20",  # allowed, and a part of it refused
        "SVC*HC:62323*400*250 CAS*CO*97*150",  # some units paid
    ],
)
def test_contract_patient_and_part_payment_are_no_denial(label, line):
    found = label(ONE, remits_835(payment("20260920", remit("C1", line))))
    assert found.column("denied") == found.column("line_denied") == [0]
    assert found.column("carc") == found.column("denial_reason") == [None]
    assert found.counts.patient_only == ("*400*0 " in line and "CAS*PR" in line)
    assert found.counts.paid_in_part == ("CO*97" in line)


def test_a_line_paid_nothing_for_a_reason_beside_the_contract_is_denied(label):
    line = "SVC*HC:62323*400*0 CAS*CO*45*150**16*50**197*200"
    found = label(ONE, remits_835(payment("20260920", remit("C1", line))))
    assert found.column("carc") == ["197"], "the code with the most of the line refused for it"
    assert found.column("denial_reason") == ["authorization"]


@pytest.mark.parametrize(
    ("carc", "reason"), [("165", "authorization"), ("96", None), ("999", None), ("B7", "provider")]
)
def test_codes_that_have_ended_or_say_nothing_are_denials_all_the_same(label, carc, reason):
    found = label(ONE, remits_835(payment("20260920", remit("C1", f"SVC*HC:62323*400*0 CAS*CO*{carc}*400"))))
    assert (found.column("denied"), found.column("carc"), found.column("denial_reason")) == ([1], [carc], [reason])


def test_what_is_still_pending_is_no_answer(label):
    pending = payment("20260920", remit("C1", "SVC*HC:62323*400*0 CAS*OA*133*400"))
    assert label(ONE, remits_835(pending)).column("denied") == [None]
    found = label(ONE, remits_835(pending, payment("20261001", remit("C1", DENIED))))
    assert (found.column("denied"), found.days) == ([1], ["1001"])


@pytest.mark.parametrize("status", ["23", "25", "5"])
def test_a_status_that_decides_nothing_is_no_answer(label, status):
    found = label(ONE, remits_835(payment("20260920", remit("C1", DENIED, status=status))))
    assert found.column("denied") == [None]
    assert found.counts.remits_matched == 1


@pytest.mark.parametrize("status", ["1", "19"])
def test_a_forwarded_claim_is_decided_as_any_other(label, status):
    found = label(ONE, remits_835(payment("20260920", remit("C1", PAID, status=status))))
    assert found.column("denied") == [0]


def test_a_reversal_and_what_follows_it_leave_the_initial_decision(label):
    back = remit("C1", "SVC*HC:62323*-400*-250 CAS*CO*45*-150", status="22")
    anew = remit("C1", DENIED, number="ICN2", original="ICN1")
    first = payment("20260920", remit("C1", PAID))
    found = label(ONE, remits_835(first, payment("20261101", back, anew)))
    assert (found.column("denied"), found.days) == ([0], ["0920"])
    assert (found.counts.reversed, found.counts.corrected) == (1, 1)
    same_day = label(ONE, remits_835(payment("20260920", remit("C1", PAID), back, anew)))
    assert (same_day.column("denied"), same_day.days) == ([0], ["0920"])


def test_a_decision_that_follows_a_reversal_of_what_was_not_given_is_not_the_initial_one(label):
    back = remit("C1", "SVC*HC:62323*-400*-250 CAS*CO*45*-150", status="22")
    anew = remit("C1", DENIED, number="ICN2")
    found = label(ONE, remits_835(payment("20261101", back, anew)))
    assert found.column("denied") == [None]


def test_denied_first_and_paid_later_is_denied(label):
    for later in (
        remit("C1", PAID, number="ICN2", frequency="7", original="ICN1"),  # a replacement was sent
        remit("C1", PAID, number="ICN2"),  # an appeal, without a reversal
    ):
        found = label(ONE, remits_835(payment("20260920", remit("C1", DENIED)), payment("20261020", later)))
        assert (found.column("denied"), found.column("carc"), found.days) == ([1], ["50"], ["0920"])
        assert (found.counts.later_paid, found.counts.corrected) == (1, 1)


def test_the_answer_to_a_replacement_alone_is_not_the_initial_decision(label):
    found = label(ONE, remits_835(payment("20261020", remit("C1", PAID, frequency="7", original="ICN0"))))
    assert found.column("denied") == [None]
    replacement = claims_837(claim("C1", "62323 400 20260901", frequency="7", original="ICN0"))
    found = label(replacement, remits_835(payment("20261020", remit("C1", PAID, frequency="7", original="ICN0"))))
    assert found.column("denied") == [0]


def test_a_csv_that_does_not_say_the_frequency_takes_the_only_answer_there_is(label):
    sent = b"claim_id,payer_id,dx_code_1,procedure_code,line_charge,service_from_date,submission_date\n"
    sent += b"C1,P1,M54.16,62323,400,2026-09-01,2026-09-05\n"
    answer = payment("20261020", remit("C1", PAID, frequency="7", original="ICN0"))
    assert label(sent, remits_835(answer)).column("denied") == [0]
    first = payment("20260920", remit("C1", DENIED))
    assert label(sent, remits_835(first, answer)).column("denied") == [1]
    assert label(sent, remits_835(payment("20260920", remit("C1", PAID, status="2")))).column("denied") == [0]
    second = payment("20260919", remit("C1", DENIED, status="2"))
    assert label(sent, remits_835(second, payment("20260920", remit("C1", PAID)))).column("denied") == [0]


def test_a_void_asks_for_nothing_that_could_be_denied(label):
    void = claims_837(claim("C1", "62323 400 20260901", frequency="8", original="ICN1"))
    found = label(void, remits_835(payment("20261020", remit("C1", DENIED, frequency="8"))))
    assert found.column("denied") == [None]


def test_the_parts_of_a_split_claim_make_one_decision_known_when_its_outcome_is(label):
    one, other = remit("C1", PAID), remit("C1", DENIED_SECOND, number="ICN2")
    found = label(TWO, [remits_835(payment("20260920", one)), remits_835(payment("20260925", other), control=2)])
    assert (found.column("line_denied"), found.column("denied")) == ([0, 1], [1, 1])
    assert found.days == ["0925", "0925"]
    assert found.counts.split == 1
    paid = label(TWO, remits_835(payment("20260920", one), payment("20260925", remit("C1", PAID_SECOND))))
    assert (paid.column("denied"), paid.days) == ([0, 0], ["0925", "0925"])


def test_a_claim_of_which_a_part_is_awaited_is_immature_unless_a_line_was_denied(label):
    paid = label(TWO, remits_835(payment("20260920", remit("C1", PAID))))
    assert (paid.column("denied"), paid.column("label_status")) == ([None, None], ["immature"] * 2)
    denied = label(TWO, remits_835(payment("20260920", remit("C1", DENIED))))
    assert (denied.column("denied"), denied.column("line_denied")) == ([1, 1], [1, None])
    late = payment("20270301", remit("C9", PAID, number="ICN9"))
    long_ago = label(TWO, remits_835(payment("20260920", remit("C1", PAID)), late))
    assert (long_ago.column("denied"), long_ago.column("line_denied")) == ([0, 0], [0, None])


def test_a_second_payer_is_not_the_first(label):
    second = payment("20261010", remit("C1", "SVC*HC:62323*400*0 CAS*CO*22*400", status="2"), payer="P2")
    denied_by_second = payment("20261010", remit("C1", DENIED, status="4"), payer="P2")
    alone = label(ONE, remits_835(second))
    assert (alone.column("denied"), alone.counts.later_payer_only) == ([None], 1)
    for later in (second, denied_by_second):
        found = label(ONE, remits_835(payment("20261012", remit("C1", PAID)), later))
        assert (found.column("denied"), found.days) == ([0], ["1012"])


def test_a_claim_sent_to_a_second_payer_takes_that_payers_answer(label):
    both = [
        claims_837(claim("C1", "62323 400 20260901")),
        claims_837(claim("C1", "62323 400 20260901", payer="P2", sequence="S"), sent="20260930", control=2),
    ]
    answers = remits_835(
        payment("20260920", remit("C1", PAID)),
        payment("20261010", remit("C1", DENIED, status="2", number="X1"), payer="P2"),
    )
    found = label(both, answers)
    assert (found.column("denied"), found.days) == ([0, 1], ["0920", "1010"])
    assert found.counts.by_tie_break == 2


def test_a_claim_that_was_sent_again_is_answered_in_turn(label):
    sent = [
        claims_837(claim("C1", "62323 400 20260901")),
        claims_837(claim("C1", "62323 400 20260901", frequency="7", original="ICN1"), sent="20261001", control=2),
    ]
    answers = remits_835(
        payment("20260920", remit("C1", DENIED)),
        payment("20261020", remit("C1", PAID, number="ICN2", frequency="7", original="ICN1")),
    )
    found = label(sent, answers)
    assert (found.column("denied"), found.days) == ([1, 0], ["0920", "1020"])
    unmarked = [sent[0], claims_837(claim("C1", "62323 400 20260901"), sent="20261001", control=2)]
    found = label(
        unmarked, remits_835(payment("20260920", remit("C1", DENIED)), payment("20261020", remit("C1", PAID)))
    )
    assert (found.column("denied"), found.days) == ([1, 0], ["0920", "1020"])


def test_of_two_submissions_before_any_answer_each_takes_one_in_turn_or_the_one_the_payer_had(label):
    sent = [
        claims_837(claim("C1", "62323 400 20260901"), sent=day, control=number)
        for number, day in enumerate(("20260905", "20260910"), start=1)
    ]
    refused = remit("C1", DENIED)
    repeated = remit("C1", "SVC*HC:62323*400*0 CAS*OA*18*400", number="ICN2")
    found = label(sent, remits_835(payment("20260920", refused), payment("20260925", repeated)))
    assert (found.column("carc"), found.days) == (["50", "18"], ["0920", "0925"])
    had = [[*one[:1], f"DTM*050*{day}", *one[1:]] for one, day in ((refused, "20260910"), (repeated, "20260905"))]
    found = label(sent, remits_835(payment("20260920", had[0]), payment("20260925", had[1])))
    assert (found.column("carc"), found.days) == (["18", "50"], ["0925", "0920"])


def test_one_number_and_charge_used_on_two_days_is_told_apart_by_the_days(label):
    both = claims_837(claim("C1", "62323 400 20260901"), claim("C1", "62323 400 20260815"))
    early, late = remit("C1", DENIED, days="20260815", number="ICN5"), remit("C1", PAID)
    for order in ([early, late], [late, early]):
        found = label(both, remits_835(payment("20260920", *order)))
        served = found.result.batch.service_lines["service_from_date"].dt.strftime("%m%d")
        assert dict(zip(served, found.labels.lines["denied"], strict=True)) == {"0901": 0, "0815": 1}


def test_a_reversal_goes_with_the_decision_before_it(label):
    sent = [
        claims_837(claim("C1", "62323 400 20260901"), sent=day, control=number)
        for number, day in enumerate(("20260905", "20260930"), start=1)
    ]
    back = remit("C1", "SVC*HC:62323*-400*-250 CAS*CO*45*-150", status="22", number="ICN2")
    answers = [
        payment("20260920", remit("C1", DENIED)),
        payment("20261010", remit("C1", PAID, number="ICN2")),
        payment("20261020", back),
    ]
    data = read_remits_835(remits_835(*answers), "r").batch
    batch = label(sent, remits_835(*answers)).result.batch
    matched = match_remits(batch, data, np.ones(3, dtype=bool)).remits
    submitted = batch.claims["submission_date"].dt.strftime("%m%d").array.take(matched["claim_key"])
    assert list(submitted) == ["0905", "0930", "0930"]


def test_one_number_used_for_two_claims_is_told_apart_by_days_and_charge(label):
    both = claims_837(claim("C1", "62323 400 20260901"), claim("C1", "99213 120 20260715"))
    visit = remit("C1", "SVC*HC:99213*120*0 CAS*CO*16*120", days="20260715", number="ICN7")
    found = label(both, remits_835(payment("20260920", visit, remit("C1", PAID))))
    assert sorted(zip(found.column("denied"), found.column("carc"), strict=True), key=str) == [(0, None), (1, "16")]
    assert found.counts.by_tie_break == 2
    stranger = remit("C1", "SVC*HC:99213*95*0 CAS*CO*16*95", days="20260110")
    assert label(ONE, remits_835(payment("20260920", stranger))).counts.remits_unmatched == 1


def test_a_number_that_stands_on_everything_is_followed_to_claims_of_the_same_day(label):
    days = [f"2026{month:02d}{day:02d}" for month in (5, 6, 7, 8) for day in range(1, 29)]
    sent = claims_837(*(claim("UNKNOWN", f"62323 400 {day}") for day in days))
    refused = set(days[::7])
    answers = [remit("UNKNOWN", DENIED if day in refused else PAID, days=day, number=f"N{day}") for day in days]
    assert len(days) ** 2 > 10_000
    found = label(sent, remits_835(payment("20260920", *answers[::-1])))
    served = found.result.batch.service_lines["service_from_date"].dt.strftime("%Y%m%d")
    assert dict(zip(served, found.labels.lines["denied"], strict=True)) == {day: int(day in refused) for day in days}
    stranger = remit("UNKNOWN", PAID, days="20260901", number="N0")
    assert label(sent, remits_835(payment("20260920", *answers, stranger))).counts.remits_unmatched == 1


def test_a_remit_from_before_the_submission_answers_something_else_and_is_counted(label):
    found = label(ONE, remits_835(payment("20260904", remit("C1", DENIED))))
    assert found.column("denied") == [None]
    assert (found.counts.remits_before_submission, found.counts.remits_unmatched) == (1, 1)
    assert label(ONE, remits_835(payment("20260905", remit("C1", DENIED)))).column("denied") == [1]


def test_a_remit_with_another_number_is_found_by_the_payers_own(label):
    first = payment("20260920", remit("C1", DENIED))
    later = payment("20261020", remit("OTHER", PAID, number="ICN2", original="ICN1"))
    found = label(ONE, remits_835(first, later))
    assert (found.column("denied"), found.counts.by_reference, found.counts.later_paid) == ([1], 1, 1)
    both = claims_837(claim("C1", "62323 400 20260901"), claim("C2", "62323 400 20260901"))
    shared = payment("20260920", remit("C1", DENIED), remit("C2", DENIED))
    assert label(both, remits_835(shared, later)).counts.remits_unmatched == 1, "a number of two claims leads nowhere"
    elsewhere = payment("20261020", remit("OTHER", PAID, number="ICN2", original="ICN1"), payer="P9")
    assert label(ONE, remits_835(first, elsewhere)).counts.remits_unmatched == 1


def test_adjustments_of_the_claim_decide_where_there_are_no_lines(label):
    refused = remit("C1", status="4", charge="500", paid="0", claim_segments=["CAS*CO*29*500", "MOA***MA01*MA130"])
    found = label(TWO, remits_835(payment("20260920", refused)))
    assert found.column("line_denied") == [1, 1]
    assert (found.column("carc"), found.column("rarc")) == (["29"] * 2, ["MA130"] * 2)
    assert found.column("denial_reason") == ["timely_filing"] * 2
    owed = remit("C1", charge="500", paid="0", claim_segments=["CAS*CO*45*300", "CAS*PR*1*200"])
    assert label(TWO, remits_835(payment("20260920", owed))).column("denied") == [0, 0]
    paid = remit("C1", charge="500", paid="200", claim_segments=["CAS*CO*97*300"])
    assert label(TWO, remits_835(payment("20260920", paid))).column("denied") == [0, 0]
    silent = remit("C1", status="4", charge="500", paid="0")
    found = label(TWO, remits_835(payment("20260920", silent)))
    assert (found.column("denied"), found.column("carc"), found.column("denial_reason")) == (
        [1, 1],
        [None, None],
        [None, None],
    )


def test_the_same_remits_given_twice_count_once(label):
    once = payment("20260920", remit("C1", DENIED))
    again = [remits_835(once), remits_835(payment("20260921", remit("C2", PAID, number="ICN9")), once, control=77)]
    found = label(ONE, again)
    assert (found.counts.remits_repeated, found.counts.remits_matched, found.counts.corrected) == (1, 1, 0)


def test_silence_is_immature_while_the_answer_may_come_and_unmatched_afterwards(label):
    files = [
        claims_837(claim("C1", "62323 400 20260901"), sent="20260905"),
        claims_837(claim("C2", "62323 400 20260901"), sent="20260915", control=2),
    ]
    newest = "20261110"  # 66 and 56 days after the submissions; the window is 60 where nothing can be measured
    found = label(files, remits_835(payment(newest, remit("C9", PAID, number="ICN9"))))
    assert found.column("label_status") == ["unmatched", "immature"]
    assert (found.counts.unmatched, found.counts.immature, found.counts.remits_unmatched) == (1, 1, 1)


def test_nothing_to_match_is_nothing_matched(label):
    batch, answers = label(ONE, remits_835(payment("20260920", remit("C1", PAID)))).result.batch, make_remits({})
    assert label_claims(batch, answers).lines["label_status"].tolist() == ["unmatched"]
    some = read_remits_835(remits_835(payment("20260920", remit("C1", PAID))), "r").batch
    for claims, remits in ((empty_batch(), some), (empty_batch(), answers)):
        labels = label_claims(claims, remits)
        assert (len(labels.lines), labels.unmatched.tolist()) == (0, list(range(len(remits))))


def test_the_window_of_a_payer_is_learnt_from_its_answers(label):
    day = "62323 400 20260801"
    answered = claims_837(*(claim(f"A{number}", day) for number in range(40)), sent="20260801")
    slow = claims_837(*(claim(f"S{number}", day, payer="P3") for number in range(40)), sent="20260701", control=3)
    slowly = (remit(f"S{number}", PAID, days="20260801", number=f"S{number}") for number in range(40))
    silent = claims_837(claim("B1", day), claim("B2", day, payer="P2"), sent="20260815", control=2)
    fast = payment("20260810", *(remit(f"A{number}", PAID, days="20260801") for number in range(39)))
    last = payment("20260901", remit("A39", PAID, days="20260801"))
    found = label([answered, silent], remits_835(fast, last))
    status = dict(zip(found.column("claim_id"), found.column("label_status"), strict=True))
    assert status["B1"] == "unmatched", "17 days of silence from a payer that answers within 9"
    assert status["B2"] == "unmatched", "a payer without answers is held to those of all"
    mixed = label([answered, silent, slow], remits_835(fast, last, payment("20260901", *slowly, payer="P3")))
    status = dict(zip(mixed.column("claim_id"), mixed.column("label_status"), strict=True))
    assert (status["B1"], status["B2"]) == ("unmatched", "immature"), "all payers together take 62 days"
    early = label([answered, silent], remits_835(fast, payment("20260820", remit("A39", PAID, days="20260801"))))
    assert early.counts.immature == 2
