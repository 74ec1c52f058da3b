"""The procedure reference, on claims of our own; and against the published tables where they are at hand."""

import os
import pickle
from pathlib import Path

import pandas as pd
import pytest

from risk.claims.examples import batch_of, claim, line
from risk.claims.tables import empty_batch
from risk.reference.modifiers import carries_modifier
from risk.reference.procedures import PAIR_COLUMNS, SESSION_COLUMNS, load_procedures

SHARED = Path(os.environ.get("DENIAL_RISK_SHARED", Path(__file__).resolve().parents[3] / "shared")) / "refdata"
published = pytest.mark.skipif(not SHARED.is_dir(), reason="the published tables are not beside the repository")


@pytest.fixture(scope="module")
def procedures():
    return load_procedures()


def pairs_of(procedures, *claims):
    return procedures.same_day_pairs(batch_of(*claims))


def test_the_line_at_risk_of_an_epidural_pair_is_the_transforaminal_one(procedures):
    pairs = pairs_of(procedures, claim(lines=[line("64483"), line("62323")]))
    assert pairs[["line_number", "procedure_code", "column_1_line", "column_1_code"]].to_numpy().tolist() == [
        [1, "64483", 2, "62323"]
    ]
    assert pairs["source"].tolist() == ["NCCI PTP 2024Q3 practitioner"]
    assert not pairs["bypassed"].any()


def test_lines_of_different_days_or_of_different_claims_are_no_pair(procedures):
    apart = claim(lines=[line("62323", day=1), line("64483", day=15)])
    assert pairs_of(procedures, apart, claim(lines=[line("62323")]), claim(lines=[line("64483")])).empty


def test_a_line_without_a_date_is_in_no_pair(procedures):
    undated = line("62323", service_from_date=None), line("64483", service_from_date=None)
    assert pairs_of(procedures, claim(lines=undated)).empty


@pytest.mark.parametrize("modifier", ["59", "XS", "RT", "XU"])
def test_a_ptp_modifier_on_either_line_of_an_injection_pair_bypasses_it(procedures, modifier):
    first = claim(lines=[line("62323", modifiers=[modifier]), line("64483")])
    second = claim(lines=[line("62323"), line("64483", modifiers=["KX", modifier])])
    assert pairs_of(procedures, first, second)["bypassed"].all()


def test_a_modifier_that_is_no_ptp_modifier_bypasses_nothing(procedures):
    assert not pairs_of(procedures, claim(lines=[line("62323"), line("64483", modifiers=["KX"])]))["bypassed"].any()


def test_the_side_of_an_injection_says_nothing_about_the_visit_or_the_imaging(procedures):
    sided = claim(lines=[line("64483", modifiers=["RT"]), line("99213"), line("77003")])
    assert pairs_of(procedures, sided)["bypassed"].tolist() == [False, False]
    own = claim(lines=[line("64483", modifiers=["RT"]), line("99213", modifiers=["25"])])
    assert pairs_of(procedures, own)["bypassed"].tolist() == [True]


@pytest.mark.parametrize("second", [(["27"], []), ([], ["27"])], ids=["higher visit", "lower visit"])
def test_of_two_visits_either_may_say_that_it_was_another_encounter(procedures, second):
    of_higher, of_lower = second
    visits = line("99214", modifiers=of_higher), line("99213", modifiers=of_lower)
    pairs = pairs_of(procedures, claim(claim_kind="institutional", bill_type_code="131", lines=visits))
    assert pairs[["procedure_code", "bypassed"]].to_numpy().tolist() == [["99213", True]]


def test_no_modifier_bypasses_indicator_zero(procedures):
    pairs = pairs_of(procedures, claim(lines=[line("62323"), line("62322", modifiers=["59"])]))
    assert pairs[["modifier_indicator", "bypassed"]].to_numpy().tolist() == [[0, False]]


def test_hospital_outpatient_bills_use_their_own_table_and_other_bills_none(procedures):
    def bill(kind):
        return claim(
            claim_kind="institutional",
            bill_type_code=kind,
            lines=[line("64625"), line("64483"), line("99213"), line("64451"), line("64493")],
        )

    outpatient = pairs_of(procedures, bill("131"))
    assert set(zip(outpatient["column_1_code"], outpatient["procedure_code"], strict=True)) == {
        ("64625", "64483"),
        ("64625", "64493"),
        ("64483", "64451"),
    }
    assert outpatient["modifier_indicator"].eq(1).all(), "the practitioner table has 0 for 64625"
    assert pairs_of(procedures, bill("111"), bill("851"), bill(None)).empty


