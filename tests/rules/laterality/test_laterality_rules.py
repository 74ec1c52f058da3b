"""What the laterality rules do beyond their own examples."""

import pytest

from risk.claims.examples import batch_of, claim, line
from risk.reference import load_reference
from risk.rules import run_rules, select_rules


def found(*claims):
    return run_rules(batch_of(*claims), load_reference(), select_rules(select=["LAT"]))


@pytest.mark.parametrize("code", ["M47.816", "M48.061", "M51.16", "M54.16", "M54.50", "M54.9", "G89.4", "M96.1"])
@pytest.mark.parametrize("modifiers", [["LT"], ["RT"], ["50"], []])
def test_spine_codes_without_a_side_are_never_found(code, modifiers):
    assert found(claim(dx=[code], lines=[line("64483", modifiers=modifiers)])).empty


def test_the_codes_with_a_side_are_named():
    messages = found(claim(dx=["M54.30"]), claim(dx=["M25.50"]))["message"].tolist()
    assert messages[0] == "Diagnosis 1: M54.30 does not say which side; M54.31 and M54.32 do."
    assert "M25.511, M25.512, M25.521, M25.522 and 10 more" in messages[1]


def test_an_open_side_is_told_once_for_each_code():
    assert len(found(claim(dx=["M54.30", "M25.569", "M54.30"]))) == 2


@pytest.mark.parametrize(
    ("code", "modifiers"),
    [
        ("M54.31", ["LT"]),
        ("M54.32", ["RT"]),
        ("M54.32", ["59", "KX", "RT"]),
        ("H02.831", ["E1"]),
        ("M20.11", ["TA"]),
    ],
)
def test_opposite_sides_are_found(code, modifiers):
    findings = found(claim(dx=[code], lines=[line("64483", modifiers=modifiers)]))
    assert findings["rule_id"].tolist() == ["LAT002"]
    assert findings["line_number"].tolist() == [1]


@pytest.mark.parametrize(
    ("codes", "modifiers", "pointers"),
    [
        (["M54.31"], ["RT"], (1,)),
        (["M54.31"], ["LT", "50"], (1,)),
        (["M17.0"], ["LT"], (1,)),
        (["M54.31", "M54.32"], ["LT"], (1, 2)),
        (["M54.31", "M54.16"], ["LT"], (2,)),
        (["I69.351", "M54.16"], ["LT"], (1, 2)),
        (["M54.31"], ["59"], (1,)),
        (["M54.31", "M54.32"], ["LT"], ()),
        (["M54.31"], ["LT"], (3,)),
    ],
)
def test_what_does_not_contradict_is_quiet(codes, modifiers, pointers):
    assert found(claim(dx=codes, lines=[line("64483", modifiers=modifiers, pointers=pointers)])).empty


def test_a_claim_without_pointers_is_judged_by_all_its_diagnoses():
    assert len(found(claim(dx=["M54.31"], lines=[line("64483", modifiers=["LT"], pointers=())]))) == 1


def test_the_line_that_contradicts_is_the_one_found():
    lines = [line("64483", modifiers=["RT"], pointers=(1,)), line("64483", modifiers=["LT"], pointers=(1,))]
    assert found(claim(dx=["M54.31"], lines=lines))["line_number"].tolist() == [2]
