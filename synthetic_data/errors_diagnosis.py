"""Mistakes in diagnoses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.catalogue import diagnosis_template
from synthetic_data.errors import claims_with_code, fault, mistake

if TYPE_CHECKING:
    from synthetic_data.catalogue import Array
    from synthetic_data.draft import Draft
    from synthetic_data.world import World

    Generator = np.random.Generator

_SPINE_FAMILIES = ("epidural", "facet", "radiofrequency", "sacroiliac", "trigger_point", "stimulator")
#: Diagnoses that exclude each other (Excludes1 notes of M54, G89 and M51, ICD-10-CM April 2026).
_EXCLUDED = {
    "M5416": "M5116",
    "M5417": "M5117",
    "M5116": "M5416",
    "M5412": "M50121",
    "M5450": "M5441",
    "M5459": "M5442",
    "M545": "M5441",
    "G8929": "G894",
    "M51360": "M5450",
}


def _has_replaced_code(draft: Draft, _: World) -> Array:
    return draft.any_diagnosis(_replaced(draft)[0])


def _replaced(draft: Draft) -> tuple[Array, Array]:
    """Diagnoses whose code took over from an older one that had ended by the day of service, and the older codes."""
    rows = draft.diagnoses
    found, older = np.zeros(len(rows["claim"]), dtype=bool), np.array([""] * len(rows["claim"]), dtype=object)
    served = draft.claims["service_date"][rows["claim"]]
    for change in draft.catalogue.code_changes:
        parts = diagnosis_template(change["new"])
        same = (rows["head"] == parts["head"]) & (rows["unspecified"] == parts["unspecified"])
        same &= served >= np.datetime64(change["from"], "D")
        found |= same
        older[same] = change["old"].replace(".", "")
    return found, older


@mistake(_has_replaced_code)
def expired_diagnosis(draft: Draft, claims: Array, _: World, __: Generator) -> None:
    """Take the code of a former year, as an old template does."""
    found, older = _replaced(draft)
    rows = np.flatnonzero(found & np.isin(draft.diagnoses["claim"], claims))
    draft.diagnoses["dx_code"][rows] = older[rows]


def _has_long_code(draft: Draft, _: World) -> Array:
    codes = draft.diagnoses["dx_code"][draft.first_diagnosis]
    return np.array([len(code) > 3 for code in codes])


@mistake(_has_long_code)
def truncated_diagnosis(draft: Draft, claims: Array, _: World, __: Generator) -> None:
    """Leave off the last character: what remains is a header, not a code."""
    rows = draft.first_diagnosis[claims]
    draft.diagnoses["dx_code"][rows] = [code[:-1] for code in draft.diagnoses["dx_code"][rows]]


def _has_side(draft: Draft, _: World) -> Array:
    return draft.diagnoses["sided"][draft.first_diagnosis]


@mistake(_has_side)
def unspecified_side(draft: Draft, claims: Array, _: World, __: Generator) -> None:
    """Leave the side unspecified where right and left have codes of their own."""
    rows = draft.first_diagnosis[claims]
    parts = draft.diagnoses
    parts["dx_code"][rows] = parts["head"][rows] + parts["unspecified"][rows] + parts["tail"][rows]


def _side_on_both(draft: Draft, world: World) -> Array:
    modifier = draft.lines["modifier_1"][draft.first_line].astype(str)
    return np.asarray(_has_side(draft, world) & np.isin(modifier, ("RT", "LT")))


@mistake(_side_on_both)
def contradicting_side(draft: Draft, claims: Array, _: World, __: Generator) -> None:
    """Name one side in the diagnosis and the other in the modifier."""
    rows = draft.first_diagnosis[claims]
    other = np.where(draft.claims["side"][claims] == 1, "2", "1").astype(object)
    draft.diagnoses["dx_code"][rows] = draft.diagnoses["head"][rows] + other + draft.diagnoses["tail"][rows]
    fault(draft, draft.first_line[claims], "contradicting_side")


def _is_spine_treatment(draft: Draft, _: World) -> Array:
    return draft.in_family(*_SPINE_FAMILIES)


@mistake(_is_spine_treatment)
def nonspecific_diagnosis(draft: Draft, claims: Array, _: World, rng: Generator) -> None:
    """Use a code that says only that it hurts."""
    vague = np.array(["M549", "R52", "M5450", "G8929"], dtype=object)
    draft.diagnoses["dx_code"][draft.first_diagnosis[claims]] = vague[rng.integers(len(vague), size=len(claims))]


@mistake(claims_with_code("62323", "64483", "62321", "64479"))
def epidural_for_axial_pain(draft: Draft, claims: Array, _: World, rng: Generator) -> None:
    """Bill an epidural for pain that does not radiate."""
    lumbar = np.array(["M5450", "M51360", "M47816", "M5459"], dtype=object)[rng.integers(4, size=len(claims))]
    cervical = np.array(["M542", "M47812"], dtype=object)[rng.integers(2, size=len(claims))]
    code = draft.lines["procedure_code"][draft.first_line[claims]].astype(str)
    chosen = np.where(np.isin(code, ("62321", "64479")), cervical, lumbar)
    draft.diagnoses["dx_code"][draft.first_diagnosis[claims]] = chosen


@mistake(claims_with_code("64490", "64493", "64633", "64635"))
def facet_with_radiculopathy(draft: Draft, claims: Array, _: World, __: Generator) -> None:
    """Bill a facet procedure for pain that radiates."""
    code = draft.lines["procedure_code"][draft.first_line[claims]].astype(str)
    chosen = np.where(np.isin(code, ("64490", "64633")), "M5412", "M5416").astype(object)
    draft.diagnoses["dx_code"][draft.first_diagnosis[claims]] = chosen


def _has_excludable(draft: Draft, _: World) -> Array:
    excludable = np.isin(draft.diagnoses["dx_code"][draft.first_diagnosis].astype(str), tuple(_EXCLUDED))
    qualified = draft.any_diagnosis(draft.diagnoses["qualifier"] != "")  # what is added stands last: not behind these
    return np.asarray(excludable & ~qualified)


@mistake(_has_excludable)
def excluded_diagnosis_pair(draft: Draft, claims: Array, _: World, __: Generator) -> None:
    """Add a diagnosis that the tabular list excludes beside the first."""
    codes = draft.diagnoses["dx_code"][draft.first_diagnosis[claims]]
    draft.add_diagnosis(claims, np.array([_EXCLUDED[code] for code in codes], dtype=object))


def _is_procedure(draft: Draft, _: World) -> Array:
    return np.asarray(~draft.in_family("visit", "laboratory", "preventive", "emergency", "psychotherapy"))


@mistake(_is_procedure)
def diagnosis_against_procedure(draft: Draft, claims: Array, _: World, rng: Generator) -> None:
    """List the patient's other illness first: hypertension for a knee injection."""
    unrelated = np.array(["I10", "E785", "E119", "K219"], dtype=object)
    draft.diagnoses["dx_code"][draft.first_diagnosis[claims]] = unrelated[rng.integers(4, size=len(claims))]


def _is_pain_visit(draft: Draft, _: World) -> Array:
    first = draft.diagnoses["dx_code"][draft.first_diagnosis]
    coded = np.array([code.startswith("G89") for code in first])
    return np.asarray(draft.in_family("visit") & (draft.claims["condition"] >= 0) & ~coded)


@mistake(_is_pain_visit)
def pain_code_first(draft: Draft, claims: Array, _: World, __: Generator) -> None:
    """List G89 first although the cause is known and the visit is not for pain control."""
    rows = draft.first_diagnosis[claims]
    cause = draft.diagnoses["dx_code"][rows].copy()
    draft.diagnoses["dx_code"][rows] = "G8929"
    draft.add_diagnosis(claims, cause)
