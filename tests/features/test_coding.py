"""Coding features on claims whose answer is plain."""

from dataclasses import replace

import numpy as np
import pytest

from features import FeatureInputs, History, coding
from risk.claims.examples import batch_of, claim, line


@pytest.mark.parametrize(
    ("procedure", "family"),
    [
        ("62323", "epidural_interlaminar"),
        ("99285", "evaluation_and_management"),
        ("00630", "anesthesia"),
        ("29881", "surgery"),
        ("72148", "radiology"),
        ("80053", "laboratory"),
        ("97530", "physical_medicine"),
        ("90837", "behavioral_health"),
        ("93000", "medicine"),
        ("0232T", "emerging_technology"),
        ("3044F", "other_category"),
        ("J1030", "drugs"),
        ("E0143", "hcpcs_level_2"),
    ],
)
def test_a_procedure_belongs_to_its_family_or_its_section(value_of, procedure, family):
    assert value_of(coding.procedure_family, claim(lines=[line(procedure)])) == family


def test_a_procedure_of_no_known_shape_has_no_family(value_of):
    assert value_of(coding.procedure_family, claim(lines=[line("XX")])) is np.nan


def test_the_main_procedure_is_the_costliest_and_the_first_of_equals(value_of):
    lines = [line("99213", charge="90"), line("62323", charge="900"), line("64483", charge="900")]
    assert value_of(coding.main_procedure, claim(lines=lines)) == "62323"


def test_the_category_is_the_first_three_characters(value_of):
    assert value_of(coding.dx_category, claim(dx=["M54.16", "G89.4"])) == "M54"


@pytest.mark.parametrize(
    ("code", "day", "invalid"),
    [("M54.5", "2026-10-01", 1), ("M54.5", "2021-09-30", 0), ("M54.50", "2026-10-01", 0), ("Q99.99", "2026-10-01", 1)],
)
def test_a_diagnosis_is_judged_on_the_date_of_service(value_of, code, day, invalid):
    example = claim(lines=[line("99213", date_of_service=day)], dx=[code])
    assert value_of(coding.invalid_dx_count, example) == invalid


def test_a_heading_needs_more_characters(value_of):
    assert value_of(coding.incomplete_dx_count, claim(dx=["M54", "M54.16"])) == 1


@pytest.mark.parametrize(("dx", "expected"), [(["M54.50", "R52"], 1), (["M54.50", "M48.061"], 0)])
def test_a_cause_beside_the_symptom_makes_it_more_than_a_symptom(value_of, dx, expected):
    assert value_of(coding.symptom_only, claim(dx=dx)) == expected


def test_only_headache_and_epilepsy_can_be_intractable_by_code(value_of):
    assert value_of(coding.intractable_dx, claim(dx=["G43.919"])) == 1
    assert value_of(coding.intractable_dx, claim(dx=["G43.909"])) == 0
    assert np.isnan(value_of(coding.intractable_dx, claim(dx=["M54.50"])))


def test_localised_pain_excludes_pain_unspecified(value_of):
    assert value_of(coding.excludes1_conflict_count, claim(dx=["R52", "M54.50"])) == 1
    assert value_of(coding.excludes1_conflict_count, claim(dx=["G89.29", "M54.50"])) == 0


@pytest.mark.parametrize(
    ("procedure", "dx", "share"),
    [
        ("62323", ["M54.16"], 1),
        ("62323", ["M54.50"], 0),
        ("64493", ["M47.816"], 1),
        ("27096", ["M46.1"], 1),
        ("20552", ["M79.18"], 1),
    ],
)
def test_a_diagnosis_supports_the_procedure_its_policy_names_it_for(value_of, procedure, dx, share):
    assert value_of(coding.supported_procedure_share, claim(lines=[line(procedure)], dx=dx)) == share


def test_only_the_diagnoses_a_line_points_to_support_it(value_of):
    example = claim(lines=[line("62323", pointers=[1]), line("64483", pointers=[1, 2])], dx=["M54.50", "M54.16"])
    assert value_of(coding.supported_procedure_share, example) == 0.5


def test_institutional_lines_are_supported_by_any_diagnosis_of_the_claim(value_of):
    example = claim(lines=[line("62323", pointers=[])], dx=["M54.50", "M54.16"], claim_kind="institutional")
    assert value_of(coding.supported_procedure_share, example) == 1
    assert value_of(coding.unpointed_line_count, example) == 0


def test_a_claim_without_injections_has_nothing_to_support(value_of):
    assert np.isnan(value_of(coding.supported_procedure_share, claim()))
    assert np.isnan(value_of(coding.facet_for_radicular_pain, claim()))


def test_a_facet_block_for_radiculopathy_is_seen(value_of):
    example = claim(lines=[line("64493", pointers=[1, 2])], dx=["M47.816", "M54.16"])
    assert value_of(coding.facet_for_radicular_pain, example) == 1


@pytest.mark.parametrize(("pointers", "expected"), [([1], 0), ([4], 1), ([4, 1], 0)])
def test_a_pointer_must_reach_a_diagnosis(value_of, pointers, expected):
    example = claim(lines=[line("99213", pointers=pointers)], dx=["M54.16"])
    assert value_of(coding.unpointed_line_count, example) == expected


def test_lines_without_pointers_count_where_the_claim_has_any(value_of):
    assert value_of(coding.unpointed_line_count, claim(lines=[line("99213"), line("20553", pointers=())])) == 1
    bare = [line("99213", pointers=())]
    assert np.isnan(value_of(coding.unpointed_line_count, claim(lines=bare)))
    of_an_837 = claim(lines=bare, payer_responsibility_code="P", assignment_code="A")
    assert value_of(coding.unpointed_line_count, of_an_837) == 1


@pytest.mark.parametrize("one", [coding.nonspecific_principal, coding.pain_code_first])
def test_a_principal_diagnosis_without_a_code_is_of_no_group(one, reference):
    batch = batch_of(claim(dx=["M54.50"]), claim(dx=["G89.29"]))
    unread = batch.diagnoses.assign(dx_code=batch.diagnoses["dx_code"].where(batch.diagnoses["claim_key"] == 0))
    values = one.compute(FeatureInputs(replace(batch, diagnoses=unread), reference, History.empty()))
    assert not np.isnan(values[0])
    assert np.isnan(values[1])
