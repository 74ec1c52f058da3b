"""DX004: a procedure that rests on a pain code which names no cause."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from risk.claims.columns import rows_where
from risk.claims.examples import claim, line
from risk.reference.icd10 import dotted
from risk.rules._rule import Reason, Severity, rule
from risk.rules.diagnosis._procedural import procedural

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from risk.claims.tables import ClaimBatch
    from risk.reference import Reference


@rule(
    "DX004",
    severity=Severity.REVIEW,
    reason=Reason.MEDICAL_NECESSITY,
    carc="167",
    rarc="N569",
    cite="ICD-10-CM guidelines I.B.2, I.B.5 and II.A; tabular list: lumbago NOS and loin pain are M54.50",
    message="Line {line_number}: the first reason given for {procedure_code} is {code} ({description}), which "
    "does not say what causes the pain.",
    fix="Ask the clinician what causes the pain; if the record names it, report the cause first and point to it.",
    fix_kind="documentation",
    unless=("NEC001", "NEC004"),  # an epidural for axial pain: the same defect, said more precisely
    good=[
        claim(dx=["M54.50"]),
        claim(dx=["M54.9"], lines=[line("99203"), line("72100")]),
        claim(dx=["M54.50"], lines=[line("97110"), line("36415")]),
        claim(dx=["G89.29"], lines=[line("62369")]),
        claim(dx=["M54.16"], lines=[line("64483")]),
        claim(dx=["G89.29", "M54.16"], lines=[line("64483", pointers=(1, 2))]),
        claim(dx=["M54.9", "M54.16"], lines=[line("99213", modifiers=["25"]), line("64483", pointers=(2,))]),
    ],
    bad=[
        claim(dx=["M54.9"], lines=[line("27096")]),
        claim(dx=["M54.50"], lines=[line("99213"), line("72148")]),
        claim(dx=["M54.50", "M54.16"], lines=[line("64483", pointers=(1, 2))]),
        claim(dx=["G89.29"], lines=[line("G0260")]),
        claim(dx=["G89.29", "M54.50"], lines=[line("64493", pointers=(1, 2))]),
    ],
)
def nonspecific_pain_diagnosis(batch: ClaimBatch, reference: Reference) -> pd.DataFrame:
    """Procedure or imaging that rests on unspecified pain.

    A symptom code is honest on a first visit; an injection or a scan needs the reason for it. Unspecified pain in first
    place answers none of a coverage policy's questions, and a known cause has to come before its symptom. A code for
    chronic pain in first place is right when pain control is the purpose, as long as a cause or site follows. Usual
    cause: the problem list says "back pain" and nobody updated it after the diagnosis was made.
    """
    groups = reference.dx_groups
    lines = batch.service_lines
    keys = lines["claim_key"].to_numpy()
    vague = groups.of_group(batch.diagnoses["dx_code"], "nonspecific_pain")
    concerned = np.bincount(batch.diagnoses["claim_key"].to_numpy()[vague], minlength=len(batch)) > 0
    chosen = concerned[keys]
    if chosen.any():
        chosen &= procedural(lines["procedure_code"], reference).to_numpy()
    lines = batch.lines_where(chosen, "procedure_code")
    if lines.empty:
        return lines
    pointed = batch.line_diagnoses
    vague = groups.of_group(pointed["dx_code"], "nonspecific_pain")
    width = 2 + max(_numbers(table).max(initial=0) for table in (lines, pointed))
    places, first, of_place = np.unique(_places(pointed, width), return_index=True, return_inverse=True)
    alone = np.bincount(of_place[~vague], minlength=len(places)) == 0
    chronic = groups.of_group(pointed["dx_code"], "pain_g89")[first]
    resting = vague[first] & (~chronic | alone)
    found = rows_where(lines, np.isin(_places(lines, width), places[resting]))
    if found.empty:
        return found
    at = np.searchsorted(places, _places(found, width))
    codes = pointed["dx_code"].take(first[at]).set_axis(found.index)
    return found.assign(code=dotted(codes), description=reference.icd10.describe(codes))


def _numbers(table: pd.DataFrame) -> NDArray[np.int64]:
    numbers: NDArray[np.int64] = table["line_number"].array.to_numpy(dtype="int64", na_value=-1)
    return numbers


def _places(table: pd.DataFrame, width: int) -> NDArray[np.int64]:
    """Claim and line of each row as one number; ``width`` is greater than any number of a line."""
    places: NDArray[np.int64] = table["claim_key"].to_numpy() * width + _numbers(table) + 1
    return places
