"""Ordinary, correct claims of many specialties and kinds of bill: the whole catalogue has nothing to say.

The claims lie in ``tests/rules/ordinary``, a module for each group of specialties. Whoever adds one writes it there, as
a certified coder would code it; a finding on it is a mistake of the rule.
"""

import importlib
from dataclasses import replace
from pathlib import Path

import pytest

from risk.claims.examples import batch_of
from risk.claims.tables import PAYER_TYPES
from risk.claims.validate import structural_failures
from risk.readers.claims_837 import read_claims_837
from risk.reference import load_reference
from risk.rules import Severity, catalogue, run_rules
from synthetic_data.write_837 import write_claims_837i, write_claims_837p
from tests.rules.ordinary.questioned import QUESTIONED

FOLDER = Path(__file__).with_name("ordinary")
MODULES = [importlib.import_module(f"tests.rules.ordinary.{path.stem}") for path in sorted(FOLDER.glob("*.py"))]
SPECIALTIES = {
    specialty: claims for module in MODULES for specialty, claims in getattr(module, "SPECIALTIES", {}).items()
}
WRITERS = {"professional": write_claims_837p, "institutional": write_claims_837i}
ORDINARY = {f"{specialty}: {name}": one for specialty, claims in SPECIALTIES.items() for name, one in claims.items()}


def member_id(number):
    """An id of its own for each patient, in the form of Medicare's card (CMS gives 1EG4-TE5-MK73 as example)."""
    return f"1EG4TE{number // 100}MK{number % 100:02d}"


@pytest.fixture(scope="module")
def found():
    """Findings on all claims, each of a patient of its own, by the claim's name."""
    every = ORDINARY | {name: one for name, (one, _) in QUESTIONED.items()}
    apart = [
        replace(one, values=one.values | {"member_id": member_id(number)}) for number, one in enumerate(every.values())
    ]
    findings = run_rules(batch_of(*apart), load_reference())
    return {name: findings[findings["claim_key"] == key] for key, name in enumerate(every)}


def test_there_are_at_least_fifteen_specialties_of_eight_claims_each():
    declared = [specialty for module in MODULES for specialty in getattr(module, "SPECIALTIES", {})]
    assert len(declared) == len(SPECIALTIES), "no two modules name the same specialty"
    assert len(SPECIALTIES) >= 25
    assert {specialty: len(claims) for specialty, claims in SPECIALTIES.items() if len(claims) < 8} == {}
    assert len(ORDINARY) >= 300


def test_they_are_of_every_payer_and_both_kinds():
    claims = [one.values for one in ORDINARY.values()]
    assert {values["payer_type"] for values in claims} == set(PAYER_TYPES)
    assert sum(values["claim_kind"] == "institutional" for values in claims) >= 40
    assert all(
        sum(values["payer_type"] == payer for values in claims) >= 3 for payer in PAYER_TYPES if payer != "other"
    )


def test_they_are_sound_tables():
    assert structural_failures(batch_of(*ORDINARY.values())) == []


def test_no_two_claims_are_the_same():
    written = [repr(one) for one in ORDINARY.values()]
    repeated = {name for name, text in zip(ORDINARY, written, strict=True) if written.count(text) > 1}
    assert repeated == set()


@pytest.mark.parametrize("name", ORDINARY)
def test_an_ordinary_claim_draws_no_finding(name, found):
    assert found[name]["message"].tolist() == []


@pytest.mark.parametrize("payer_type", [*PAYER_TYPES, None])
def test_whoever_pays_an_ordinary_claim_draws_no_finding(payer_type):
    """But for what the payer is part of: policies on pain, billers without an NPI, work injuries, dependents.

    Medicaid alone enrols the second, and Medicare knows none of the last.
    """
    anybodys = {
        f"{specialty}: {name}": one.values
        for specialty, claims in SPECIALTIES.items()
        for name, one in claims.items()
        if specialty != "interventional pain medicine"
        and (one.values["billing_npi"] or payer_type == "medicaid")
        and one.values.get("accident_cause_code") != "EM"
    }
    own = {"payer_type": payer_type} | ({"subscriber_relationship_code": "18"} if payer_type == "medicare" else {})
    apart = [
        replace(ORDINARY[name], values=values | own | {"member_id": member_id(number)})
        for number, (name, values) in enumerate(anybodys.items())
    ]
    findings = run_rules(batch_of(*apart), load_reference())
    names = list(anybodys)
    assert len(names) > 350
    assert [(names[key], text) for key, text in zip(findings["claim_key"], findings["message"], strict=True)] == []


@pytest.mark.parametrize("kind", WRITERS)
def test_read_from_an_837_an_ordinary_claim_is_as_quiet(kind, tmp_path):
    names = [name for name, one in ORDINARY.items() if one.values["claim_kind"] == kind]
    own = {name: {"claim_id": f"C{number}", "member_id": f"M{number}"} for number, name in enumerate(names)}
    batch = batch_of(*(replace(ORDINARY[name], values=ORDINARY[name].values | own[name]) for name in names))
    path = tmp_path / "claims.837"
    WRITERS[kind](batch, path)
    read = read_claims_837(path.read_bytes(), path.name)
    assert (len(read.batch), read.rejects) == (len(names), [])
    findings = run_rules(read.batch, load_reference())
    claim_ids = read.batch.of_claim("claim_id", findings["claim_key"])
    told = zip(claim_ids, findings["message"], strict=True)
    assert [(names[int(claim_id[1:])], text) for claim_id, text in told] == []


@pytest.mark.parametrize("name", QUESTIONED)
def test_a_questionable_claim_is_for_review_and_no_more(name, found):
    _, expected = QUESTIONED[name]
    scored = [rule_id for rule_id in found[name]["rule_id"] if catalogue()[rule_id].status == "stable"]
    assert scored == expected
    assert all(catalogue()[rule_id].severity is Severity.REVIEW for rule_id in expected)


def test_an_ordinary_claim_is_as_quiet_alone():
    loud = [name for name, one in list(ORDINARY.items())[::27] if not run_rules(batch_of(one), load_reference()).empty]
    assert loud == []
