"""Every row of the NCCI pair subsets, imported, as findings on claims: drawn, lifted by a modifier, ended, or none."""

import random
from dataclasses import replace
from datetime import date, timedelta

import pytest

from risk.claims.examples import batch_of, claim, line
from risk.reference import load_reference
from tests.rules.published.imported_subsets import DAY, PAIR_FILES, QUARTER, pair_files, pair_rows
from tests.rules.published.many_claims import findings

PAIR_RULES = ("EM001", "IMG001", "PTP001", "PTP002")
ROWS = {"practitioner": 14_755, "outpatient": 11_105}
#: Rows that ended in 2020 or later, with an indicator and as the only ones of their two codes.
ENDED = {"practitioner": 363, "outpatient": 349}
VISITS = {"99202", "99203", "99204", "99205", "99211", "99212", "99213", "99214", "99215"}
HOSPITAL = {"claim_kind": "institutional", "bill_type_code": "131", "place_of_service_code": None}
SAMPLE = 5_000

each_setting = pytest.mark.parametrize("setting", PAIR_FILES)


@pytest.fixture
def imported_pairs(setting, imported, tmp_path):
    """Rows of the setting's file, once they are imported."""
    rows = pair_rows(setting)
    edition = imported(*pair_files(tmp_path, setting), edition=QUARTER).procedures.published.editions[0]
    assert len(rows) == ROWS[setting]
    assert edition.rows == len(rows) + 2, "the file's rows and the last row of each of its two parts"
    return rows


def standing(rows):
    """Indicator by (column 1, column 2) of the edits without a deletion date: none of them has indicator 9."""
    kept = rows[rows["deletion_date"].isna()]
    assert not kept.duplicated(["column1", "column2"]).any()
    return kept.set_index(["column1", "column2"])["modifier_indicator"].to_dict()


def drawn(setting, pairs, *modifiers, day=DAY):
    """What both codes of each pair draw, the second on line 2 and with the modifiers: rule ids by (pair, line)."""
    sessions = [
        claim(lines=[line(one, date_of_service=day), line(two, date_of_service=day, modifiers=modifiers)])
        for one, two in pairs
    ]
    if setting == "outpatient":
        sessions = [replace(one, values=one.values | HOSPITAL) for one in sessions]
    found = findings(batch_of(*sessions), *PAIR_RULES)
    places = [(pairs[key], int(number)) for key, number in found[["claim_key", "line_number"]].to_numpy()]
    assert len(set(places)) == len(places), "one finding a line"
    return dict(zip(places, found["rule_id"], strict=True))


def rule_of(pair, indicator):
    """The rule whose words fit an edit, by what the codes are in the built-in facts."""
    column_1, column_2 = pair
    facts = load_reference().procedures.facts
    if indicator == "0":
        return "PTP002"
    if column_2 in VISITS and column_1 not in VISITS:
        return "EM001"
    if column_2 == "77003" and column_1 in facts.index and facts.loc[column_1, "imaging_included"]:
        return "IMG001"
    return "PTP001"


def told(edits, pairs):
    """What is to be drawn without a modifier; where the edit stands the other way about, line 1 is the one at risk."""
    forth = {(pair, 2): rule_of(pair, edits[pair]) for pair in pairs if pair in edits}
    back = {(pair, 1): rule_of(pair[::-1], edits[pair[::-1]]) for pair in pairs if pair[::-1] in edits}
    return forth | back


@each_setting
def test_every_row_draws_its_rule_on_the_column_2_line_or_nothing_once_it_has_ended(setting, imported_pairs):
    edits = standing(imported_pairs)
    pairs = sorted(set(zip(imported_pairs["column1"], imported_pairs["column2"], strict=True)))
    assert drawn(setting, pairs) == told(edits, pairs)


@each_setting
def test_modifier_59_on_the_column_2_line_lifts_indicator_1_alone(setting, imported_pairs):
    edits = standing(imported_pairs)
    pairs = sorted(set(zip(imported_pairs["column1"], imported_pairs["column2"], strict=True)))
    lined = {place: rule for place, rule in told(edits, pairs).items() if place[1] == 2}
    found = {place: rule for place, rule in drawn(setting, pairs, "59").items() if place[1] == 2}
    assert found == {place: "PTP002" for place in lined if edits[place[0]] == "0"}


@each_setting
def test_a_row_with_an_end_holds_through_that_day_and_not_the_day_after(setting, imported_pairs):
    ended = imported_pairs[imported_pairs["deletion_date"] >= "2020-01-01"]
    ended = ended[ended["modifier_indicator"] != "9"]
    every = imported_pairs[["column1", "column2"]].value_counts()
    turned = {pair[::-1] for pair in every.index}
    compared = 0
    for last, rows in ended.groupby("deletion_date"):
        pairs = {(row.column1, row.column2): row.modifier_indicator for row in rows.itertuples()}
        alone = {pair: one for pair, one in pairs.items() if every[pair] == 1 and pair not in turned}
        compared += len(alone)
        after = (date.fromisoformat(last) + timedelta(days=1)).isoformat()
        assert drawn(setting, list(alone), day=last) == told(alone, list(alone))
        assert drawn(setting, list(alone), day=after) == {}
    assert compared == ENDED[setting]


@each_setting
def test_pairs_that_are_not_in_the_file_draw_nothing(setting, imported_pairs):
    inside = set(zip(imported_pairs["column1"], imported_pairs["column2"], strict=True))
    codes = sorted({code for pair in inside for code in pair})
    dice, outside = random.Random(20240814), set()
    while len(outside) < SAMPLE:
        one, two = dice.sample(codes, 2)
        if (one, two) not in inside and (two, one) not in inside:
            outside.add((one, two))
    assert drawn(setting, sorted(outside)) == {}
