"""Pairing: what the lines of one claim do to each other, and how many units and modifiers they carry."""

from __future__ import annotations

import numpy as np

from features._feature import feature
from features._inputs import FeatureInputs
from features._shared import Coded, Flags, Floats, first_of_each, first_rows, floats, numbered, present

#: Modifiers that say a service was distinct from the other of its day (NCCI Policy Manual, ch. 1).
DISTINCT_SERVICE = ("59", "XE", "XS", "XP", "XU")

#: Units that are told apart; therapy, time and drugs have many as a rule.
MANY_UNITS = 6


@feature(label="Bundled pairs without a modifier", riskier="higher")
def open_pair_count(inputs: FeatureInputs) -> Floats:
    """NCCI pairs of one day that a modifier would separate, with none billed (indicator 1). Never missing."""
    pairs = inputs.same_day_pairs
    return inputs.count(pairs.claims[(pairs.modifier_indicator == 1) & ~pairs.bypassed])


@feature(label="Pairs that are never paid together", riskier="higher")
def absolute_pair_count(inputs: FeatureInputs) -> Floats:
    """NCCI pairs of one day that no modifier separates (indicator 0). Never missing."""
    pairs = inputs.same_day_pairs
    return inputs.count(pairs.claims[pairs.modifier_indicator == 0])


@feature(label="Bundled pairs separated by a modifier")
def bypassed_pair_count(inputs: FeatureInputs) -> Floats:
    """NCCI pairs of one day that a billed modifier separates: payable if the record shows it. Never missing."""
    pairs = inputs.same_day_pairs
    return inputs.count(pairs.claims[pairs.bypassed])


@feature(label="More than one block type in a session", riskier="higher")
def session_exclusion_count(inputs: FeatureInputs) -> Floats:
    """Lines that a coverage policy excludes beside another procedure of the same session. Never missing."""
    rows = inputs.reference.procedures.same_session_exclusions(inputs.batch)
    claims, lines = rows["claim_key"].to_numpy(dtype="int64"), rows["line_number"].to_numpy(dtype="int64")
    return inputs.count(claims[first_of_each(numbered(claims, lines))])


@feature(label="Imaging guidance billed beside an injection that includes it", riskier="higher")
def included_imaging_count(inputs: FeatureInputs) -> Floats:
    """Lines of imaging guidance on a claim with a procedure of which it is part. Never missing."""
    guidance = inputs.count_lines(inputs.line_in_family("imaging_guidance"))
    including = inputs.line_fact("imaging_included") == 1
    return np.where(inputs.count_lines(including) > 0, guidance, 0.0)


@feature(label="Add-on procedures without their primary", riskier="higher")
def orphan_add_on_count(inputs: FeatureInputs) -> Floats:
    """Lines of an add-on code whose claim has none of its primary codes (NCCI add-on edits). Never missing."""
    orphans = np.zeros(len(inputs.line_claims), dtype=bool)
    for add_on, primaries in inputs.reference.procedures.add_on_primaries.items():
        if add_on in inputs.line_procedures.names:
            has_primary = inputs.count_lines(inputs.line_procedures.isin(*primaries)) > 0
            orphans |= inputs.line_procedures.isin(add_on) & ~has_primary[inputs.line_claims]
    return inputs.count_lines(orphans)


@feature(label="Visit beside a procedure without modifier 25", riskier="higher")
def visit_without_25(inputs: FeatureInputs) -> Floats:
    """Office visits (99202–99215) without modifier 25 on a claim with a procedure that has a global period.

    Global periods 000, 010 and 090 of the Physician Fee Schedule include the visit of the day unless it was separate.
    Never missing.
    """
    visit = inputs.line_in_family("office_visit", "new_patient_visit")
    global_days = inputs.line_procedures.renamed(lambda codes: inputs.reference.procedures.fact("global_days", codes))
    plain = inputs.count_lines(visit & ~inputs.line_has_modifier("25"))
    return np.where(inputs.count_lines(global_days.isin("000", "010", "090")) > 0, plain, 0.0)


@feature(label="What is billed beside a visit", encoding="target")
def visit_companion(inputs: FeatureInputs) -> Coded:
    """Whether a visit of the claim has modifier 25, with the costliest other procedure. Missing: no visit."""
    visit = inputs.line_is_visit
    order = np.lexsort((-np.where(visit, -np.inf, np.nan_to_num(inputs.line_charges)), inputs.line_claims))
    rows = first_rows(inputs.line_claims[order], len(inputs.batch))
    rows = np.where(rows >= 0, np.append(order, -1)[rows], -1)
    other = inputs.line_procedures.take(np.where(np.append(visit, True)[rows], -1, rows))
    apart = inputs.count_lines(visit & inputs.line_has_modifier("25")) > 0
    beside = Coded(np.where(apart, 0, 1), ("25", "no 25")).where(inputs.count_lines(visit) > 0)
    return beside.with_code(other)


