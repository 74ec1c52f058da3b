"""The documentation rules where their examples do not reach: of whom, on which line, in what words."""

import pytest

from risk.claims.examples import batch_of, claim, line
from risk.reference import load_reference
from risk.rules.documentation.conservative_care_not_done import POLICIES, conservative_care_not_done
from risk.rules.documentation.intractable_coded_nonspecific import intractable_coded_nonspecific
from risk.rules.documentation.intractable_without_support import intractable_without_support

SUPPORTED = "Intractable back pain from L4-5 stenosis, failed PT and NSAIDs."


@pytest.fixture(scope="module")
def reference():
    return load_reference()


def offenders(rule, reference, *claims):
    return rule.query(batch_of(*claims), reference)


@pytest.mark.parametrize(
    ("dx", "note", "missing"),
    [
        (["M54.50"], "Intractable pain.", "neither a cause nor a treatment that was tried and failed"),
        (["M48.061"], "Intractable pain.", "no treatment that was tried and failed"),
        (["M54.50"], "Intractable pain, failed PT.", "no cause"),
        (["M54.50"], "Intractable pain from stenosis, will start PT.", "no treatment that was tried and failed"),
        (["M54.50", "M51.16"], "Intractable pain, PT recommended.", "no treatment that was tried and failed"),
        (["G89.4"], "Intractable pain, NSAIDs helped.", "neither a cause nor a treatment that was tried and failed"),
        (["R10.9"], "Intractable pain.", "neither a cause nor a treatment that was tried and failed"),
    ],
)
def test_the_finding_says_what_is_missing(reference, dx, note, missing):
    found = offenders(intractable_without_support, reference, claim(dx=dx, note=note))
    assert found["missing"].tolist() == [missing]


@pytest.mark.parametrize(
    ("dx", "note"),
    [
        (["M54.16"], "Intractable pain, NSAIDs contraindicated."),
        (["K85.90"], "Intractable pain, failed oral medications."),
        (["G43.919", "M54.2"], "Intractable, failed medication."),
        (["M54.50"], "If pain becomes intractable, will refer."),
        (["M54.50"], "Brother with intractable back pain."),
        (["I10"], "Poorly controlled hypertension."),
        (["M54.50"], "Unresponsive to voice."),
    ],
)
def test_supported_supposed_and_other_peoples_pain_is_not_flagged(reference, dx, note):
    assert offenders(intractable_without_support, reference, claim(dx=dx, note=note)).empty


def test_a_finding_stands_on_the_line_whose_note_says_it_and_once_per_claim(reference):
    lines = [line("62323"), line("64483", note="Intractable pain."), line("99213", note="Refractory pain.")]
    found = offenders(intractable_without_support, reference, claim(), claim(dx=["M54.50"], lines=lines))
    assert found[["claim_key", "line_number"]].to_numpy().tolist() == [[1, 2]]
    lined = claim(dx=["M54.50"], lines=lines, note="Intractable pain.")
    assert offenders(intractable_without_support, reference, lined)["line_number"].isna().tolist() == [True]


def test_support_may_stand_in_another_note_of_the_claim(reference):
    lines = [line("62323", note="Failed PT and NSAIDs. MRI: L4-5 stenosis.")]
    assert offenders(
        intractable_without_support, reference, claim(dx=["M54.50"], lines=lines, note="Intractable.")
    ).empty


def test_a_neighbours_note_supports_nothing(reference):
    found = offenders(
        intractable_without_support, reference, claim(dx=["M54.50"], note="Intractable pain."), claim(note=SUPPORTED)
    )
    assert found["claim_key"].tolist() == [0]


def test_nonspecific_principal_is_shown_as_people_write_it(reference):
    found = offenders(intractable_coded_nonspecific, reference, claim(dx=["M54.9"], note=SUPPORTED))
    assert found["dx_code"].tolist() == ["M54.9"]


def test_a_nonspecific_code_further_down_is_no_matter(reference):
    assert offenders(intractable_coded_nonspecific, reference, claim(dx=["M48.061", "M54.9"], note=SUPPORTED)).empty


def test_each_procedure_that_wants_conservative_care_is_named_with_its_policy(reference):
    lines = [line("62323"), line("99213"), line("27096", modifiers=["RT"])]
    found = offenders(conservative_care_not_done, reference, claim(lines=lines, note="Will start PT."))
    assert found[["line_number", "procedure_code", "treatment", "state", "policy"]].to_numpy().tolist() == [
        [1, "62323", "physical therapy", "planned", "LCD L39240"],
        [3, "27096", "physical therapy", "planned", "LCD L39462"],
    ]


@pytest.mark.parametrize(
    "note", ["Completed PT.", "PT helped.", "Failed PT, will start NSAIDs.", "NSAIDs contraindicated.", None]
)
def test_care_that_was_done_or_is_not_spoken_of_is_no_finding(reference, note):
    assert offenders(conservative_care_not_done, reference, claim(lines=[line("62323")], note=note)).empty


def test_every_family_with_a_policy_has_procedures(reference):
    assert set(POLICIES) <= set(reference.procedures.facts["family"])


def test_no_word_of_a_note_is_in_what_the_rules_return(reference):
    one = claim(dx=["M54.9"], lines=[line("62323")], note="Zqxmarker has intractable pain, PT planned.")
    for rule in (intractable_without_support, intractable_coded_nonspecific, conservative_care_not_done):
        found = offenders(rule, reference, one)
        assert len(found) == 1
        assert "zqxmarker" not in found.to_csv().lower()
