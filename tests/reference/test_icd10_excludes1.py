import re

import pandas as pd
import pytest

from risk.reference.icd10 import load_icd10
from risk.reference.icd10_excludes import END, excluded_intervals
from tests.reference.icd10_shared import oracle


@pytest.fixture(scope="module")
def icd10():
    return load_icd10()


def diagnoses(*claims):
    rows = [(key, position, code) for key, codes in enumerate(claims) for position, code in enumerate(codes, start=1)]
    frame = pd.DataFrame(rows, columns=["claim_key", "dx_position", "dx_code"])
    return frame.astype({"claim_key": "int64", "dx_position": "Int64", "dx_code": "str"})


def conflict(icd10, *codes):
    return icd10.excludes1_conflicts(diagnoses(codes))


# One code under the note and the codes it excludes, as the tabular list of April 2026 has it.
EXCLUDED = {
    "M5416": ["M792", "M50122", "M5116", "M4726", "F4541", "M4646"],
    "M5431": ["M51361", "M51371", "G5701", "M5116", "M5441"],
    "M5441": ["M51362", "M51372", "M5116"],
    "M5450": ["M51360", "M51370", "S39012A", "M5126", "M5441"],
    "M546": ["M5124", "M5134"],
    "M5489": ["M546", "M5450"],
    "M5116": ["M5416", "M5431"],
    "G8929": ["R52", "F4541", "G5771", "G5641", "G890", "G894", "G893", "G90511"],
    "R52": ["G8929", "G894", "M549", "M5450", "M79604", "F4541"],
}


@pytest.mark.parametrize(("under", "excluded"), [(one, other) for one, others in EXCLUDED.items() for other in others])
def test_codes_that_exclude_each_other_conflict_in_either_order(icd10, under, excluded):
    assert len(conflict(icd10, under, excluded)) == 1
    assert len(conflict(icd10, excluded, under)) == 1


@pytest.mark.parametrize(
    "pair",
    [
        ("G8929", "M5450"),  # Excludes2: allowed together
        ("G894", "M5416"),
        ("G8929", "F4542"),  # code also
        ("M5416", "M961"),
        ("M48061", "M5416"),
        ("M5450", "M542"),
        ("M5416", "M5416"),
        ("E119", "I10"),
        ("M5441", "M5442"),
        ("NOCODE", "R52"),
    ],
)
def test_codes_that_may_stand_together_do_not_conflict(icd10, pair):
    assert conflict(icd10, *pair).empty


def test_a_conflict_says_who_where_and_why(icd10):
    found = icd10.excludes1_conflicts(diagnoses(["I10"], ["M5441", "E119", "M5450"]))
    assert found.to_dict("records") == [
        {
            "claim_key": 1,
            "dx_position": 3,
            "dx_code": "M5450",
            "other_position": 1,
            "other_dx_code": "M5441",
            "noted_at": "M545",
        }
    ]


def test_a_note_of_a_block_holds_for_its_categories(icd10):
    assert conflict(icd10, "M5416", "M4646")["noted_at"].tolist() == ["M50-M54"]


def test_codes_of_other_claims_do_not_conflict(icd10):
    assert icd10.excludes1_conflicts(diagnoses(["M5450"], ["M5441"])).empty


def test_codes_far_apart_on_one_claim_conflict(icd10):
    between = ["I10", "E119", "E785", "Z7984", "N401", "H5213", "L400", "K219", "Z23", "F331"]
    assert len(conflict(icd10, "M5450", *between, "M5441")) == 1


def test_null_codes_and_empty_tables_have_no_conflicts(icd10):
    assert conflict(icd10).empty
    assert conflict(icd10, None, None).empty
    assert conflict(icd10, None, "R52").empty


def test_codes_of_later_editions_stand_under_their_category(icd10):
    listed = icd10.nodes.set_index("code")
    assert listed.loc["M67A01" if "M67A01" in listed.index else "M7220", "from_latest"] == pd.Timestamp("2026-10-01")
    whole = icd10.excludes1[icd10.excludes1["scope_start"] == "M72"]
    assert (whole["scope_start"] <= "M7220").all()
    assert (whole["scope_end"] > "M7220").all()


CATEGORIES = ["E08", "E09", "E10", "M51", "S02"]
LEAVES = ["E0844", "E0944", "M5114", "M5116", "M5126", "S02101A", "S02101B", "S0211XB"]


@pytest.mark.parametrize(
    ("note", "intervals"),
    [
        ("discitis NOS (M46.4-)", [("M464", "M464~")]),
        ("intervertebral disc disorders (M50-M51)", [("M50", "M51~")]),
        ("several (M53.-, M54.-)", [("M53", "M53~"), ("M54", "M54~")]),
        ("stray dots (M50.1.-, M51.1.-)", [("M501", "M501~"), ("M511", "M511~")]),
        ("doubled hyphen (I70.2--I70.7-)", [("I702", "I707~")]),
        ("spaced hyphen (P28.3- - P28.4-)", [("P283", "P284~")]),
        ("two prefixes (I69.81- I69.91-)", [("I6981", "I6981~"), ("I6991", "I6991~")]),
        ("range without dots in the end (I01.0 -I01.9)", [("I010", "I019~")]),
        ("no parentheses M43.6", [("M436", "M436~")]),
        ("unclosed (Z89.52-", [("Z8952", "Z8952~")]),
        ("neuropathy in diabetes (E08-E09 with .44)", [("E0844", "E0844~"), ("E0944", "E0944~")]),
        ("open fracture (S02.- with 7th character B)", [("S02101B", "S02101B~"), ("S0211XB", "S0211XB~")]),
        ("disc disorder (M51.- with fifth character 6)", [("M5116", "M5116~"), ("M5126", "M5126~")]),
        ("current injury - see injury of spine by body region", []),
        ("hemolysis due to deficiency (G6PD)", []),
        ("fracture (S52.- with open fracture 7th character)", []),
        ("diabetic acidosis - see categories E08-E10, E11, E13 with ketoacidosis", []),
    ],
)
def test_a_note_names_the_codes_it_can_be_read_to_name(note, intervals):
    assert sorted(excluded_intervals(note, CATEGORIES, LEAVES)) == intervals


def test_few_notes_cannot_be_read(icd10):
    notes = icd10.excludes1[["noted_at", "excluded_start"]]
    assert 0 < icd10.unread_notes < 0.03 * len(notes)


def test_every_plain_pattern_of_the_pain_chapters_is_read_as_published(icd10):
    expected = pd.read_csv(oracle("icd10cm_excludes1_pain_scope_apr2026.csv"), dtype="str").dropna()
    notes = icd10.excludes1.dropna(subset=["scope_start"])
    ours = set(zip(notes["noted_at"], notes["excluded_start"], notes["excluded_end"], strict=True))
    checked = 0
    for scope, pattern in expected[["scope_code", "excluded_pattern"]].itertuples(index=False):
        if not re.fullmatch(r"[A-Z0-9.]+-?", pattern):
            continue
        prefix = pattern.replace(".", "").rstrip("-")
        assert (scope.replace(".", ""), prefix, prefix + END) in ours, (scope, pattern)
        checked += 1
    assert checked > 190
