"""DX007: G89 in the wrong place for the purpose of the procedure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from risk.claims.examples import claim, line
from risk.reference.icd10 import dotted
from risk.rules._rule import Reason, Severity, rule

if TYPE_CHECKING:
    from risk.claims.tables import ClaimBatch
    from risk.reference import Reference

#: Procedures for the control of pain (guideline I.C.6.b.1.a names the neurostimulator) and such as treat its cause
#: (the guideline names kyphoplasty and fusion).
_CONTROLS_PAIN = ("cord_stimulator",)
_TREATS_CAUSE = ("vertebral_augmentation", "disc_decompression")

#: Neoplasm-related pain may come first whenever the encounter is for pain (guideline I.C.6.b.5).
_NEOPLASM_RELATED = "G893"


@rule(
    "DX007",
    severity=Severity.REVIEW,
    reason=Reason.CODING,
    carc="11",
    cite="ICD-10-CM guideline I.C.6.b.1.a (pain codes as principal or first-listed)",
    message="Line {line_number}: {code} is diagnosis number {place} of {procedure_code}, but {order}.",
    fix="Order the diagnoses by the documented purpose: control of the pain, or treatment of its cause.",
    fix_kind="data",
    unless=("DX004",),  # nothing but unspecified pain on the line: there is no cause to put first
    good=[
        claim(dx=["G89.29", "M96.1"], lines=[line("63650", pointers=(1, 2))]),
        claim(dx=["M54.16", "G89.29"], lines=[line("64483", pointers=(1, 2))]),
        claim(dx=["G89.29", "M54.16"], lines=[line("99213", pointers=(1, 2))]),
        claim(dx=["G89.3", "M84.58XA", "C79.51"], lines=[line("22514", pointers=(1, 2))]),
        claim(dx=["T85.192A", "G89.29"], lines=[line("63650", pointers=(1, 2))]),
    ],
    bad=[
        claim(dx=["M96.1", "G89.29"], lines=[line("63650", pointers=(1, 2))]),
        claim(dx=["G89.29", "M80.08XA"], lines=[line("22514", pointers=(1, 2))]),
    ],
)
def misplaced_pain_code(batch: ClaimBatch, reference: Reference) -> pd.DataFrame:
    """Pain code (G89) in the wrong order for the procedure.

    A stimulator is put in to control pain: G89 comes first, the cause second. A procedure on the cause itself, such as
    kyphoplasty, takes the cause first and no G89 at all. Everything else depends on the documented purpose, which a
    claim does not show, and is left alone. Usual cause: one order of diagnoses copied to every encounter.
    """
    place = ["claim_key", "line_number"]
    codes = batch.service_lines["procedure_code"]
    procedures = reference.procedures.of_family(codes, *_CONTROLS_PAIN, *_TREATS_CAUSE)
    lines = batch.lines_where(procedures, "procedure_code")
    if lines.empty:
        return lines
    with_pain = batch.diagnoses.loc[reference.dx_groups.matches("pain_g89", batch.diagnoses["dx_code"]), "claim_key"]
    lines = lines[lines["claim_key"].isin(with_pain)]
    pointed = batch.line_diagnoses
    pointed = pointed[pointed["claim_key"].isin(lines["claim_key"])].merge(lines, on=place)
    ordered = pointed.groupby(place)["dx_code"]
    pointed = pointed.assign(place=ordered.cumcount() + 1, first_code=ordered.transform("first"))
    pain = pointed[reference.dx_groups.matches("pain_g89", pointed["dx_code"])]
    pain = pain.assign(code=dotted(pain["dx_code"]))
    after_cause = (pain["place"] > 1) & _is_cause(pain["first_code"], reference)
    controls = reference.procedures.of_family(pain["procedure_code"], *_CONTROLS_PAIN)
    leads = (pain["place"] == 1) & ~pain["dx_code"].str.startswith(_NEOPLASM_RELATED)
    late = pain[controls & after_cause].assign(order="the procedure controls pain, and then the pain code comes first")
    early = pain[~controls & leads].assign(
        order="the procedure treats the cause, and then the cause comes first and G89 is left out"
    )
    return pd.concat([late, early]).drop_duplicates(place)


def _is_cause(codes: pd.Series, reference: Reference) -> pd.Series:
    """Whether a diagnosis is the cause of spinal pain, as against a complication or an adjustment of a device."""
    groups = reference.dx_groups
    return groups.matches("structural_cause", codes) | groups.matches("radicular", codes)
