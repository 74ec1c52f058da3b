"""PRV003: a code that cannot be a provider taxonomy."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from risk.claims.columns import holds
from risk.claims.examples import claim
from risk.claims.tables import ClaimBatch
from risk.reference.forms import TAXONOMY_FORM
from risk.rules._rule import Reason, Severity, rule

if TYPE_CHECKING:
    import pandas as pd

    from risk.reference import Reference


@rule(
    "PRV003",
    severity=Severity.REJECT,
    certain="always",
    reason=Reason.PROVIDER,
    carc="16",
    rarc="N255",
    cite="NUCC health care provider taxonomy: ten characters, the last an X; 837 guides, loop 2000A PRV03",
    message="The taxonomy code of the billing provider has not the form of one: ten characters, two digits first and X "
    "last.",
    fix="Take the taxonomy code under which the billing provider is enrolled from the NPI registry (NPPES).",
    fix_kind="data",
    good=[
        claim(billing_taxonomy_code="207Q00000X"),
        claim(billing_taxonomy_code="1041C0700X"),
        claim(billing_taxonomy_code=None),
    ],
    bad=[
        claim(billing_taxonomy_code="207Q00000"),
        claim(billing_taxonomy_code="2O8VP0014Y"),
        claim(billing_taxonomy_code="PAIN MEDICINE"),
    ],
)
def malformed_taxonomy_code(batch: ClaimBatch, _reference: Reference) -> pd.DataFrame:
    """Taxonomy code of the billing provider that has not the form of its code set.

    The front end knows no such code and returns the claim. Usual cause: a specialty in words or an old Medicare
    specialty number in the field, or a zero typed as the letter O.
    """
    codes = batch.claims["billing_taxonomy_code"]
    form = re.compile(TAXONOMY_FORM)
    return batch.claims_where(holds(codes, lambda code: not form.fullmatch(code.upper())), "claim_key")
