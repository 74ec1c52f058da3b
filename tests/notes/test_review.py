"""Requirements held against notes: one status at a time."""

from datetime import date

import pytest

from risk.notes import asked_for, review_note

EPIDURAL, FACET, ABLATION, SACROILIAC, TRIGGER, STIMULATOR = "64483", "64493", "64635", "27096", "20552", "63650"


def status(text: str, name: str, code: str = "", on: date | None = None) -> str:
    review = review_note(text, asked_for([code] if code else [], None, on), on)
    return next(
        one.status for one in review.checks if one.requirement.name == name and bool(one.procedures) == bool(code)
    )


@pytest.mark.parametrize(
    ("text", "name", "code", "expected"),
    [
        ("Pain for 3 weeks.", "weeks_of_pain", EPIDURAL, "below"),
        ("Pain for 4 weeks.", "weeks_of_pain", EPIDURAL, "met"),
        ("Pain.", "weeks_of_pain", EPIDURAL, "missing"),
        ("Failed PT.", "failed_care", EPIDURAL, "met"),
        ("PT helped.", "failed_care", EPIDURAL, "not_met"),
        ("Will start PT.", "failed_care", EPIDURAL, "not_met"),
        ("Physical therapy refused.", "failed_care", EPIDURAL, "not_met"),
        ("Mother failed PT.", "failed_care", EPIDURAL, "not_met"),
        ("Prior note: failed PT.", "failed_care", EPIDURAL, "copied"),
        ("NSAIDs are contraindicated.", "failed_care", EPIDURAL, "met"),
        ("ESI failed.", "failed_care", EPIDURAL, "missing"),
        ("Failed PT x 3 weeks.", "weeks_of_care", EPIDURAL, "below"),
        ("Failed PT x 6 weeks.", "weeks_of_care", EPIDURAL, "met"),
        ("PT x 6 weeks planned.", "weeks_of_care", EPIDURAL, "not_met"),
        ("Plan: L3-4, L4-5, L5-S1 TFESI.", "levels", EPIDURAL, "above"),
        ("Plan: L4-5 TFESI.", "levels", EPIDURAL, "met"),
        ("Plan: L4-5, L5-S1 interlaminar ESI.", "levels", "62323", "above"),
        ("The last ESI gave 40% relief.", "relief_before_repeat", EPIDURAL, "below"),
        ("The last ESI gave 60% relief.", "relief_before_repeat", EPIDURAL, "met"),
        ("No prior injections.", "relief_before_repeat", EPIDURAL, "not_applicable"),
        ("No radiculopathy.", "no_untreated_radiculopathy", FACET, "met"),
        ("Lumbar radiculopathy.", "no_untreated_radiculopathy", FACET, "contradicted"),
        ("Back pain.", "no_untreated_radiculopathy", FACET, "missing"),
        ("Pain for 2 months.", "weeks_of_pain", FACET, "below"),
        ("MBB gave 70% relief.", "relief_from_blocks", ABLATION, "below"),
        ("MBB gave 85% relief.", "relief_from_blocks", ABLATION, "met"),
        ("RFA gave 60% relief for 8 months.", "weeks_of_relief_before_repeat", ABLATION, "met"),
        ("RFA gave 60% relief for 8 months.", "relief_from_blocks", ABLATION, "not_applicable"),
        ("FABER, Gaenslen, thigh thrust positive.", "provocation_tests", SACROILIAC, "met"),
        ("FABER positive, Gaenslen positive, thigh thrust negative.", "provocation_tests", SACROILIAC, "below"),
        ("4 of 6 provocation tests positive.", "provocation_tests", SACROILIAC, "met"),
        ("2 of 6 provocation tests positive.", "provocation_tests", SACROILIAC, "below"),
        ("Trigger points injected.", "no_imaging_guidance", TRIGGER, "met"),
        ("Trigger point injection under ultrasound guidance.", "no_imaging_guidance", TRIGGER, "contradicted"),
        ("Taut band with twitch response.", "findings", TRIGGER, "met"),
        ("Taut band.", "findings", TRIGGER, "below"),
        ("Psychological evaluation is pending.", "psychological_evaluation", STIMULATOR, "not_met"),
        ("Psychological evaluation was completed.", "psychological_evaluation", STIMULATOR, "met"),
    ],
)
def test_a_requirement_of_a_policy_is_judged(text, name, code, expected):
    assert status(text, name, code) == expected


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ("Failed PT x 6 weeks and NSAIDs x 4 weeks.", "treatment_durations", "met"),
        ("Failed PT x 6 weeks, NSAIDs.", "treatment_durations", "below"),
        ("Failed PT.", "treatment_durations", "missing"),
        ("MRI: L4-5 stenosis. Plan: L4-5 TFESI.", "imaging_agrees", "met"),
        ("MRI: left L4-5 stenosis. Plan: right L4-5 TFESI.", "imaging_agrees", "contradicted"),
        ("MRI: L2-3 stenosis. Plan: L4-5 TFESI.", "imaging_agrees", "contradicted"),
        ("MRI: stenosis. Plan: L4-5 TFESI.", "imaging_agrees", "not_applicable"),
        ("Diagnosis M54.16.", "diagnosis_code", "met"),
        ("Diagnosis M54.5.", "diagnosis_code", "contradicted"),
        ("Diagnosis radiculopathy.", "diagnosis_code", "not_applicable"),
        ("Denies numbness.", "symptoms", "met"),
        ("Father has diabetes.", "history", "not_met"),
        ("Follow up.", "follow_up", "missing"),
    ],
)
def test_an_element_of_any_note_is_judged(text, name, expected):
    assert status(text, name) == expected


def test_a_code_is_judged_by_the_date_of_service():
    assert status("Diagnosis M54.5.", "diagnosis_code", on=date(2021, 3, 1)) == "met"
    assert status("Diagnosis M54.50.", "diagnosis_code", on=date(2021, 3, 1)) == "contradicted"


def test_a_policy_that_was_not_yet_in_force_asks_for_nothing_and_says_so():
    before = asked_for([FACET], "medicare", date(2021, 1, 1))
    assert {codes for _, codes, _ in before.requirements} == {()}
    assert "2021-04-25" in before.remarks[0]
    assert not asked_for([FACET], "medicare", date(2026, 1, 1)).remarks


def test_a_payer_or_procedure_without_a_policy_is_said_and_nothing_is_invented():
    for asked in (asked_for([EPIDURAL], "commercial", None), asked_for(["99213"], None, None)):
        assert {codes for _, codes, _ in asked.requirements} == {()}
        assert "no documentation policy" in asked.remarks[0]


def test_what_is_not_covered_is_said():
    assert "not covered" in asked_for(["64625"], None, None).remarks[0]


def test_two_procedures_of_one_policy_are_asked_once():
    asked = asked_for(["64483", "64484", "64483"], None, None)
    assert {codes for _, codes, _ in asked.requirements} == {(), ("64483", "64484")}
    names = [(title, one.name) for title, _, one in asked.requirements]
    assert len(names) == len(set(names))
