"""Sides, pairs, units and modifiers on claims whose answer is plain."""

import numpy as np
import pytest

from features import laterality, pairing
from risk.claims.examples import claim, line

RIGHT_HIP, LEFT_HIP, UNSPECIFIED_HIP = "M25.551", "M25.552", "M25.559"


@pytest.mark.parametrize(
    ("modifiers", "dx", "expected"),
    [
        (["RT"], [LEFT_HIP], 1),
        (["RT"], [RIGHT_HIP], 0),
        (["RT"], [LEFT_HIP, RIGHT_HIP], 0),
        (["LT"], [RIGHT_HIP], 1),
        (["LT", "RT"], [RIGHT_HIP], 0),
        (["50"], [RIGHT_HIP], 0),
        (["LT"], [UNSPECIFIED_HIP], 0),
        ([], [RIGHT_HIP], 0),
    ],
)
def test_a_side_contradicts_only_the_other_side(value_of, modifiers, dx, expected):
    example = claim(lines=[line("27096", modifiers=modifiers, pointers=[1, 2])], dx=dx)
    assert value_of(laterality.contradicted_side_count, example) == expected


def test_codes_without_a_laterality_axis_are_not_unspecified(value_of):
    assert value_of(laterality.unspecified_side_count, claim(dx=["M54.16", "M47.816"])) == 0
    assert value_of(laterality.unspecified_side_count, claim(dx=[UNSPECIFIED_HIP, "M54.30"])) == 2


@pytest.mark.parametrize(
    ("procedure", "modifiers", "quantity", "expected"),
    [
        ("62323", ["50"], 1, 1),
        ("62323", ["LT", "RT"], 1, 1),
        ("64483", ["50"], 1, 0),
        ("64483", ["50"], 2, 1),
        ("64483", ["LT", "RT"], 1, 0),
        ("29881", ["50"], 1, 0),
    ],
)
def test_modifier_50_needs_a_procedure_with_two_sides_and_one_unit(value_of, procedure, modifiers, quantity, expected):
    example = claim(lines=[line(procedure, modifiers=modifiers, quantity=float(quantity))])
    assert value_of(laterality.bilateral_misuse_count, example) == expected


def test_a_two_sided_procedure_should_say_its_side(value_of):
    lines = [line("64483"), line("64484", modifiers=["LT"]), line("62323")]
    assert value_of(laterality.missing_side_count, claim(lines=lines)) == 1


def test_a_pair_is_open_bypassed_or_absolute(value_of):
    open_pair = claim(lines=[line("62323"), line("64483")])
    bypassed = claim(lines=[line("62323"), line("64483", modifiers=["59"])])
    absolute = claim(lines=[line("62323"), line("62322", modifiers=["59"])])
    two_days = claim(lines=[line("62323"), line("64483", day=15)])
    counts = [pairing.open_pair_count, pairing.bypassed_pair_count, pairing.absolute_pair_count]
    assert [value_of(count, open_pair) for count in counts] == [1, 0, 0]
    assert [value_of(count, bypassed) for count in counts] == [0, 1, 0]
    assert [value_of(count, absolute) for count in counts] == [0, 0, 1]
    assert [value_of(count, two_days) for count in counts] == [0, 0, 0]


def test_imaging_counts_only_beside_a_procedure_that_includes_it(value_of):
    assert value_of(pairing.included_imaging_count, claim(lines=[line("64483"), line("77003")])) == 1
    assert value_of(pairing.included_imaging_count, claim(lines=[line("77003")])) == 0


@pytest.mark.parametrize(
    ("codes", "expected"),
    [(["64484"], 1), (["64483", "64484"], 0), (["64493", "64484"], 1), (["64494"], 1), (["64493", "64494"], 0)],
)
def test_an_add_on_needs_one_of_its_own_primaries(value_of, codes, expected):
    assert value_of(pairing.orphan_add_on_count, claim(lines=[line(code) for code in codes])) == expected


def test_a_visit_beside_a_procedure_needs_modifier_25(value_of):
    plain = claim(lines=[line("62323"), line("99213")])
    separate = claim(lines=[line("62323"), line("99213", modifiers=["25"])])
    assert value_of(pairing.visit_without_25, plain) == 1
    assert value_of(pairing.visit_without_25, separate) == 0
    assert value_of(pairing.visit_without_25, claim(lines=[line("99213")])) == 0


@pytest.mark.parametrize(
    ("lines", "over"),
    [
        ([line("62323")], 0),
        ([line("62323", quantity=3.0)], 2),
        ([line("62323"), line("62323")], 1),
        ([line("62323"), line("62323", day=20)], 0),
        ([line("64483", modifiers=["LT"]), line("64483", modifiers=["RT"])], 0),
    ],
)
def test_units_are_counted_by_procedure_and_day(value_of, lines, over):
    assert value_of(pairing.units_over_limit, claim(lines=lines)) == over


def test_units_without_a_known_limit_are_missing(value_of):
    assert np.isnan(value_of(pairing.units_over_limit, claim(lines=[line("80053", quantity=9.0)])))


def test_a_third_level_is_beyond_what_a_session_covers(value_of):
    assert value_of(pairing.excess_level_count, claim(lines=[line("64493"), line("64494")])) == 0
    assert value_of(pairing.excess_level_count, claim(lines=[line("64493"), line("64494"), line("64495")])) == 1


def test_the_same_line_twice_is_repeated_and_other_modifiers_make_another_line(value_of):
    repeated = claim(lines=[line("20552"), line("20552"), line("20552", modifiers=["59"]), line("20552", day=9)])
    assert value_of(pairing.repeated_line_count, repeated) == 1


def test_modifiers_and_units_are_counted_over_all_lines(value_of):
    example = claim(lines=[line("62323", modifiers=["59", "KX"]), line("64483", modifiers=["XS"], quantity=4.0)])
    assert value_of(pairing.modifier_count, example) == 3
    assert value_of(pairing.distinct_service_count, example) == 2
    assert value_of(pairing.most_units, example) == 4
