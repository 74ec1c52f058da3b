"""The data of the guide holds together."""

import re
from pathlib import Path

import pandas as pd
import pytest

from risk.advice import guide
from risk.advice.guide import load_guide, parse_guide
from risk.advice.levels import NECK_CHARACTERS, REGION_DIGITS
from risk.advice.vocabulary import load_vocabulary
from risk.errors import ReferenceDataError


def signs_there_are() -> set[str]:
    """Every sign that a record can have."""
    groups, lexicon = load_guide().groups, load_vocabulary().guide
    phrases = [one for table in (lexicon.exact, lexicon.stems) for own in table.values() for one in own]
    terms = {one.detail for one in phrases if one.fact not in ("", "treatment", "imaging", "word")}
    treated = {"failed therapy", "helped therapy", "no therapy", "planned therapy", "surgery", "no surgery"}
    other = {
        "intractable",
        "cancer",
        "radicular symptom",
        "suspected condition",
        "condition of someone else",
        "only pain",
    }
    placed = {f"{place} {one}" for place in ("low", "lumbar", "lumbosacral") for one in terms}
    choice = {"region open", "side open", "seventh character open", "nothing"}
    known = terms | groups.keys() | other
    return known | {f"no {one}" for one in known} | treated | placed | choice


def test_rules_and_questions_ask_for_signs_there_are():
    loaded = load_guide()
    asked = {sign for rule in loaded.rules for sign in rule.needs | rule.any_of | rule.without}
    asked |= {sign for one in loaded.questions for sign in one.relevant | one.yes | one.no}
    asked |= {sign for one in loaded.changes for sign in one.any_of}
    assert asked - signs_there_are() == set()


def test_every_condition_of_a_rule_is_one_that_terms_name():
    conditions = {rule.condition for rule in load_guide().rules if rule.condition}
    assert conditions <= signs_there_are()


def test_every_code_of_a_rule_was_or_is_billable(icd10):
    filled = {
        template.replace(".", "")
        for rule in load_guide().rules
        for own in rule.codes.values()
        for template in (*own, *([rule.unknown] if rule.unknown else []))
        if "{" not in template
    }
    codes = pd.Series(sorted(filled), dtype="str")
    billable = set(icd10.nodes.loc[icd10.nodes["billable"], "code"])
    assert set(codes[~codes.isin(billable)]) == {"M791"}  # subdivided before our first edition


def test_every_template_of_a_rule_leads_to_a_billable_code(icd10):
    billable = set(icd10.nodes.loc[icd10.nodes["billable"], "code"])
    templates = {t for rule in load_guide().rules for own in rule.codes.values() for t in own if "{" in t}
    for template in templates:
        values = REGION_DIGITS if "{region}" in template else NECK_CHARACTERS
        codes = {template.format(region=one, neck=one).replace(".", "") for one in values.values()}
        assert codes & billable, template


def test_no_text_of_the_guide_chooses_a_code_because_it_pays():
    files = list((Path(guide.__file__).parent / "data").glob("*.toml"))
    assert files
    for file in files:
        text = file.read_text(encoding="utf-8").lower()
        assert not re.search(r"get(s)? paid|pays better|reimburse|to be paid|maximi[sz]e", text), file.name


def test_a_rule_without_a_source_is_refused():
    entry = {"codes": "M54.2", "why": "neck pain", "document": ["level"]}
    data = {
        "rule": [entry],
        "documents": {"level": "the level"},
        "groups": {},
        "regions": {},
        "merges": {},
        "pairs": {},
    }
    with pytest.raises(ReferenceDataError, match="source"):
        parse_guide(data, {"question": []}, {"change": []}, "test")