@feature(label="Units beyond the limit", riskier="higher")
def units_over_limit(inputs: FeatureInputs) -> Floats:
    """Most units of a procedure beyond its Medically Unlikely Edit limit, on a line or a day as the edit counts; or 0.

    A procedure with two sides may have twice the units where its lines say LT or RT. Missing: no line has both a limit
    in the reference and a quantity.
    """
    rows = present(~np.isnan(inputs.line_fact("mue_practitioner")) & ~np.isnan(inputs.line_quantities))
    over = np.full(len(inputs.batch), np.nan)
    if not len(rows):
        return over
    lines = inputs.batch.service_lines.iloc[rows]
    limits = inputs.reference.procedures.unit_limits(inputs.batch, lines)
    two_sided = (inputs.line_fact("bilateral_indicator") == 1) & inputs.line_has_modifier("LT", "RT")
    limit = floats(limits["units"]) * np.where(two_sided[rows], 2, 1)
    known = present(~np.isnan(limit))
    rows, limit = rows[known], limit[known]
    claims = inputs.line_claims[rows]
    by_line = np.where(floats(limits["mai"])[known] == 1, rows, -1)
    days = lines["service_from_date"].to_numpy()[known]
    together = numbered(claims, inputs.line_procedures.positions[rows], days, by_line)
    first = first_of_each(together)
    units = np.bincount(together, weights=inputs.line_quantities[rows])
    most = np.full(len(units), -np.inf)
    np.maximum.at(most, together, limit)
    np.fmax.at(over, claims[first], (units - most).clip(min=0))
    return over


@feature(label="Levels beyond what a session covers", riskier="higher")
def excess_level_count(inputs: FeatureInputs) -> Floats:
    """Lines for a spinal level past those the coverage policy pays in one session. Never missing."""
    return inputs.count_lines(inputs.line_fact("level") > inputs.line_fact("max_levels"))


@feature(label="Most units on a line")
def most_units(inputs: FeatureInputs) -> Floats:
    """Largest quantity on a line of the claim. Missing: no line has a quantity."""
    most = np.full(len(inputs.batch), np.nan)
    np.fmax.at(most, inputs.line_claims, inputs.line_quantities)
    return most


@feature(label="Units of this procedure", encoding="target")
def procedure_units(inputs: FeatureInputs) -> Coded:
    """Main procedure with the units of its line; more than ``MANY_UNITS`` are one. Missing: no line, or no code."""
    units = np.append(inputs.line_quantities, np.nan)[inputs.main_rows]
    whole = np.where(np.isnan(units), -1, np.ceil(np.clip(np.nan_to_num(units), 0, MANY_UNITS + 1)) - 1)
    names = [*(str(count) for count in range(1, MANY_UNITS + 1)), "many"]
    return inputs.main_procedure.with_code(Coded(np.maximum(whole, -1).astype("int64"), names))


@feature(label="Number of modifiers")
def modifier_count(inputs: FeatureInputs) -> Floats:
    """All modifiers of all lines. Never missing."""
    carried = np.column_stack([~one.absent for one in inputs.line_modifiers])
    return inputs.count(inputs.line_claims[np.nonzero(carried)[0]])


@feature(label="Lines called distinct from the others")
def distinct_service_count(inputs: FeatureInputs) -> Floats:
    """Lines with modifier 59, XE, XS, XP or XU. Never missing."""
    return inputs.count_lines(inputs.line_has_modifier(*DISTINCT_SERVICE))


@feature(label="Lines billed twice", riskier="higher")
def repeated_line_count(inputs: FeatureInputs) -> Floats:
    """Lines that repeat procedure, modifiers and date of an earlier line of the claim. Never missing."""
    several = np.bincount(inputs.line_claims, minlength=len(inputs.batch)) > 1
    rows = present(several[inputs.line_claims])
    codes = [one.positions[rows] for one in (inputs.line_procedures, *inputs.line_modifiers)]
    days = inputs.batch.service_lines["service_from_date"].to_numpy()[rows]
    repeated: Flags = np.zeros(len(inputs.line_claims), dtype=bool)
    repeated[rows] = ~first_of_each(numbered(inputs.line_claims[rows], days, *codes))
    return inputs.count_lines(repeated & ~inputs.line_procedures.absent)
