"""DX008: an external cause where the reason for the service belongs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from risk.claims.examples import claim, line
from risk.reference.icd10 import dotted
from risk.rules._rule import Reason, Severity, rule
from risk.rules.diagnosis._dated import first_listed_where, in_force

if TYPE_CHECKING:
    from risk.claims.tables import ClaimBatch
    from risk.reference import Reference


@rule(
    "DX008",
    severity=Severity.DENY,
    reason=Reason.CODING,
    carc="16",
    rarc="MA63",
    cite="ICD-10-CM guideline I.C.20.a.6 and the note of chapter 20 (V00-Y99): secondary to a code of another chapter; "
    "Medicare Code Editor, edit 2",
    message="{place} is {code}, an external cause, which is never the reason for a service.",
    fix="Report the injury or condition that was treated first and point the line to it; the external cause follows.",
    fix_kind="data",
    good=[
        claim(dx=["S52.532A", "W01.0XXA", "Y92.009"], lines=[line("25600", pointers=(1, 2, 3))]),
        claim(dx=["T50.901A", "Y92.009"]),
        claim(dx=["M54.16"]),
    ],
    bad=[
        claim(dx=["W01.0XXA", "S52.532A"]),
        claim(dx=["V43.52XA"]),
        claim(dx=["S33.5XXA", "W18.30XA"], lines=[line("99213"), line("97110", pointers=(2,))]),
        claim(dx=["S33.5XXA", "W18.30XA"], lines=[line("99213", pointers=(2, 1))]),
    ],
)
def external_cause_first_listed(batch: ClaimBatch, reference: Reference) -> pd.DataFrame:
    """External cause of an injury as the first-listed diagnosis, or as the first that a line points to.

    V, W, X and Y codes say how, where and doing what the patient was hurt; they follow the code of the injury.
    Medicare returns hospital claims, and other payers deny. Usual cause: the codes entered in the order of the story,
    or pointers in the order of typing.
    """
    groups = reference.dx_groups
    external = groups.of_group(batch.diagnoses["dx_code"], "external_cause")
    causes = batch.diagnoses_where(external)
    if causes.empty:
        return causes
    leading = first_listed_where(batch, external)
    leading = leading.assign(place="The first-listed diagnosis", line_number=pd.array([pd.NA] * len(leading), "Int64"))
    pointed = batch.line_diagnoses
    pointed = pointed[pointed["claim_key"].isin(causes["claim_key"]) & ~pointed["claim_key"].isin(leading["claim_key"])]
    pointed = pointed[batch.has_pointers[pointed["claim_key"]]].drop_duplicates(["claim_key", "line_number"])
    pointed = pointed[groups.matches("external_cause", pointed["dx_code"])]
    pointed = pointed.assign(
        place="The first diagnosis that line " + pointed["line_number"].astype("str") + " points to"
    )
    found = pd.concat([leading, pointed])
    found = found[in_force(found, batch, reference)]
    return found.assign(code=dotted(found["dx_code"]))
