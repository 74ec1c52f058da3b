"""Assistants, co-surgeons and teams against the indicators of the fee schedule, built in and imported."""

import os
from pathlib import Path

import pandas as pd
import pytest

from risk.claims.examples import batch_of, claim, line
from risk.errors import ReferenceDataError
from risk.reference import load_reference
from risk.reference.published.imported import ImportOptions
from risk.reference.published.importing import import_files
from risk.rules import catalogue, run_rules
from tests.reference.published.conftest import home, imported
from tests.reference.published.published_files import write_fee_schedule

__all__ = ["home", "imported"]

RULES = [catalogue()["MOD007"], catalogue()["MOD008"]]
SHARED = Path(os.environ.get("DENIAL_RISK_SHARED", Path(__file__).resolve().parents[4] / "shared")) / "refdata"
HOSPITAL = {"claim_kind": "institutional", "bill_type_code": "131"}


def found(*lines, **columns):
    one = claim(lines=lines, **({"payer_type": "medicare"} | columns))
    return run_rules(batch_of(one), load_reference(), RULES)


def told(*lines, **columns):
    return found(*lines, **columns)["rule_id"].tolist()


@pytest.mark.parametrize("modifier", ["80", "81", "82", "AS"])
@pytest.mark.parametrize(("code", "expected"), [("62323", ["MOD007"]), ("62362", ["MOD008"]), ("63655", [])])
def test_every_assistants_modifier_is_held_against_the_indicator(code, expected, modifier):
    assert told(line(code, modifiers=[modifier])) == expected
    assert told(line(code, modifiers=["RT", "GC", modifier])) == expected


@pytest.mark.parametrize(
    ("code", "modifier", "expected"),
    [("62323", "62", ["MOD007"]), ("63685", "62", ["MOD008"]), ("63685", "66", ["MOD007"]), ("99211", "80", [])],
)
def test_co_surgeons_and_teams_have_indicators_of_their_own(code, modifier, expected):
    assert told(line(code, modifiers=[modifier])) == expected


def test_the_message_names_the_modifier_the_role_and_the_indicator():
    assert found(line("62323", modifiers=["RT", "AS"]))["message"].tolist() == [
        "Line 1: 62323 carries modifier AS (assistant at surgery), and Medicare pays none for it (indicator 1)."
    ]
    both = found(line("62323", modifiers=["80", "62"]))["message"]
    assert [("co-surgeon" in text, "assistant" in text) for text in both] == [(False, True), (True, False)]


def test_hospitals_and_payers_with_terms_of_their_own_are_left_alone():
    assert told(line("62323", modifiers=["80"]), **HOSPITAL) == []
    for payer in ("commercial", "medicaid", "workers_comp", None):
        assert told(line("62323", modifiers=["80"]), payer_type=payer) == []


def test_other_modifiers_say_nothing_of_further_surgeons():
    assert told(*(line("62323", modifiers=[one]) for one in ("22", "54", "63", "78", "GC", "SA"))) == []


def test_imported_indicators_count_by_the_day_and_are_cited(imported, tmp_path):
    imported(write_fee_schedule(tmp_path, "44140 - 090 0 A 2 1 0", "11042 - 000 0 A 1 0 0", "62323 - 000 9 A 2 2 2"))
    on = {"date_of_service": "2026-10-15"}
    assert told(line("11042", modifiers=["AS"], **on)) == ["MOD007"]
    assert told(line("11042", modifiers=["AS"], date_of_service="2026-09-30")) == []
    assert told(line("44140", modifiers=["80"], **on)) == []
    assert told(line("44140", modifiers=["62"], **on)) == ["MOD008"]
    assert told(line("44140", modifiers=["66"], **on)) == ["MOD007"]
    assert told(line("62323", modifiers=["80"], **on)) == [], "the imported indicator counts before the built-in one"
    assert told(line("62323", modifiers=["80"], date_of_service="2026-09-30")) == ["MOD007"]
    assert told(line("63650", modifiers=["80"], **on)) == ["MOD007"], "not in the edition"
    assert found(line("11042", modifiers=["AS"], **on))["citation"].str.endswith("physician fee schedule 2026Q4").all()
    assert found(line("63650", modifiers=["80"], **on))["citation"].tolist() == [catalogue()["MOD007"].cite]


def test_an_edition_or_a_cell_without_the_indicators_leaves_the_built_in_ones(imported, tmp_path):
    path = write_fee_schedule(tmp_path, "62323 - 000 9 A - - -", "11042 - 000 0 A 1 0 0")
    imported(path)
    assert told(line("62323", modifiers=["80"], date_of_service="2026-10-15")) == ["MOD007"]
    rows = [",".join(row.split(",")[:6]) for row in path.read_text().splitlines()]
    path.write_text("\n".join(rows) + "\n")
    imported(path)
    assert told(line("62323", modifiers=["80"], date_of_service="2026-10-15")) == ["MOD007"]
    assert told(line("11042", modifiers=["80"], date_of_service="2026-10-15")) == []


def test_an_indicator_that_is_none_is_refused_with_its_line(home, tmp_path):
    with pytest.raises(ReferenceDataError, match="of surgeons") as refused:
        import_files([write_fee_schedule(tmp_path, "11042 - 000 0 A 1 0 0", "11043 - 000 0 A 3 0 0")], ImportOptions())
    assert "line 5" in str(refused.value)


@pytest.mark.skipif(not SHARED.is_dir(), reason="the published tables are not beside the repository")
def test_the_built_in_indicators_are_those_of_july_2024_for_every_code_that_is_priced():
    columns = {"asst_surg": "assistant_indicator", "co_surg": "cosurgeon_indicator", "team_surg": "team_indicator"}
    published = pd.read_csv(SHARED / "pain_codes_pfs_indicators_mue_2024Q3.csv", dtype="str").set_index("hcpcs_code")
    facts = load_reference().procedures.facts
    priced = published[~published["status"].isin(["E", "I", "X"])].index.intersection(facts.index)
    assert len(priced) > 50
    for theirs, ours in columns.items():
        assert facts[ours].dropna().index.difference(priced).empty
        assert facts.loc[priced, ours].tolist() == published.loc[priced, theirs].astype("float").tolist()
