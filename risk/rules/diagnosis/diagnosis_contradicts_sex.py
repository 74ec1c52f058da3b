"""DX014: a diagnosis of the other sex."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pandas as pd

from risk.claims.examples import claim, line
from risk.claims.tables import MODIFIERS
from risk.reference.icd10 import dotted
from risk.rules._rule import Reason, Severity, rule
from risk.rules.diagnosis._dated import conditions_where, in_force

if TYPE_CHECKING:
    from risk.claims.tables import ClaimBatch
    from risk.reference import Reference

#: What tells the payer that the conflict is no error (Medicare Claims Processing Manual ch. 32, 240).
_CONDITION_CODE, _MODIFIER = "45", "KX"

#: First day without the sex edit of the Medicare Code Editor (Definitions of Medicare Code Edits v42, edit 5).
_MEDICARE_EDIT_ENDED = pd.Timestamp("2024-10-01")

_WORDS = {"F": "female", "M": "male"}


@rule(
    "DX014",
    severity=Severity.REVIEW,
    reason=Reason.CODING,
    carc="10",
    cite="ICD-10-CM tabular list: chapter 15 and the blocks of female and male genital organs; Medicare Code Editor "
    "v41, edit 5; Medicare Claims Processing Manual ch. 32, 240",
    message="Diagnosis {dx_position}: {code} is a diagnosis of {of_sex} patients, and the claim gives the patient's "
    "sex as {patient_sex}.",
    fix="Check code, patient and the sex that the payer has on file. Where all are right, condition code 45 "
    "(institutional) or modifier KX on the line (professional) tells the payer so.",
    fix_kind="data",
    good=[
        claim(dx=["O09.511", "Z3A.20"]),
        claim(dx=["N40.1"], patient_sex="M"),
        claim(dx=["N40.1"], patient_sex="U"),
        claim(dx=["C50.911"], patient_sex="M"),
        claim(dx=["N40.1"], lines=[line("99213", modifiers=["KX"])]),
        claim(dx=["Z38.00", "P59.9"], patient_sex="M", patient_birth_date=date(2026, 10, 1)),
    ],
    bad=[
        claim(dx=["N40.1"]),
        claim(dx=["M54.16", "C61"]),
        claim(dx=["N80.9"], patient_sex="M"),
        claim(dx=["O09.511", "Z3A.20"], patient_sex="M"),
    ],
)
def diagnosis_contradicts_sex(batch: ClaimBatch, reference: Reference) -> pd.DataFrame:
    """Diagnosis that ICD-10-CM gives to the other sex.

    Pregnancy and the diseases of the genital organs belong to one sex in the classification, and plans compare it with
    the sex on file. Usual cause: the wrong patient, the mother's code on the newborn's claim, or a sex on file that is
    not that of the organ. Quiet where the claim says that it is no error, where the sex is not F or M, and for Medicare
    hospital claims since Medicare's editor gave the comparison up.
    """
    listed = conditions_where(batch, reference.dx_patients.depends_on_sex(batch.diagnoses["dx_code"]))
    if listed.empty:
        return listed
    listed = listed.assign(of_sex=reference.dx_patients.sex(listed["dx_code"]))
    sexes = batch.of_claim("patient_sex", listed["claim_key"])
    found = listed.assign(patient_sex=sexes)[sexes.isin(list(_WORDS)) & (sexes != listed["of_sex"])]
    if found.empty:
        return found
    found = found[~found["claim_key"].isin(_explained(batch)) & ~_not_edited(found["claim_key"], batch)]
    found = found[in_force(found, batch, reference)].drop_duplicates(["claim_key", "dx_code"])
    return found.assign(code=dotted(found["dx_code"]), of_sex=found["of_sex"].map(_WORDS))


def _explained(batch: ClaimBatch) -> pd.Series:
    """Keys of the claims that say the conflict is no error."""
    lines, codes = batch.service_lines, batch.claim_codes
    marked = (lines[MODIFIERS] == _MODIFIER).any(axis=1)
    stated = (codes["code_kind"] == "condition") & (codes["code"] == _CONDITION_CODE)
    return pd.concat([lines.loc[marked, "claim_key"], codes.loc[stated, "claim_key"]])


def _not_edited(claim_keys: pd.Series, batch: ClaimBatch) -> pd.Series:
    """Whether each claim is a Medicare hospital claim from after the end of the edit, aligned with ``claim_keys``."""
    served = pd.Series(batch.first_service_date.array.take(claim_keys.to_numpy()), index=claim_keys.index)
    institutional = batch.of_claim("claim_kind", claim_keys) == "institutional"
    medicare = batch.of_claim("payer_type", claim_keys) == "medicare"
    return (institutional & medicare).fillna(False).astype(bool) & (served >= _MEDICARE_EDIT_ENDED)
