"""What holds for every rule in the catalogue, so that no rule needs its own test for it."""

import re
from dataclasses import replace
from datetime import date

import pytest

from risk.claims.examples import CLEAN, batch_of, claim, line, past_of
from risk.claims.tables import empty_batch
from risk.claims.validate import structural_failures
from risk.reference import load_reference
from risk.rules import Rule, catalogue, example_reference, run_rules

RETIRED_CARCS = {"15", "165", "125"}  # ended 2018-05-01 and 2013-11-01: X12 code list
RULES = list(catalogue().values())
every_rule = pytest.mark.parametrize("one", RULES, ids=lambda one: one.id)


def reference_of(one: Rule):
    """What the examples of a rule are judged with."""
    return example_reference(one, load_reference())


def test_there_are_at_least_twenty_rules_and_more_than_half_are_stable():
    assert len(RULES) >= 20
    assert sum(one.status == "stable" for one in RULES) > len(RULES) / 2


@every_rule
def test_each_bad_example_is_found(one: Rule):
    for number, bad in enumerate(one.bad, start=1):
        found = run_rules(batch_of(bad), reference_of(one), [one], past=past_of(bad))
        assert len(found) >= 1, f"bad example {number} of {one.id} draws no finding"


@every_rule
def test_the_bad_examples_together_are_found_as_when_alone(one: Rule):
    apart = [_apart(bad, key) for key, bad in enumerate(one.bad)]
    together = run_rules(batch_of(*apart), reference_of(one), [one], past=past_of(*apart))
    assert set(together["claim_key"]) == set(range(len(one.bad)))


#: Good examples that are bad ones of another rule: (rule, the other) and why the example is worth its finding.
BAD_OF_ANOTHER = {
    ("AUTH001", "AUTH003"): "the practitioner's claim asks for no number itself: the hospital's does",
    ("AUTH003", "AUTH001"): "the hospital's claim asks for the number",
    ("DX005", "DX006"): "the pain chapter's own exclusion of R52 is told by the other rule",
    ("DX015", "REG002"): "an age that is not known contradicts nothing",
    ("EM001", "PTP001"): "two visits are no visit beside a procedure",
    ("EM001", "PTP002"): "no modifier tells this visit apart",
    ("NEC001", "NEC004"): "the same claim to another kind of payer",
    ("NEC004", "NEC001"): "the same claim to another kind of payer",
    ("PTP001", "PTP002"): "indicator 0 instead of 1",
    ("PTP002", "PTP001"): "indicator 1 instead of 0",
    ("REG004", "REG002"): "a birth date that is missing is not implausible",
    ("REG006", "REG001"): "a member id that is missing is not malformed",
}


def _drawn_by(kind: str) -> list[tuple[str, int, tuple[str, ...]]]:
    """Rule, number and the rules drawn, of each good or bad example run through the whole catalogue.

    Those of rules that bring imported editions are run with these, and all others together.
    """
    groups: dict[int, list[Rule]] = {}
    for one in RULES:
        groups.setdefault(id(one.imported[0]) if one.imported else 0, []).append(one)
    return [drawn for rules in groups.values() for drawn in _drawn_together(kind, rules)]


def _drawn_together(kind: str, rules: list[Rule]) -> list[tuple[str, int, tuple[str, ...]]]:
    examples = [(one.id, number, own) for one in rules for number, own in enumerate(getattr(one, kind), start=1)]
    apart = [_apart(own, key) for key, (_, _, own) in enumerate(examples)]
    found = run_rules(batch_of(*apart), reference_of(rules[0]), past=past_of(*apart))
    found = found.groupby("claim_key")["rule_id"].agg(set).to_dict()
    return [(rule, number, tuple(sorted(found.get(key, ())))) for key, (rule, number, _) in enumerate(examples)]


def test_each_bad_example_draws_its_own_rule_of_the_whole_catalogue_and_no_other():
    drawn = _drawn_by("bad")
    assert len(drawn) == sum(len(one.bad) for one in RULES) > 200
    assert [one for one in drawn if one[2] != (one[0],)] == []


def test_no_good_example_draws_any_rule_of_the_whole_catalogue_but_those_told_here():
    drawn = _drawn_by("good")
    assert len(drawn) == sum(len(one.good) for one in RULES) > 250
    assert {(rule, other) for rule, _, others in drawn for other in others} == set(BAD_OF_ANOTHER)


def test_the_clean_claim_draws_no_rule_of_the_whole_catalogue():
    assert run_rules(batch_of(claim()), load_reference()).empty


@every_rule
def test_no_good_example_is_found(one: Rule):
    for number, good in enumerate(one.good, start=1):
        found = run_rules(batch_of(good), reference_of(one), [one], past=past_of(good))
        assert found.empty, f"good example {number} of {one.id}: {found['message'].tolist()}"


@every_rule
def test_the_clean_claim_is_quiet(one: Rule):
    assert run_rules(batch_of(claim()), reference_of(one), [one]).empty


@every_rule
def test_a_batch_of_no_claims_is_quiet(one: Rule):
    assert run_rules(empty_batch(), reference_of(one), [one]).empty


@every_rule
def test_the_examples_are_sound_claims(one: Rule):
    assert structural_failures(batch_of(*one.good, *one.bad)) == []
    assert structural_failures(past_of(*one.good, *one.bad)) == []


@every_rule
def test_the_message_is_filled_in_and_names_no_patient(one: Rule):
    for bad in one.bad:
        for message in run_rules(batch_of(bad), reference_of(one), [one], past=past_of(bad))["message"]:
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
    found = run_rules(batch_of(bare), reference_of(one), [one])
    assert found.columns.tolist() == ["claim_key", "line_number", "rule_id", "message", "citation"]


def _apart(one, key):
    """The example as its own claim: another id, member and payer id, so that no two are duplicates of each other."""
    own = {"claim_id": f"{one.values['claim_id']}-{key}"}
    for name in ("member_id", "payer_id"):
        if one.values[name] == CLEAN[name]:  # any other is what the example is about
            own[name] = f"{CLEAN[name]}{key}"
    return replace(one, values=one.values | own, past=tuple(_apart(earlier, key) for earlier in one.past))


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
