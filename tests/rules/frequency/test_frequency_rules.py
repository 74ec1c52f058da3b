"""Session limits over a rolling year: what counts, how far back, and that batch and history are one past."""

import random
from dataclasses import replace

import numpy as np
import pytest

from risk.claims.examples import batch_of, claim, line, past_of
from risk.reference import load_reference
from risk.rules import run_rules, select_rules

RULES = select_rules(select=["FRQ"])


def session(day, code="62323", **columns):
    """A Medicare claim of one line on a day (ISO); the claim id tells the day and the code."""
    one = {"payer_type": "medicare", "claim_id": f"{day} {code}"} | columns
    return claim(lines=[line(code, date_of_service=day)], **one)


def findings_of(claims, past=()):
    return run_rules(batch_of(*claims), load_reference(), RULES, past=batch_of(*past))


def found(claims, past=()):
    findings = findings_of(claims, past)
    return list(zip(findings["claim_key"], findings["line_number"], findings["rule_id"], strict=True))


SPRING = [session(day) for day in ("2026-01-05", "2026-02-09", "2026-03-02", "2026-04-06")]
FIFTH = session("2026-10-01")


def test_the_fifth_epidural_session_of_a_year_is_told_with_its_place():
    assert findings_of([FIFTH], SPRING)["message"].tolist() == [
        "Line 1: 62323 is epidural session 5 of a year at the lumbar-sacral spine; Medicare's contractors cover 4."
    ]
    assert found([FIFTH], SPRING[1:]) == []


@pytest.mark.parametrize(
    ("code", "sessions", "rule_id"),
    [
        ("64483", 4, "FRQ001"),
        ("64490", 4, "FRQ002"),
        ("64633", 2, "FRQ003"),
        ("20553", 3, "FRQ004"),
        ("27096", 4, "FRQ005"),
    ],
)
def test_each_limit_is_kept_up_to_its_number_of_sessions(code, sessions, rule_id):
    days = [f"2026-{month:02d}-03" for month in range(1, sessions + 2)]
    assert found([session(day, code) for day in days]) == [(sessions, 1, rule_id)]


@pytest.mark.parametrize(("first", "expected"), [("2025-10-01", []), ("2025-10-02", [(0, 1, "FRQ001")])])
def test_the_span_is_the_day_itself_and_the_364_before_it(first, expected):
    assert found([FIFTH], [session(first), *SPRING[1:]]) == expected


@pytest.mark.parametrize(
    "change",
    [
        {"member_id": "OTHER"},
        {"member_id": None},
        {"patient_birth_date": SPRING[0].values["patient_birth_date"].replace(year=1990)},
        {"patient_birth_date": None},
        {"claim_frequency_code": "8"},
        {"lines": [line("62323", date_of_service="2026-10-02")]},
        {"lines": [line("62323", date_of_service="2026-02-09")]},
        {"lines": [line("62321", date_of_service="2026-01-05")]},
        {"lines": [line("64483", date_of_service="2026-01-05", modifiers=["RT", "KX"])]},
        {"lines": [line("62324", date_of_service="2026-01-05")]},
        {"lines": [line("62323", service_from_date=None)]},
    ],
    ids=str,
)
def test_what_is_no_session_of_the_patient_before_does_not_count(change):
    assert found([FIFTH], [claim(**({"payer_type": "medicare"} | change)), *SPRING[1:]]) == []


def test_nobody_is_not_one_patient():
    assert found([session(f"2026-0{month}-03", member_id=None) for month in range(1, 8)]) == []
    assert found([session(f"2026-0{month}-03", patient_birth_date=None) for month in range(1, 8)]) == []


def test_another_provider_payer_and_the_facility_s_bill_are_of_the_same_past():
    elsewhere = {"billing_npi": "1679576722", "rendering_npi": "1679576722"}
    facility = {"claim_kind": "institutional", "bill_type_code": "131"}
    past = [replace(one, values=one.values | elsewhere) for one in SPRING[:3]]
    assert found([FIFTH], [*past, *(replace(one, values=one.values | facility) for one in past)]) == []
    assert found([FIFTH], [*past, replace(SPRING[3], values=SPRING[3].values | facility)]) == [(0, 1, "FRQ001")]


def test_every_line_of_the_session_is_told_and_no_other_payer_s():
    lines = [line("64483", modifiers=["RT"]), line("64484", modifiers=["RT"]), line("99213", modifiers=["25"])]
    assert found([claim(payer_type="medicare", lines=lines)], SPRING) == [(0, 1, "FRQ001"), (0, 2, "FRQ001")]
    assert found([claim(payer_type="commercial", lines=lines)], SPRING) == []


