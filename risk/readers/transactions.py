"""Which transaction sets this reader takes, and what to call the others.

A guide is named by GS08 and ST03 with its version, such as ``005010X222A1``; letters and digits after the guide
number are errata and change nothing here. Names are ours; numbers are those of the published guides.
"""

from __future__ import annotations

#: Guides that are read, and the kind of claim they carry. Service lines have the last word: SV1 or SV2.
CLAIM_GUIDES = {"005010X222": "professional", "005010X223": "institutional"}

#: 837 guides that are not read.
OTHER_837_GUIDES = {
    "005010X224": "an 837D dental claim file",
    "005010X291": "an 837P predetermination",
    "005010X292": "an 837I predetermination",
    "005010X293": "an 837D predetermination",
    "005010X298": "an 837P post-adjudication report",
    "005010X299": "an 837I post-adjudication report",
    "005010X300": "an 837D post-adjudication report",
    "004010X096": "a version 4010 837I",
    "004010X097": "a version 4010 837D",
    "004010X098": "a version 4010 837P",
}

#: Transaction sets other than 837, by ST01.
OTHER_SETS = {
    "269": "a 269 benefit coordination verification",
    "270": "a 270 eligibility inquiry",
    "271": "a 271 eligibility response",
    "275": "a 275 attachment",
    "276": "a 276 claim status request",
    "277": "a 277 claim status response",
    "278": "a 278 authorization request or response",
    "820": "an 820 premium payment",
    "824": "an 824 application advice",
    "834": "an 834 enrollment",
    "835": "an 835 remittance",
    "997": "a 997 acknowledgment",
    "999": "a 999 acknowledgment",
}

#: Guides whose users call them by another name than their transaction set.
OTHER_GUIDES = {"005010X214": "a 277CA claim acknowledgment"}

EXPECTED = "expected 837P or 837I claims"


def claim_kind_of(set_id: str, version: str) -> str | None:
    """Kind of claim a transaction carries, null for one that is not read.

    A bare ``005010`` names no guide: it is taken as professional until a service line says otherwise.
    """
    if set_id != "837":
        return None
    if version == "005010":
        return "professional"
    return CLAIM_GUIDES.get(version[:10])


def transaction_name(set_id: str, version: str) -> str:
    """Name a transaction that is not read, for people; never a value of the file."""
    if set_id == "837":
        return OTHER_837_GUIDES.get(version[:10], "an 837 of another guide or version than 005010X222 and 005010X223")
    return OTHER_GUIDES.get(version[:10]) or OTHER_SETS.get(set_id, "a transaction that carries no claims")
