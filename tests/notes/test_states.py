"""What becomes of a mention, one trap at a time."""

import pytest

from risk.notes.facts import facts_of_text


def states(text: str, detail: str) -> list[str]:
    return [state for _, own, state, _, _ in facts_of_text(text) if own == detail]


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("Failed physical therapy.", "done_failed"),
        ("Physical therapy failed.", "done_failed"),
        ("PHYSICAL THERAPY (FAILED), NSAIDS", "done_failed"),
        ("No relief after physical therapy.", "done_failed"),
        ("Tried physical therapy, but no relief.", "done_failed"),
        ("Physical therapy was stopped due to pain.", "done_failed"),
        ("Physical therapy helped.", "done_helped"),
        ("Good relief with physical therapy.", "done_helped"),
        ("Completed physical therapy.", "done"),
        ("Continue physical therapy.", "done"),
        ("Will start physical therapy.", "planned"),
        ("Referred to physical therapy.", "planned"),
        ("Physical therapy ordered.", "planned"),
        ("Plan: physical therapy.", "planned"),
        ("Offered physical therapy.", "offered"),
        ("Physical therapy was recommended, patient declined.", "refused"),
        ("Refuses physical therapy.", "refused"),
        ("Physical therapy is contraindicated.", "contraindicated"),
        ("Has not had physical therapy.", "denied"),
        ("No physical therapy or chiropractic care.", "denied"),
        ("If physical therapy fails, injection.", "hypothetical"),
        ("Mother had physical therapy.", "someone_else"),
        ("Family history: physical therapy for scoliosis.", "someone_else"),
    ],
)
def test_a_treatment_is_read_in_its_state(text, state):
    assert states(text, "physical therapy") == [state]


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("Intractable back pain.", "asserted"),
        ("PAIN IS INTRACTABLE", "asserted"),
        ("Refractory back pain.", "asserted"),
        ("Denies intractable back pain.", "denied"),
        ("Pain is not intractable.", "denied"),
        ("No intractable pain.", "denied"),
        ("Intractable pain has resolved.", "denied"),
        ("Possible intractable pain.", "hypothetical"),
        ("If pain becomes intractable, will consider a stimulator.", "hypothetical"),
        ("Father with intractable back pain.", "someone_else"),
        ("Father reports the pain is intractable.", "asserted"),
        ("Sister had intractable pain; patient has intractable pain.", "someone_else"),
    ],
)
def test_intractable_pain_is_read_in_its_state(text, state):
    assert states(text, "pain")[0] == state


def test_pt_is_the_patient_or_physical_therapy_by_what_stands_around_it():
    assert states("PT FAILED NSAIDS", "physical therapy") == []
    assert states("Pt reports pain", "physical therapy") == []
    assert states("PT FAILED", "physical therapy") == ["done_failed"]
    assert states("Pt failed PT", "physical therapy") == ["done_failed"]
    assert states("PT is planned and NSAIDs were prescribed", "physical therapy") == ["planned"]
    assert states("Pt was prescribed NSAIDs", "physical therapy") == []
    assert states("Pt has diabetes and failed NSAIDs", "physical therapy") == []


def test_a_plan_after_a_failure_stays_a_plan():
    text = "Failed NSAIDs and chiropractic care, will start gabapentin and physical therapy."
    assert states(text, "NSAID") == states(text, "chiropractic") == ["done_failed"]
    assert states(text, "gabapentinoid") == states(text, "physical therapy") == ["planned"]


def test_a_negation_ends_with_its_item_unless_or_closes_the_list():
    assert states("No fracture, severe stenosis.", "stenosis") == ["asserted"]
    assert states("No fracture, stenosis or herniation.", "stenosis") == ["denied"]


def test_the_duration_of_planned_care_is_planned():
    assert states("PT x 6 weeks recommended.", "6") == ["planned"]
    assert states("PT x 6 weeks completed.", "6") == ["asserted"]


@pytest.mark.parametrize(
    ("text", "weeks"),
    [
        ("PT for 8 weeks", "8"),
        ("PT X8WKS", "8"),
        ("PT for 6-8 weeks", "6"),
        ("PT for 6 to 8 weeks", "6"),
        ("8-week course of PT", "8"),
        ("PT for six weeks", "6"),
        ("LBP for 3 months", "13"),
        ("LBP x 2 yrs", "104"),
        ("LBP for 10 days", "1.4"),
        ("LBP began 6 weeks ago", "6"),
    ],
)
def test_durations_come_in_weeks_and_ranges_by_their_lower_end(text, weeks):
    assert [detail for fact, detail, *_ in facts_of_text(text) if fact == "duration"] == [weeks]


@pytest.mark.parametrize(
    "text", ["Return in 6 weeks", "56 yo", "70 year old", "RTC 3 months", "MRI 3 months ago", "EF 35%", "BP 120/80"]
)
def test_dates_ages_and_other_numbers_are_no_facts_of_time_or_relief(text):
    assert [fact for fact, *_ in facts_of_text(text) if fact in ("duration", "relief_percent")] == []


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("ESI gave 80% relief", "done_helped"),
        ("ESI gave 30% relief", "done_failed"),
        ("<50% relief from ESI", "done_failed"),
    ],
)
def test_half_relief_is_where_an_injection_begins_to_have_helped(text, state):
    assert states(text, "injection") == [state]


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ("Intractable low back pain", "pain"),
        ("LBP, intractable", "pain"),
        ("Intractable migraine", "headache_or_epilepsy"),
        ("Intractable vomiting", "other"),
        ("Refractory anemia", "other"),
        ("Poorly controlled diabetes", "other"),
        ("INTRACTABLE", "unspecified"),
    ],
)
def test_intractable_tells_what_is_intractable(text, detail):
    assert [own for fact, own, *_ in facts_of_text(text) if fact == "intractable"] == [detail]


def test_may_is_a_month_before_a_number_and_a_doubt_elsewhere():
    assert states("ESI May 10 with 70% relief.", "injection") == ["done_helped"]
    assert states("Had PT in May without relief.", "physical therapy") == ["done_failed"]
    assert states("May need physical therapy.", "physical therapy") != ["done"]


def test_what_was_not_helpful_failed():
    assert states("Chiropractic care was not helpful.", "chiropractic") == ["done_failed"]


def test_what_is_ordered_to_rule_something_out_is_a_plan():
    assert states("MRI ordered to rule out stenosis.", "MRI") == ["planned"]
    assert states("MRI ordered to rule out stenosis.", "stenosis") == ["hypothetical"]


def test_a_percentage_at_the_end_of_a_sentence_is_relief_only_where_it_is_called_so():
    assert [fact for fact, *_ in facts_of_text("Disability is 52%. Better today.")] == []


def test_unresponsive_means_intractable_only_where_a_treatment_follows():
    assert facts_of_text("Unresponsive to verbal stimuli.") == []
    assert [fact for fact, *_ in facts_of_text("Pain unresponsive to NSAIDs.")] == ["intractable", "treatment"]


def test_stenosis_of_a_heart_valve_is_no_cause_of_back_pain():
    assert facts_of_text("Severe aortic stenosis.") == []
