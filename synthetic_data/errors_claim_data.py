"""Mistakes in patient, provider, place, charges, pointers, dates, authorisation and records."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.errors import any_claim, fault, mistake, professional

if TYPE_CHECKING:
    from synthetic_data.catalogue import Array
    from synthetic_data.draft import Draft
    from synthetic_data.world import World

    Generator = np.random.Generator

#: Procedures and diagnoses of one sex in the catalogue.
_ONE_SEX = ("77067", "99395", "76830")


def _is_office_procedure(draft: Draft, _: World) -> Array:
    places = draft.claims["place_of_service_code"].astype(str)
    surgical = draft.in_family(
        "epidural", "facet", "radiofrequency", "sacroiliac", "stimulator", "surgery", "endoscopy"
    )
    return np.asarray(surgical & np.isin(places, ("11", "22", "24")))


@mistake(_is_office_procedure)
def wrong_place(draft: Draft, claims: Array, _: World, rng: Generator) -> None:
    """Name a place where the procedure is not done: home, telehealth, a nursing facility."""
    places = np.array(["12", "02", "32"], dtype=object)
    draft.claims["place_of_service_code"][claims] = places[rng.integers(3, size=len(claims))]
    draft.claims["facility_npi"][claims] = None


@mistake(lambda draft, _: draft.claims["authorization_needed"])
def authorization_missing(draft: Draft, claims: Array, _: World, __: Generator) -> None:
    """Leave out the authorisation that the payer wants."""
    draft.claims["prior_auth_number"][claims] = None


@mistake(any_claim)
def wrong_total(draft: Draft, claims: Array, _: World, rng: Generator) -> None:
    """Give a total that the lines do not add up to."""
    total = draft.total_charges()[claims]
    draft.claims["total_charge_cents"][claims] = total + 100 * rng.integers(1, 200, size=len(claims))


@mistake(professional)
def pointer_to_nothing(draft: Draft, claims: Array, _: World, __: Generator) -> None:
    """Point beyond the last diagnosis."""
    rows = draft.last_line[claims]
    count = np.bincount(draft.diagnoses["claim"], minlength=len(draft))[claims]
    draft.lines["dx_pointer_1"][rows] = count + 1
    draft.lines["dx_pointer_2"][rows] = 0
    fault(draft, rows, "pointer_to_nothing")


@mistake(professional)
def pointer_missing(draft: Draft, claims: Array, _: World, __: Generator) -> None:
    """Leave a line without a diagnosis."""
    rows = draft.last_line[claims]
    draft.lines["dx_pointer_1"][rows] = 0
    draft.lines["dx_pointer_2"][rows] = 0
    fault(draft, rows, "pointer_missing")


@mistake(any_claim)
def member_id_missing(draft: Draft, claims: Array, _: World, __: Generator) -> None:
    """Leave out the member id."""
    draft.claims["member_id"][claims] = None


@mistake(any_claim)
def member_id_mistyped(draft: Draft, claims: Array, _: World, __: Generator) -> None:
    """Lose the last character of the member id."""
    draft.claims["member_id"][claims] = [text[:-1] for text in draft.claims["member_id"][claims]]


@mistake(any_claim)
def birth_date_missing(draft: Draft, claims: Array, _: World, __: Generator) -> None:
    """Leave out the birth date."""
    draft.claims["patient_birth_date"][claims] = np.datetime64("NaT")


@mistake(any_claim)
def birth_date_mistyped(draft: Draft, claims: Array, _: World, __: Generator) -> None:
    """Give a birth date after the service, of the wrong century."""
    served, born = draft.claims["service_date"][claims], draft.claims["patient_birth_date"][claims]
    late = born + np.timedelta64(36_525, "D")
    draft.claims["patient_birth_date"][claims] = np.where(late > served, late, served + np.timedelta64(365, "D"))


@mistake(any_claim)
def sex_missing(draft: Draft, claims: Array, _: World, __: Generator) -> None:
    """Leave out the sex."""
    draft.claims["patient_sex"][claims] = None


def _is_for_one_sex(draft: Draft, _: World) -> Array:
    return draft.any_line(np.isin(draft.lines["procedure_code"].astype(str), _ONE_SEX))


@mistake(_is_for_one_sex)
def sex_against_procedure(draft: Draft, claims: Array, _: World, __: Generator) -> None:
    """Give the other sex than the procedure is for."""
    draft.claims["patient_sex"][claims] = "M"


@mistake(any_claim)
def service_after_submission(draft: Draft, claims: Array, _: World, __: Generator) -> None:
    """Date the submission before the service it bills."""
    draft.claims["submission_date"][claims] = draft.claims["service_date"][claims] - np.timedelta64(2, "D")


@mistake(professional)
def service_dates_reversed(draft: Draft, claims: Array, _: World, rng: Generator) -> None:
    """Let a service end before it begins."""
    rows = draft.last_line[claims]
    back = rng.integers(1, 30, size=len(rows)).astype("timedelta64[D]")
    draft.lines["service_to_date"][rows] = draft.lines["service_from_date"][rows] - back
    fault(draft, rows, "service_dates_reversed")


def _limit(draft: Draft, world: World) -> Array:
    days = np.array([one["filing_days"] for one in world.payers])
    return days[draft.claims["payer"]].astype("timedelta64[D]")


def _can_be_late(draft: Draft, world: World) -> Array:
    latest = draft.claims["filing_date"] + _limit(draft, world) + np.timedelta64(45, "D")
    return np.asarray(latest <= draft.last_submission)


@mistake(_can_be_late)
def late_filing(draft: Draft, claims: Array, world: World, rng: Generator) -> None:
    """Send the claim after the payer's limit."""
    over = rng.integers(1, 46, size=len(claims)).astype("timedelta64[D]")
    draft.claims["submission_date"][claims] = draft.claims["filing_date"][claims] + _limit(draft, world)[claims] + over


@mistake(professional)
def rendering_npi_invalid(draft: Draft, claims: Array, _: World, __: Generator) -> None:
    """Give an NPI whose check digit is wrong."""
    wrong = [f"{npi[:-1]}{(int(npi[-1]) + 3) % 10}" for npi in draft.claims["rendering_npi"][claims]]
    draft.claims["rendering_npi"][claims] = wrong


@mistake(professional)
def rendering_npi_missing(draft: Draft, claims: Array, _: World, __: Generator) -> None:
    """Leave out the rendering provider."""
    draft.claims["rendering_npi"][claims] = None


def _is_ordered(draft: Draft, world: World) -> Array:
    ordered = np.array([one.referred for one in draft.catalogue.encounters])[draft.claims["encounter"]]
    return np.asarray(ordered & professional(draft, world))


@mistake(_is_ordered)
def referring_npi_missing(draft: Draft, claims: Array, _: World, __: Generator) -> None:
    """Leave out the provider who ordered the service."""
    draft.claims["referring_npi"][claims] = None
