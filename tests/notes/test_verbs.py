"""Verb groups: tense, mood, negation and voice say what became of a treatment, and where it stands."""

import pytest

from risk.notes.elements import note_elements
from risk.notes.facts import facts_of_text
from risk.notes.grammar import load_grammar
from risk.notes.inflection import forms
from risk.notes.tokens import words_of
from risk.notes.verbs import read_group

GIVEN = ("done", "done_failed", "done_helped")


def states(text: str) -> list[str]:
    return [one.state for one in note_elements(text) if one.element == "treatment"]


def group(text: str):
    return read_group(words_of(text), 0, load_grammar())


@pytest.mark.parametrize("verb", ["try", "undergo", "attend", "receive", "pursue"])
@pytest.mark.parametrize(
    ("auxiliary", "form", "state"),
    [
        ("", "past", "done"),
        ("has", "participle", "done"),
        ("has recently", "participle", "done"),
        ("will", "base", "planned"),
        ("is going to", "base", "planned"),
        ("was supposed to", "base", "planned"),
        ("would like to", "base", "planned"),
        ("has agreed to", "base", "planned"),
        ("has been told to", "base", "planned"),
        ("might", "base", "hypothetical"),
        ("did not", "base", "denied"),
        ("has never", "participle", "denied"),
        ("has not yet", "participle", "denied"),
        ("has yet to", "base", "denied"),
        ("has not been able to", "base", "denied"),
        ("will not", "base", "refused"),
        ("does not want to", "base", "refused"),
        ("has declined to", "base", "refused"),
        ("is not willing to", "base", "refused"),
        ("is reluctant to", "base", "refused"),
        ("decided not to", "base", "refused"),
    ],
)
def test_tense_mood_and_negation_give_the_state_of_any_verb(verb, auxiliary, form, state):
    irregular = {"try": "tried tried", "undergo": "underwent undergone"}.get(verb)
    past, participle = irregular.split() if irregular else [verb + ("d" if verb.endswith("e") else "ed")] * 2
    inflected = {"base": verb, "past": past, "participle": participle}[form]
    assert states(f"She {auxiliary} {inflected} acupuncture.") == [state]


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("RFA was planned.", "planned"),
        ("RFA is being scheduled.", "planned"),
        ("RFA has been approved.", "planned"),
        ("RFA was discussed.", "offered"),
        ("RFA was turned down.", "refused"),
        ("RFA was turned down by her insurance.", "denied"),
        ("RFA was never performed.", "denied"),
        ("RFA was postponed.", "planned"),
        ("She postponed RFA.", "refused"),
        ("RFA would be considered.", "hypothetical"),
        ("She was referred for RFA.", "planned"),
        ("She was sent for RFA.", "planned"),
        ("I recommended that she undergo RFA.", "planned"),
        ("I do not recommend RFA.", "denied"),
        ("She is considering RFA.", "offered"),
        ("We are considering RFA.", "planned"),
        ("Undecided about RFA.", "offered"),
        ("No plans for RFA.", "refused"),
        ("No need for RFA.", "denied"),
        ("Appropriate for RFA.", "planned"),
        ("We favor RFA.", "planned"),
        ("I did not feel that RFA was warranted.", "denied"),
        ("She turned the RFA down.", "refused"),
        ("She continues to refuse RFA.", "refused"),
        ("She would not benefit from RFA.", "denied"),
        ("She did not benefit from RFA.", "done_failed"),
        ("RFA deferred at her request.", "refused"),
        ("She wants RFA repeated.", "planned"),
    ],
)
def test_voice_and_subject_tell_whose_doing_it_is(text, state):
    assert states(text) == [state]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("After failing PT, he was referred for an epidural.", ["done_failed", "planned"]),
        ("Completed PT and was offered an epidural.", ["done", "offered"]),
        ("ESI that was planned in May was done in June with 70% relief.", ["done_helped"]),
        ("PT was recommended; completed 8 sessions without improvement.", ["done_failed"]),
        ("Was to begin a home exercise program; he has done it daily.", ["done"]),
        ("Discussed RFA. She would like to proceed.", ["planned"]),
        ("Discussed RFA. She will think about it.", ["offered"]),
        ("Recommended fusion. She intends to put that off.", ["refused"]),
        ("If PT does not help then ESI.", ["hypothetical", "planned"]),
        ("Will start naproxen, then PT.", ["planned", "planned"]),
        ("Had a discectomy in 2019. The one in 2021 did not help.", ["done", "done_failed"]),
    ],
)
def test_a_later_verb_tells_how_it_went_on(text, expected):
    assert states(text) == expected


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("Stopped PT because of the copay.", "done"),
        ("Stopped PT because of pain.", "done_failed"),
        ("Unable to complete PT due to transportation.", "done"),
        ("Unable to complete PT due to pain.", "done_failed"),
        ("Failed PT after 8 weeks, schedule ESI.", "done_failed"),
    ],
)
def test_what_was_broken_off_for_cost_did_not_fail(text, state):
    assert states(text)[0] == state


