"""The canonical remittance tables: what a payer decided and paid, as the 835 states it.

Long, as the claim tables are. Money is integer cents, codes and ids are strings, dates are dates, absent is null. No
table holds a name, a member id or another identifier of a patient; the claim id is the provider's own.

    payments              one row per transaction       key payment_key
    remit_claims          one row per CLP               key remit_key; payment_key
    remit_lines           one row per SVC               key remit_key, line_number
    adjustments           one row per CAS triplet       remit_key, line_number (null: of the claim), position
    remarks               one row per remark code       remit_key, line_number (null: of the claim), position
    references            one row per REF               remit_key, line_number (null: of the claim), position
    provider_adjustments  one row per pair of a PLB     payment_key, position

``payment_key`` and ``remit_key`` are positions in the batch, 0 … n−1. Positions count from 1 within the remit or the
payment, in file order. A claim may be remitted several times: paid, reversed, corrected.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from risk.claims.kinds import DTYPES, Kind

RemitKind = Kind | Literal["flag"]

#: pandas type of each kind; a flag is true or false and never null.
REMIT_DTYPES: dict[RemitKind, str] = {"flag": "bool", **dict[RemitKind, str](DTYPES.items())}

PAYMENTS: dict[str, RemitKind] = {
    "payment_key": "key",
    "source_file": "text",
    "source_offset": "count",  # byte offset of the ST segment
    "handling_code": "text",  # BPR01; I = payment with remittance, H = notification only
    "payment_cents": "cents",  # BPR02
    "credit_debit_code": "text",  # BPR03; C or D
    "payment_method_code": "text",  # BPR04; ACH, CHK, NON …
    "payment_date": "date",  # BPR16
    "production_date": "date",  # DTM*405
    "trace_number": "text",  # TRN02: check or EFT number
    "originator_id": "text",  # TRN03: the payer's
    "payer_name": "text",
    "payer_id": "text",  # of N1*PR, else REF*2U
    "payee_npi": "text",  # of N1*PE; null where the payee is identified otherwise
}

REMIT_CLAIMS: dict[str, RemitKind] = {
    "remit_key": "key",
    "payment_key": "count",
    "claim_id": "text",  # CLP01: CLM01 of the claim, as the payer gives it back
    "source_file": "text",
    "source_offset": "count",  # byte offset of the CLP segment
    "claim_status_code": "text",  # CLP02; 1–3 processed, 4 denied, 22 reversal …
    "is_reversal": "flag",  # CLP02 is 22: the amounts take back an earlier remit
    "total_charge_cents": "cents",
    "total_paid_cents": "cents",
    "patient_responsibility_cents": "cents",
    "payer_type": "text",  # of the claim filing indicator, CLP06
    "payer_claim_control_number": "text",  # CLP07
    "facility_code": "text",  # CLP08: place of service, or first two digits of the bill type
    "claim_frequency_code": "text",
    "rendering_npi": "text",
    "remit_date": "date",  # payment date, else production date
    "received_date": "date",  # DTM*050: the day the payer had the claim
    "statement_from_date": "date",
    "statement_to_date": "date",  # the first day where only that is given
}

REMIT_LINES: dict[str, RemitKind] = {
    "remit_key": "key",
    "line_number": "count",  # position of the SVC in the remit
    "line_control_number": "text",  # REF*6R: REF*6R of the claim's line
    "procedure_qualifier": "text",  # SVC01-1: HC, AD, N4, HP …; NU for a revenue code alone
    "procedure_code": "text",  # as adjudicated
    "modifier_1": "text",
    "modifier_2": "text",
    "modifier_3": "text",
    "modifier_4": "text",
    "revenue_center_code": "text",
    "quantity": "number",  # units paid, SVC05; 1 where it is empty
    "original_procedure_qualifier": "text",  # SVC06: as submitted, where the payer changed it
    "original_procedure_code": "text",
    "original_modifier_1": "text",
    "original_modifier_2": "text",
    "original_modifier_3": "text",
    "original_modifier_4": "text",
    "original_revenue_center_code": "text",
    "original_quantity": "number",  # units submitted, SVC07
    "line_charge_cents": "cents",
    "line_paid_cents": "cents",
    "service_from_date": "date",  # DTM*472 or 150; null where only the statement dates of the remit say it
    "service_to_date": "date",  # DTM*472 or 151; the first day where only that is given
    "rendering_npi": "text",  # the line's own, REF*HPI
}

ADJUSTMENTS: dict[str, RemitKind] = {
    "remit_key": "key",
    "line_number": "count",  # null: of the claim
    "position": "count",
    "group_code": "text",  # CO, PR, OA, PI; CR before 005010
    "carc": "text",
    "adjustment_cents": "cents",  # what is not paid; negative where it adds to the payment
    "quantity": "number",
}

REMARKS: dict[str, RemitKind] = {
    "remit_key": "key",
    "line_number": "count",  # null: of the claim
    "position": "count",
    "segment": "text",  # LQ, MOA or MIA
    "rarc": "text",
}

REFERENCES: dict[str, RemitKind] = {
    "remit_key": "key",
    "line_number": "count",  # null: of the claim
    "position": "count",
    "qualifier": "text",  # REF01
    "reference": "text",  # REF02
}

PROVIDER_ADJUSTMENTS: dict[str, RemitKind] = {
    "payment_key": "key",
    "position": "count",
    "provider_npi": "text",  # PLB01; null where it is no NPI
    "fiscal_period_date": "date",  # PLB02
    "reason_code": "text",  # WO, FB, L6, 72 …
    "reference": "text",  # second component of PLB03
    "adjustment_cents": "cents",  # positive lowers the payment
}

REMIT_TABLES: dict[str, dict[str, RemitKind]] = {
    "payments": PAYMENTS,
    "remit_claims": REMIT_CLAIMS,
    "remit_lines": REMIT_LINES,
    "adjustments": ADJUSTMENTS,
    "remarks": REMARKS,
    "references": REFERENCES,
    "provider_adjustments": PROVIDER_ADJUSTMENTS,
}


@dataclass(frozen=True)
class RemitBatch:
    """Remittances as seven tables; see the module docstring for grain and keys.

    Build one with :func:`make_remits`, which gives every column its type; the tables are not to be changed in place.
    """

    payments: pd.DataFrame
    remit_claims: pd.DataFrame
    remit_lines: pd.DataFrame
    adjustments: pd.DataFrame
    remarks: pd.DataFrame
    references: pd.DataFrame
    provider_adjustments: pd.DataFrame

    def __len__(self) -> int:
        return len(self.remit_claims)


def make_remits(tables: Mapping[str, pd.DataFrame | Mapping[str, Any]]) -> RemitBatch:
    """Give every table its columns, types and order; absent tables are empty, absent columns null.

    The rows of ``payments`` and ``remit_claims`` must be in key order, those of the others in file order. Raises
    ``ValueError`` for tables and columns that are not declared.
    """
    if unknown := sorted(set(tables) - set(REMIT_TABLES)):
        raise ValueError(f"tables not in a remit batch: {', '.join(unknown)}")
    return RemitBatch(**{name: _typed(name, tables.get(name, {})) for name in REMIT_TABLES})


def concat_remits(batches: Sequence[RemitBatch]) -> RemitBatch:
    """Join batches in order, renumbering payment and remit keys."""
    if len(batches) < 2:
        return batches[0] if batches else make_remits({})
    keys = {"payment_key": "payments", "remit_key": "remit_claims"}
    starts = {
        key: np.cumsum([0, *(len(getattr(batch, table)) for batch in batches)]).tolist() for key, table in keys.items()
    }

    def moved(frame: pd.DataFrame, batch: int) -> pd.DataFrame:
        return frame.assign(**{key: frame[key] + starts[key][batch] for key in keys if key in frame})

    return RemitBatch(
        **{
            name: pd.concat([moved(getattr(one, name), n) for n, one in enumerate(batches)], ignore_index=True)
            for name in REMIT_TABLES
        }
    )


def _typed(name: str, part: pd.DataFrame | Mapping[str, Any]) -> pd.DataFrame:
    frame, columns = pd.DataFrame(part), REMIT_TABLES[name]
    if unknown := sorted(set(frame.columns) - set(columns)):
        raise ValueError(f"{name}: columns not in the table: {', '.join(unknown)}")
    return pd.DataFrame(
        {
            column: (frame[column] if column in frame else _absent(kind, frame.index)).astype(REMIT_DTYPES[kind])
            for column, kind in columns.items()
        }
    ).reset_index(drop=True)


def _absent(kind: RemitKind, index: pd.Index) -> pd.Series:
    """Nulls; for a key the positions themselves, for a flag false."""
    if kind == "key":
        return pd.Series(np.arange(len(index)), index=index)
    if kind == "flag":
        return pd.Series(False, index=index)
    return pd.Series(pd.NA if kind in ("cents", "count") else None, index=index, dtype=object)
