from datetime import date

import pandas as pd
import pytest

from risk.reference.icd10 import STATUSES, dotted, load_icd10


@pytest.fixture(scope="module")
def icd10():
    return load_icd10()


def stands(icd10, code, on):
    return icd10.status(pd.Series([code], dtype="str"), pd.Series([on], dtype="datetime64[s]")).iloc[0]


def billable_on(icd10, day):
    codes = icd10.nodes["code"]
    return int((icd10.status(codes, pd.Series([day] * len(codes), dtype="datetime64[s]")) == "valid").sum())


@pytest.mark.parametrize(
    ("day", "billable"),
    # Counts of the published order files.
    [("2021-01-01", 72_621), ("2025-09-30", 74_260), ("2026-04-01", 74_719), ("2026-10-01", 74_879)],
)
def test_each_edition_has_as_many_billable_codes_as_were_published(icd10, day, billable):
    assert billable_on(icd10, day) == billable


@pytest.mark.parametrize("code", ["B20", "F99", "P84", "R99", "Z66"])
def test_a_category_that_is_a_block_of_its_own_is_billable(icd10, code):
    assert stands(icd10, code, "2026-05-01") == "valid"


@pytest.mark.parametrize(
    ("code", "on", "expected"),
    [
        ("M545", "2021-09-30", "valid"),
        ("M545", "2021-10-01", "ended"),
        ("M545", "2026-11-02", "ended"),
        ("M5450", "2021-09-30", "not_yet"),
        ("M5450", "2021-10-01", "valid"),
        ("M5136", "2024-09-30", "valid"),
        ("M5136", "2024-10-01", "ended"),
        ("M51360", "2024-09-30", "not_yet"),
        ("M51379", "2024-10-01", "valid"),
        ("M722", "2026-09-30", "valid"),
        ("M722", "2026-10-01", "ended"),
        ("M7220", "2026-10-01", "valid"),
        ("M7220", "2026-09-30", "not_yet"),
        ("M54", "2026-05-01", "header"),
        ("S72001", "2026-05-01", "header"),
        ("S72001A", "2026-05-01", "valid"),
        ("M5499", "2026-05-01", "unknown"),
        ("7242", "2026-05-01", "unknown"),
    ],
)
def test_a_code_stands_as_its_dates_say(icd10, code, on, expected):
    assert stands(icd10, code, on) == expected


@pytest.mark.parametrize(
    ("code", "on"),
    [
        ("M5416", "2027-10-01"),  # the edition of FY2028 is not known
        ("M5499", "2027-10-01"),  # nor is what it adds
        ("M54", "2019-05-01"),  # a heading of today may have been billable
        ("M5499", "2019-05-01"),
        ("M545", "2019-05-01"),  # what changed since is not vouched for
        ("G4486", "2022-06-01"),  # began on one of the dates from 2021-10-01 to 2023-10-01
        ("G20", "2022-06-01"),  # ended likewise
        ("M545", None),
        ("M5416", None),
    ],
)
def test_what_the_data_cannot_say_is_undated_and_never_invalid(icd10, code, on):
    assert stands(icd10, code, on) == "undated"


def test_a_code_that_never_changed_is_valid_before_the_first_edition(icd10):
    assert stands(icd10, "M5416", "2019-05-01") == "valid"


@pytest.mark.parametrize("on", ["2015-12-01", "2030-01-01", None])
@pytest.mark.parametrize("code", ["PATIENT NAME", "7242", "É54", "M54.16", "m5416"])
def test_what_has_not_the_shape_of_a_code_is_unknown_on_any_date(icd10, code, on):
    assert stands(icd10, code, on) == "unknown"


def test_a_code_of_no_edition_is_unknown_without_a_date(icd10):
    assert stands(icd10, "M5499", None) == "unknown"


