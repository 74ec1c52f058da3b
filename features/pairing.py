"""Pairing: what the lines of one claim do to each other, and how many units and modifiers they carry."""

from __future__ import annotations

import numpy as np
import pandas as pd

from features._feature import feature
from features._inputs import FeatureInputs
from features._shared import Coded, Flags, first_rows, floats

#: Modifiers that say a service was distinct from the other of its day (NCCI Policy Manual, ch. 1).
DISTINCT_SERVICE = ("59", "XE", "XS", "XP", "XU")

#: Units that are told apart; therapy, time and drugs have many as a rule.
MANY_UNITS = 6


@feature(label="Bundled pairs without a modifier", riskier="higher")
def open_pair_count(inputs: FeatureInputs) -> pd.Series:
    """NCCI pairs of one day that a modifier would separate, with none billed (indicator 1). Never missing."""
    pairs = inputs.same_day_pairs
    return inputs.count_rows(pairs[(pairs["modifier_indicator"] == 1) & ~pairs["bypassed"]])


@feature(label="Pairs that are never paid together", riskier="higher")
def absolute_pair_count(inputs: FeatureInputs) -> pd.Series:
    """NCCI pairs of one day that no modifier separates (indicator 0). Never missing."""
    pairs = inputs.same_day_pairs
    return inputs.count_rows(pairs[pairs["modifier_indicator"] == 0])


@feature(label="Bundled pairs separated by a modifier")
def bypassed_pair_count(inputs: FeatureInputs) -> pd.Series:
    """NCCI pairs of one day that a billed modifier separates: payable if the record shows it. Never missing."""
    pairs = inputs.same_day_pairs
    return inputs.count_rows(pairs[pairs["bypassed"]])


@feature(label="More than one block type in a session", riskier="higher")
def session_exclusion_count(inputs: FeatureInputs) -> pd.Series:
    """Lines that a coverage policy excludes beside another procedure of the same session. Never missing."""
    rows = inputs.reference.procedures.same_session_exclusions(inputs.batch)
    return inputs.count_rows(rows.drop_duplicates(["claim_key", "line_number"]))


@feature(label="Imaging guidance billed beside an injection that includes it", riskier="higher")
def included_imaging_count(inputs: FeatureInputs) -> pd.Series:
    """Lines of imaging guidance on a claim with a procedure of which it is part. Never missing."""
    guidance = inputs.count_lines(inputs.line_in_family("imaging_guidance"))
    including = inputs.line_fact("imaging_included") == 1
    return guidance.where(inputs.count_lines(including) > 0, 0.0)


@feature(label="Add-on procedures without their primary", riskier="higher")
def orphan_add_on_count(inputs: FeatureInputs) -> pd.Series:
    """Lines of an add-on code whose claim has none of its primary codes (NCCI add-on edits). Never missing."""
    orphans = np.zeros(len(inputs.line_claims), dtype=bool)
    for add_on, primaries in inputs.reference.procedures.add_on_primaries.items():
        lines = inputs.line_procedures.isin(add_on)
        if lines.any():
            has_primary = inputs.count_lines(inputs.line_procedures.isin(*primaries)).to_numpy() > 0
            orphans |= lines & ~has_primary[inputs.line_claims]
    return inputs.count_lines(orphans)


@feature(label="Visit beside a procedure without modifier 25", riskier="higher")
def visit_without_25(inputs: FeatureInputs) -> pd.Series:
    """Office visits (99202–99215) without modifier 25 on a claim with a procedure that has a global period.

    Global periods 000, 010 and 090 of the Physician Fee Schedule include the visit of the day unless it was separate.
    Never missing.
    """
    visit = inputs.line_in_family("office_visit", "new_patient_visit")
    has_global = inputs.line_procedures.flags(
        lambda codes: pd.Series(inputs.reference.procedures.fact("global_days", codes)).isin(["000", "010", "090"])
    )
    plain = inputs.count_lines(visit & ~inputs.line_has_modifier("25"))
    return plain.where(inputs.count_lines(has_global) > 0, 0.0)


@feature(label="What is billed beside a visit", encoding="target")
def visit_companion(inputs: FeatureInputs) -> pd.Series:
    """Whether a visit of the claim has modifier 25, with the costliest other procedure. Missing: no visit."""
    visit = inputs.is_visit
    charges = floats(inputs.batch.service_lines["line_charge_cents"])
    order = np.lexsort((-np.where(visit, -np.inf, np.nan_to_num(charges)), inputs.line_claims))
    rows = first_rows(inputs.line_claims[order], len(inputs.batch))
    rows = np.where(rows >= 0, np.append(order, -1)[rows], -1)
    other = np.where(
        (rows >= 0) & ~np.append(visit, True)[rows], np.append(inputs.line_procedures.positions, -1)[rows], -1
    )
    apart = inputs.count_lines(visit & inputs.line_has_modifier("25")) > 0
    beside = Coded.of(apart.map({True: "25", False: "no 25"}).where(inputs.count_lines(visit) > 0).astype("str"))
    return inputs.claim_codes(beside, Coded(other, inputs.line_procedures.distinct))


