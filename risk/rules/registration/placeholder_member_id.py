"""REG005: a word or a row of one digit where the member id should be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from risk.claims.columns import holds, one_of
from risk.claims.examples import claim
from risk.claims.tables import ClaimBatch
from risk.reference.forms import is_placeholder
from risk.rules._rule import Reason, Severity, rule

if TYPE_CHECKING:
    import pandas as pd

    from risk.reference import Reference

#: Payers that insure an event and not a member; automobile and liability insurers are among the others.
_WITHOUT_MEMBERS = ("workers_comp", "other")


@rule(
    "REG005",
    severity=Severity.REJECT,
    reason=Reason.ELIGIBILITY,
    carc="31",
    rarc="N382",
    cite="837 guides 005010X222A1 and 005010X223A2, loop 2010BA NM109: the id that the payer gave the subscriber",
    message="The member id stands for none: it is a word or a run of digits entered to fill the field.",
    fix="Take the member id from the card or an eligibility answer (271) for the date of service.",
    fix_kind="data",
    good=[
        claim(member_id="A1"),
        claim(member_id="XXXXXXXXX"),
        claim(member_id="W000000001"),
        claim(member_id="999999999", payer_type="workers_comp"),
    ],
    bad=[claim(member_id="000000000"), claim(member_id="Unknown"), claim(member_id="999-99-9999")],
)
def placeholder_member_id(batch: ClaimBatch, _reference: Reference) -> pd.DataFrame:
    """Placeholder in the field of the member id.

    The payer finds nobody of that id among its insured. Usual cause: registration without the card, in a system that
    asks for an id before it goes on. Insurers of accidents find the patient by the number of the case and have no
    members, so that a filled field is customary there and left alone.
    """
    claims = batch.claims
    expected = ~one_of(claims["payer_type"], _WITHOUT_MEMBERS)
    return batch.claims_where(expected & holds(claims["member_id"], is_placeholder), "claim_key")
