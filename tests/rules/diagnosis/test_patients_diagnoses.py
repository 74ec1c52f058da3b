"""Diagnoses against the sex and the age of the patient."""

from datetime import date

import pandas as pd
import pytest

from risk.claims.examples import batch_of, claim, line
from risk.claims.tables import make_batch
from risk.reference import load_reference
from risk.rules import run_rules, select_rules

RULES = select_rules(select=["DX014", "DX015", "REG004"])
HOSPITAL = {"claim_kind": "institutional", "bill_type_code": "131", "place_of_service_code": None}


def found(batch):
    return run_rules(batch, load_reference(), RULES)


def ids(*claims):
    return found(batch_of(*claims))["rule_id"].tolist()


def born(year, month=1, day=1, **facts):
    return {"patient_birth_date": date(year, month, day)} | facts


@pytest.mark.parametrize(
    ("dx", "sex", "expected"),
    [
        ("N40.1", "F", ["DX014"]),
        ("N40.1", "M", []),
        ("N40.1", "U", []),
        ("N40.1", "X", []),
        ("N40.1", None, []),
        ("C53.9", "M", ["DX014"]),
        ("D07.1", "M", ["DX014"]),
        ("D07.5", "M", []),
        ("D07.5", "F", ["DX014"]),
        ("D05.11", "M", []),  # the breast is of either sex
        ("N60.11", "M", []),
        ("N64.4", "M", []),
        ("Q54.1", "F", ["DX014"]),
        ("Q56.0", "F", []),  # indeterminate sex
        ("O94", "M", ["DX014"]),
        ("F64.0", "M", []),
        ("Z79.890", "F", []),
        ("Z12.5", "F", []),  # screening of an organ says nothing of the sex on file
        ("Z12.4", "M", []),
        ("E29.1", "F", ["DX014"]),
        ("N39.0", "M", []),
    ],
)
def test_only_what_the_classification_gives_to_one_sex_contradicts_it(dx, sex, expected):
    assert ids(claim(dx=[dx], patient_sex=sex)) == expected


def test_the_claim_can_say_that_the_conflict_is_no_error():
    plain = claim(dx=["N40.1"], lines=[line("99213", pointers=())], payer_type="medicaid", **HOSPITAL)
    batch = batch_of(plain, plain, plain)
    codes = pd.DataFrame(
        {"claim_key": [0, 1], "position": [1, 1], "code_kind": ["condition", "value"], "code": ["45", "45"]}
    )
    stated = make_batch(batch.claims, batch.service_lines, batch.diagnoses, claim_codes=codes)
    assert found(stated)["claim_key"].tolist() == [1, 2]
    modified = [line("99213"), line("55700", modifiers=["59", "KX"])]
    assert ids(claim(dx=["N40.1"], lines=modified)) == []
    assert ids(claim(dx=["N40.1"], lines=[line("99213", modifiers=["GC"])])) == ["DX014"]


@pytest.mark.parametrize(
    ("facts", "day", "expected"),
    [
        (HOSPITAL | {"payer_type": "medicare"}, "2024-09-30", ["DX014"]),
        (HOSPITAL | {"payer_type": "medicare"}, "2024-10-01", []),
        (HOSPITAL | {"payer_type": "medicaid"}, "2024-10-01", ["DX014"]),
        (HOSPITAL | {"payer_type": None}, "2024-10-01", ["DX014"]),
        ({"payer_type": "medicare"}, "2024-10-01", ["DX014"]),
    ],
)
def test_medicare_no_longer_compares_the_sex_on_hospital_claims(facts, day, expected):
    one = claim(dx=["N40.1"], lines=[line("99213", date_of_service=day, pointers=())], **facts)
    assert ids(one) == expected


@pytest.mark.parametrize(
    ("dx", "birth", "expected"),
    [
        ("Z00.110", date(2026, 10, 1), 0),
        ("Z00.110", date(2026, 9, 24), 0),  # 7 days
        ("Z00.110", date(2026, 9, 23), 1),
        ("Z00.111", date(2026, 9, 24), 1),
        ("Z00.111", date(2026, 9, 23), 0),  # 8 days
        ("Z00.111", date(2026, 9, 3), 0),  # 28 days
        ("Z00.111", date(2026, 9, 2), 1),
        ("Z00.129", date(2026, 9, 24), 0),
        ("Z38.00", date(2025, 10, 2), 0),  # the day before the first birthday
        ("Z38.00", date(2025, 10, 1), 1),
        ("P07.14", date(1990, 1, 1), 0),  # conditions from birth keep their code
        ("O09.511", date(2017, 10, 1), 0),  # ninth birthday
        ("O09.511", date(2017, 10, 2), 1),
        ("O09.511", date(1961, 10, 2), 0),  # 64 to the last day
        ("O09.511", date(1961, 10, 1), 1),
        ("O94", date(1940, 1, 1), 0),
        ("Z68.41", date(2006, 10, 1), 0),
        ("Z68.41", date(2006, 10, 2), 1),
        ("Z68.54", date(2006, 10, 2), 0),
        ("Z68.54", date(2006, 10, 1), 1),
        ("Z68.54", None, 0),
        ("N40.1", date(2020, 1, 1), 0),
    ],
)
def test_an_age_counts_to_the_day(dx, birth, expected):
    assert ids(claim(dx=[dx], patient_birth_date=birth, patient_sex=None)) == ["DX015"] * expected


def test_every_day_of_a_claim_has_to_contradict_the_age():
    over_days = [line("99460", day=1), line("99462", day=9)]
    assert ids(claim(dx=["Z00.110"], lines=over_days, **born(2026, 9, 24))) == []
    assert ids(claim(dx=["Z00.111"], lines=over_days, **born(2026, 9, 25))) == []
    assert ids(claim(dx=["Z00.111"], lines=over_days, **born(2026, 10, 4))) == ["REG004"]


def test_a_birth_date_that_is_wrong_in_itself_is_told_alone():
    assert ids(claim(dx=["O09.511"], **born(2026, 10, 2))) == ["REG004"]


def test_the_mothers_code_on_the_newborns_claim_is_found_by_age_and_sex():
    assert ids(claim(dx=["O80"], patient_sex="M", **born(2026, 10, 1))) == ["DX014", "DX015"]


def test_no_birth_date_and_no_age_is_told():
    one = claim(dx=["E66.9", "Z68.54"], **born(1931, 5, 6))
    messages = found(batch_of(one))["message"]
    assert messages.tolist() == [
        "Diagnosis 2: Z68.54 is for patients from 2 to 19 years of age, and this patient is older."
    ]


@pytest.mark.parametrize(
    ("dx", "birth", "span"),
    [
        ("Z00.110", date(2020, 1, 1), "under 8 days of age"),
        ("Z38.00", date(2020, 1, 1), "under 1 year of age"),
        ("Z68.41", date(2020, 1, 1), "of at least 20 years"),
        ("Z00.111", date(2020, 1, 1), "from 8 to 28 days of age"),
    ],
)
def test_the_span_of_ages_reads_well(dx, birth, span):
    assert (
        f"is for patients {span}, and" in found(batch_of(claim(dx=[dx], patient_birth_date=birth)))["message"].iloc[0]
    )


def test_a_claim_without_a_date_of_service_has_no_age():
    undated = line("99213", service_from_date=None, service_to_date=None)
    assert ids(claim(dx=["Z00.110"], lines=[undated], **born(2020))) == []
