"""The tables that only an 837 fills; empty for claims of a CSV.

    claim_codes        one row per HI composite that is no diagnosis and no DRG   key claim_key, position
    attachments        one row per PWK of a claim or line                         key claim_key, position

``position`` counts from 1 within the claim, in file order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from risk.claims.tables import Kind

CLAIM_CODES: dict[str, Kind] = {
    "claim_key": "key",
    "position": "count",
    "code_kind": "text",  # CODE_KINDS
    "code": "text",  # upper case, without a dot
    "from_date": "date",
    "to_date": "date",  # the day itself of a single date
    "amount_cents": "cents",  # value codes
}

ATTACHMENTS: dict[str, Kind] = {
    "claim_key": "key",
    "line_number": "count",  # null: the attachment belongs to the claim
    "position": "count",
    "report_type_code": "text",  # PWK01: OZ support data, RB radiology films …
    "transmission_code": "text",  # PWK02: how it is sent; AA available on request
    "attachment_control_number": "text",  # PWK06
}

TABLES_OF_837: dict[str, dict[str, Kind]] = {
    "claim_codes": CLAIM_CODES,
    "attachments": ATTACHMENTS,
}

#: Columns by which the rows of each are ordered.
KEYS_OF_837 = {
    "claim_codes": ("claim_key", "position"),
    "attachments": ("claim_key", "position"),
}

CODE_KINDS = (
    "condition",
    "occurrence",
    "occurrence_span",
    "value",
    "principal_procedure",
    "other_procedure",
    "anesthesia_procedure",
    "treatment",
)
