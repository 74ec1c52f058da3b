"""GLB001: a visit within the global period of an earlier procedure, without modifier 24."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from risk.claims.examples import claim, line
from risk.reference.modifiers import carries_modifier
from risk.rules._past import lines_of_patients, members_with
from risk.rules._repair import drop_lines
from risk.rules._rule import Reason, Severity, rule
from risk.rules._stacked import no_offenders

if TYPE_CHECKING:
    import pandas as pd

    from risk.claims.tables import ClaimBatch
    from risk.reference import Reference

#: Global periods that reach beyond the day of the procedure, in days after it.
DAYS_AFTER = {"010": 10, "090": 90}

#: Modifier that says a visit has nothing to do with the procedure.
UNRELATED = frozenset({"24"})

#: Modifiers of those who do not see the patient afterwards: surgery alone, preoperative care alone, assistants; and
#: of a return to the operating room, which begins no period of its own.
WITHOUT_AFTERCARE = frozenset({"54", "56", "78", "80", "81", "82", "AS"})


@rule(
    "GLB001",
    severity=Severity.DENY,
    reason=Reason.BUNDLING,
    carc="97",
    rarc="M144",
    cite="Medicare Claims Processing Manual ch. 12, 40.1 and 40.2 (global surgical package, modifier 24); global days: "
    "PFS July 2024",
    cite_imported="Medicare Claims Processing Manual ch. 12, 40.1 and 40.2 (global surgical package, modifier 24); "
    "global days: {edition}",
    message="Line {line_number}: visit {procedure_code} is {days_since} days after {procedure}, whose payment includes "
    "the visits of the {days_after} days after it, and has no modifier 24.",
    fix="Ask whether the visit was for something else than the recovery from the procedure. Modifier 24 belongs on it "
    "only if the note says so; otherwise the visit is part of the procedure and is not billed.",
    fix_kind="documentation",
    repair=drop_lines,
    requires="The note shows that the visit was for the recovery from the procedure; it then comes off.",
    unless=("DUP001",),
    history=True,
    good=[
        claim(lines=[line("99213", day=20)], past=[claim(lines=[line("64635", day=9)])]),
        claim(lines=[line("99213", day=20, modifiers=["24"])], past=[claim(lines=[line("64635", day=10)])]),
        claim(lines=[line("99213", day=20)], past=[claim(lines=[line("62323", day=12)])]),
        claim(lines=[line("99213", day=9)], past=[claim(lines=[line("64635", day=10)])]),
        claim(lines=[line("99213", day=20)], past=[claim(lines=[line("64635", day=12)], rendering_npi="1679576722")]),
        claim(lines=[line("64635", day=1), line("99213", day=1, modifiers=["25"])]),
    ],
    bad=[
        claim(lines=[line("99213", day=20)], past=[claim(lines=[line("64635", day=10)])]),
        claim(lines=[line("99213", day=20)], past=[claim(lines=[line("63655", day=22, month=7)])]),
        claim(lines=[line("64635", day=1), line("99213", day=8)]),
    ],
)
def visit_in_global_period(batch: ClaimBatch, reference: Reference, past: ClaimBatch) -> pd.DataFrame:
    """Visit in the global period of a procedure.

    Payment for a procedure with a global period of 10 or 90 days includes its provider's visits for the recovery on
    those days, counted from the day after it. A visit of an established patient there is denied unless modifier 24
    says that it is unrelated. Only professional claims of the same billing and rendering provider are compared, in
    this batch and the history; the day of the procedure itself is left to other rules. Usual cause: a follow-up visit
    billed out of habit.
    """
    procedures = reference.procedures

    def visiting(lines: pd.DataFrame) -> NDArray[np.bool_]:
        return procedures.of_family(lines["procedure_code"], "office_visit")

    def surgical(lines: pd.DataFrame) -> NDArray[np.bool_]:
        return procedures.has_global_days(lines, *DAYS_AFTER)

    seen = members_with(batch, visiting)
    if seen.empty:
        return no_offenders()
    operated = seen.intersection(members_with(batch, surgical).union(members_with(past, surgical)))
    if operated.empty:
        return no_offenders()
    lines = lines_of_patients(batch, past, lambda lines: visiting(lines) | surgical(lines), members=operated)
    lines = lines[(lines["claim_kind"] == "professional") & lines["billing_npi"].notna()]
    lines["provider"] = lines["rendering_npi"].fillna(lines["billing_npi"])
    lines["days_after"] = procedures.global_days(lines).map(DAYS_AFTER).astype("Int64")
    visits = lines[lines["in_batch"] & procedures.of_family(lines["procedure_code"], "office_visit")]
    visits = visits[~carries_modifier(visits, UNRELATED)]
    surgeries = lines[lines["days_after"].notna()]
    surgeries = surgeries.assign(edition=procedures.indicator_editions("global_days", surgeries))
    surgeries = surgeries[~carries_modifier(surgeries, WITHOUT_AFTERCARE)]
    keys = ["patient", "billing_npi", "provider"]
    met = visits[[*keys, "claim_key", "line_number", "procedure_code", "day"]].merge(
        surgeries[[*keys, "procedure_code", "day", "days_after", "edition"]].rename(
            columns={"procedure_code": "procedure", "day": "procedure_day"}
        ),
        on=keys,
    )
    met["days_since"] = met["day"] - met["procedure_day"]
    met = met[(met["days_since"] >= 1) & (met["days_since"] <= met["days_after"])]
    met = met.sort_values(["claim_key", "line_number", "days_since", "procedure"], kind="stable")
    return met.drop_duplicates(["claim_key", "line_number"])
