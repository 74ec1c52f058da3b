"""Institutional claims: what a facility bills of its own, and its part of what a practitioner did in it.

A hospital bills the encounters that practitioners have in its outpatient departments (places 19, 22, 23) again as its
own: same patient, day, payer and diagnoses, with revenue codes and its own charges. The others are encounters of its
own patients (``catalogue.toml``). Everything is clean at this point.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.authorization import authorization_needed, authorization_numbers
from synthetic_data.catalogue import Choice
from synthetic_data.draft import is_null, only_where
from synthetic_data.facility_codes import claim_codes

if TYPE_CHECKING:
    from collections.abc import Callable

    from synthetic_data.catalogue import Array
    from synthetic_data.draft import Draft
    from synthetic_data.world import World

#: Places of service in a hospital's outpatient departments and its emergency room.
DEPARTMENTS = ("19", "22", "23")
#: First two digits of the bill types of stays, and of those whose diagnoses say what was present on admission.
STAYS, ACUTE_STAYS = ("11", "21", "81"), ("11",)
#: Last digit of the bill types of a replacement; of parts of a stay that the patient has not left; of later parts.
REPLACEMENT, UNFINISHED, CONTINUED = "7", ("2", "3"), ("3", "4")
#: Days since admission when a continuing or last part of a stay begins (assumed).
EARLIER_DAYS = 30
#: Cents of a hospital's pharmacy line (assumed).
PHARMACY_CENTS = (2_000, 18_000)


def institutional_count(claims: int, world: World) -> int:
    """How many of the claims of a sample are institutional."""
    return round(claims * float(world.catalogue.billing["share"]))


def bill_facilities(
    draft: Draft, count: int, world: World, draw: Callable[..., Draft], rng: np.random.Generator
) -> Draft:
    """Bill exactly ``count`` clean institutional claims; ``draw`` makes so many of facilities' own encounters."""
    own = np.flatnonzero(_billed_by_hospital(draft, world))
    own = own[rng.random(len(own)) < world.catalogue.billing["twins"]][:count]
    twins = _twins(draft.copied(own), world, rng)
    others = draw(count - len(own))
    others.claims["patient"] += draft.claims["patient"].max(initial=-1) + 1
    return _settled(twins.joined(others), world, rng)


def _billed_by_hospital(draft: Draft, world: World) -> Array:
    """Encounters in a hospital's department of which the practitioner billed his own part only."""
    departments = np.isin(draft.claims["place_of_service_code"].astype(str), DEPARTMENTS)
    part = draft.lines["modifier_1"][draft.first_line] == "26"
    return np.asarray(departments & (draft.in_family(*world.catalogue.billing["families"]) | part))


def _twins(draft: Draft, world: World, rng: np.random.Generator) -> Draft:
    """Make practitioners' claims those of the hospital they work in."""
    claims, lines, terms = draft.claims, draft.lines, world.catalogue.billing
    hospital = world.providers["hospital"][claims["provider"]]
    types = Choice(np.array(list(terms["bill"]), dtype=object), np.array(list(terms["bill"].values())) / 100)
    claims |= {
        "provider": hospital,
        "place_of_service_code": types.draw(rng, len(draft)),
        "billing_npi": world.providers["npi"][hospital],
        "billing_taxonomy_code": world.providers["taxonomy"][hospital],
        "facility_state": world.providers["state"][hospital],
    }
    lag = np.ceil(world.providers["lag_days"][hospital] * rng.lognormal(sigma=0.4, size=len(draft)))
    claims["submission_date"] = claims["service_date"] + np.minimum(lag, 75).astype("timedelta64[D]")
    code = lines["procedure_code"].astype(str)
    revenue = np.full(len(code), "0761", dtype=object)
    for first, last, department in terms["revenue"]:
        revenue[(code >= first) & (code <= last)] = department
    lines["revenue_center_code"] = revenue
    medicare = (claims["payer_type"] == "medicare")[lines["claim"]]
    for theirs, ours in terms["medicare_code"].items():
        lines["procedure_code"][medicare & (code == theirs)] = ours
    lines["modifier_1"] = np.where(lines["modifier_1"] == "26", "", lines["modifier_1"])
    fee = terms["charge"] * world.providers["fee"][hospital][lines["claim"]]
    lines["line_charge_cents"] = (np.round(lines["line_charge_cents"] * fee / 100) * 100).astype("int64")
    drugged = np.flatnonzero(rng.random(len(draft)) < terms["drugs"])
    draft.add_lines(
        drugged,
        revenue_center_code="0250",
        procedure_code="",
        modifier_1="",
        modifier_2="",
        quantity=rng.integers(1, 6, size=len(drugged)),
        line_charge_cents=rng.integers(*PHARMACY_CENTS, size=len(drugged)),
    )
    return draft


