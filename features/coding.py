"""Coding: what was diagnosed, what was done, and whether the one speaks for the other."""

from __future__ import annotations

import numpy as np

from features._feature import feature
from features._inputs import FeatureInputs
from features._shared import Coded, Flags, Floats

#: Families of procedures whose coverage policy names what they are for, and the group of those diagnoses. Source:
#: the Medicare contractors' policies that the groups cite (epidural L39240, facet L38801, sacroiliac, trigger point).
POLICY_GROUPS = {
    "epidural_supported": ("epidural_interlaminar", "epidural_transforaminal", "epidural_catheter"),
    "facet_supported": ("facet_injection", "facet_radiofrequency"),
    "sacroiliac_supported": ("sacroiliac", "sacroiliac_radiofrequency"),
    "trigger_point_supported": ("trigger_point",),
}


@feature(label="Principal diagnosis", encoding="target")
def principal_dx(inputs: FeatureInputs) -> Coded:
    """Principal or first-listed diagnosis code, without the dot. Missing: the claim has no diagnosis."""
    return inputs.principal


@feature(label="Diagnosis category", encoding="target")
def dx_category(inputs: FeatureInputs) -> Coded:
    """First three characters of the principal diagnosis. Missing: the claim has no diagnosis."""
    return inputs.principal_category


@feature(label="Main procedure", encoding="target")
def main_procedure(inputs: FeatureInputs) -> Coded:
    """Procedure code of the costliest line (the first of equals). Missing: no line, or no code on it."""
    return inputs.main_procedure


@feature(label="Kind of main procedure", encoding="target")
def procedure_family(inputs: FeatureInputs) -> Coded:
    """Family of the main procedure in the procedure reference, else the section its code belongs to.

    Missing: no procedure code, or one of no known shape.
    """
    return inputs.main_family


@feature(label="Diagnosis category with this procedure", encoding="target")
def dx_with_procedure(inputs: FeatureInputs) -> Coded:
    """First three characters of the principal diagnosis, with the main procedure. Missing: no diagnosis."""
    return inputs.principal_category.with_code(inputs.main_procedure)


@feature(label="Number of diagnoses")
def diagnosis_count(inputs: FeatureInputs) -> Floats:
    """Diagnoses on the claim. Never missing."""
    return inputs.count_diagnoses()


@feature(label="Number of service lines")
def service_line_count(inputs: FeatureInputs) -> Floats:
    """Service lines on the claim. Never missing."""
    return inputs.count_lines()


@feature(label="Nonspecific pain code first", riskier="higher")
def nonspecific_principal(inputs: FeatureInputs) -> Floats:
    """1 when the principal diagnosis is a nonspecific pain code (M54.9, M54.50, R52 …), else 0.

    Missing: the claim has no diagnosis.
    """
    return _of_principal(inputs, "nonspecific_pain")


@feature(label="Diagnosis codes not valid on the date of service", riskier="higher")
def invalid_dx_count(inputs: FeatureInputs) -> Floats:
    """Diagnosis codes that do not exist, have ended or are not yet valid on the date of service.

    Codes the data cannot date count as valid. Never missing.
    """
    return inputs.count_diagnoses(inputs.dx_status.isin("unknown", "ended", "not_yet"))


@feature(label="Diagnosis codes that need more characters", riskier="higher")
def incomplete_dx_count(inputs: FeatureInputs) -> Floats:
    """Diagnosis codes that are headings, with longer billable codes below them. Never missing."""
    return inputs.count_diagnoses(inputs.dx_status.isin("header"))


@feature(label="Only pain symptoms diagnosed", riskier="higher")
def symptom_only(inputs: FeatureInputs) -> Floats:
    """1 when every diagnosis of the claim is a symptom of pain, without a cause, else 0. Missing: no diagnosis."""
    symptoms = inputs.count_diagnoses(inputs.dx_in_group("pain_symptom"))
    total = inputs.count_diagnoses()
    return np.where(total > 0, symptoms == total, np.nan)