def test_answers_are_aligned_with_the_question(icd10):
    codes = pd.Series(["M545", None, "M5416"], index=[7, 3, 9], dtype="str")
    on = pd.Series(["2026-01-01"] * 3, index=codes.index, dtype="datetime64[s]")
    assert icd10.status(codes, on).to_dict() == {7: "ended", 3: "unknown", 9: "valid"}
    assert icd10.has_status(codes, on, "ended", "header").to_dict() == {7: True, 3: False, 9: False}
    assert icd10.stand(codes, on.to_numpy(), "ended", "header").tolist() == [True, False, False]
    assert icd10.has_bounds(codes).tolist() == [True, False, False]
    assert icd10.describe(codes).loc[9] == "Radiculopathy, lumbar region"
    assert icd10.describe(codes).isna().to_dict() == {7: False, 3: True, 9: False}
    assert icd10.ended_on(codes).loc[7] == pd.Timestamp("2021-09-30")
    assert icd10.ended_on(codes).isna().to_dict() == {7: False, 3: True, 9: True}
    assert icd10.end_is_exact(codes).to_dict() == {7: True, 3: False, 9: False}


def test_no_codes_get_no_answers(icd10):
    none, never = pd.Series([], dtype="str"), pd.Series([], dtype="datetime64[s]")
    assert icd10.status(none, never).empty
    assert icd10.side(none).empty
    assert icd10.describe(none).empty


@pytest.mark.parametrize(
    ("ended", "successors"),
    [
        ("M545", ("M5450", "M5451", "M5459")),
        ("M5136", ("M51360", "M51361", "M51362", "M51369")),
        ("M5137", ("M51370", "M51371", "M51372", "M51379")),
        ("M722", ("M7220", "M7221", "M7222")),
        ("M5416", ()),
        ("NOCODE", ()),
    ],
)
def test_a_code_that_was_split_names_its_successors(icd10, ended, successors):
    assert icd10.successors(ended) == successors


def test_every_successor_is_valid_on_the_day_after(icd10):
    ended = icd10.nodes.loc[icd10.nodes["to_latest"].notna(), ["code", "to_latest"]]
    pairs = [
        (new, last + pd.Timedelta(days=1))
        for old, last in ended.itertuples(index=False)
        for new in icd10.successors(old)
    ]
    assert len(pairs) > 300
    codes, on = (pd.Series(values) for values in zip(*pairs, strict=True))
    assert icd10.has_status(codes.astype("str"), on, "valid").all()


def test_what_is_below_a_heading_depends_on_the_date(icd10):
    assert icd10.billable_descendants("M72")[1:4] == ("M721", "M7220", "M7221")
    assert "M722" in icd10.billable_descendants("M72", date(2026, 9, 30))
    assert "M7220" not in icd10.billable_descendants("M72", date(2026, 9, 30))
    assert icd10.billable_descendants("M5416") == ()


def test_lumbago_nos_belongs_to_unspecified_low_back_pain(icd10):
    assert set(icd10.inclusion_terms("M5450")) == {"Lumbago NOS", "Loin pain"}
    assert icd10.inclusion_terms("NOCODE") == ()


def test_codes_are_written_with_a_dot_for_people():
    codes = pd.Series(["M5416", "I10", "S72001A", "M50-M54", None], dtype="str")
    assert dotted(codes).fillna("-").tolist() == ["M54.16", "I10", "S72.001A", "M50-M54", "-"]


def test_every_code_has_a_status_of_the_vocabulary_on_every_first_of_october(icd10):
    codes = icd10.nodes["code"].iloc[::7]
    for year in (2019, 2021, 2023, 2026, 2028):
        on = pd.Series([f"{year}-10-01"] * len(codes), dtype="datetime64[s]")
        assert set(icd10.status(codes, on)) <= set(STATUSES)


@pytest.mark.parametrize("code", ["M5416", "7242", "M541", "NOCODE"])
def test_before_icd10_came_into_force_nothing_is_called_invalid(icd10, code):
    status = icd10.status(pd.Series([code, code]), pd.Series(pd.to_datetime(["2005-10-03", "2015-09-30"])))
    assert status.tolist() == ["undated", "undated"]
