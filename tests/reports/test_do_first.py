"""What to do first: the fixes of the smallest set, before the others, each with the condition it holds under."""

import pytest

from risk.reports.do_first import change_words, first_fixes, first_ones_first, first_words, holds_only_if


def fix(change, *, first=False, conditional=False):
    return {"change": change, "requires": f"{change} is right", "in_smallest_set": first, "conditional": conditional}


MIXED = {"fixes": [fix("A"), fix("B", first=True), fix("C", conditional=True), fix("D", first=True, conditional=True)]}
SURE = {"fixes": [fix("A", conditional=True), fix("B", first=True)]}
NONE = {"fixes": [fix("A"), fix("B", conditional=True)]}


def test_fixes_of_the_set_come_first_and_all_keep_their_order():
    assert [one["change"] for one in first_ones_first(MIXED)] == ["B", "D", "A", "C"]
    assert [one["change"] for one in first_fixes(MIXED)] == ["B", "D"]
    assert first_ones_first(NONE) == NONE["fixes"]


@pytest.mark.parametrize(("record", "holds"), [(MIXED, True), (SURE, False), (NONE, False)])
def test_a_set_holds_only_under_a_condition_where_one_of_its_own_fixes_does(record, holds):
    assert holds_only_if(record) is holds


def test_several_are_numbered_and_a_condition_stands_beside_its_fix():
    assert first_words(MIXED) == "1. B | 2. D (Only if: D is right)"
    assert first_words(MIXED, "\n") == "1. B\n2. D (Only if: D is right)"
    assert (first_words(SURE), first_words(NONE)) == ("B", "")


def test_a_condition_is_told_of_other_fixes_too():
    assert [change_words(one) for one in NONE["fixes"]] == ["A", "B (Its risk after, if: B is right)"]
