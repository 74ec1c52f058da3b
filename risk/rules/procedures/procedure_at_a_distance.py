"""SET002: an injection or other hands-on procedure as telehealth."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from risk.claims.columns import one_of
from risk.claims.examples import claim, line
from risk.reference.forms import TELEHEALTH_MODIFIERS, TELEHEALTH_PLACES
from risk.reference.modifiers import carries_modifier
from risk.rules._rule import Reason, Severity, rule

if TYPE_CHECKING:
    import pandas as pd

    from risk.claims.tables import ClaimBatch
    from risk.reference import Reference

#: Global periods of procedures and of their add-ons, all of which are done by hand.
_HANDS_ON = ("000", "010", "090", "ZZZ")


@rule(
    "SET002",
    severity=Severity.DENY,
    reason=Reason.CODING,
    carc="5",
    rarc="M77",
    cite="CMS place of service code set: in 02 and 10 the patient is elsewhere than the practitioner; PFS July 2024: "
    "global days of procedures",
    message="Line {line_number}: {procedure_code} cannot be done at a distance, and the line says telehealth ({told}).",
    fix="Enter the place where the procedure was done, from the procedure note, and take a telehealth modifier off.",
    fix_kind="data",
    good=[
        claim(place_of_service_code="10", lines=[line("99214", modifiers=["95"])]),
        claim(place_of_service_code="22", lines=[line("64493")]),
        claim(lines=[line("99213", modifiers=["95"], place_of_service_code="10", day=2), line("20553")]),
    ],
    bad=[
        claim(place_of_service_code="02", lines=[line("62323")]),
        claim(place_of_service_code="10", lines=[line("99214", modifiers=["95", "25"]), line("20553")]),
        claim(lines=[line("64483", modifiers=["LT", "95"])]),
    ],
)
def procedure_at_a_distance(batch: ClaimBatch, reference: Reference) -> pd.DataFrame:
    """Hands-on procedure in a place of telehealth, or with a telehealth modifier.

    Nobody injects over a camera: the place is denied as inconsistent with the procedure. Usual cause: the place of the
    visit before, or of the visit on the same claim, carried over.
    """
    lines = batch.service_lines
    by_place = one_of(lines["place_of_service_code"], TELEHEALTH_PLACES)
    told = by_place | carries_modifier(lines, TELEHEALTH_MODIFIERS)
    lines, by_place = batch.lines_where(told, "procedure_code", "place_of_service_code"), by_place[told]
    if lines.empty:
        return lines
    procedures = reference.procedures
    hands_on = procedures.fact("global_days", lines["procedure_code"]).isin(_HANDS_ON)
    hands_on |= procedures.of_family(lines["procedure_code"], "injection_administration")
    place = "place " + lines["place_of_service_code"].fillna("")
    return lines.assign(told=np.where(by_place, place, "by its modifier"))[hands_on]
