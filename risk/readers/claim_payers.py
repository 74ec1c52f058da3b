"""What a block of 837 claims says of other payers: who they are, what they paid and what they adjusted.

Nothing is done for a block in which no claim has another payer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from risk.readers.adjustment_triplets import Triplets
from risk.readers.claim_instances import Instances, positions
from risk.readers.claim_others import Tables, line_numbers
from risk.readers.claim_scopes import BASE, Scopes
from risk.readers.spans import NO_CENTS

if TYPE_CHECKING:
    from risk.readers.claim_doubt import Doubt
    from risk.readers.claim_fields import Fields
    from risk.readers.claim_lines import Lines
    from risk.readers.tokens import Array


def payers_of(scopes: Scopes) -> Instances:
    """Find the other payers (2320)."""
    rows = scopes.tokens.rows("SBR")
    rows = rows[scopes.in_claim[rows]]
    return Instances(rows, scopes.levels.unit_of_row[rows])


def payments_of(scopes: Scopes, lines: Lines, doubt: Doubt) -> Instances:
    """Find what other payers did with lines (2430); one outside of any line is left to the loop."""
    rows = scopes.tokens.rows("SVD")
    rows = rows[scopes.in_claim[rows]]
    unit = scopes.levels.unit_of_row[rows]
    if len(rows):
        line = lines.of_row[rows]
        of_claim = np.append(lines.unit, -1)[line]  # −1 before the first line
        doubt.rows(rows[of_claim != unit])
    return Instances(rows, unit)


def other_payers(payers: Instances, fields: Fields, key_of_unit: Array) -> Tables:
    """Columns of ``other_payers`` for the claims that have a key; nothing where there are none."""
    key = key_of_unit[payers.unit]
    kept = np.flatnonzero(key >= 0)
    if not len(kept):
        return {}
    columns = {
        "claim_key": key[kept],
        "payer_position": payers.position[kept],
        "payer_responsibility_code": fields.text("2320", "payer_responsibility_code", kept),
        "payer_type": fields.word("2320", "payer_type", kept),
        "payer_id": fields.text("2330:PR", "payer_id", kept),
        **{
            column: fields.number("2320", column, kept, NO_CENTS)
            for column in ("paid_cents", "patient_liability_cents", "non_covered_cents")
        },
        "adjudication_date": fields.day("2330:PR", "adjudication_date", kept),
    }
    return {"other_payers": columns}


def prior_payments(payments: Instances, fields: Fields, lines: Lines, key_of_unit: Array) -> Tables:
    """Columns of ``prior_payments`` for the claims that have a key; nothing where there are none."""
    key = key_of_unit[payments.unit]
    kept = np.flatnonzero(key >= 0)
    if not len(kept):
        return {}
    columns = {
        "claim_key": key[kept],
        "position": payments.position[kept],
        "line_number": lines.number[lines.of_row[payments.rows[kept]]],
        "payer_id": fields.text("2430", "payer_id", kept),
        "paid_cents": fields.number("2430", "paid_cents", kept, NO_CENTS),
        "quantity": fields.number("2430", "quantity", kept, np.nan),
        "adjudication_date": fields.day("2430", "adjudication_date", kept),
    }
    return {"prior_payments": columns}


class Adjustments:
    """Triplets of the CAS of 2320 and 2430, in file order; a claim with a CAS not as the guides say is left in doubt.

    Parameters
    ----------
    scopes, doubt
        The block.
    payers, payments
        Whose adjustments they are.
    """

    def __init__(self, scopes: Scopes, payers: Instances, payments: Instances, doubt: Doubt) -> None:
        self._scopes, self._payers, self._payments = scopes, payers, payments
        rows = scopes.tokens.rows("CAS")
        base = scopes.base[rows]
        self._triplets = Triplets(scopes.tokens, rows[(base == BASE["2320"]) | (base == BASE["2430"])])
        doubt.rows(self._triplets.doubtful)

    def tables(self, fields: Fields, lines: Lines, key_of_unit: Array) -> Tables:
        """Columns of ``prior_adjustments`` for the claims that have a key; nothing where there are none."""
        scopes, triplets = self._scopes, self._triplets
        key = key_of_unit[scopes.levels.unit_of_row[triplets.rows]]
        kept = np.flatnonzero(key >= 0)
        if not len(kept):
            return {}
        rows, key = triplets.rows[kept], key[kept]
        of_line = scopes.base[rows] == BASE["2430"]
        payer_position, payment_position = np.zeros((2, len(rows)), dtype=np.int64)
        payer_position[~of_line] = self._payers.position[self._payers.of(rows[~of_line])]
        payer_id = pa.nulls(len(rows), pa.large_string())
        if of_line.any():
            payment = np.where(of_line, self._payments.of(rows), -1)
            payment_position[of_line] = self._payments.position[payment[of_line]]
            payer_id = fields.text("2430", "payer_id", payment)
        columns = {
            "claim_key": key,
            "position": positions(key),
            "line_number": line_numbers(scopes, lines, rows, "2430"),
            "payer_position": payer_position,
            "payment_position": payment_position,
            "payer_id": payer_id,
            "group_code": triplets.groups(kept),
            "carc": triplets.carcs(kept),
            "adjustment_cents": triplets.cents[kept],
            "quantity": triplets.quantity[kept],
        }
        return {"prior_adjustments": columns}
