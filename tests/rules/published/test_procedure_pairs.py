"""Every NCCI pair among the codes the built-in data speaks of, as findings on claims: drawn, lifted, or not there."""

from dataclasses import replace
from itertools import combinations

import pandas as pd
import pytest

from risk.claims.examples import batch_of, claim, line
from risk.reference import load_reference
from tests.reference.icd10_shared import oracle
from tests.rules.published.many_claims import findings

PAIR_RULES = ("EM001", "IMG001", "PTP001", "PTP002")
FILES = {
    "practitioner": "ncci_ptp_pain_subset_2024Q3_practitioner.csv",
    "outpatient": "ncci_ptp_pain_subset_2024Q3_outpatient_hospital.csv",
}
#: Rows of each file whose two codes are both built-in codes, ended edits too.
ROWS = {"practitioner": 1036, "outpatient": 798}
VISITS = {"99202", "99203", "99204", "99205", "99211", "99212", "99213", "99214", "99215"}

#: Modifiers of the column-2 line.
PLAIN, SEPARATE, OTHER_STRUCTURE, UNRELATED = (), ("59",), ("KX", "XS"), ("KX",)


def published_rows(setting):
    facts = load_reference().procedures.facts
    rows = pd.read_csv(oracle(FILES[setting]), dtype="str")
    return rows[rows["column1"].isin(facts.index) & rows["column2"].isin(facts.index)]


def in_force(rows):
    """Indicator by (column 1, column 2): an edit with a deletion date, or indicator 9, is none any more."""
    standing = rows[rows["deletion_date"].isna()]
    assert set(standing["modifier_indicator"]) == {"0", "1"}
    return standing.set_index(["column1", "column2"])["modifier_indicator"].to_dict()


def built_in_pairs():
    return list(combinations(load_reference().procedures.facts.index, 2))


def session(setting, column_1, column_2, modifiers):
    """Both codes on one day, the column-2 line last and with the modifiers."""
    one = claim(lines=[line(column_1), line(column_2, modifiers=modifiers)])
    if setting == "practitioner":
        return one
    facts = {"claim_kind": "institutional", "bill_type_code": "131", "place_of_service_code": None}
    return replace(one, values=one.values | facts)


def drawn(setting, ordered_pairs, modifiers):
    """What each pair of codes draws: a list of (line number, rule id) by pair."""
    batch = batch_of(*(session(setting, *pair, modifiers) for pair in ordered_pairs))
    found = {pair: [] for pair in ordered_pairs}
    for key, number, rule_id in findings(batch, *PAIR_RULES)[["claim_key", "line_number", "rule_id"]].to_numpy():
        found[ordered_pairs[key]].append((number, rule_id))
    return found


@pytest.mark.parametrize("setting", FILES)
def test_as_many_rows_are_compared_as_the_file_has_for_built_in_codes(setting):
    rows = published_rows(setting)
    assert len(rows) == ROWS[setting]
    compared = {frozenset(pair) for pair in built_in_pairs()}
    assert {frozenset(pair) for pair in zip(rows["column1"], rows["column2"], strict=True)} <= compared


@pytest.mark.parametrize("setting", FILES)
@pytest.mark.parametrize("modifiers", [PLAIN, UNRELATED, SEPARATE, OTHER_STRUCTURE], ids=" ".join)
def test_every_published_pair_draws_one_rule_on_its_column_2_line_and_no_other_pair_any(setting, modifiers):
    edits = in_force(published_rows(setting))
    pairs = [pair if pair in edits else pair[::-1] for pair in built_in_pairs()]
    lifted = modifiers in (SEPARATE, OTHER_STRUCTURE)
    expected = {}
    for pair in pairs:
        indicator = edits.get(pair)
        expected[pair] = [] if indicator is None or (lifted and indicator == "1") else [(2, rule_of(pair, indicator))]
    assert {pair for pair, one in expected.items() if one} <= set(edits)
    assert drawn(setting, pairs, modifiers) == expected


@pytest.mark.parametrize("setting", FILES)
def test_the_order_of_the_lines_changes_nothing(setting):
    edits = in_force(published_rows(setting))
    turned = drawn(setting, [(column_2, column_1) for column_1, column_2 in edits], PLAIN)
    assert turned == {pair[::-1]: [(1, rule_of(pair, indicator))] for pair, indicator in edits.items()}


@pytest.mark.parametrize("setting", FILES)
def test_an_edit_that_was_deleted_draws_nothing(setting):
    rows = published_rows(setting)
    edits = in_force(rows)
    gone = rows[rows["deletion_date"].notna()]
    pairs = sorted(set(zip(gone["column1"], gone["column2"], strict=True)) - set(edits) - {e[::-1] for e in edits})
    assert len(pairs) > 10
    assert not any(drawn(setting, pairs, PLAIN).values())


def test_bills_that_have_no_published_table_draw_none():
    edits = in_force(published_rows("outpatient"))
    stays = [
        replace(one, values=one.values | {"bill_type_code": kind})
        for kind in ("111", "851")
        for one in (session("outpatient", *pair, PLAIN) for pair in edits)
    ]
    assert findings(batch_of(*stays), *PAIR_RULES).empty


def rule_of(pair, indicator):
    """The rule whose words fit the pair: never payable, a visit beside a procedure, included guidance, any other."""
    column_1, column_2 = pair
    if indicator == "0":
        return "PTP002"
    if column_2 in VISITS and column_1 not in VISITS:
        return "EM001"
    if column_2 == "77003" and load_reference().procedures.facts.loc[column_1, "imaging_included"]:
        return "IMG001"
    return "PTP001"