def test_a_line_that_meets_two_column_1_codes_has_a_row_for_each(procedures):
    pairs = pairs_of(procedures, claim(lines=[line("62323"), line("27096"), line("64483")]))
    assert pairs.loc[pairs["procedure_code"] == "64483", "column_1_line"].tolist() == [1, 2]


def test_the_answer_for_another_batch_is_not_the_one_remembered(procedures):
    assert len(pairs_of(procedures, claim(lines=[line("62323"), line("64483")]))) == 1
    assert pairs_of(procedures, claim()).empty
    batch = batch_of(claim(lines=[line("62323"), line("64483")]))
    changed = procedures.same_day_pairs(batch)
    changed["bypassed"] = True
    assert not procedures.same_day_pairs(batch)["bypassed"].any(), "a caller's change must not be seen by the next"


def test_pairs_come_by_claim_and_line_and_none_is_of_another_day_or_claim(procedures):
    undated = line("64483", service_from_date=None)
    one = claim(lines=[line("27096"), line("64483", day=2), line("62323"), line("64483"), undated])
    pairs = pairs_of(procedures, one, claim(lines=[line("64483")]), claim(lines=[line("64483"), line("62323")]))
    places = pairs[["claim_key", "line_number", "column_1_line"]].to_numpy().tolist()
    assert places == [[0, 3, 1], [0, 4, 1], [0, 4, 3], [2, 1, 2]]


def test_a_modifier_is_found_wherever_on_the_line_it_stands():
    modifiers = [(), ("59",), ("LT", "59"), ("LT", "KX", "RT", "59"), ("59", "59")]
    lines = batch_of(claim(lines=[line("64483", modifiers=one) for one in modifiers])).service_lines
    assert carries_modifier(lines, {"59"}).tolist() == [False, True, True, True, True]
    assert carries_modifier(lines, {"LT", "RT"}).tolist() == [False, False, True, True, False]
    assert not carries_modifier(lines, {"76"}).any()
    assert not carries_modifier(lines, frozenset()).any()
    assert carries_modifier(lines.iloc[[4, 0]], {"59"}).tolist() == [True, False]
    assert carries_modifier(lines.iloc[:0], {"59"}).tolist() == []


def test_flags_and_facts_are_told_by_code(procedures):
    codes = pd.Series(["64484", None, "62323", "99999"], dtype="str")
    assert procedures.flagged("add_on", codes).tolist() == [True, False, False, False]
    assert procedures.told("max_levels", codes).tolist() == procedures.fact("max_levels", codes).notna().tolist()
    assert procedures.has_global_days(
        batch_of(claim(lines=[line("64635"), line(None)])).service_lines, "010"
    ).tolist() == [
        True,
        False,
    ]


def test_a_batch_of_no_claims_has_the_columns_and_no_rows(procedures):
    assert procedures.same_day_pairs(empty_batch()).columns.tolist() == PAIR_COLUMNS
    assert procedures.same_session_exclusions(empty_batch()).columns.tolist() == SESSION_COLUMNS


def test_a_facet_block_beside_an_epidural_is_excluded_in_a_session_though_no_edit_pairs_them(procedures):
    batch = batch_of(claim(lines=[line("62323"), line("64493"), line("64494")]))
    assert procedures.same_day_pairs(batch).empty
    excluded = procedures.same_session_exclusions(batch)
    assert excluded[["line_number", "other_line"]].to_numpy().tolist() == [[2, 1]]


@pytest.mark.parametrize("cyst", ["M53.86", "M71.38"])
def test_a_facet_cyst_on_the_facet_line_lifts_the_exclusion(procedures, cyst):
    lines = [line("64493", pointers=[1]), line("62323", pointers=[2])]
    assert procedures.same_session_exclusions(batch_of(claim(dx=[cyst, "M54.16"], lines=lines))).empty
    assert len(procedures.same_session_exclusions(batch_of(claim(dx=["M54.16", cyst], lines=lines)))) == 1


