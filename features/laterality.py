"""Sides: of the diagnosis, of the modifiers, and whether the two agree."""

from __future__ import annotations

import numpy as np

from features._feature import feature
from features._inputs import FeatureInputs
from features._shared import Floats


@feature(label="Diagnoses without a side that have one", riskier="higher")
def unspecified_side_count(inputs: FeatureInputs) -> Floats:
    """Diagnosis codes of unspecified side where the tabular list has a right and a left code. Never missing."""
    return inputs.count_diagnoses(inputs.dx_side.isin("unspecified"))


@feature(label="Lines whose side contradicts the diagnosis", riskier="higher")
def contradicted_side_count(inputs: FeatureInputs) -> Floats:
    """Lines with LT (or RT) alone that point to a diagnosis of the other side and to none of their own or both.

    Never missing.
    """
    left_line, right_line = inputs.line_has_modifier("LT"), inputs.line_has_modifier("RT")
    to_left = inputs.line_points_to(inputs.dx_side.isin("left"))
    to_right = inputs.line_points_to(inputs.dx_side.isin("right"))
    to_both = inputs.line_points_to(inputs.dx_side.isin("bilateral"))
    contradicted = (left_line & ~right_line & to_right & ~to_left) | (right_line & ~left_line & to_left & ~to_right)
    return inputs.count_lines(contradicted & ~to_both)


@feature(label="Lines with a bilateral modifier that does not apply", riskier="higher")
def bilateral_misuse_count(inputs: FeatureInputs) -> Floats:
    """Lines billed for both sides (50, or LT and RT) of a procedure that has no bilateral payment, or 50 with units.

    By the bilateral indicator of the Physician Fee Schedule: 0 and 9 take no modifier 50, and 50 stands for one unit.
    Procedures without an indicator in the reference do not count. Never missing.
    """
    indicator = inputs.line_fact("bilateral_indicator")
    fifty = inputs.line_has_modifier("50")
    both = fifty | (inputs.line_has_modifier("LT") & inputs.line_has_modifier("RT"))
    no_sides = np.isin(indicator, (0, 9))
    return inputs.count_lines((both & no_sides) | (fifty & (inputs.line_quantities > 1)))


@feature(label="Lines for the left and the right at once", riskier="higher")
def both_sides_count(inputs: FeatureInputs) -> Floats:
    """Lines that carry both LT and RT, where two lines, or modifier 50, would say two sides. Never missing."""
    return inputs.count_lines(inputs.line_has_modifier("LT") & inputs.line_has_modifier("RT"))


@feature(label="Two-sided procedures billed without a side", riskier="higher")
def missing_side_count(inputs: FeatureInputs) -> Floats:
    """Lines of a procedure with bilateral indicator 1 that carry none of LT, RT and 50. Never missing."""
    sided = inputs.line_fact("bilateral_indicator") == 1
    return inputs.count_lines(sided & ~inputs.line_has_modifier("LT", "RT", "50"))
