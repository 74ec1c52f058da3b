"""Mistakes that only institutional claims can have: bill type, revenue codes, attending provider, stay and codes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.errors import fault, mistake
from synthetic_data.facility_codes import drop_codes, has_code

if TYPE_CHECKING:
    from synthetic_data.catalogue import Array
    from synthetic_data.draft import Draft
    from synthetic_data.world import World

    Generator = np.random.Generator

#: What is entered instead of each bill type: that of a stay, of a non-patient, of another kind of facility.
_OTHER_TYPES = {
    "131": ("111", "141", "851"),
    "137": ("117", "147", "857"),
    "141": ("131", "111", "221"),
    "111": ("131", "121", "211"),
}


def _institutional(draft: Draft, _: World) -> Array:
    return np.asarray(draft.claims["institutional"])


def _kind(draft: Draft) -> Array:
    return np.asarray(draft.claims["bill_type_code"].astype(str).astype("U2"))


def _has_procedure(draft: Draft, _: World) -> Array:
    coded = draft.lines["procedure_code"][draft.first_line] != ""
    return np.asarray(np.isin(_kind(draft), ("13", "14")) & coded)


@mistake(_has_procedure)
def procedure_code_missing(draft: Draft, claims: Array, _: World, __: Generator) -> None:
    """Bill an outpatient service, the last on the claim, by its revenue code alone."""
    coded = np.flatnonzero(draft.lines["procedure_code"] != "")
    rows = coded[np.searchsorted(draft.lines["claim"][coded], claims, side="right") - 1]
    for column in ("procedure_code", "modifier_1", "modifier_2"):
        draft.lines[column][rows] = ""
    fault(draft, rows, "procedure_code_missing")


@mistake(lambda draft, _: draft.any_line(draft.lines["procedure_code"] == "G0260"))
def practitioner_code_in_hospital(draft: Draft, claims: Array, _: World, __: Generator) -> None:
    """Bill the hospital's part of a sacroiliac injection under the practitioner's code."""
    rows = np.flatnonzero((draft.lines["procedure_code"] == "G0260") & np.isin(draft.lines["claim"], claims))
    draft.lines["procedure_code"][rows] = "27096"
    fault(draft, rows, "practitioner_code_in_hospital")


@mistake(lambda draft, _: np.isin(draft.claims["bill_type_code"].astype(str), tuple(_OTHER_TYPES)))
def bill_type_wrong(draft: Draft, claims: Array, _: World, rng: Generator) -> None:
    """Enter the bill type of another kind of service."""
    pick = rng.integers(3, size=len(claims)).tolist()
    types = draft.claims["bill_type_code"]
    types[claims] = [_OTHER_TYPES[right][one] for right, one in zip(types[claims], pick, strict=True)]


@mistake(_institutional)
def attending_npi_missing(draft: Draft, claims: Array, _: World, __: Generator) -> None:
    """Leave out the attending provider, who is taken for the rendering one where no other is named."""
    for column in ("attending_npi", "rendering_npi"):
        draft.claims[column][claims] = None


@mistake(lambda draft, _: ~np.isnat(draft.claims["admission_date"]))
def admission_date_missing(draft: Draft, claims: Array, _: World, __: Generator) -> None:
    """Leave out the day of admission of a stay."""
    draft.claims["admission_date"][claims] = np.datetime64("NaT")


@mistake(lambda draft, _: has_code(draft, "condition"))
def condition_code_missing(draft: Draft, claims: Array, _: World, __: Generator) -> None:
    """Leave out why a claim is replaced, or that the illness comes from work."""
    drop_codes(draft, claims, "condition")


@mistake(lambda draft, _: has_code(draft, "occurrence"))
def occurrence_code_missing(draft: Draft, claims: Array, _: World, __: Generator) -> None:
    """Leave out the days of onset, plan, certification or accident."""
    drop_codes(draft, claims, "occurrence")


@mistake(lambda draft, _: has_code(draft, "occurrence_span"))
def hospital_stay_missing(draft: Draft, claims: Array, _: World, __: Generator) -> None:
    """Leave out the hospital stay that nursing follows."""
    drop_codes(draft, claims, "occurrence_span")


@mistake(lambda draft, _: draft.claims["claim_frequency_code"] == "7")
def replaced_number_missing(draft: Draft, claims: Array, _: World, __: Generator) -> None:
    """Replace a claim without saying which."""
    draft.claims["original_claim_number"][claims] = None


@mistake(lambda draft, _: np.isin(_kind(draft), ("11", "21", "81")))
def status_against_frequency(draft: Draft, claims: Array, _: World, __: Generator) -> None:
    """Bill the whole stay of a patient who is still there, or a part of the stay of one who has left."""
    status = draft.claims["patient_status_code"]
    status[claims] = np.where(status[claims] == "30", "01", "30")
