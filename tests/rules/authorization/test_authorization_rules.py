"""The authorisation rules, with the built-in terms and with a contract's own."""

from dataclasses import replace

import pytest

from risk.claims.examples import batch_of, claim, line
from risk.reference import load_reference
from risk.reference.payers import load_payer_terms
from risk.rules import catalogue, run_rules


def found(batch, reference=None):
    rules = [catalogue()[one] for one in ("AUTH001", "AUTH002", "AUTH003")]
    findings = run_rules(batch, reference or load_reference(), rules)
    return list(zip(findings["claim_key"], findings["line_number"], findings["rule_id"], strict=True))


def hospital(*lines, **columns):
    bill = {"claim_kind": "institutional", "bill_type_code": "131", "place_of_service_code": None}
    return claim(payer_type="medicare", lines=lines, **(bill | columns))


@pytest.mark.parametrize("number", [None, "", "  "])
def test_a_blank_number_is_no_number(number):
    assert found(batch_of(hospital(line("64493"), prior_auth_number=number))) == [(0, 1, "AUTH001")]


def test_a_number_of_the_line_counts_for_that_line_alone():
    assert found(batch_of(hospital(line("64493", prior_auth_number="UTN1"), line("64494")))) == [(0, 2, "AUTH001")]


def test_the_message_names_the_program():
    findings = run_rules(batch_of(hospital(line("63650"))), load_reference(), [catalogue()["AUTH001"]])
    assert findings["message"].iloc[0] == (
        "Line 1: 63650 needs prior authorisation (Medicare hospital outpatient prior authorization), and the claim "
        "carries no number."
    )


def test_the_message_says_what_happens_without_a_number_where_that_is_known():
    epidural = claim(payer_type="medicare", facility_state="OH", lines=[line("64483")])
    findings = run_rules(batch_of(epidural), load_reference(), [catalogue()["AUTH001"]])
    assert (
        findings["message"]
        .iloc[0]
        .endswith("(WISeR), and the claim carries no number; Medicare then reviews the record before it pays.")
    )


def test_the_hospital_owes_the_number_and_the_practitioner_a_question():
    practitioner = claim(payer_type="medicare", place_of_service_code="22", lines=[line("64493"), line("64494")])
    bill = hospital(line("64493"), line("64494"))
    assert found(batch_of(practitioner, bill)) == [
        (0, 1, "AUTH003"),
        (0, 2, "AUTH003"),
        (1, 1, "AUTH001"),
        (1, 2, "AUTH001"),
    ]


@pytest.mark.parametrize(
    ("first", "state", "payer_type", "expected"),
    [
        ("2026-01-15", "WA", "medicare", ["AUTH001"]),
        ("2026-01-14", "WA", "medicare", []),
        ("2031-12-31", "AZ", "medicare", ["AUTH001"]),
        ("2032-01-01", "AZ", "medicare", []),
        ("2026-03-02", "FL", "medicare", []),
        ("2026-03-02", "NJ", "medicare_advantage", []),
    ],
)
def test_wiser_holds_for_original_medicare_in_six_states_and_six_years(first, state, payer_type, expected):
    one = claim(payer_type=payer_type, facility_state=state, lines=[line("62321", date_of_service=first)])
    assert [rule_id for *_, rule_id in found(batch_of(one))] == expected


def test_a_contract_that_asks_for_none_quiets_the_review_and_one_that_asks_denies(tmp_path):
    terms = tmp_path / "terms.toml"
    terms.write_text(
        '[[authorization]]\nprogram = "contract"\nnames = ["Cigna"]\nprocedures = ["64483"]\n'
        'requirement = "not_required"\n'
        '[[authorization]]\nprogram = "contract"\npayer_ids = ["EXAMPLEPAYER"]\nprocedures = ["20552"]\n',
        encoding="utf-8",
    )
    batch = batch_of(
        claim(payer_id="C", payer_name="Cigna", lines=[line("64483")]), claim(lines=[line("20552"), line("64483")])
    )
    assert found(batch) == [(0, 1, "AUTH002")]
    assert found(batch, replace(load_reference(), payers=load_payer_terms(terms))) == [(1, 1, "AUTH001")]
