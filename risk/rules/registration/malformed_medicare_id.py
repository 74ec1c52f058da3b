"""REG006: a member id of Medicare that cannot be on a Medicare card."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from risk.claims.columns import holds, one_of, rows_where
from risk.claims.examples import claim
from risk.claims.tables import ClaimBatch
from risk.reference.forms import CARD_LENGTHS, card_id, has_mbi_form
from risk.rules._rule import Reason, Severity, rule

if TYPE_CHECKING:
    import pandas as pd

    from risk.reference import Reference


@rule(
    "REG006",
    severity=Severity.REJECT,
    reason=Reason.ELIGIBILITY,
    carc="16",
    rarc="N382",
    cite="CMS, Understanding the Medicare Beneficiary Identifier (MBI) Format; required on claims since 2020-01-01",
    message="The member id has not the form of a Medicare beneficiary identifier: eleven characters, a digit first, no "
    "S, L, O, I, B or Z.",
    fix="Take the identifier from the new Medicare card, the MAC's look-up or an eligibility answer (271); a plan's "
    "own id belongs on a claim to that plan.",
    fix_kind="data",
    since=date(2020, 1, 1),
    payer_types=("medicare",),
    unless=("REG005",),
    good=[
        claim(payer_type="medicare", member_id="1EG4TE5MK73"),
        claim(payer_type="medicare", member_id="1eg4-te5-mk73"),
        claim(payer_type="medicare_advantage", member_id="H12345678"),
        claim(payer_type="medicare", member_id=None),
    ],
    bad=[
        claim(payer_type="medicare", member_id="123456789A"),
        claim(payer_type="medicare", member_id="1EG4TE5MK7"),
        claim(payer_type="medicare", member_id="1EG4TES5MK73"),
        claim(payer_type="medicare", member_id="1EG4TE5MKO3"),
    ],
)
def malformed_medicare_id(batch: ClaimBatch, _reference: Reference) -> pd.DataFrame:
    """Medicare claim whose member id is no Medicare beneficiary identifier.

    Medicare's front end checks the form of the identifier and returns the claim. Usual cause: the number with the
    Social Security number of the old card, the id of a Medicare Advantage plan, or an O typed for a zero. Letter case
    and dashes are nothing; an id too short or too long for any card is taken for the pseudonym of an extract.
    """
    medicare = one_of(batch.claims["payer_type"], ["medicare"])
    claims = batch.claims_where(medicare, "member_id")
    if claims.empty:
        return claims
    return rows_where(claims, holds(claims["member_id"], _is_malformed))


def _is_malformed(text: str) -> bool:
    shortest, longest = CARD_LENGTHS
    return shortest <= len(card_id(text)) <= longest and not has_mbi_form(text)
