"""DX015: a diagnosis of another age."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from risk.claims.examples import claim, line
from risk.reference.icd10 import dotted
from risk.rules._rule import Reason, Severity, rule
from risk.rules.diagnosis._dated import conditions_where, in_force

if TYPE_CHECKING:
    from risk.claims.tables import ClaimBatch
    from risk.reference import Reference


@rule(
    "DX015",
    severity=Severity.REVIEW,
    reason=Reason.CODING,
    carc="9",
    cite="ICD-10-CM tabular list: Z00.110, Z00.111, Z05, Z38 and the note at Z68; Medicare Code Editor v43, edit 4 "
    "(newborn: age 0; maternity: 9 to 64 years); guideline I.C.16.a.2",
    message="Diagnosis {dx_position}: {code} is for patients {span}, and this patient is {relation}.",
    fix="Check the birth date and whether the claim is the mother's or the child's; report the code for "
    "the patient's age.",
    fix_kind="data",
    unless=("REG004",),  # the birth date is wrong in itself
    good=[
        claim(dx=["Z00.110"], patient_birth_date=date(2026, 9, 24)),
        claim(dx=["Z00.111"], patient_birth_date=date(2026, 9, 3)),
        claim(dx=["Z38.01", "P07.14"], patient_birth_date=date(2026, 7, 1)),
        claim(dx=["P07.14"], patient_birth_date=date(2020, 7, 1)),
        claim(dx=["O09.511", "Z3A.20"], patient_birth_date=date(1979, 7, 1)),
        claim(dx=["E66.9", "Z68.35"]),
        claim(dx=["Z00.110"], patient_birth_date=None),
        claim(dx=["Z00.129", "Z68.53"], patient_birth_date=date(2012, 7, 1)),
    ],
    bad=[
        claim(dx=["Z00.110"], patient_birth_date=date(2026, 9, 1)),
        claim(dx=["Z00.111"], patient_birth_date=date(2026, 9, 1)),
        claim(dx=["Z38.00"], patient_birth_date=date(1995, 7, 1)),
        claim(dx=["O80", "Z37.0"], patient_birth_date=date(2026, 10, 1), lines=[line("59409")]),
        claim(dx=["E66.9", "Z68.53"]),
    ],
)
def diagnosis_contradicts_age(batch: ClaimBatch, reference: Reference) -> pd.DataFrame:
    """Diagnosis for patients of another age.

    Examinations of newborns, births, pregnancies and the body mass index have codes for certain ages only. Conditions
    that began at birth keep their codes for life and are left alone. Usual cause: mother and child mixed up, a code of
    the last visit kept, or a birth date mistyped. On a claim over several days every day has to contradict.
    """
    found = conditions_where(batch, reference.dx_patients.depends_on_age(batch.diagnoses["dx_code"]))
    if found.empty:
        return found
    found = found.join(reference.dx_patients.age_limits(found["dx_code"]))
    keys = found["claim_key"]
    born = batch.of_claim("patient_birth_date", keys)
    first, last = (
        pd.Series(dates.array.take(keys.to_numpy()), index=keys.index)
        for dates in (batch.first_service_date, batch.last_service_date)
    )
    in_days = found["age_unit"] == "days"
    older = _age(born, first, in_days) > found["age_to"]
    younger = _age(born, last, in_days) < found["age_from"]
    found = found.assign(relation=np.where(older, "older", "younger"))[older | younger]
    found = found[in_force(found, batch, reference)].drop_duplicates(["claim_key", "dx_code"])
    bounds = zip(found["age_from"], found["age_to"], found["age_unit"], strict=True)
    return found.assign(code=dotted(found["dx_code"]), span=[_span(*one) for one in bounds])


def _age(born: pd.Series, on: pd.Series, in_days: pd.Series) -> pd.Series:
    """Age on a date in completed years, or in days where ``in_days``; null where a date is."""
    days = (on - born).dt.days
    before_birthday = on.dt.month * 100 + on.dt.day < born.dt.month * 100 + born.dt.day
    return (on.dt.year - born.dt.year - before_birthday).where(~in_days, days)


def _span(least: float, most: float, unit: str) -> str:
    if np.isnan(most):
        return f"of at least {least:.0f} {unit}"
    if np.isnan(least) or least == 0:
        return f"under {most + 1:.0f} {unit if most else unit.removesuffix('s')} of age"
    return f"from {least:.0f} to {most:.0f} {unit} of age"