@feature(label="Pain code (G89) listed first")
def pain_code_first(inputs: FeatureInputs) -> Floats:
    """1 when the principal diagnosis is of category G89, which guideline I.C.6.b keeps for pain control, else 0.

    Missing: the claim has no diagnosis.
    """
    return _of_principal(inputs, "chronic_pain")


@feature(label="Intractable by its code")
def intractable_dx(inputs: FeatureInputs) -> Floats:
    """1 when an epilepsy, migraine or headache code (G40, G43, G44) says intractable, 0 when those present do not.

    Missing: no diagnosis of these categories; elsewhere ICD-10-CM has no such axis.
    """
    axis = inputs.reference.dx_groups.codes("intractable_headache_epilepsy")

    def says_intractable(code: str) -> bool:
        words = inputs.reference.icd10.title(code).lower() if code.startswith(axis) else ""
        return "intractable" in words and "not intractable" not in words

    present = inputs.count_diagnoses(inputs.dx_codes.holds(lambda code: code.startswith(axis)))
    asserted = inputs.count_diagnoses(inputs.dx_codes.holds(says_intractable))
    return np.where(present > 0, asserted > 0, np.nan)


@feature(label="Diagnoses that exclude each other", riskier="higher")
def excludes1_conflict_count(inputs: FeatureInputs) -> Floats:
    """Diagnosis pairs under an Excludes1 note of the tabular list. Never missing."""
    conflicts = inputs.reference.icd10.excludes1_conflicts(inputs.batch.diagnoses, inputs.dx_dates)
    return inputs.count(conflicts["claim_key"].to_numpy(dtype="int64"))


@feature(label="A definite cause of the pain is coded", riskier="lower")
def structural_cause(inputs: FeatureInputs) -> Flags:
    """1 when a diagnosis names a structural cause of neck or back pain or a radiculopathy, else 0. Never missing."""
    named = inputs.dx_in_group("structural_cause") | inputs.dx_in_group("radicular")
    return inputs.count_diagnoses(named) > 0


@feature(label="Injections whose diagnosis supports them", riskier="lower")
def supported_procedure_share(inputs: FeatureInputs) -> Floats:
    """Share of the epidural, facet, sacroiliac and trigger point lines that point to a diagnosis their policy names.

    Missing: the claim has no such line.
    """
    governed = np.zeros(len(inputs.line_claims), dtype=bool)
    supported = governed.copy()
    for group, families in POLICY_GROUPS.items():
        lines = inputs.line_in_family(*families)
        if lines.any():
            governed |= lines
            supported |= lines & inputs.line_points_to(inputs.dx_in_group(group))
    return _share(inputs, supported, governed)


@feature(label="Facet procedure for radicular pain", riskier="higher")
def facet_for_radicular_pain(inputs: FeatureInputs) -> Floats:
    """Share of the facet lines that point to a radicular diagnosis, which facet policies exclude while untreated.

    Missing: the claim has no facet line.
    """
    facet = inputs.line_in_family("facet_injection", "facet_radiofrequency")
    return _share(inputs, facet & inputs.line_points_to(inputs.dx_in_group("radicular")), facet)


@feature(label="Lines that point to no diagnosis", riskier="higher")
def unpointed_line_count(inputs: FeatureInputs) -> Floats:
    """Professional lines none of whose pointers reaches a diagnosis of the claim.

    Missing: no line of the claim has a pointer, in a file that may have no column for them.
    """
    reaching = (inputs.line_dx_rows >= 0).any(axis=1)
    unpointed = inputs.count_lines(~reaching & ~inputs.is_institutional[inputs.line_claims])
    told = inputs.batch.has_pointers | inputs.is_institutional | inputs.says_what_an_837_says
    return np.where(told, unpointed, np.nan)


def _of_principal(inputs: FeatureInputs, group: str) -> Floats:
    return np.where(inputs.principal.absent, np.nan, np.append(inputs.dx_in_group(group), False)[inputs.principal_rows])


def _share(inputs: FeatureInputs, part: Flags, whole: Flags) -> Floats:
    total = inputs.count_lines(whole)
    return inputs.count_lines(part) / np.where(total > 0, total, np.nan)
