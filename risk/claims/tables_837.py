"""The tables that most claims leave empty: those that only an 837 fills, and what a CSV has beyond its contract.

    claim_codes        one row per HI composite that is no diagnosis and no DRG   key claim_key, position
    attachments        one row per PWK of a claim or line                         key claim_key, position
    other_payers       one row per other payer (2320)                             key claim_key, payer_position
    prior_payments     one row per SVD: what another payer paid for a line        key claim_key, position
    prior_adjustments  one row per triplet of a CAS of another payer              key claim_key, position
    extra_values       one row per value of a CSV column that was asked for       key claim_key, position

``position`` and ``payer_position`` count from 1 within the claim, in file order. Names and member ids of other
subscribers are not read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from risk.claims.kinds import Kind

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

OTHER_PAYERS: dict[str, Kind] = {
    "claim_key": "key",
    "payer_position": "count",
    "payer_responsibility_code": "text",  # SBR01: P primary, S secondary, T tertiary …
    "payer_type": "text",  # PAYER_TYPES, of SBR09
    "payer_id": "text",  # 2330B NM109
    "paid_cents": "cents",  # AMT*D
    "patient_liability_cents": "cents",  # AMT*EAF: what the patient still owes
    "non_covered_cents": "cents",  # AMT*A8
    "adjudication_date": "date",  # DTP*573 of 2330B
}

PRIOR_PAYMENTS: dict[str, Kind] = {
    "claim_key": "key",
    "position": "count",
    "line_number": "count",
    "payer_id": "text",  # SVD01; that of one of other_payers
    "paid_cents": "cents",  # SVD02
    "quantity": "number",  # SVD05: units paid
    "adjudication_date": "date",  # DTP*573
}

PRIOR_ADJUSTMENTS: dict[str, Kind] = {
    "claim_key": "key",
    "position": "count",
    "line_number": "count",  # null: of the claim (2320), and then payer_position says by whom
    "payer_position": "count",  # of other_payers; null: of a line (2430)
    "payment_position": "count",  # of prior_payments; null: of the claim
    "payer_id": "text",  # SVD01; null: of the claim
    "group_code": "text",  # CO, PR, OA, PI or CR
    "carc": "text",
    "adjustment_cents": "cents",
    "quantity": "number",
}

#: Columns beyond the CSV contract are not read unless asked for by name (``denial-risk train --extra-features``).
EXTRA_VALUES: dict[str, Kind] = {
    "claim_key": "key",
    "position": "count",  # of the column among those asked for
    "name": "text",  # the column's header
    "value": "text",  # of the claim's first row; a blank cell has no row
}

TABLES_OF_837: dict[str, dict[str, Kind]] = {
    "claim_codes": CLAIM_CODES,
    "attachments": ATTACHMENTS,
    "other_payers": OTHER_PAYERS,
    "prior_payments": PRIOR_PAYMENTS,
    "prior_adjustments": PRIOR_ADJUSTMENTS,
    "extra_values": EXTRA_VALUES,
}

#: Columns by which the rows of each are ordered.
KEYS_OF_837 = {
    "claim_codes": ("claim_key", "position"),
    "attachments": ("claim_key", "position"),
    "other_payers": ("claim_key", "payer_position"),
    "prior_payments": ("claim_key", "position"),
    "prior_adjustments": ("claim_key", "position"),
    "extra_values": ("claim_key", "position"),
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
