"""Phrases of records with the codes and questions a certified coder would come to."""

import tomllib
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from risk.advice import Advice, advise
from risk.reference.icd10 import Icd10, dotted_code

FOLDER = Path(__file__).parent
TODAY = "2026-11-30"


def phrases(name: str) -> list[dict]:
    return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))["phrase"]


def differences(phrase: dict, advice: Advice) -> list[str]:
    """What in the advice is not as expected."""
    named = {dotted_code(one.code) for one in advice.candidates}
    supported = {dotted_code(one.code) for one in advice.candidates if not one.when}
    asked = {one.question.id for one in advice.answers if one.answer == "open"}
    found = []
    if "supported" in phrase and supported != set(phrase["supported"]):
        found.append(f"supported {sorted(supported)}, expected {sorted(phrase['supported'])}")
    found += [f"{code} is no candidate" for code in phrase.get("includes", ()) if code not in named]
    found += [f"{code} is a candidate" for code in phrase.get("never", ()) if code in named]
    found += [f"{one} is not asked" for one in phrase.get("open", ()) if one not in asked]
    terms = sorted(term for _, term in advice.did_you_mean)
    if terms != sorted(phrase.get("meant", terms)):
        found.append(f"meant {terms}, expected {phrase['meant']}")
    return found + [f"{one} is asked" for one in phrase.get("closed", ()) if one in asked]


def advice_of(phrase: dict, icd10: Icd10) -> Advice:
    return advise(phrase["text"], icd10, date.fromisoformat(phrase.get("date", TODAY)), limit=30)


@pytest.mark.parametrize("name", ["gold_built.toml", "gold_held_out.toml", "gold_blind.toml"])
def test_phrases_lead_to_their_codes_and_questions(name, icd10):
    wrong = {}
    for phrase in phrases(name):
        found = differences(phrase, advice_of(phrase, icd10))
        if bool(found) != ("fails" in phrase):
            wrong[phrase["text"]] = found or ["no longer fails: take out its `fails`"]
    assert wrong == {}


def test_every_candidate_is_billable_on_its_date_with_reason_record_and_source(icd10):
    for phrase in phrases("gold_built.toml"):
        advice = advice_of(phrase, icd10)
        codes = pd.Series([one.code for one in advice.candidates], dtype="str")
        valid = icd10.has_status(codes, pd.Series(pd.Timestamp(advice.on), index=codes.index), "valid")
        assert valid.all(), phrase["text"]
        assert all(one.why and one.document and one.source for one in advice.candidates)
