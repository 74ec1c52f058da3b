"""The documentation requirements: each with a source, of families and elements that exist, asked without leading."""

import pytest

from risk.errors import ReferenceDataError
from risk.notes.lexicon import load_element_lexicon
from risk.reference.documentation import load_documentation, parse_documentation
from risk.reference.procedures import load_procedures

#: Elements that are put together from others.
COMPOSED = {"symptom", "diagnosis", "treatment_duration", "relief", "relief_duration", "imaging_finding", "site"}
#: Elements that figures are read into.
MEASURED = {"duration", "severity", "provocation_count"}


def every_requirement():
    documentation = load_documentation()
    return [*documentation.general, *(one for policy in documentation.policies for one in policy.requirements)]


def test_every_policy_names_its_source_and_families_that_exist():
    families = set(load_procedures().facts["family"])
    for policy in load_documentation().policies:
        assert policy.source
        assert set(policy.families) <= families
        assert policy.requirements or policy.not_covered


def test_every_requirement_is_of_an_element_and_value_that_can_be_read():
    lexicon = load_element_lexicon()
    phrases = [phrase for table in (lexicon.exact, lexicon.stems) for own in table.values() for phrase in own]
    values = {(phrase.fact, phrase.detail) for phrase in phrases}
    names = {fact for fact, _ in values} | COMPOSED | MEASURED
    renamed = {("symptom", "radiating pain"): ("radicular_symptom", "radiating pain")}
    for one in every_requirement():
        for element, value in (*one.elements, *one.when, *one.unless):
            assert element in names, one.name
            known = (element, value) in values or ("cause", value) in values or (element, value) in renamed
            assert not value or known or (element, value) == ("intractable", "pain"), (one.name, value)


def test_every_question_is_open():
    for one in every_requirement():
        assert one.question.endswith("?")
        assert not one.question.startswith(("Did ", "Is it ", "Can you confirm"))


def test_the_families_with_a_policy_are_those_the_claims_rule_knows():
    from risk.rules.documentation.conservative_care_not_done import POLICIES

    families = {family for policy in load_documentation().policies for family in policy.families}
    assert set(POLICIES) <= families


@pytest.mark.parametrize("content", [b"\xff", b"general = 3", b"[[general]]\nname = 'x'", b"= ="])
def test_what_is_no_file_of_requirements_is_one_error(content):
    with pytest.raises(ReferenceDataError, match=r"documentation\.toml"):
        parse_documentation(content)
