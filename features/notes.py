"""Notes: what the record says beside the codes, as facts; the text itself stays in ``risk.notes``."""

from __future__ import annotations

import numpy as np
import pandas as pd

from features._feature import feature
from features._inputs import FeatureInputs
from features._shared import Flags, Floats, first_of_each, numbered, present

#: What has codes of its own for intractable, and is judged by them: G40, G43 and G44.
CODED_INTRACTABLE = "headache_or_epilepsy"

#: States of a treatment that has been given, and of one that has only been talked about.
GIVEN = ("done", "done_failed", "done_helped")
UNTRIED = ("planned", "offered", "refused", "hypothetical")


@feature(label="Note on the claim")
def note_present(inputs: FeatureInputs) -> Flags:
    """1 when the claim or one of its lines carries a note, else 0. Never missing."""
    return inputs.has_note


@feature(label="Note says intractable")
def intractable_noted(inputs: FeatureInputs) -> Floats:
    """1 when a note asserts intractable, refractory or the like of this patient, else 0. Missing: no note."""
    return _in_notes(inputs, _asserted(inputs, "intractable"))


@feature(label="Note says intractable without cause or failed treatment", riskier="higher")
def unsupported_intractable(inputs: FeatureInputs) -> Floats:
    """1 when intractable pain is asserted and no cause (note or diagnosis) or no failed treatment is recorded, else 0.

    Headache and epilepsy are left out: their codes say it. Missing: no note asserts it.
    """
    coded = inputs.dx_in_group("structural_cause") | inputs.dx_in_group("radicular")
    caused = (inputs.count_diagnoses(coded) > 0) | _asserted(inputs, "cause")
    failed = _distinct_treatments(inputs, "done_failed") > 0
    of_pain = _stated(inputs, "intractable") & ~inputs.note_facts.detail.isin(CODED_INTRACTABLE)
    asserted = inputs.count(inputs.note_facts.claims[of_pain]) > 0
    return np.where(asserted, ~(caused & failed), np.nan)


@feature(label="Treatments that failed", riskier="lower")
def failed_treatment_count(inputs: FeatureInputs) -> Floats:
    """Distinct treatments the notes say were done and failed. Missing: no note."""
    return _in_notes(inputs, _distinct_treatments(inputs, "done_failed"))


@feature(label="Treatments only planned or refused", riskier="higher")
def untried_treatment_count(inputs: FeatureInputs) -> Floats:
    """Distinct treatments the notes plan, offer, suppose or say were refused. Missing: no note."""
    return _in_notes(inputs, _distinct_treatments(inputs, *UNTRIED))


@feature(label="Only planned treatment, none given", riskier="higher")
def only_planned_treatment(inputs: FeatureInputs) -> Floats:
    """1 when the notes speak of treatments and none of them was given, else 0. Missing: no treatment is mentioned."""
    given, untried = _distinct_treatments(inputs, *GIVEN), _distinct_treatments(inputs, *UNTRIED)
    return np.where(given + untried > 0, given == 0, np.nan)


@feature(label="Weeks stated in the note")
def stated_weeks(inputs: FeatureInputs) -> Floats:
    """Longest duration the notes state, in weeks. Missing: none stated."""
    return _largest_detail(inputs, "duration")


@feature(label="Note names a cause", riskier="lower")
def cause_noted(inputs: FeatureInputs) -> Floats:
    """1 when a note names a cause of the pain, else 0. Missing: no note."""
    return _in_notes(inputs, _asserted(inputs, "cause"))


@feature(label="Note mentions imaging", riskier="lower")
def imaging_noted(inputs: FeatureInputs) -> Floats:
    """1 when a note reports imaging that was done, else 0. Missing: no note."""
    return _in_notes(inputs, _asserted(inputs, "imaging"))


@feature(label="Relief after earlier treatment (%)")
def relief_percent(inputs: FeatureInputs) -> Floats:
    """Largest relief in per cent that the notes state. Missing: none stated."""
    return _largest_detail(inputs, "relief_percent")


def _in_notes(inputs: FeatureInputs, values: Floats | Flags) -> Floats:
    return np.where(inputs.has_note, values, np.nan)


def _stated(inputs: FeatureInputs, fact: str) -> Flags:
    """Whether each fact is of that kind and asserted of this patient."""
    facts = inputs.note_facts
    return facts.fact.isin(fact) & facts.state.isin("asserted", *GIVEN)


def _asserted(inputs: FeatureInputs, fact: str) -> Flags:
    return inputs.count(inputs.note_facts.claims[_stated(inputs, fact)]) > 0


def _distinct_treatments(inputs: FeatureInputs, *states: str) -> Floats:
    facts = inputs.note_facts
    chosen = present(facts.fact.isin("treatment") & facts.state.isin(*states))
    claims = facts.claims[chosen]
    return inputs.count(claims[first_of_each(numbered(claims, facts.detail.positions[chosen]))])


def _largest_detail(inputs: FeatureInputs, fact: str) -> Floats:
    facts = inputs.note_facts
    chosen = _stated(inputs, fact)
    largest = np.full(len(inputs.batch), np.nan)
    if chosen.any():
        numbers = facts.detail.numbers(lambda details: pd.to_numeric(details, errors="coerce"))
        np.fmax.at(largest, facts.claims[chosen], numbers[chosen])
    return largest
