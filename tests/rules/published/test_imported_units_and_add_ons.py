"""Every row of the add-on, unit limit and fee schedule subsets, imported, as findings on claims."""

import random

import pytest

from risk.claims.examples import batch_of, claim, line
from tests.rules.published.imported_subsets import (
    DAY,
    QUARTER,
    add_on_file,
    add_on_rows,
    fee_schedule_file,
    indicator_rows,
    unit_limit_files,
)
from tests.rules.published.many_claims import findings

HOSPITAL = {"claim_kind": "institutional", "bill_type_code": "131", "place_of_service_code": None}
#: Statuses of codes that the fee schedule does not price: its bilateral indicators say nothing of them.
NOT_PRICED = {"E", "I", "X"}


def drawing(codes, build, rule_id, number=1):
    """Those of the codes (or pairs) of whose claim the line draws the rule."""
    found = findings(batch_of(*map(build, codes)), rule_id)
    return {codes[key] for key in found.loc[found["line_number"] == number, "claim_key"]}


def on_day(code, **columns):
    return line(code, date_of_service=DAY, **columns)


# ── Add-on codes ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def add_ons(imported, tmp_path):
    """Rows of the file, once they are imported."""
    rows = add_on_rows()
    edition = imported(add_on_file(tmp_path), edition=QUARTER).procedures.published.editions[0]
    assert edition.rows == len(rows) == 180
    return rows


def strict(add_ons):
    """Primaries of each add-on code whose edits are all of type 1: of others contractors may take more."""
    kinds = add_ons.groupby("add_on_code")["aoc_edit_type"].agg(set)
    kept = add_ons[add_ons["add_on_code"].map(kinds) == {"1"}]
    return kept.groupby("add_on_code")["primary_code"].agg(set).to_dict()


def test_every_add_on_row_is_quiet_beside_its_primary_and_of_type_1_draws_the_rule_without(add_ons):
    pairs = list(zip(add_ons["add_on_code"], add_ons["primary_code"], strict=True))
    own = strict(add_ons)
    of_type_1 = {pair for pair in pairs if pair[0] in own}
    assert 0 < len(of_type_1) < len(pairs)

    def beside(pair):
        return claim(lines=[on_day(code) for code in pair])

    def the_day_before(pair):
        return claim(lines=[on_day(pair[0]), line(pair[1], date_of_service="2024-08-13")])

    assert drawing(pairs, beside, "ADD001") == set()
    assert drawing(pairs, the_day_before, "ADD001") == of_type_1
    codes = sorted(set(add_ons["add_on_code"]))
    assert drawing(codes, lambda code: claim(lines=[on_day(code)]), "ADD001") == set(own)


def test_an_add_on_beside_a_primary_of_another_draws_the_rule(add_ons):
    own = strict(add_ons)
    primaries = sorted(set(add_ons["primary_code"]))
    others = [(add_on, one) for add_on, those in own.items() for one in primaries if one not in those | {add_on}]
    chosen = random.Random(20240814).sample(others, 2_000)
    assert drawing(chosen, lambda pair: claim(lines=[on_day(code) for code in pair]), "ADD001") == set(chosen)


def test_a_primary_that_is_no_add_on_itself_draws_nothing(add_ons):
    codes = sorted(set(add_ons["primary_code"]) - set(add_ons["add_on_code"]))
    assert drawing(codes, lambda code: claim(lines=[on_day(code)]), "ADD001") == set()


# ── Unit limits ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("setting", "where"), [("prac", {}), ("oph", HOSPITAL)], ids=["practitioner", "outpatient"])
def test_units_at_each_limit_pass_and_one_more_draws_the_rule_of_its_kind(imported, tmp_path, setting, where):
    editions = imported(*unit_limit_files(tmp_path)).procedures.published.editions
    assert [(one.name, one.rows) for one in editions] == [(QUARTER, 138)] * 2
    rows = indicator_rows()
    limits, kinds = rows[f"mue_{setting}"].dropna(), rows[f"mue_{setting}_mai"].dropna()
    codes = list(limits.index)
    assert len(rows) == 140
    assert set(kinds) == {2, 3}

    def units(more):
        return lambda code: claim(lines=[on_day(code, quantity=float(limits[code] + more))], **where)

    for rule_id, kind in (("MUE001", 2), ("MUE002", 3)):
        assert drawing([code for code in codes if limits[code] > 0], units(0), rule_id) == set()
        assert drawing(codes, units(1), rule_id) == set(kinds.index[kinds == kind])
    unlimited = sorted(set(rows.index) - set(codes))
    for rule_id in ("MUE001", "MUE002"):
        assert drawing(unlimited, lambda code: claim(lines=[on_day(code, quantity=99.0)], **where), rule_id) == set()


# ── Bilateral indicators ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def schedule(imported, tmp_path):
    """Rows of the file by code, once the fee schedule and the unit limits of the quarter are imported."""
    imported(fee_schedule_file(tmp_path), *unit_limit_files(tmp_path), edition=QUARTER)
    return indicator_rows()


@pytest.mark.parametrize("modifiers", [["50"], ["LT", "RT"], ["50", "LT"], ["LT"], []], ids=" ".join)
def test_the_bilateral_modifiers_of_every_row_are_held_against_its_indicator(schedule, modifiers):
    priced = schedule[~schedule["status"].isin(NOT_PRICED)]
    indicator = priced["bilat_surg"]
    assert set(indicator) == {0, 1, 2, 3, 9}
    both, twice = modifiers in (["50"], ["LT", "RT"], ["50", "LT"]), len(modifiers) == 2

    def build(code):
        return claim(lines=[on_day(code, modifiers=modifiers)])

    codes = list(schedule.index)
    assert len(codes) == 140
    assert drawing(codes, build, "BIL001") == (set(indicator.index[indicator.isin([0, 9])]) if both else set())
    assert drawing(codes, build, "BIL003") == (set(indicator.index[indicator == 1]) if twice else set())


def test_two_units_with_modifier_50_draw_the_rule_where_the_limit_is_one(schedule):
    codes = list(schedule.index)
    bilateral = schedule["bilat_surg"] == 1
    expected = set(schedule.index[bilateral & (schedule["mue_prac"] == 1)])
    assert len(expected) > 10
    two = drawing(codes, lambda code: claim(lines=[on_day(code, modifiers=["50"], quantity=2.0)]), "BIL002")
    assert two == expected
    assert drawing(codes, lambda code: claim(lines=[on_day(code, modifiers=["50"])]), "BIL002") == set()
    assert drawing(codes, lambda code: claim(lines=[on_day(code, quantity=2.0)]), "BIL002") == set()
