"""Clean claims for encounters: lines, diagnoses, place, charges, dates and authorisation as they should be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.authorization import authorization_needed, authorization_numbers
from synthetic_data.catalogue import SIDE_MODIFIER, Array, Catalogue, diagnosis_template
from synthetic_data.draft import INSTITUTIONAL_COLUMNS, POINTERS, Draft, only_where

if TYPE_CHECKING:
    from synthetic_data.world import World

#: Places of service that are a facility of their own: hospital departments and ambulatory surgical centres.
FACILITY_PLACES = ("19", "21", "22", "23", "24")
SURGICAL_CENTRE = "24"
#: A clean claim leaves within every payer's filing limit (assumed; the shortest limit is 90 days).
LONGEST_LAG_DAYS = 75
#: Facet blocks that find the joint; later ones treat it (two before radiofrequency: facet LCDs).
DIAGNOSTIC_BLOCKS = 2
#: Share of other claims that name a referring provider (assumed).
REFERRED = 0.35

_SIDE_MODIFIERS = np.array(["", "RT", "LT", "50"], dtype=object)
_SIDE_DIGITS = np.array(["", "1", "2", "1"], dtype=object)


def bill(drawn: dict[str, Array], world: World, rng: np.random.Generator) -> Draft:
    """Bill encounters as clean claims: nothing is wrong with any of these yet."""
    catalogue, providers = world.catalogue, world.providers
    count = len(drawn["patient"])
    encounter, provider, payer = drawn["encounter"], drawn["provider"], drawn["payer"]
    line_set, place = np.zeros(count, dtype=int), np.empty(count, dtype=object)
    dx_set, side = drawn["dx_set"].copy(), drawn["side"].copy()
    for number, one in enumerate(catalogue.encounters):
        here = np.flatnonzero(encounter == number)
        line_set[here] = one.line_sets.draw(rng, len(here))
        place[here] = one.places.draw(rng, len(here))
        if one.dx_sets is not None:
            dx_set[here] = one.dx_sets.draw(rng, len(here))
    diagnoses, side = _diagnoses(dx_set, side, drawn["service_date"], catalogue)
    lines = _lines(
        line_set, catalogue.dx_sets.length[dx_set], side, drawn["service_date"], providers["fee"][provider], catalogue
    )
    facility = np.isin(place.astype(str), FACILITY_PLACES)
    hospital = facility & (place != SURGICAL_CENTRE)
    facility_npi = np.where(
        hospital, providers["npi"][providers["hospital"]][provider], providers["facility_npi"][provider]
    )
    lag = np.ceil(providers["lag_days"][provider] * rng.lognormal(sigma=0.5, size=count))
    lag = np.minimum(lag, LONGEST_LAG_DAYS).astype("timedelta64[D]")
    renderer = [
        people[int(draw * len(people))]
        for people, draw in zip(providers["renderers"][provider], drawn["renderer"], strict=True)
    ]
    terms = {
        name: np.array([one[name] for one in world.payers], dtype=object)[payer] for name in ("id", "name", "type")
    }
    draft = Draft(
        catalogue,
        claims={
            "patient": drawn["patient"],
            "provider": provider,
            "payer": payer,
            "encounter": encounter,
            "condition": drawn["condition"],
            "side": side,
            "new_patient": drawn["new_patient"],
            "age": drawn["age"],
            "service_date": drawn["service_date"],
            "note": np.array([None] * count, dtype=object),
            "claim_id": np.array([None] * count, dtype=object),
            "payer_id": terms["id"],
            "payer_name": terms["name"],
            "payer_type": terms["type"],
            "member_id": drawn["member_id"],
            "subscriber_relationship_code": drawn["relationship"],
            "patient_birth_date": drawn["birth_date"],
            "patient_sex": drawn["sex"],
            "patient_state": drawn["state"],
            "billing_npi": providers["npi"][provider],
            "billing_taxonomy_code": providers["taxonomy"][provider],
            "rendering_npi": np.array(renderer, dtype=object),
            "referring_npi": _referrers(encounter, world, rng),
            "facility_npi": only_where(facility, facility_npi),
            "facility_state": providers["state"][provider],
            "place_of_service_code": place,
            "claim_frequency_code": np.full(count, "1", dtype=object),
            "submission_date": drawn["service_date"] + lag,
            "prior_auth_number": np.array([None] * count, dtype=object),
            "institutional": np.zeros(count, dtype=bool),
            "present_on_admission": np.zeros(count, dtype=bool),
            "filing_date": drawn["service_date"],
            **{name: np.array([None] * count, dtype=object) for name in INSTITUTIONAL_COLUMNS},
            "admission_date": np.full(count, np.datetime64("NaT", "D")),
        },
        lines=lines,
        diagnoses=diagnoses,
    )
    draft.claims["total_charge_cents"] = draft.total_charges()
    draft.claims["session"] = count_sessions(draft)
    _mark_diagnostic_blocks(draft)
    needed = authorization_needed(draft, world)
    draft.claims["authorization_needed"] = needed
    draft.claims["prior_auth_number"] = authorization_numbers(draft, world, needed, rng)
    return draft


def _mark_diagnostic_blocks(draft: Draft) -> None:
    """Put KX on the first facet blocks of Medicare patients: they are diagnostic (facet LCDs, e.g. L38773)."""
    medicare = np.isin(draft.claims["payer_type"].astype(str), ("medicare", "medicare_advantage"))
    diagnostic = draft.in_family("facet") & medicare & (draft.claims["session"] <= DIAGNOSTIC_BLOCKS)
    draft.lines["modifier_2"][diagnostic[draft.lines["claim"]]] = "KX"


def _diagnoses(dx_set: Array, side: Array, served: Array, catalogue: Catalogue) -> tuple[dict[str, Array], Array]:
    """Diagnoses of each claim, valid on the day; and the side, which is one side where a diagnosis names one."""
    owner, rows = catalogue.dx_sets.expand(dx_set)
    sided = rows["unspecified"] != ""
    side = side.copy()
    one_sided = np.unique(owner[sided])
    side[one_sided] = np.where(side[one_sided] == 3, 1, side[one_sided])
    digit = np.where(sided, _SIDE_DIGITS[side[owner]], "")
    code = rows["head"] + digit + rows["tail"]
    for change in catalogue.code_changes:
        parts = diagnosis_template(change["new"])
        same = (rows["head"] == parts["head"]) & (rows["unspecified"] == parts["unspecified"])
        early = same & (served[owner] < np.datetime64(change["from"], "D"))
        code[early] = change["old"].replace(".", "")
        sided &= ~early
    return {
        "claim": owner,
        "position": rows["position"],
        "dx_code": code,
        "sided": sided,
        "head": rows["head"],
        "unspecified": rows["unspecified"],
        "tail": rows["tail"],
        "qualifier": rows["qualifier"].copy(),
    }, side


def _lines(
    line_set: Array, dx_count: Array, side: Array, served: Array, fee: Array, catalogue: Catalogue
) -> dict[str, Array]:
    """Lines of each claim; a pointer beyond the claim's diagnoses is left out."""
    owner, rows = catalogue.line_sets.expand(line_set)
    treated = _SIDE_MODIFIERS[side[owner]]
    modifiers = {
        name: np.where(rows[name] == SIDE_MODIFIER, treated, rows[name]) for name in ("modifier_1", "modifier_2")
    }
    pointers = {name: np.where(rows[name] <= dx_count[owner], rows[name], 0) for name in POINTERS}
    doubled = np.where(modifiers["modifier_1"] == "50", 1.5, 1.0)
    return {
        "claim": owner,
        "position": rows["position"],
        "revenue_center_code": rows["revenue_center_code"].copy(),
        "procedure_code": rows["procedure_code"].copy(),
        "nightly": rows["nightly"].copy(),
        "quantity": rows["quantity"].copy(),
        "line_charge_cents": (np.round(rows["cents"] * fee[owner] * doubled / 100) * 100).astype("int64"),
        "service_from_date": served[owner],
        "service_to_date": served[owner],
        "ndc_code": np.full(len(owner), "", dtype=object),
        "fault": np.full(len(owner), "", dtype=object),
        **modifiers,
        **pointers,
    }


def _referrers(encounter: Array, world: World, rng: np.random.Generator) -> Array:
    """NPI of the referring provider: always where the service was ordered, often elsewhere (share assumed)."""
    practices = world.providers["specialty"] < len(world.catalogue.specialties) - world.catalogue.facilities
    pool = np.concatenate(world.providers["renderers"][practices].tolist())
    ordered = np.array([one.referred for one in world.catalogue.encounters])[encounter]
    drawn = pool[rng.integers(len(pool), size=len(encounter))]
    return only_where(ordered | (rng.random(len(encounter)) < REFERRED), drawn)


def count_sessions(draft: Draft) -> Array:
    """Days on which the patient had a service of the family in the twelve months up to the claim, itself included."""
    families = np.unique(draft.families.astype(str), return_inverse=True)[1]
    day = draft.claims["service_date"].astype(int)
    group = (draft.claims["patient"].astype("int64") * 100 + families) * 100_000
    sessions = np.unique(group + day)
    upto = np.searchsorted(sessions, group + day, side="right")
    return np.asarray(upto - np.searchsorted(sessions, group + day - 364, side="left"))
