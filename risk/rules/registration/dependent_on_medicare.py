"""REG007: a patient registered as somebody else's dependent on Medicare."""

from __future__ import annotations

from typing import TYPE_CHECKING

from risk.claims.columns import holds
from risk.claims.examples import claim
from risk.rules._rule import Reason, Severity, rule

if TYPE_CHECKING:
    import pandas as pd

    from risk.claims.tables import ClaimBatch
    from risk.reference import Reference

#: Individual relationship code of the subscriber. Source: X12 element 1069; 837 guides, SBR02.
_SELF = "18"


@rule(
    "REG007",
    severity=Severity.REJECT,
    reason=Reason.ELIGIBILITY,
    carc="16",
    rarc="MA89",
    cite="CMS 837P and 837I companion guides, loop 2000B SBR02: 18, as the patient is always the subscriber",
    message="The patient is not the subscriber (relationship {subscriber_relationship_code}); Medicare insures each "
    "person under an identifier of their own.",
    fix="Take the patient's own Medicare identifier from the card and enter the relationship 18 (self).",
    fix_kind="data",
    status="preview",
    payer_types=("medicare",),
    good=[
        claim(payer_type="medicare"),
        claim(payer_type="medicare", subscriber_relationship_code=None),
        claim(payer_type="commercial", subscriber_relationship_code="01"),
    ],
    bad=[
        claim(payer_type="medicare", subscriber_relationship_code="01"),
        claim(payer_type="medicare", subscriber_relationship_code="19"),
    ],
)
def dependent_on_medicare(batch: ClaimBatch, _reference: Reference) -> pd.DataFrame:
    """Medicare claim whose patient is not the subscriber.

    Nobody is insured by Medicare as a dependent; the front end returns a claim with a patient besides the subscriber.
    Usual cause: a spouse registered under the coverage of the other, as on a plan of an employer.
    """
    dependent = holds(batch.claims["subscriber_relationship_code"], lambda code: code != _SELF)
    return batch.claims_where(dependent, "subscriber_relationship_code")
