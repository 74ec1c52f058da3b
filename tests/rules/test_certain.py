from dataclasses import replace

import pytest

from risk.claims.examples import batch_of, claim, line
from risk.errors import RuleError
from risk.reference import load_reference
from risk.rules import Reason, Severity, catalogue, certain_rejects, rule, run_rules

BAD_NPI = {"billing_npi": "1234567890"}
NO_SEX = {"patient_sex": None}
#: What every 837 says and hardly a CSV does.
OF_AN_837 = {"payer_responsibility_code": "P", "assignment_code": "A"}


def certain_ids(*claims, rules=None):
    rules = catalogue() if rules is None else rules
    batch = batch_of(*claims)
    found = run_rules(batch, load_reference(), list(rules.values()))
    return set(found["rule_id"][certain_rejects(batch, found, rules)])


def test_a_wrong_check_digit_is_certain_wherever_the_claim_was_read_from():
    assert certain_ids(claim(**BAD_NPI)) == {"PRV001"}


def test_a_gap_that_may_be_the_files_is_certain_only_of_a_claim_that_says_what_every_837_says():
    csv, of_837 = claim(**NO_SEX), claim(**NO_SEX, **OF_AN_837)
    assert not run_rules(batch_of(csv), load_reference()).empty
    assert certain_ids(csv) == set()
    assert certain_ids(of_837) == {"REG003"}


def test_a_denial_however_likely_is_no_reject():
    assert certain_ids(claim(dx=["M54.5"]), claim(lines=[line("62323"), line("64483")])) == set()


@pytest.mark.parametrize("change", [{"severity": Severity.DENY}, {"status": "preview"}])
def test_a_rule_of_lowered_severity_or_in_preview_is_certain_of_nothing(change):
    lowered = replace(catalogue()["PRV001"], **change)
    assert certain_ids(claim(**BAD_NPI), rules={"PRV001": lowered}) == set()


def test_no_findings_are_no_rejects():
    assert certain_ids(claim()) == set()
    assert certain_ids() == set()


def test_only_a_reject_may_be_declared_certain():
    declare = rule(
        "XX001",
        severity=Severity.DENY,
        certain="always",
        reason=Reason.CODING,
        carc="16",
        cite="a source",
        message="a message",
        fix="a fix",
        fix_kind="data",
        good=[claim()],
        bad=[claim(**BAD_NPI)],
    )

    def some_defect(_batch, _reference):
        """Title.

        Explanation.
        """

    with pytest.raises(RuleError, match="never unless the severity is reject"):
        declare(some_defect)


def test_most_rejects_are_certain_and_nothing_else_is():
    by_severity = {one.severity: [] for one in catalogue().values()}
    for one in catalogue().values():
        by_severity[one.severity].append(one.certain_reject != "never")
    assert sum(by_severity.pop(Severity.REJECT)) >= 15
    assert not any(flag for flags in by_severity.values() for flag in flags)
