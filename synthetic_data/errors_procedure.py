"""Mistakes in procedures, modifiers and units."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.errors import any_claim, claims_with_code, fault, mistake, professional

if TYPE_CHECKING:
    from synthetic_data.catalogue import Array
    from synthetic_data.draft import Draft
    from synthetic_data.world import World

    Generator = np.random.Generator

_IMAGED = ("62321", "62323", "64479", "64483", "64490", "64493", "64633", "64635", "27096")
#: Injections of a session that NCCI bundles (PTP edits 2024-07-01); column 1 is the key or the value.
_PAIRS = {"62323": "64483", "64483": "62323", "62321": "64479", "64479": "62321", "27096": "64483"}
#: Blocks that LCDs exclude in one session though no PTP edit names them.
_OTHER_BLOCKS = {"64493": "62323", "62323": "64493", "64483": "64493", "64490": "62321"}
_THIRD_LEVEL = {"64493": "64495", "64490": "64492"}


def _second_procedure(draft: Draft, claims: Array, table: dict[str, str], name: str, modifier: str = "") -> None:
    first = draft.lines["procedure_code"][draft.first_line[claims]]
    codes = np.array([table[code] for code in first], dtype=object)
    cents = (draft.lines["line_charge_cents"][draft.first_line[claims]] * 9 // 1000) * 100
    draft.add_lines(
        claims, procedure_code=codes, line_charge_cents=cents, quantity=1.0, modifier_1=modifier, modifier_2=""
    )
    fault(draft, draft.last_line[claims], name)


@mistake(claims_with_code(*_PAIRS))
def same_day_pair(draft: Draft, claims: Array, _: World, __: Generator) -> None:
    """Bill two injections of one session that NCCI pays as one."""
    _second_procedure(draft, claims, _PAIRS, "same_day_pair")


@mistake(claims_with_code(*_PAIRS))
def same_day_pair_overridden(draft: Draft, claims: Array, _: World, __: Generator) -> None:
    """Bill the same with modifier 59: most payers pay, some ask."""
    _second_procedure(draft, claims, _PAIRS, "same_day_pair_overridden", "59")


@mistake(claims_with_code(*_OTHER_BLOCKS))
def two_block_types(draft: Draft, claims: Array, _: World, __: Generator) -> None:
    """Bill two types of block in one session."""
    _second_procedure(draft, claims, _OTHER_BLOCKS, "two_block_types")


@mistake(lambda draft, world: claims_with_code(*_IMAGED)(draft, world) & professional(draft, world))
def imaging_billed_apart(draft: Draft, claims: Array, _: World, rng: Generator) -> None:
    """Bill fluoroscopy on a line of its own, though the injection includes it."""
    modifier = np.where(rng.random(len(claims)) < 0.5, "26", "").astype(object)
    draft.add_lines(
        claims, procedure_code="77003", line_charge_cents=12_000, quantity=1.0, modifier_1=modifier, modifier_2=""
    )
    fault(draft, draft.last_line[claims], "imaging_billed_apart")


def _lines_with_25(draft: Draft) -> Array:
    return np.asarray(draft.lines["modifier_1"] == "25")


@mistake(lambda draft, _: draft.any_line(_lines_with_25(draft)))
def visit_without_25(draft: Draft, claims: Array, _: World, __: Generator) -> None:
    """Bill a visit beside a procedure without the modifier that sets it apart."""
    rows = np.flatnonzero(_lines_with_25(draft) & np.isin(draft.lines["claim"], claims))
    draft.lines["modifier_1"][rows] = ""
    fault(draft, rows, "visit_without_25")


@mistake(
    lambda draft, world: (
        claims_with_code("64483", "64490", "64493", "64633", "64635")(draft, world)
        & (draft.line_count > 1)
        & professional(draft, world)
    )
)
def addon_alone(draft: Draft, claims: Array, _: World, __: Generator) -> None:
    """Bill the add-on code without its primary."""
    draft.remove_lines(draft.first_line[claims])
    fault(draft, draft.first_line[claims], "addon_alone")


@mistake(claims_with_code("62321", "62323", "20552", "20553"))
def bilateral_misused(draft: Draft, claims: Array, _: World, __: Generator) -> None:
    """Put modifier 50 on a procedure that has no sides to pay for."""
    rows = draft.first_line[claims]
    draft.lines["modifier_1"][rows] = "50"
    fault(draft, rows, "bilateral_misused")


@mistake(lambda draft, _: np.isin(draft.lines["modifier_1"][draft.first_line].astype(str), ("RT", "LT")))
def opposite_sides_on_line(draft: Draft, claims: Array, _: World, __: Generator) -> None:
    """Put RT and LT on one line."""
    rows = draft.first_line[claims]
    draft.lines["modifier_2"][rows] = np.where(draft.lines["modifier_1"][rows] == "RT", "LT", "RT")
    fault(draft, rows, "opposite_sides_on_line")


@mistake(
    claims_with_code(
        "62321",
        "62323",
        "64479",
        "64483",
        "64490",
        "64493",
        "64633",
        "64635",
        "27096",
        "20552",
        "20553",
        "29881",
        "66984",
        "93306",
    )
)
def units_above_limit(draft: Draft, claims: Array, _: World, rng: Generator) -> None:
    """Bill more units than the code can have in a day."""
    rows = draft.first_line[claims]
    draft.lines["quantity"][rows] = rng.integers(2, 5, size=len(rows))
    fault(draft, rows, "units_above_limit")


@mistake(claims_with_code(*_THIRD_LEVEL))
def third_facet_level(draft: Draft, claims: Array, _: World, __: Generator) -> None:
    """Bill a third level, which contractors do not cover."""
    modifier = draft.lines["modifier_1"][draft.first_line[claims]]
    first = draft.lines["procedure_code"][draft.first_line[claims]]
    codes = np.array([_THIRD_LEVEL[code] for code in first], dtype=object)
    draft.add_lines(claims, procedure_code=codes, line_charge_cents=39_000, quantity=1.0, modifier_1=modifier)
    fault(draft, draft.last_line[claims], "third_facet_level")


@mistake(any_claim)
def repeated_line(draft: Draft, claims: Array, _: World, __: Generator) -> None:
    """Bill the first line twice."""
    draft.add_lines(claims)
    fault(draft, draft.last_line[claims], "repeated_line")


def _lines_with_kx(draft: Draft) -> Array:
    return np.asarray(draft.lines["modifier_2"] == "KX")


@mistake(lambda draft, _: draft.any_line(_lines_with_kx(draft)))
def diagnostic_block_unmarked(draft: Draft, claims: Array, _: World, __: Generator) -> None:
    """Leave KX off the blocks that are diagnostic, so that they count as therapeutic."""
    rows = np.flatnonzero(_lines_with_kx(draft) & np.isin(draft.lines["claim"], claims))
    draft.lines["modifier_2"][rows] = ""
