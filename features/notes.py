"""Notes: what the record says beside the codes, as facts; the text itself stays in ``risk.notes``."""

from __future__ import annotations

import numpy as np
import pandas as pd

from features._feature import feature
from features._inputs import FeatureInputs

#: What has codes of its own for intractable, and is judged by them: G40, G43 and G44.
CODED_INTRACTABLE = "headache_or_epilepsy"

#: States of a treatment that has been given, and of one that has only been talked about.
GIVEN = ("done", "done_failed", "done_helped")
UNTRIED = ("planned", "offered", "refused", "hypothetical")


@feature(label="Note on the claim")
def note_present(inputs: FeatureInputs) -> pd.Series:
    """1 when the claim or one of its lines carries a note, else 0. Never missing."""
    return _has_note(inputs).astype("float64")


@feature(label="Note says intractable")
def intractable_noted(inputs: FeatureInputs) -> pd.Series:
    """1 when a note asserts intractable, refractory or the like of this patient, else 0. Missing: no note."""
    return _in_notes(inputs, _asserted(inputs, "intractable"))


@feature(label="Note says intractable without cause or failed treatment", riskier="higher")
def unsupported_intractable(inputs: FeatureInputs) -> pd.Series:
    """1 when intractable pain is asserted and no cause (note or diagnosis) or no failed treatment is recorded, else 0.

    Headache and epilepsy are left out: their codes say it. Missing: no note asserts it.
    """
    coded = inputs.dx_in_group("structural_cause") | inputs.dx_in_group("radicular")
    caused = (inputs.count_diagnoses(coded) > 0) | (_asserted(inputs, "cause") > 0)
    failed = _distinct_treatments(inputs, ("done_failed",)) > 0
    of_pain = inputs.note_facts["detail"] != CODED_INTRACTABLE
    return (~(caused & failed)).astype("float64").where(_asserted(inputs, "intractable", of_pain) > 0)


@feature(label="Treatments that failed", riskier="lower")
def failed_treatment_count(inputs: FeatureInputs) -> pd.Series:
    """Distinct treatments the notes say were done and failed. Missing: no note."""
    return _in_notes(inputs, _distinct_treatments(inputs, ("done_failed",)))


@feature(label="Treatments only planned or refused", riskier="higher")
def untried_treatment_count(inputs: FeatureInputs) -> pd.Series:
    """Distinct treatments the notes plan, offer, suppose or say were refused. Missing: no note."""
    return _in_notes(inputs, _distinct_treatments(inputs, UNTRIED))


@feature(label="Only planned treatment, none given", riskier="higher")
def only_planned_treatment(inputs: FeatureInputs) -> pd.Series:
    """1 when the notes speak of treatments and none of them was given, else 0. Missing: no treatment is mentioned."""
    given, untried = _distinct_treatments(inputs, GIVEN), _distinct_treatments(inputs, UNTRIED)
    return (given == 0).astype("float64").where(given + untried > 0)


@feature(label="Weeks stated in the note")
def stated_weeks(inputs: FeatureInputs) -> pd.Series:
    """Longest duration the notes state, in weeks. Missing: none stated."""
    return _largest_detail(inputs, "duration")


@feature(label="Note names a cause", riskier="lower")
def cause_noted(inputs: FeatureInputs) -> pd.Series:
    """1 when a note names a cause of the pain, else 0. Missing: no note."""
    return _in_notes(inputs, _asserted(inputs, "cause"))


@feature(label="Note mentions imaging", riskier="lower")
def imaging_noted(inputs: FeatureInputs) -> pd.Series:
    """1 when a note reports imaging that was done, else 0. Missing: no note."""
    return _in_notes(inputs, _asserted(inputs, "imaging"))


@feature(label="Relief after earlier treatment (%)")
def relief_percent(inputs: FeatureInputs) -> pd.Series:
    """Largest relief in per cent that the notes state. Missing: none stated."""
    return _largest_detail(inputs, "relief_percent")


def _has_note(inputs: FeatureInputs) -> pd.Series:
    return inputs.count_rows(inputs.batch.notes) > 0


def _in_notes(inputs: FeatureInputs, values: pd.Series) -> pd.Series:
    return values.where(_has_note(inputs))


def _asserted(inputs: FeatureInputs, fact: str, among: pd.Series | bool = True) -> pd.Series:
    facts = inputs.note_facts
    if facts.empty:
        return inputs.claim_series(0.0)
    held = (facts["fact"] == fact) & facts["state"].isin(["asserted", *GIVEN]) & among
    return (inputs.count_rows(facts[held]) > 0).astype("float64")


def _distinct_treatments(inputs: FeatureInputs, states: tuple[str, ...]) -> pd.Series:
    facts = inputs.note_facts
    if facts.empty:
        return inputs.claim_series(0.0)
    chosen = facts[(facts["fact"] == "treatment") & facts["state"].isin(states)]
    return inputs.count_rows(chosen.drop_duplicates(["claim_key", "detail"]))


def _largest_detail(inputs: FeatureInputs, fact: str) -> pd.Series:
    facts = inputs.note_facts
    chosen = facts[(facts["fact"] == fact) & (facts["state"].isin(["asserted", *GIVEN]))]
    numbers = pd.to_numeric(chosen["detail"], errors="coerce").to_numpy(dtype="float64")
    largest = np.full(len(inputs.batch), np.nan)
    np.fmax.at(largest, chosen["claim_key"].to_numpy(), numbers)
    return inputs.claim_series(largest)
