"""PRV001: a number that cannot be an NPI."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from risk.claims.columns import holds
from risk.claims.examples import claim, line
from risk.claims.tables import ClaimBatch
from risk.rules._rule import Reason, Severity, rule
from risk.rules._stacked import stacked
from risk.rules.provider._npi import is_npi

if TYPE_CHECKING:
    from risk.reference import Reference


@rule(
    "PRV001",
    severity=Severity.REJECT,
    certain="always",
    reason=Reason.PROVIDER,
    carc="16",
    rarc="N290",
    cite="45 CFR 162.406: ten digits with a Luhn check digit, prefix 80840; the first digit is 1 or 2",
    message="The NPI of the {role} is not valid: it needs ten digits with the right check digit.",
    fix="Look the provider up in the NPI registry (NPPES) and correct the number.",
    fix_kind="data",
    good=[claim(billing_npi="1234567893", rendering_npi=None, facility_npi=None)],
    bad=[
        claim(billing_npi="1234567890"),
        claim(rendering_npi="3234567897"),
        claim(referring_npi="12345"),
        claim(facility_npi="12345678X3"),
        claim(lines=[line("99213", rendering_npi="1234567891")]),
    ],
)
def npi_check_digit(batch: ClaimBatch, _reference: Reference) -> pd.DataFrame:
    """NPI of a provider that fails its check digit.

    The front end of every payer checks the number and returns the claim. Usual cause: two digits exchanged, or another
    number of the provider in the field. A line's own rendering provider is told on its line.
    """
    claims, lines = batch.claims, batch.service_lines
    found = []
    for role in ("billing", "rendering", "referring", "facility"):
        failing = _invalid(claims[f"{role}_npi"])
        if not failing.any():
            continue
        what = "service facility" if role == "facility" else f"{role} provider"
        invalid = batch.claims_where(failing, "claim_key")
        found.append(invalid.assign(line_number=pd.array([pd.NA] * len(invalid), dtype="Int64"), role=what))
    invalid = batch.lines_where(_invalid(lines["rendering_npi"]), "line_number", "rendering_npi")
    if invalid.empty:
        return stacked(found)
    own = (invalid["rendering_npi"] != batch.of_claim("rendering_npi", invalid["claim_key"])).fillna(True)
    found.append(invalid.loc[own, ["claim_key", "line_number"]].assign(role="rendering provider"))
    return stacked(found)


def _invalid(npis: pd.Series) -> NDArray[np.bool_]:
    return holds(npis, lambda npi: not is_npi(npi))
