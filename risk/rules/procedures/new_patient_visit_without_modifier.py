"""EM002: a new-patient visit on the day of a minor procedure, without modifier 25."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from risk.claims.columns import absent
from risk.claims.examples import claim, line
from risk.reference.modifiers import carries_modifier
from risk.rules._rule import Reason, Severity, rule

if TYPE_CHECKING:
    import pandas as pd

    from risk.claims.tables import ClaimBatch
    from risk.reference import Reference

#: Modifiers that tell a visit apart from a procedure: separately identifiable, unrelated in a global period, decision.
VISIT_MODIFIERS = frozenset({"24", "25", "57"})


@rule(
    "EM002",
    severity=Severity.REVIEW,
    reason=Reason.BUNDLING,
    carc="97",
    rarc="M15",
    cite="NCCI Policy Manual ch. 1 and 3: a visit with a minor procedure (global 000, 010) follows the same "
    "rules for a new patient; NCCI has no pair of the two (2024Q3), payers have edits of their own; "
    "global days: PFS July 2024",
    cite_imported="NCCI Policy Manual ch. 1 and 3: a visit with a minor procedure (global 000, 010) follows the same "
    "rules for a new patient; payers have edits of their own; global days: {edition}",
    message="Line {line_number}: new-patient visit {procedure_code} is billed on the day of {procedure} without "
    "modifier 25; some payers then pay the procedure alone.",
    fix="Check the payer's policy, and whether the note shows evaluation beyond the procedure's own; modifier "
    "25 belongs on the visit only then.",
    fix_kind="documentation",
    good=[
        claim(lines=[line("99203")]),
        claim(lines=[line("99203", modifiers=["25"]), line("20552")]),
        claim(lines=[line("99203"), line("20552", day=12)]),
    ],
    bad=[claim(lines=[line("99203"), line("20552")])],
)
def new_patient_visit_without_modifier(batch: ClaimBatch, reference: Reference) -> pd.DataFrame:
    """New-patient visit beside a minor procedure, without modifier 25.

    Medicare's edits leave new-patient visits alone, but many plans ask for modifier 25 on them as well. Usual cause: a
    template adds the modifier for established patients only.
    """
    procedures = reference.procedures
    lines = batch.service_lines
    keys = lines["claim_key"].to_numpy()
    chosen = procedures.of_family(lines["procedure_code"], "new_patient_visit")
    if chosen.any():
        chosen &= ~carries_modifier(lines, VISIT_MODIFIERS) & batch.professional[keys]
    visits = batch.lines_where(chosen, "procedure_code", "service_from_date")
    if visits.empty:
        return visits
    beside = np.isin(keys, keys[chosen]) & procedures.has_global_days(lines, "000", "010")
    minor = batch.lines_where(beside & ~absent(lines["service_from_date"]), "procedure_code", "service_from_date")
    if minor.empty:
        return minor
    minor = minor.assign(edition=procedures.indicator_editions("global_days", minor))
    minor = minor.rename(columns={"procedure_code": "procedure"})
    met = visits.merge(
        minor[["claim_key", "service_from_date", "procedure", "edition"]], on=["claim_key", "service_from_date"]
    )
    return met.drop_duplicates(["claim_key", "line_number"])
