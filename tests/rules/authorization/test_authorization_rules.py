"""The authorisation rules, with the built-in terms and with a contract's own."""

from dataclasses import replace

import pytest

from risk.claims.examples import batch_of, claim, line
from risk.reference import load_reference
from risk.reference.payers import load_payer_terms
from risk.rules import catalogue, run_rules


def found(batch, reference=None):
    rules = [catalogue()[one] for one in ("AUTH001", "AUTH002")]
    findings = run_rules(batch, reference or load_reference(), rules)
    return list(zip(findings["claim_key"], findings["line_number"], findings["rule_id"], strict=True))


def hospital(*lines, **columns):
    return claim(payer_type="medicare", place_of_service_code="22", lines=lines, **columns)


@pytest.mark.parametrize("number", [None, "", "  "])
def test_a_blank_number_is_no_number(number):
    assert found(batch_of(hospital(line("64493"), prior_auth_number=number))) == [(0, 1, "AUTH001")]


def test_a_number_of_the_line_counts_for_that_line_alone():
    assert found(batch_of(hospital(line("64493", prior_auth_number="UTN1"), line("64494")))) == [(0, 2, "AUTH001")]


def test_the_message_names_the_program():
    findings = run_rules(batch_of(hospital(line("63650"))), load_reference(), [catalogue()["AUTH001"]])
    assert "Medicare hospital outpatient prior authorization" in findings["message"].iloc[0]


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
