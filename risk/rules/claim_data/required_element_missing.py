"""CLM003: a claim without a diagnosis, a line without its service, date, units or charge."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from risk.claims.columns import absent
from risk.claims.examples import Line, claim, line
from risk.rules._rule import Reason, Severity, rule
from risk.rules._stacked import stacked

if TYPE_CHECKING:
    from risk.claims.tables import ClaimBatch
    from risk.reference import Reference

_ELEMENTS = ("procedure_code", "revenue_center_code", "service_from_date", "quantity", "line_charge_cents")

_UNCODED = Line(line("99213").values | {"procedure_code": None})


@rule(
    "CLM003",
    severity=Severity.REJECT,
    certain="always",
    reason=Reason.CLAIM_DATA,
    carc="16",
    rarc="MA130",
    cite="837 guides 005010X222A1 and 005010X223A2: HI, SV1 or SV2 and DTP 472 are required",
    message="{place} has no {element}.",
    fix="Complete the claim from the record of the encounter.",
    fix_kind="data",
    good=[
        claim(lines=[line("99213")], dx=["M54.16"]),
        claim(
            claim_kind="institutional",
            bill_type_code="131",
            lines=[Line(_UNCODED.values | {"revenue_center_code": "0250"})],
        ),
    ],
    bad=[
        claim(dx=[]),
        claim(lines=[line("99213", service_from_date=None)]),
        claim(lines=[_UNCODED]),
        claim(lines=[line("99213", quantity=None)]),
        claim(lines=[line("99213", line_charge_cents=None)]),
        claim(lines=[]),
    ],
)
def required_element_missing(batch: ClaimBatch, _reference: Reference) -> pd.DataFrame:
    """Claim or line without what no claim can do without.

    Without a diagnosis, a service, its date, its units or its charge there is nothing to adjudicate: the claim is
    returned. Usual cause: charge entry that was interrupted, or an interface that dropped a field.
    """
    lines = batch.service_lines
    of_claims = {"diagnosis": batch.diagnoses, "service line": lines}
    gaps = {column: absent(lines[column]) for column in _ELEMENTS}
    of_lines = {
        "procedure code": gaps["procedure_code"] & gaps["revenue_center_code"],
        "date of service": gaps["service_from_date"],
        "units": gaps["quantity"],
        "charge": gaps["line_charge_cents"],
    }
    found = []
    for element, table in of_claims.items():
        without = np.bincount(table["claim_key"], minlength=len(batch)) == 0
        if without.any():
            found.append(batch.claims_where(without, "claim_key").assign(place="The claim", element=element))
    for element, missing in of_lines.items():
        if missing.any():
            rows = batch.lines_where(missing, "line_number")
            found.append(rows.assign(place="Line " + rows["line_number"].astype("str"), element=element))
    return stacked(found)