def told(claims, past):
    """Findings of those claims by claim id, and their messages."""
    batch = batch_of(*claims)
    findings = run_rules(batch, load_reference(), RULES, past=batch_of(*past))
    return set(zip(batch.of_claim("claim_id", findings["claim_key"]), findings["message"], strict=True))


def test_neither_order_nor_where_the_earlier_claim_stands_changes_a_finding():
    dice = random.Random(5)
    codes = ["62323", "64483", "62321", "64635", "20553", "64493"]
    days = [str(day) for day in np.arange("2025-01-01", "2026-12-28", 11, dtype="datetime64[D]")]
    claims = [
        session(day, dice.choice(codes), member_id=member, claim_id=f"{member}{day}")
        for day in days
        for member in ("A", "B")
    ]
    whole = told(claims, [])
    assert len(whole) > 20
    assert {message.split(" is ")[1].split(" session")[0] for _, message in whole} >= {
        "epidural",
        "facet radiofrequency",
        "trigger point",
    }
    for _ in range(5):
        dice.shuffle(claims)
        assert told(claims, []) == whole
        cut = dice.randrange(20, len(claims) - 20)
        past, batch = claims[:cut], claims[cut:]
        own = {one.values["claim_id"] for one in batch}
        assert told(batch, past) == {(claim_id, message) for claim_id, message in whole if claim_id in own}
        assert told(batch, claims) == told(batch, past), "a claim that is in both is one session"


def on_days(code, *days, modifiers=(), **columns):
    """One claim a day: the code with the modifiers."""
    columns = {"payer_type": "medicare"} | columns
    return [claim(lines=[line(code, date_of_service=day, modifiers=modifiers)], **columns) for day in days]


@pytest.mark.parametrize(("code", "rule_id", "diagnostic"), [("64451", "FRQ005", 2), ("64493", "FRQ002", 4)])
def test_sessions_with_kx_are_diagnostic_and_counted_apart(code, rule_id, diagnostic):
    first = on_days(code, *[f"2026-0{month}-05" for month in range(1, diagnostic + 1)], modifiers=["RT", "KX"])
    treated = on_days(code, *[f"2026-0{month}-20" for month in range(3, 7)])
    assert found([*first, *treated]) == []
    assert found(on_days(code, "2026-09-01", modifiers=["KX"]), [*first, *treated]) == [(0, 1, rule_id)]
    assert found(on_days(code, "2026-09-01"), [*first, *treated]) == [(0, 1, rule_id)]
    assert found(on_days(code, "2026-09-01"), [*first, *treated[1:]]) == []
    (message,) = findings_of(on_days(code, "2026-09-01", modifiers=["KX"]), [*first, *treated])["message"]
    assert f"{code} is diagnostic " in message
    assert f" {diagnostic + 1} of a year" in message
    (message,) = findings_of(on_days(code, "2026-09-01"), [*first, *treated])["message"]
    assert f"{code} is therapeutic " in message
    assert " 5 of a year" in message


@pytest.mark.parametrize(("codes", "rule_id"), [(("27096", "G0260"), "FRQ005"), (("64493", "64493"), "FRQ002")])
def test_the_facilitys_bill_of_a_diagnostic_session_without_kx_is_no_therapeutic_one(codes, rule_id):
    own, facility = codes
    hospital = {"claim_kind": "institutional", "bill_type_code": "131"}
    treated = on_days(own, "2026-03-02", "2026-05-04", "2026-07-06")
    both = [*on_days(own, "2026-01-05", modifiers=["KX"]), *on_days(facility, "2026-01-05", **hospital)]
    assert found(on_days(own, "2026-09-07"), [*treated, *both]) == []
    assert found(on_days(own, "2026-09-07"), [*treated, both[1]]) == [(0, 1, rule_id)]


def test_an_add_on_line_without_kx_is_of_the_diagnostic_session_beside_it():
    day = [line("64493", date_of_service="2026-01-05", modifiers=["KX"]), line("64494", date_of_service="2026-01-05")]
    treated = on_days("64493", "2026-02-02", "2026-03-02", "2026-05-04")
    assert found(on_days("64493", "2026-09-07"), [*treated, claim(payer_type="medicare", lines=day)]) == []


def test_sacroiliac_denervation_and_days_before_the_policies_are_no_sessions():
    treated = on_days("27096", "2026-01-05", "2026-03-02", "2026-05-04")
    assert found(on_days("27096", "2026-09-07"), [*treated, *on_days("64625", "2026-07-06")]) == []
    early = [f"2022-{month:02d}-05" for month in range(1, 8)]
    assert found(on_days("27096", *early)) == []


def test_an_example_holds_its_past_apart_from_the_batch():
    one = claim(past=[claim(claim_id="EARLIER", past=[claim()])])
    assert len(batch_of(one)) == 1
    assert past_of(one).claims["claim_id"].tolist() == ["EARLIER"]
    assert len(past_of(claim())) == 0
