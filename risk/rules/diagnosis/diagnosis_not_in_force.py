"""DX002: a diagnosis code that is not in force on the date of service."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from risk.claims.columns import map_unique
from risk.claims.examples import claim, line
from risk.claims.tables import ClaimBatch
from risk.rules._rule import Reason, Severity, rule
from risk.rules._stacked import stacked
from risk.rules.diagnosis._dated import diagnoses_with_status, listed_codes

if TYPE_CHECKING:
    from risk.reference import Reference

#: Where a list of codes that the user imported lacks the code, and none tells since or until when.
_NOT_LISTED = "The list of codes of that fiscal year does not have it"


@rule(
    "DX002",
    severity=Severity.DENY,
    reason=Reason.CODING,
    carc="146",
    cite="45 CFR 162.1000 (code sets valid at the time of service); ICD-10-CM addenda FY2022 to FY2027",
    message="Diagnosis {dx_position}: {code} is not valid on the date of service, {service_date}. {why}.",
    fix="Report the code in force on the date of service that the record supports.",
    fix_kind="data",
    good=[
        claim(dx=["M54.50"]),
        claim(dx=["M54.5"], lines=[line("99213", date_of_service="2021-09-30")]),
        claim(dx=["M51.36"], lines=[line("99213", date_of_service="2024-09-30")]),
        claim(dx=["M51.360"], lines=[line("99213", date_of_service="2024-10-01")]),
        claim(dx=["G44.86"], lines=[line("99213", date_of_service="2022-06-01")]),
        claim(
            dx=["M72.2", "M72.21"],
            lines=[
                line("97110", date_of_service="2026-09-30", pointers=(1,)),
                line("97110", date_of_service="2026-10-01", pointers=(2,)),
            ],
        ),
    ],
    bad=[
        claim(dx=["M54.5"]),
        claim(dx=["M54.5"], lines=[line("99213", date_of_service="2021-10-01")]),
        claim(dx=["M54.59"], lines=[line("99213", date_of_service="2021-09-30")]),
        claim(dx=["M51.36"], lines=[line("62323", date_of_service="2024-10-01")]),
        claim(dx=["M54.16", "M72.2"]),
        claim(dx=["M72.2"], lines=[line("97110", date_of_service="2026-09-30"), line("97110", day=2)]),
    ],
)
def diagnosis_not_in_force(batch: ClaimBatch, reference: Reference) -> pd.DataFrame:
    """Diagnosis code not valid on the date of service.

    ICD-10-CM changes every first of October: codes that were split end on 30 September. Usual cause: a favourites list
    or a template from before the change; low back pain as M54.5 is the classic. Where the day of a change is not known
    to us, the dates in between pass. On a claim over several days each line is judged on its own date.
    """
    ended = diagnoses_with_status(batch, reference, "ended")
    early = diagnoses_with_status(batch, reference, "not_yet")
    return stacked([_that_ended(ended, reference), _to_come(early, reference)])


def _that_ended(ended: pd.DataFrame, reference: Reference) -> pd.DataFrame:
    if ended.empty:
        return ended
    icd10 = reference.icd10
    by = icd10.ended_on(ended["dx_code"]).dt.strftime("%Y-%m-%d").astype("str")
    by = by.where(icd10.end_is_exact(ended["dx_code"]), by + " or before")
    split = map_unique(ended["dx_code"], lambda codes: [_split_into(icd10.successors(code)) for code in codes])
    return ended.assign(why=("It was last valid on " + by + split).fillna(_NOT_LISTED))


def _to_come(early: pd.DataFrame, reference: Reference) -> pd.DataFrame:
    if early.empty:
        return early
    from_date = reference.icd10.began_on(early["dx_code"]).dt.strftime("%Y-%m-%d")
    return early.assign(why=("It is valid only from " + from_date).fillna(_NOT_LISTED))


def _split_into(successors: tuple[str, ...]) -> str:
    return f"; it was replaced by {listed_codes(successors)}" if successors else ""