@feature(label="Units beyond the limit", riskier="higher")
def units_over_limit(inputs: FeatureInputs) -> pd.Series:
    """Most units of a procedure beyond its Medically Unlikely Edit limit, on a line or a day as the edit counts; or 0.

    A procedure with two sides may have twice the units where its lines say LT or RT. Missing: no line has both a limit
    in the reference and a quantity.
    """
    known = ~np.isnan(inputs.line_fact("mue_practitioner")) & ~np.isnan(inputs.line_quantities)
    rows = np.flatnonzero(known)
    over = np.full(len(inputs.batch), np.nan)
    if not len(rows):
        return inputs.claim_series(over)
    lines = inputs.batch.service_lines.iloc[rows]
    limits = inputs.reference.procedures.unit_limits(inputs.batch, lines)
    two_sided = (inputs.line_fact("bilateral_indicator") == 1) & inputs.line_has_modifier("LT", "RT")
    counted = pd.DataFrame(
        {
            "claim": inputs.line_claims[rows],
            "procedure": inputs.line_procedures.positions[rows],
            "day": lines["service_from_date"].to_numpy(),
            "line": np.where(floats(limits["mai"]) == 1, rows, -1),
            "units": inputs.line_quantities[rows],
            "limit": floats(limits["units"]) * np.where(two_sided[rows], 2, 1),
        }
    ).dropna(subset="limit")
    alone = ~counted.duplicated(["claim", "procedure"], keep=False)
    totals = counted
    if not alone.all():
        groups = counted[~alone].groupby(["claim", "procedure", "day", "line"], dropna=False, sort=False)
        totals = pd.concat([counted[alone], groups.agg({"units": "sum", "limit": "max"}).reset_index()])
    np.fmax.at(over, totals["claim"].to_numpy(), (totals["units"] - totals["limit"]).clip(lower=0).to_numpy())
    return inputs.claim_series(over)


@feature(label="Levels beyond what a session covers", riskier="higher")
def excess_level_count(inputs: FeatureInputs) -> pd.Series:
    """Lines for a spinal level past those the coverage policy pays in one session. Never missing."""
    return inputs.count_lines(inputs.line_fact("level") > inputs.line_fact("max_levels"))


@feature(label="Most units on a line")
def most_units(inputs: FeatureInputs) -> pd.Series:
    """Largest quantity on a line of the claim. Missing: no line has a quantity."""
    most = np.full(len(inputs.batch), np.nan)
    np.fmax.at(most, inputs.line_claims, inputs.line_quantities)
    return inputs.claim_series(most)


@feature(label="Units of this procedure", encoding="target")
def procedure_units(inputs: FeatureInputs) -> pd.Series:
    """Main procedure with the units of its line; more than ``MANY_UNITS`` are one. Missing: no line, or no code."""
    units = np.append(inputs.line_quantities, np.nan)[inputs.main_rows]
    whole = np.where(np.isnan(units), -1, np.ceil(np.clip(np.nan_to_num(units), 0, MANY_UNITS + 1)) - 1)
    names = pd.Series([*(str(count) for count in range(1, MANY_UNITS + 1)), "many"], dtype="str")
    counted = Coded(np.maximum(whole, -1).astype("int64"), names)
    return inputs.claim_codes(inputs.main_procedure_code, counted)


@feature(label="Number of modifiers")
def modifier_count(inputs: FeatureInputs) -> pd.Series:
    """All modifiers of all lines. Never missing."""
    return sum(
        (inputs.count_lines(one.positions >= 0) for one in inputs.line_modifiers), start=inputs.claim_series(0.0)
    )


@feature(label="Lines called distinct from the others")
def distinct_service_count(inputs: FeatureInputs) -> pd.Series:
    """Lines with modifier 59, XE, XS, XP or XU. Never missing."""
    return inputs.count_lines(inputs.line_has_modifier(*DISTINCT_SERVICE))


@feature(label="Lines billed twice", riskier="higher")
def repeated_line_count(inputs: FeatureInputs) -> pd.Series:
    """Lines that repeat procedure, modifiers and date of an earlier line of the claim. Never missing."""
    lines = inputs.batch.service_lines
    several = np.bincount(inputs.line_claims, minlength=len(inputs.batch)) > 1
    rows = np.flatnonzero(several[inputs.line_claims])
    identity = {
        "claim": inputs.line_claims,
        "procedure": inputs.line_procedures.positions,
        "day": lines["service_from_date"].to_numpy(),
    } | {f"modifier_{rank}": one.positions for rank, one in enumerate(inputs.line_modifiers, start=1)}
    repeated: Flags = np.zeros(len(lines), dtype=bool)
    repeated[rows] = pd.DataFrame({name: values[rows] for name, values in identity.items()}).duplicated().to_numpy()
    return inputs.count_lines(repeated & (inputs.line_procedures.positions >= 0))
