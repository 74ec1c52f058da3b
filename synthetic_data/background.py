"""What denies a claim that nothing is visibly wrong with: hazards that follow payers, providers, seasons and amounts.

Each function gives, for one reason, the factor on the background hazard of every claim. All effects are assumed; none
stands for a published edit.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.authorization import silently_wanted
from synthetic_data.draft import is_null
from synthetic_data.notes import TREATMENTS

if TYPE_CHECKING:
    from synthetic_data.catalogue import Array
    from synthetic_data.draft import Draft
    from synthetic_data.world import World

Factor = Callable[["Draft", "World"], "Array"]

#: Plans change with the year, Medicaid is redetermined in summer: factor on eligibility by month of service.
_SEASON = np.array([2.3, 1.6, 1.1, 0.9, 0.85, 0.85, 1.1, 1.0, 0.85, 0.8, 0.75, 0.75])
#: How closely payers look at a family of services.
_SCRUTINY = {
    "epidural": 2.6,
    "facet": 2.6,
    "radiofrequency": 3.2,
    "sacroiliac": 2.2,
    "stimulator": 5.0,
    "augmentation": 3.0,
    "pump": 2.0,
    "advanced_imaging": 2.2,
    "nerve_test": 2.0,
    "cardiac_test": 1.3,
    "surgery": 1.8,
    "eye_procedure": 1.3,
    "therapy": 1.0,
    "trigger_point": 1.2,
    "laboratory": 0.7,
}


def _eligibility(draft: Draft, world: World) -> Array:
    claims = draft.claims
    month = claims["service_date"].astype("datetime64[M]").astype(int) % 12
    turning = np.where((claims["age"] > 64) & (claims["age"] < 66.5), 2.2, 1.0)
    child = np.where(claims["subscriber_relationship_code"] == "19", 1.8, 1.0)
    new = np.where(claims["new_patient"], 1.7, 0.9)
    away = np.where(claims["patient_state"] != claims["facility_state"], 1.8, 1.0)
    desk = np.exp(0.75 * world.skill("registration", claims["provider"]))
    return np.asarray(_SEASON[month] * turning * child * new * away * desk)


def _coordination(draft: Draft, world: World) -> Array:
    claims = draft.claims
    old, kind = claims["age"] >= 65, claims["payer_type"]
    working = np.where(old & (kind == "commercial"), 7.0, 1.0)
    disabled = np.where(~old & np.isin(kind.astype(str), ("medicare", "medicare_advantage")), 4.0, 1.0)
    spouse = np.where(claims["subscriber_relationship_code"] == "01", 2.2, 1.0)
    return np.asarray(working * disabled * spouse * np.exp(0.6 * world.skill("registration", claims["provider"])))


def _claim_data(draft: Draft, world: World) -> Array:
    claims = draft.claims
    facility = np.where(is_null(claims["facility_npi"]), 1.0, 1.6)
    lines = 1 + 0.25 * (draft.line_count - 1)
    return np.asarray(facility * lines * np.exp(0.85 * world.skill("billing", claims["provider"])))


def _duplicate(draft: Draft, world: World) -> Array:
    repeated = 1 + np.minimum(draft.claims["session"] - 1, 8) * 0.35
    return np.asarray(repeated * np.exp(0.5 * world.skill("billing", draft.claims["provider"])))


def _authorization(draft: Draft, world: World) -> Array:
    """Doubt what is there, for it may have expired or be for something else, and want in silence what is not."""
    claims = draft.claims
    absent = is_null(claims["prior_auth_number"])
    present = claims["authorization_needed"] & ~absent
    amount = np.clip(claims["total_charge_cents"] / 100_000, 0.2, 8) ** 0.45
    facility = np.where(is_null(claims["facility_npi"]), 1.0, 1.4)
    silent = silently_wanted(draft, world) & absent
    size = np.where(present, 3.0, np.where(silent, 20.0, 0.25))
    return np.asarray(size * amount * facility * np.exp(0.7 * world.skill("authorization", claims["provider"])))


def _coding(draft: Draft, world: World) -> Array:
    last = draft.diagnoses["dx_code"][draft.first_diagnosis]
    vague = np.array([code.endswith("9") and len(code) > 3 for code in last])
    return np.asarray(np.where(vague, 2.0, 1.0) * np.exp(0.8 * world.skill("coding", draft.claims["provider"])))


def _bundling(draft: Draft, world: World) -> Array:
    set_apart = draft.any_line(np.isin(draft.lines["modifier_1"].astype(str), ("25", "59")))
    several = np.where(draft.line_count > 1, 1.8, 0.15)
    return np.asarray(
        several * np.where(set_apart, 3.0, 1.0) * np.exp(0.4 * world.skill("coding", draft.claims["provider"]))
    )


def _medical_necessity(draft: Draft, _: World) -> Array:
    claims = draft.claims
    advantage = claims["payer_type"] == "medicare_advantage"
    in_facility = np.isin(claims["place_of_service_code"].astype(str), ("22", "24"))
    interaction = np.where(advantage & in_facility & draft.in_family("epidural", "facet"), 2.4, 1.0)
    repeated = 1 + 0.3 * np.minimum(claims["session"] - 1, 4) * draft.in_family(*TREATMENTS)
    return np.asarray(_scrutiny(draft) * interaction * repeated)


def _frequency(draft: Draft, world: World) -> Array:
    claims = draft.claims
    counted = draft.in_family("therapy", "psychotherapy")
    visits = np.where(counted, 0.5 + 0.22 * np.minimum(claims["session"], 25), 1.0)
    screens = np.where(draft.in_family("laboratory"), 1.5 + 0.8 * np.minimum(claims["session"] - 1, 5), 1.0)
    treated = np.where(draft.in_family(*TREATMENTS), 0.4 + 0.8 * np.minimum(claims["session"] - 1, 4), 1.0)
    return np.asarray(visits * screens * treated * np.exp(0.2 * world.skill("billing", claims["provider"])))


def _documentation(draft: Draft, world: World) -> Array:
    claims = draft.claims
    amount = np.clip(claims["total_charge_cents"] / 60_000, 0.3, 10) ** 0.4
    high_level = np.where(
        draft.any_line(np.isin(draft.lines["procedure_code"].astype(str), ("99204", "99214", "99285"))), 1.8, 1.0
    )
    attached = np.where(is_null(claims["note"]), 1.0, 0.45)
    reputation = np.exp(0.8 * world.skill("records", claims["provider"]))
    return np.asarray(_scrutiny(draft) * amount * high_level * attached * reputation)


def _timely_filing(draft: Draft, world: World) -> Array:
    claims = draft.claims
    days = np.array([one["filing_days"] for one in world.payers])[claims["payer"]]
    used = (claims["submission_date"] - claims["filing_date"]).astype(int) / days
    return np.asarray(np.where(used > 1, 1.0, 0.3 + 14 * np.clip(used - 0.2, 0, 1)))


def _provider(draft: Draft, world: World) -> Array:
    claims = draft.claims
    outside = world.out_of_network[claims["provider"], claims["payer"]]
    enrolled = np.isin(claims["payer_type"].astype(str), ("medicaid", "workers_comp"))
    size = np.where(outside, 26.0, 0.5) * np.where(enrolled, 1.8, 1.0)
    for number, ended in enumerate(world.terms["contract_end"]):
        without = claims["service_date"] >= np.datetime64(ended["from"], "D")
        without &= world.contract_ended[claims["provider"], number]
        size[without & (world.payer_ids[claims["payer"]] == ended["payer"])] = ended["factor"]
    return np.asarray(size)


def _scrutiny(draft: Draft) -> Array:
    sizes = np.array([_SCRUTINY.get(one.family, 0.45) for one in draft.catalogue.encounters])
    return np.asarray(sizes[draft.claims["encounter"]])


FACTORS: dict[str, Factor] = {
    "eligibility": _eligibility,
    "claim_data": _claim_data,
    "authorization": _authorization,
    "coding": _coding,
    "bundling": _bundling,
    "medical_necessity": _medical_necessity,
    "frequency": _frequency,
    "documentation": _documentation,
    "timely_filing": _timely_filing,
    "duplicate": _duplicate,
    "provider": _provider,
    "coordination_of_benefits": _coordination,
}
