"""LAT002: the side of the diagnosis is not the side of the modifier."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from risk.claims.examples import claim, line
from risk.claims.tables import MODIFIERS, ClaimBatch
from risk.reference.icd10 import dotted
from risk.reference.modifiers import carries_modifier
from risk.rules._repair import found_on
from risk.rules._rule import Reason, Severity, rule

if TYPE_CHECKING:
    from risk.reference import Reference

#: HCPCS Level II modifiers (CMS) that state a side: LT and RT, eyelids E, fingers F, toes T.
_SIDE_OF_MODIFIER = dict.fromkeys(
    ("LT", "E1", "E2", "FA", "F1", "F2", "F3", "F4", "TA", "T1", "T2", "T3", "T4"), "left"
) | dict.fromkeys(("RT", "E3", "E4", "F5", "F6", "F7", "F8", "F9", "T5", "T6", "T7", "T8", "T9"), "right")
#: Both sides on one line.
_BILATERAL = "50"

#: Their side goes with the patient, not with what is treated: a paralysis (hemiplegia, late stroke), what is past,
#: absent or replaced (a mammogram of the breast that is left).
_SIDE_OF_PATIENT = ("G81", "G82", "G83", "I69", "Z8", "Z9")

#: A line with one of these is for the side opposite to the disease: a healthy organ removed to prevent (Z40.0-), a
#: breast made equal to the reconstructed one (N65.1).
_OPPOSITE_BY_DESIGN = ("Z400", "N651")

#: Central venous access: the side is that of the vein, which is chosen away from the disease.
_ACCESS = tuple(str(code) for code in range(36555, 36599))


@rule(
    "LAT002",
    severity=Severity.DENY,
    reason=Reason.CODING,
    carc="4",
    cite="ICD-10-CM guideline I.B.13; Anthem policy on laterality of diagnosis and modifier (professional "
    "claims processed from 2024-05-30)",
    message="Line {line_number}: {procedure_code} is billed for the {modifier_side} side, but {code} names the "
    "{side} side.",
    fix="Compare both with the procedure note; correct the modifier or the diagnosis, whichever the note contradicts.",
    fix_kind="data",
    good=[
        claim(dx=["M54.31"], lines=[line("64483", modifiers=["RT"])]),
        claim(dx=["M17.0"], lines=[line("20610", modifiers=["LT"])]),
        claim(dx=["M54.31", "M54.32"], lines=[line("64483", modifiers=["RT"], pointers=(1, 2))]),
        claim(dx=["M54.31"], lines=[line("64483", modifiers=["50"])]),
        claim(dx=["M17.11"], lines=[line("20610", modifiers=["LT", "RT"])]),
        claim(dx=["M54.16"], lines=[line("64483", modifiers=["LT"])]),
        claim(dx=["C50.912"], lines=[line("36561", modifiers=["RT"])]),
        claim(dx=["C50.912", "Z40.01"], lines=[line("19303", modifiers=["RT"], pointers=(2, 1))]),
        claim(dx=["Z12.31", "Z90.11"], lines=[line("77065", modifiers=["LT"], pointers=(1, 2))]),
        claim(
            dx=["M54.31", "M54.32"],
            lines=[line("99213", modifiers=["25"]), line("64483", modifiers=["LT"], pointers=(2,))],
        ),
    ],
    bad=[
        claim(dx=["M54.31"], lines=[line("64483", modifiers=["LT"])]),
        claim(dx=["M54.16", "M25.561"], lines=[line("20610", modifiers=["59", "LT"], pointers=(2,))]),
        claim(dx=["M65.341"], lines=[line("20550", modifiers=["F3"])]),
    ],
)
def side_contradicts_modifier(batch: ClaimBatch, reference: Reference) -> pd.DataFrame:
    """Diagnosis of one side on a line billed for the other.

    The modifier says which side was treated, the diagnosis which side is ill: a payer's edit compares them. A bilateral
    diagnosis, or one diagnosis of the right side among those the line points to, is enough. Usual cause: a modifier
    carried over from the earlier session on the other side. Lines that are for the healthy side by design pass.
    """
    chosen = carries_modifier(batch.service_lines, _SIDE_OF_MODIFIER.keys())
    if chosen.any():
        ill = reference.icd10.has_side(batch.diagnoses["dx_code"], "left", "right", "bilateral").to_numpy()
        concerned = np.bincount(batch.diagnoses["claim_key"].to_numpy()[ill], minlength=len(batch)) > 0
        chosen &= concerned[batch.service_lines["claim_key"].to_numpy()]
    sided = batch.lines_where(chosen, *MODIFIERS)
    if sided.empty:
        return sided
    sides = _modifier_sides(sided)
    lines = batch.service_lines.loc[sides.index, ["claim_key", "line_number", "procedure_code"]]
    lines = lines[~lines["procedure_code"].isin(_ACCESS)]
    place = ["claim_key", "line_number"]
    pointed = batch.line_diagnoses
    pointed = pointed[pointed["claim_key"].isin(lines["claim_key"])]
    designed = pointed[pointed["dx_code"].str.startswith(_OPPOSITE_BY_DESIGN)]
    pointed = pointed[~found_on(pointed, designed)]
    pointed = pointed[reference.icd10.has_side(pointed["dx_code"], "left", "right", "bilateral")]
    pointed = pointed[~pointed["dx_code"].str.startswith(_SIDE_OF_PATIENT)]
    pointed = pointed.merge(lines.assign(modifier_side=sides), on=place)
    pointed = pointed.assign(side=reference.icd10.side(pointed["dx_code"]))
    agrees = (pointed["side"] == pointed["modifier_side"]) | (pointed["side"] == "bilateral")
    opposite = pointed[~agrees]
    found = opposite[~found_on(opposite, pointed[agrees])].drop_duplicates(place)
    return found.assign(code=dotted(found["dx_code"]))


def _modifier_sides(lines: pd.DataFrame) -> pd.Series:
    """Side of each line whose modifiers state one side and only one, by the index of ``lines``."""
    left, right = (
        carries_modifier(lines, {modifier for modifier, of in _SIDE_OF_MODIFIER.items() if of == side})
        for side in ("left", "right")
    )
    one_sided = (left ^ right) & ~carries_modifier(lines, {_BILATERAL})
    return pd.Series(np.where(left, "left", "right"), index=lines.index, dtype="str")[one_sided]