def test_two_epidurals_or_two_days_are_no_exclusion(procedures):
    epidurals = claim(lines=[line("62323"), line("64483")])
    days = claim(lines=[line("64493", day=1), line("62323", day=22)])
    assert procedures.same_session_exclusions(batch_of(epidurals, days)).empty


def test_a_fact_is_null_and_a_flag_false_for_a_code_not_in_the_data(procedures):
    codes = pd.Series(["64483", "71046", None], dtype="str")
    assert procedures.fact("mue_practitioner", codes).tolist() == [1, pd.NA, pd.NA]
    assert procedures.fact("imaging_included", codes).tolist() == [True, False, False]
    assert procedures.of_family(codes, "epidural_transforaminal", "trigger_point").tolist() == [True, False, False]


def test_unit_limits_follow_the_kind_of_claim(procedures):
    batch = batch_of(
        claim(lines=[line("64484")]),
        claim(claim_kind="institutional", bill_type_code="131", lines=[line("64484")]),
        claim(claim_kind="institutional", bill_type_code="111", lines=[line("64484")]),
    )
    limits = procedures.unit_limits(batch, batch.service_lines)
    assert limits["units"].tolist() == [4, 4, pd.NA]
    assert limits["mai"].tolist() == [3, 3, pd.NA]


def test_families_and_versions_are_stable_and_the_object_travels_to_workers(procedures):
    assert procedures.version == load_procedures().version
    assert {"epidural_interlaminar", "facet_radiofrequency", "trigger_point"} <= set(procedures.families)
    assert pickle.loads(pickle.dumps(procedures)).version == procedures.version


def test_every_code_is_described_once_in_our_own_words_with_its_source(procedures):
    facts = procedures.facts
    assert facts.index.is_unique
    assert facts[["family", "meaning", "source"]].notna().all(axis=None)
    assert set(procedures.add_on_primaries) <= set(facts.index[facts["add_on"]])
    pair_codes = set(procedures.ptp["column_1_code"]) | set(procedures.ptp["column_2_code"])
    assert pair_codes <= set(facts.index)
    assert not procedures.ptp.duplicated(["column_1_code", "column_2_code", "setting"]).any()
    assert set(procedures.same_session["family_at_risk"]) <= set(procedures.families)


@published
@pytest.mark.parametrize(("setting", "file"), [("practitioner", "practitioner"), ("outpatient", "outpatient_hospital")])
def test_every_pair_is_as_published_and_none_is_missing_between_its_groups(procedures, setting, file):
    table = pd.read_csv(SHARED / f"ncci_ptp_pain_subset_2024Q3_{file}.csv", dtype="str")
    table = table[table["deletion_date"].isna()]
    expected = table.set_index(["column1", "column2"])["modifier_indicator"].astype(int)
    ours = procedures.ptp[procedures.ptp["setting"] == setting]
    ours = ours.set_index(["column_1_code", "column_2_code"])["modifier_indicator"]
    assert len(ours) > 100
    assert ours.to_dict() == expected.reindex(ours.index).to_dict()
    other = set(zip(procedures.ptp["column_1_code"], procedures.ptp["column_2_code"], strict=True)) - set(ours.index)
    assert not other & set(expected.index), "a pair left out of one setting must be absent there"


@published
def test_indicators_and_unit_limits_are_as_published(procedures):
    table = pd.read_csv(SHARED / "pain_codes_pfs_indicators_mue_2024Q3.csv", dtype={"hcpcs_code": "str", "glob": "str"})
    table = table.set_index("hcpcs_code")
    named = {
        "bilateral_indicator": "bilat_surg",
        "mue_practitioner": "mue_prac",
        "mue_practitioner_mai": "mue_prac_mai",
        "mue_outpatient": "mue_oph",
        "mue_outpatient_mai": "mue_oph_mai",
        "global_days": "glob",
    }
    for ours, theirs in named.items():
        known = procedures.facts[ours].dropna()
        assert len(known) > 35
        assert known.tolist() == table[theirs].reindex(known.index).tolist(), ours


@published
def test_add_ons_and_primaries_are_as_published(procedures):
    table = pd.read_csv(SHARED / "ncci_addon_pain_subset_2024.csv", dtype="str")
    table = table[table["aoc_edit_type"] == "1"]
    for add_on, primaries in procedures.add_on_primaries.items():
        assert set(primaries) == set(table.loc[table["add_on_code"] == add_on, "primary_code"]), add_on
