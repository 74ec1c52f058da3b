"""What holds for every rule in the catalogue, so that no rule needs its own test for it."""

import re
from dataclasses import replace
from datetime import date

import pytest

from risk.claims.examples import CLEAN, batch_of, claim, line, past_of
from risk.claims.tables import empty_batch
from risk.claims.validate import structural_failures
from risk.reference import load_reference
from risk.rules import Rule, catalogue, run_rules

RETIRED_CARCS = {"15", "165", "125"}  # ended 2018-05-01 and 2013-11-01: X12 code list
RULES = list(catalogue().values())
every_rule = pytest.mark.parametrize("one", RULES, ids=lambda one: one.id)


def test_there_are_at_least_twenty_rules_and_more_than_half_are_stable():
    assert len(RULES) >= 20
    assert sum(one.status == "stable" for one in RULES) > len(RULES) / 2


@every_rule
def test_each_bad_example_is_found(one: Rule):
    for number, bad in enumerate(one.bad, start=1):
        found = run_rules(batch_of(bad), load_reference(), [one], past=past_of(bad))
        assert len(found) >= 1, f"bad example {number} of {one.id} draws no finding"


@every_rule
def test_the_bad_examples_together_are_found_as_when_alone(one: Rule):
    apart = [_apart(bad, key) for key, bad in enumerate(one.bad)]
    together = run_rules(batch_of(*apart), load_reference(), [one], past=past_of(*apart))
    assert set(together["claim_key"]) == set(range(len(one.bad)))


@every_rule
def test_no_good_example_is_found(one: Rule):
    for number, good in enumerate(one.good, start=1):
        found = run_rules(batch_of(good), load_reference(), [one], past=past_of(good))
        assert found.empty, f"good example {number} of {one.id}: {found['message'].tolist()}"


@every_rule
def test_the_clean_claim_is_quiet(one: Rule):
    assert run_rules(batch_of(claim()), load_reference(), [one]).empty


@every_rule
def test_a_batch_of_no_claims_is_quiet(one: Rule):
    assert run_rules(empty_batch(), load_reference(), [one]).empty


@every_rule
def test_the_examples_are_sound_claims(one: Rule):
    assert structural_failures(batch_of(*one.good, *one.bad)) == []
    assert structural_failures(past_of(*one.good, *one.bad)) == []


@every_rule
def test_the_message_is_filled_in_and_names_no_patient(one: Rule):
    for bad in one.bad:
        for message in run_rules(batch_of(bad), load_reference(), [one], past=past_of(bad))["message"]:
            assert not re.search(r"[{}]|\bnan\b|<NA>|NaT", message), message
            assert "EXAMPLEMEMBER" not in message
            assert "1968" not in message


@every_rule
def test_the_facts_of_a_rule_are_of_the_agreed_kind(one: Rule):
    assert re.fullmatch(r"[A-Z]?\d{1,3}|[A-Z]\d{1,2}", one.carc), one.carc
    assert one.carc not in RETIRED_CARCS
    assert one.rarc == "" or re.fullmatch(r"(M|MA|N)\d{1,3}", one.rarc), one.rarc
    assert one.fix_kind in ("data", "documentation")
    assert one.name == one.query.__name__
    assert one.query.__module__.split(".")[-1] == one.name, "file and function share the defect's name"
    assert one.since is None or one.until is None or one.since <= one.until
    assert all(other in catalogue() for other in one.unless)


@every_rule
def test_a_claim_with_only_the_required_columns_makes_no_rule_stumble(one: Rule):
    bare = claim(
        lines=[line("99213")],
        **dict.fromkeys(
            (
                "payer_name",
                "payer_type",
                "member_id",
                "subscriber_relationship_code",
                "patient_birth_date",
                "patient_sex",
                "patient_state",
                "billing_npi",
                "billing_taxonomy_code",
                "rendering_npi",
                "referring_npi",
                "facility_state",
                "place_of_service_code",
                "claim_frequency_code",
                "submission_date",
                "total_charge_cents",
            )
        ),
    )
    found = run_rules(batch_of(bare), load_reference(), [one])
    assert found.columns.tolist() == ["claim_key", "line_number", "rule_id", "message"]


def _apart(one, key):
    """The example as its own claim: another id, member and birth date, so that no two are duplicates of each other."""
    own_member = one.values.get("member_id")
    if own_member == CLEAN["member_id"]:  # any other is what the example is about
        own_member = f"{own_member}{key}"
    values = one.values | {"claim_id": f"{one.values['claim_id']}-{key}", "member_id": own_member}
    return replace(one, values=values, past=tuple(_apart(earlier, key) for earlier in one.past))


def test_the_dates_in_force_bound_a_rule():
    dated = next((one for one in RULES if one.since and one.since > date(2020, 1, 1)), None)
    if dated is None:
        pytest.skip("no rule in the catalogue has a first date in force")
    old = [
        type(bad)(
            bad.values,
            tuple(line(own.values["procedure_code"], date_of_service="2019-06-03") for own in bad.lines),
            bad.dx,
            bad.note,
        )
        for bad in dated.bad
    ]
    assert run_rules(batch_of(*old), load_reference(), [dated]).empty