@pytest.mark.parametrize(
    "text",
    ["NSAID use: daily", "Repeat injection gave 50% relief.", "The trial of PT helped.", "ESI in May was helpful."],
)
def test_nouns_and_months_that_look_like_verbs_plan_nothing(text):
    assert states(text)[0] in GIVEN


def test_a_trial_that_nothing_is_said_of_is_one_to_come():
    assert states("Trial of duloxetine.") == ["planned"]
    assert states("Trial of duloxetine, no relief.") == ["done_failed"]
    assert states("Had a trial of duloxetine.") == ["done"]


@pytest.mark.parametrize(
    ("heading", "state"),
    [
        ("Not doing", "denied"),
        ("Next on the list", "planned"),
        ("Declined", "refused"),
        ("Tried without success", "done_failed"),
    ],
)
def test_a_heading_over_a_list_rules_its_lines(heading, state):
    assert states(f"{heading}:\n* massage\n* gabapentin") == [state, state]


@pytest.mark.parametrize(
    "heading", ["PLAN / RECOMMENDATIONS", "Plan of Treatment", "Treatments planned:", "P)", "Plan -"]
)
def test_a_heading_over_a_plan_is_known_by_its_look_and_words(heading):
    assert states(f"{heading}\nPT twice a week\nNaproxen") == ["planned", "planned"]


def test_an_entry_is_no_heading():
    assert states("PT recommended: twice a week.") == ["planned"]


def test_who_speaks_is_not_what_is_spoken_of():
    text = "Surgery was brought up by neurosurgery. The surgeon recommended an L4-5 fusion."
    read = [(one.element, one.state) for one in note_elements(text) if one.element in ("treatment", "evaluation")]
    assert read == [("treatment", "offered"), ("evaluation", "done"), ("evaluation", "done"), ("treatment", "planned")]


def test_what_only_names_its_list_is_no_treatment():
    assert states("Conservative treatment to date: PT, massage.") == ["done", "done"]
    assert states("Current Outpatient Medications:\n  ibuprofen 800 mg tablet") == ["done"]


def test_a_label_takes_the_state_of_its_entry():
    assert states("Injection: will decide in the fall.") == ["planned"]
    assert states("Gabapentin: dizzy") == ["done_failed"]


def test_a_pronoun_is_an_object_but_not_before_its_noun():
    assert group("will do that.").refers_back
    assert not group("will do that exercise.").refers_back


@pytest.mark.parametrize("text", ["may was done", "nothing", "to walk", "is better", "did not respond"])
def test_what_is_no_verb_of_treatment_is_no_group(text):
    assert group(text) is None


def test_verbs_are_inflected_by_rule_or_as_listed():
    assert dict(map(reversed, forms("carry", {}))) == {
        "base": "carry",
        "third": "carries",
        "past": "carried",
        "participle": "carried",
        "ing": "carrying",
    }
    assert [word for word, _ in forms("take", {"take": ("took", "taken", "taking")})] == [
        *("take", "takes", "took", "taken", "taking")
    ]
    assert [word for word, _ in forms("agree", {})] == ["agree", "agrees", "agreed", "agreed", "agreeing"]


def test_notes_on_claims_know_verbs_as_well():
    assert [
        state for fact, _, state, *_ in facts_of_text("She has not yet been able to start PT.") if fact == "treatment"
    ] == ["denied"]
    assert [state for fact, _, state, *_ in facts_of_text("Was supposed to have an ESI.")] == ["planned"]
