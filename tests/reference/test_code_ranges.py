import pandas as pd
import pytest

from risk.errors import ReferenceDataError
from risk.reference.code_ranges import load_code_ranges
from risk.reference.procedures import load_procedures

RANGES = load_code_ranges()


def within(group, *codes):
    return RANGES.within(group, pd.Series(codes, dtype="str")).tolist()


def test_both_ends_of_a_range_are_in_it():
    assert within("visit", "99201", "99202", "99205", "99206") == [False, True, True, False]
    assert within("not_a_visit", "10003", "10004", "69990", "69991") == [False, True, True, False]


def test_codes_that_are_no_plain_number_are_in_no_range_of_numbers():
    assert within("not_a_visit", "1000F", "2027F", "0275T", "0001U", "G0260", "J3301", "J330", "202300") == [
        *[False] * 5,
        True,
        False,
        False,
    ]


def test_null_is_in_no_range():
    assert within("visit", None, "99213") == [False, True]


@pytest.mark.parametrize("group", sorted(RANGES.ranges))
def test_ranges_are_in_order_and_do_not_overlap(group):
    ranges = RANGES.ranges[group]
    assert all(first <= last and len(first) == len(last) == 5 for first, last in ranges)
    assert all(one[1] < other[0] for one, other in zip(sorted(ranges), sorted(ranges)[1:], strict=False))


def test_the_groups_agree_with_what_is_known_of_the_pain_procedures():
    families = load_procedures().facts["family"]
    visits = families.index[families.isin(["office_visit", "new_patient_visit"])]
    assert all(within("visit", *visits))
    assert not any(within("not_a_visit", *visits))


def test_a_group_that_does_not_exist_is_an_error_that_names_those_that_do():
    with pytest.raises(ReferenceDataError, match="not_a_visit, visit"):
        RANGES.within("surgery", pd.Series(["62323"]))