def _settled(draft: Draft, world: World, rng: np.random.Generator) -> Draft:
    """Say what only institutional claims say; their bill types stand where the place of service will be missing."""
    claims, lines, count = draft.claims, draft.lines, len(draft)
    bill_type = claims["place_of_service_code"]
    kind, frequency = bill_type.astype("U2"), np.array([code[2:] for code in bill_type], dtype=object)
    stays = np.isin(kind, STAYS)
    mean = np.array([one.nights for one in draft.catalogue.encounters])[claims["encounter"]]
    nights = np.where(mean > 0, 1 + rng.poisson(np.maximum(mean - 1, 0)), 0)
    nights = np.minimum(nights, np.where(kind == "11", 60, 29))
    through = claims["service_date"] + nights.astype("timedelta64[D]")
    earlier = np.isin(frequency.astype(str), CONTINUED)
    admitted = claims["service_date"] - (earlier * EARLIER_DAYS).astype("timedelta64[D]")
    unfinished = stays & np.isin(frequency.astype(str), UNFINISHED)
    attending = claims["rendering_npi"]
    operated = draft.any_line(lines["revenue_center_code"] == "0360")
    replaces = frequency == REPLACEMENT
    emergency = draft.in_family("emergency") | (kind == "11")
    constant = {
        "payer_responsibility_code": "P",
        "assignment_code": "A",
        "benefits_assignment_code": "Y",
        "release_code": "Y",
        "admission_source_code": "1",
    }
    claims |= {name: np.full(count, code, dtype=object) for name, code in constant.items()}
    absent = ("place_of_service_code", "referring_npi", "facility_npi")
    claims |= {name: np.full(count, None, dtype=object) for name in absent}
    claims |= {
        "institutional": np.ones(count, dtype=bool),
        "present_on_admission": np.isin(kind, ACUTE_STAYS),
        "bill_type_code": bill_type,
        "claim_frequency_code": frequency,
        "attending_npi": attending.copy(),
        "operating_npi": only_where(operated, attending),
        "original_claim_number": only_where(replaces, _claim_numbers(count, rng)),
        "admission_date": np.where(stays, admitted, np.datetime64("NaT")),
        "admission_type_code": np.where(emergency, "1", "3").astype(object),
        "patient_status_code": np.where(unfinished, "30", "01").astype(object),
        "drg_code": np.array([one.drg for one in draft.catalogue.encounters], dtype=object)[claims["encounter"]],
        "filing_date": through,
        "submission_date": claims["submission_date"] + (through - claims["service_date"]),
    }
    for name in ("id", "name"):
        terms = [one.get("institutional", one)[name] for one in world.payers]
        claims[f"payer_{name}"] = np.array(terms, dtype=object)[claims["payer"]]
    owner = lines["claim"]
    units = np.where(lines["nightly"], nights[owner], lines["quantity"])
    lines["line_charge_cents"] = np.where(
        lines["nightly"], lines["line_charge_cents"] * nights[owner], lines["line_charge_cents"]
    )
    lines |= {"quantity": units, "service_to_date": through[owner]}
    for drug, ndc in world.catalogue.billing["drug_code"].items():
        lines["ndc_code"][lines["procedure_code"] == drug] = ndc
    lines |= {f"dx_pointer_{rank}": np.zeros(len(owner), dtype=int) for rank in range(1, 5)}
    claims["total_charge_cents"] = draft.total_charges()
    draft.codes = claim_codes(draft, nights)
    needed = authorization_needed(draft, world)
    claims["authorization_needed"] = needed
    kept = only_where(~is_null(claims["prior_auth_number"]) & needed, claims["prior_auth_number"])
    fresh = authorization_numbers(draft, world, needed, rng)
    claims["prior_auth_number"] = np.where(is_null(kept), fresh, kept)
    return draft


def _claim_numbers(count: int, rng: np.random.Generator) -> Array:
    """Numbers that payers gave the claims which were replaced."""
    return np.array([f"P{number}" for number in rng.integers(10**10, 10**11, size=count).tolist()], dtype=object)
