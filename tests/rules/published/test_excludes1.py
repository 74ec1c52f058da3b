"""Every Excludes1 note of the pain chapters, as findings on claims with a code under it and a code it excludes."""

import re
from bisect import bisect_left

import pandas as pd
import pytest

from tests.reference.icd10_shared import oracle
from tests.rules.published.many_claims import codes_in_force, diagnosis_claims, dotless, findings

DAY = "2026-05-04"
EXCLUDED = ("DX005", "DX006")
#: Where the notes stand that name no code one can read, as often as they do: injuries by region, pain by site.
UNREADABLE = [
    "G54",
    "G55",
    "G56",
    "G57",
    "M25.0",
    "M43.1",
    "M43.6",
    "M48.5",
    "M50-M54",
    "M62.0",
    "M62.1",
    "R52",
    "S33.0",
]
#: Two of them name codes in a form that the rule reads all the same: (a code under the note, one it excludes).
READ_ALL_THE_SAME = [("G55", "M50.11"), ("G55", "M51.16"), ("S33.0XXA", "M51.26")]

_ONE = re.compile(r"([A-Z][0-9A-Z.]+)-?")
_RANGE = re.compile(r"([A-Z][0-9A-Z.]+)-+([A-Z][0-9A-Z.]+)-?")
_RANGE_WITH = re.compile(r"([A-Z]\d\d)-([A-Z]\d\d) with \.(\d+)")


@pytest.fixture(scope="module")
def notes():
    return pd.read_csv(oracle("icd10cm_excludes1_pain_scope_apr2026.csv"), dtype="str", keep_default_na=False)


@pytest.fixture(scope="module")
def billable():
    return codes_in_force(DAY)


def between(first, last, billable):
    """Billable codes from a prefix to a prefix, both with all below them."""
    return billable[bisect_left(billable, first) : bisect_left(billable, last + "~")]


def named(pattern, billable):
    """Billable codes that a published pattern names: ``M54.3-``, ``M54.3-M54.4``, ``E08-E13 with .44``."""
    if match := _RANGE_WITH.fullmatch(pattern):
        first, last, ending = match.groups()
        return [code for code in between(first, last, billable) if code[3:].startswith(ending)]
    match = _ONE.fullmatch(pattern) or _RANGE.fullmatch(pattern)
    assert match, f"a pattern of another form: {pattern}"
    first, last = match[1].replace(".", ""), match[match.lastindex].replace(".", "")
    return between(first, last, billable)


def pairs_of(note, billable):
    """Every code under the note with one excluded code, and every excluded code with one under the note.

    A code that is itself excluded stands outside its note (M54.4 under M54, of M54.3-M54.4).
    """
    scope, excluded = named(note.scope_code, billable), named(note.excluded_pattern, billable)
    assert scope, note.scope_code
    assert excluded, note.excluded_pattern
    under = [code for code in scope if code not in set(excluded)]
    return [(code, excluded[0]) for code in under] + [(under[-1], code) for code in excluded] if under else []


def test_the_notes_that_name_no_code_are_these(notes):
    without = notes[notes["excluded_pattern"] == ""]
    assert sorted(without["scope_code"]) == UNREADABLE
    assert len(notes) == 233


@pytest.mark.parametrize("turned", [False, True], ids=["in order", "turned round"])
def test_every_note_draws_a_finding_for_each_code_under_it_and_each_it_excludes(notes, billable, turned):
    readable = notes[notes["excluded_pattern"] != ""]
    asked = [(note.Index, pair) for note in readable.itertuples() for pair in pairs_of(note, billable)]
    assert {index for index, _ in asked} == set(readable.index), "each of the 220 notes is tried"
    claims = [pair[::-1] if turned else pair for _, pair in asked]
    found = findings(diagnosis_claims(claims, DAY), *EXCLUDED)
    quiet = sorted(set(range(len(claims))) - set(found["claim_key"]))
    assert [(readable.loc[asked[key][0], "scope_code"], claims[key]) for key in quiet] == []
    assert not found["claim_key"].duplicated().any(), "one pair, one finding"


def test_chronic_pain_with_unspecified_pain_is_told_in_words_of_its_own(billable):
    kinds = between("G89", "G89", billable)
    found = findings(diagnosis_claims([(kind, "R52") for kind in kinds], DAY), *EXCLUDED)
    assert len(kinds) > 8
    assert found["rule_id"].tolist() == ["DX006"] * len(kinds)


@pytest.mark.parametrize("pair", READ_ALL_THE_SAME, ids=" ".join)
def test_a_note_in_an_unusual_form_is_read_all_the_same(pair):
    assert findings(diagnosis_claims([pair], DAY), *EXCLUDED)["rule_id"].tolist() == ["DX005"]


@pytest.mark.parametrize(
    "scope", ["G54", "G56", "G57", "M25.0", "M43.1", "M43.6", "M48.5", "M50-M54", "M62.0", "M62.1"]
)
def test_a_note_on_current_injuries_names_none_and_draws_none(billable, scope):
    """An injury stands beside every code under the note: which injuries it means, the note does not say."""
    claims = [(code, "S39.92XA") for code in named(scope, billable)]
    assert findings(diagnosis_claims(claims, DAY), *EXCLUDED).empty


def test_codes_no_note_keeps_apart_draw_none(notes, billable):
    """Pairs of the pain chapters that no published note names: allowed together, as far as that list goes."""
    apart = [("G89.29", "M54.50"), ("G89.4", "M54.16"), ("M54.50", "M54.2"), ("M96.1", "M54.16"), ("M48.061", "M54.16")]
    named_pairs = {
        frozenset(pair)
        for note in notes[notes["excluded_pattern"] != ""].itertuples()
        for pair in pairs_of(note, billable)
    }
    assert not {frozenset(dotless(pair)) for pair in apart} & named_pairs
    assert findings(diagnosis_claims(apart, DAY), *EXCLUDED).empty
