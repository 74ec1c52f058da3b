"""Tables of a store.

    meta          name, value: format, version of the tool, which secret belongs to it
    claims        one row per submission of a claim     key claim_key; ``submission`` names it (:mod:`risk.past.secret`)
    lines         one row per service line              claim_key, line_number
    payments, remit_claims, remit_lines, adjustments, remarks, remit_references
                  remittances as :mod:`risk.claims.remits` has them, each once; ``content`` is its digest

No table holds a member id, a birth date, a name or a note.
"""

from __future__ import annotations

from typing import Literal

from risk.claims.remits import REMIT_TABLES, RemitKind
from risk.claims.tables import CLAIMS, SERVICE_LINES

#: Version of this layout. A store of a later one is refused; one of an earlier one would be brought up to date here.
FORMAT = 1

StoredKind = RemitKind | Literal["digest"]

#: What rules, features and remittances ask of a claim.
CLAIM_COLUMNS = (
    "claim_id",
    "claim_kind",
    "payer_id",
    "payer_name",
    "payer_type",
    "billing_npi",
    "rendering_npi",
    "claim_frequency_code",
    "submission_date",
    "total_charge_cents",
    "payer_responsibility_code",
    "original_claim_number",
)

#: The same of a service line.
LINE_COLUMNS = (
    "line_number",
    "procedure_code",
    "modifier_1",
    "modifier_2",
    "modifier_3",
    "modifier_4",
    "quantity",
    "line_charge_cents",
    "service_from_date",
    "service_to_date",
    "revenue_center_code",
    "rendering_npi",
    "line_control_number",
)

#: What is worked out of a claim when it is added.
FACTS: dict[str, StoredKind] = {
    "submission": "digest",  # which submission of which claim it is
    "content": "digest",  # what it says, as far as it is kept
    "member": "digest",
    "patient": "digest",  # member id and birth date: a family may share an id
    "procedure_code": "text",  # of the costliest line
    "dx_code": "text",  # principal
    "dx_category": "text",  # its first three characters
    "service_date": "date",  # first of the claim
    "submitted_on": "date",  # day of submission; without one the last of service
}

#: What became of it, as far as the remittances in the store tell.
OUTCOME: dict[str, StoredKind] = {
    "decided": "flag",  # whether a line was denied at first; null: no decision
    "decided_on": "date",
    "awaited": "flag",  # a line has no answer yet
    "latest": "date",  # latest remittance of the claim, of whatever kind
    "denied": "flag",  # the outcome: what was decided, unless it is too early to tell
    "known_on": "date",  # since when; never before the claim was submitted
}

CLAIMS_TABLE: dict[str, StoredKind] = {
    "claim_key": "key",
    "addition": "count",  # number of the addition that it came with, or stood in again, last
    **{name: CLAIMS[name] for name in CLAIM_COLUMNS},
    **FACTS,
    **OUTCOME,
}

#: ``row`` keeps the order of the file.
ORDER: dict[str, StoredKind] = {"row": "key"}

#: Tables of remittances that decide outcomes, by what they are called in the store: ``references`` is a word of SQL.
REMITS = {
    "payments": "payments",
    "remit_claims": "remit_claims",
    "remit_lines": "remit_lines",
    "adjustments": "adjustments",
    "remarks": "remarks",
    "remit_references": "references",
}

_OF_REMIT_CLAIMS: dict[str, StoredKind] = {"content": "digest", "addition": "count"}
_NOT_KEPT = ("source_file", "source_offset")  # where it was read says nothing of it

STORED: dict[str, dict[str, StoredKind]] = {
    "claims": CLAIMS_TABLE,
    "lines": {"claim_key": "key", **{name: SERVICE_LINES[name] for name in LINE_COLUMNS}},
    **{
        name: {
            **{column: kind for column, kind in REMIT_TABLES[table].items() if column not in _NOT_KEPT},
            **ORDER,
            **(_OF_REMIT_CLAIMS if name == "remit_claims" else {}),
        }
        for name, table in REMITS.items()
    },
}

_TYPES: dict[StoredKind, str] = {
    "key": "BIGINT",
    "count": "BIGINT",
    "cents": "BIGINT",
    "digest": "BIGINT",
    "number": "DOUBLE",
    "text": "VARCHAR",
    "date": "DATE",
    "flag": "BOOLEAN",
}


def statements() -> list[str]:
    """What makes an empty store."""
    made = ["CREATE TABLE meta (name VARCHAR, value VARCHAR)"]
    for name, columns in STORED.items():
        made.append(f"CREATE TABLE {name} ({', '.join(f'{one} {_TYPES[kind]}' for one, kind in columns.items())})")
    return made
