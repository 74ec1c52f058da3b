"""Every code of every edition, as findings on claims dated inside, before and after the code's life as published."""

import pandas as pd
import pytest

from tests.rules.published.many_claims import FIRST_EDITION, LAST_DAY, codes_drawing, codes_in_force, published_lives

INVALID = ("DX001", "DX002", "DX003")
#: The editions of FY2022 and FY2023 were not to be had: a change of then is known to lie between these days.
UNDATED = ("2021-10-01", "2022-06-01", "2022-10-01", "2023-09-30")
#: The split of low back pain is dated elsewhere (addenda of FY2022): M54.5 was last valid on 2021-09-30.
DATED_ELSEWHERE = {"M545"}


@pytest.fixture(scope="module")
def lives():
    table = published_lives()
    assert table.index.is_unique
    return table


def days_from(days, offset):
    return (pd.to_datetime(days) + pd.Timedelta(days=offset)).dt.strftime("%Y-%m-%d").tolist()


def test_the_file_has_every_code_of_the_editions(lives):
    assert len(lives) == 75_322


def test_a_code_is_quiet_on_its_first_and_its_last_day_and_in_between(lives):
    for days in (lives["first_late"], lives["last_early"]):
        sure = lives[(days >= lives["first_late"]) & (days <= lives["last_early"])]
        assert len(sure) > 75_000
        assert codes_drawing(list(sure.index), days[sure.index].tolist(), *INVALID) == set()
    for day in ("2024-05-01", "2026-04-01", "2026-11-02"):
        sure = lives[(lives["first_late"] <= day) & (lives["last_early"] >= day)]
        assert len(sure) > 70_000
        assert codes_drawing(list(sure.index), day, *INVALID) == set()


def test_a_code_draws_not_in_force_on_the_day_before_it_began(lives):
    new = lives[lives["first_early"] != ""]
    assert len(new) == 2_701
    before = days_from(new["first_early"], -1)
    assert codes_drawing(list(new.index), before, "DX002") == set(new.index)
    assert codes_drawing(list(new.index), before, "DX001", "DX003") == set()


def test_a_code_draws_not_in_force_on_the_day_after_it_ended(lives):
    gone = lives[lives["last_late"] != ""]
    assert len(gone) == 443
    after = days_from(gone["last_late"], 1)
    assert codes_drawing(list(gone.index), after, "DX002") == set(gone.index)
    assert codes_drawing(list(gone.index), after, "DX001", "DX003") == set()


@pytest.mark.parametrize("day", UNDATED)
def test_a_change_of_unknown_day_is_never_called_invalid_inside_its_span(lives, day):
    begun = (lives["first_early"] < lives["first_late"]) & (lives["first_early"] != "")
    ended = (lives["last_early"] < lives["last_late"]) & (lives["last_late"] != "")
    within = lives[
        (begun & (lives["first_early"] <= day) & (lives["first_late"] > day))
        | (ended & (lives["last_early"] < day) & (lives["last_late"] >= day))
    ]
    assert len(within) > 1_700
    assert codes_drawing(list(within.index), day, *INVALID) == DATED_ELSEWHERE


@pytest.mark.parametrize("day", ["2016-03-01", "2020-12-31", "2027-10-01", "2031-01-02"])
def test_outside_the_editions_no_code_of_any_is_called_invalid(lives, day):
    codes = lives[(lives["first_early"] == "") | (day > LAST_DAY)]
    codes = codes[(codes["last_late"] == "") | (day < FIRST_EDITION)]
    assert len(codes) > 72_000
    assert codes_drawing(list(codes.index), day, *INVALID) == set()


def test_a_category_that_is_no_code_of_its_own_is_a_heading(lives):
    day = "2026-05-04"
    headings = sorted({code[:3] for code in codes_in_force(day)} - set(lives.index))
    assert len(headings) > 1_600
    assert codes_drawing(headings, day, "DX003") == set(headings)
    assert codes_drawing(headings, day, "DX001", "DX002") == set()


@pytest.mark.parametrize("day", ["2024-05-01", "2026-05-04"])
def test_what_no_edition_has_is_unknown(lives, day):
    listed = set(lives.index)
    below = {code[:length] for code in listed for length in range(3, len(code))}
    invented = sorted({code + "9" for code in listed if len(code) < 7} - listed - below)
    assert len(invented) > 10_000
    assert codes_drawing(invented, day, "DX001") == set(invented)
    assert codes_drawing(invented, day, "DX002", "DX003") == set()
