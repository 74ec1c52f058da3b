"""Codes taken apart, rows by number and dates off the calendar, each by hand."""

import numpy as np
import pandas as pd
import pytest

from features._shared import Coded, calendar, days, first_of_each, numbered, remembered


def coded(*codes: str | None) -> Coded:
    return Coded.of(pd.Series(codes, dtype="str"))


def told(codes: Coded) -> list[str | None]:
    return [None if pd.isna(code) else code for code in codes.array()]


def test_a_column_taken_apart_and_put_together_is_the_same():
    column = pd.Series(["b", None, "a", "b"], dtype="str")
    together = pd.Series(Coded.of(column).array())
    pd.testing.assert_series_equal(together, column)


def test_a_test_of_a_code_is_asked_once_for_each_and_false_of_null():
    asked: list[str] = []
    held = coded("a", "b", None, "a").holds(lambda code: asked.append(code) or code == "a")
    assert held.tolist() == [True, False, False, True]
    assert asked == ["a", "b"]


def test_look_ups_of_the_distinct_codes_are_spread_over_the_rows():
    codes = coded("a", None, "b", "a")
    assert codes.flags(lambda distinct: distinct == "a").tolist() == [True, False, False, True]
    numbers = codes.numbers(lambda distinct: distinct.map({"a": 1.0}))
    assert np.array_equal(numbers, [1.0, np.nan, np.nan, 1.0], equal_nan=True)
    assert told(codes.renamed(lambda distinct: distinct.where(distinct == "a"))) == ["a", None, None, "a"]


def test_codes_with_one_new_name_are_one_code():
    short = coded("M5416", None, "M5450", "G894").each(lambda code: code[:3])
    assert told(short) == ["M54", None, "M54", "G89"]
    assert list(short.names) == ["M54", "G89"]


def test_codes_are_taken_kept_and_filled_by_row():
    codes = coded("a", None, "b")
    assert told(codes.take(np.array([2, -1, 0]))) == ["b", None, "a"]
    assert told(codes.where(np.array([True, True, False]))) == ["a", None, None]
    assert told(codes.filled_with(coded("x", "y", "z"))) == ["a", "y", "b"]
    assert told(codes.filled_with(coded("x", None, "z"))) == ["a", None, "b"]


def test_codes_agree_where_both_hold_the_same():
    agree = coded("a", "b", None, None, "c").agrees_with(coded("a", "c", None, "a", "d"))
    assert agree.tolist() == [True, False, False, False, False]


def test_rows_alike_in_all_keys_have_one_number():
    claims = np.array([0, 0, 1, 0, 1])
    when = np.array(["2026-01-02", "NaT", "2026-01-02", "NaT", "NaT"], dtype="datetime64[s]")
    numbers = numbered(claims, when)
    assert numbers.tolist() == [0, 1, 2, 1, 3]
    assert first_of_each(numbers).tolist() == [True, True, True, False, True]


def test_no_rows_have_no_numbers():
    none = np.array([], dtype="int64")
    assert first_of_each(numbered(none, none)).tolist() == []


@pytest.mark.parametrize(
    ("date", "expected"),
    [("2024-02-29", (2024, 2, 29)), ("1969-12-31", (1969, 12, 31)), ("1899-01-01", (1899, 1, 1))],
)
def test_dates_are_read_off_the_calendar(date, expected):
    on = calendar(np.array([date, "NaT"], dtype="datetime64[s]"))
    assert tuple(part[0] for part in on) == expected
    assert all(np.isnan(part[1]) for part in on)


def test_days_are_counted_from_1970_without_the_time_of_day():
    counted = days(np.array(["1970-01-02T23:59:59", "NaT"], dtype="datetime64[s]"))
    assert np.array_equal(counted, [1.0, np.nan], equal_nan=True)


def test_a_remembered_method_answers_each_question_once_for_each_object():
    class Table:
        def __init__(self) -> None:
            self.asked: list[str] = []

        @remembered
        def answer(self, question: str) -> str:
            self.asked.append(question)
            return question.upper()

    first, second = Table(), Table()
    assert [first.answer("a"), first.answer("a"), first.answer("b"), second.answer("a")] == ["A", "A", "B", "A"]
    assert first.asked == ["a", "b"]
    assert second.asked == ["a"]
