"""The claims of one block as columns, those that are not just as the guides say left out.

What a claim must be for its columns to be taken is said here, once, and always on the careful side: any claim in
doubt is left to :mod:`risk.readers.claim_loop`, which knows the rest of the guides and words what is wrong.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from risk.claims.tables import CLAIMS, MODIFIERS, POINTERS
from risk.readers.claim_diagnoses import Diagnoses
from risk.readers.claim_doubt import Doubt
from risk.readers.claim_fields import Fields
from risk.readers.claim_lines import Lines, Services
from risk.readers.claim_others import Attachments
from risk.readers.claim_payers import Adjustments, other_payers, payers_of, payments_of, prior_payments
from risk.readers.claim_scopes import BASE, Scopes
from risk.readers.claims_837_fields import FIELDS
from risk.readers.spans import (
    NO_DAY,
    NOWHERE,
    Components,
    Texts,
    amounts,
    texts_of,
)
from risk.readers.tokens import ID, Array, Tokens

if TYPE_CHECKING:
    from risk.readers.claim_levels import Levels


class ClaimBlock:
    """Claims of a block whose every segment is as the guides say.

    Parameters
    ----------
    tokens, levels, scopes
        The block.
    open_end
        Whether the interchange ends with the block, so that its last claim needs an SE after it.
    """

    def __init__(self, tokens: Tokens, levels: Levels, scopes: Scopes, *, open_end: bool) -> None:
        self.tokens, self.levels, self.scopes = tokens, levels, scopes
        self.claims = np.flatnonzero((levels.ids == ID["CLM"]) & levels.in_claims)
        self._doubt = Doubt(levels, scopes, open_end=open_end)
        self._lines = Lines(tokens, levels, self.claims, self._doubt)
        self._payers, self._payments = payers_of(scopes), payments_of(scopes, self._lines, self._doubt)
        self._fields = Fields(scopes, self._lines, {"2320": self._payers, "2430": self._payments}, self._doubt)
        self._read_claims()
        self._services = Services(tokens, self._lines.service_rows, self._doubt)
        self._diagnoses = Diagnoses(scopes, self._doubt)
        self._read_notes()
        self._attachments = Attachments(scopes, self._lines)
        self._adjustments = Adjustments(scopes, self._payers, self._payments, self._doubt)
        self._doubt.inherit(self.claims)
        self._doubt.kinds(self.claims, self._lines.institutional)

    @property
    def doubtful(self) -> Array:
        """By unit: whether anything in it is left to the loop, or in a level it belongs to."""
        return self._doubt.units

    def _read_claims(self) -> None:
        """CLM, by claim: id, total, facility and frequency, cause of an accident."""
        tokens = self.tokens
        rows, count = self.levels.rows[self.claims], len(self.claims)
        segments = tokens.segments(rows)
        there, start, end = segments.spans(1)
        claim = np.arange(count)[there]
        self._doubt.rows(np.delete(rows, claim))
        self._claim_id = texts_of(tokens, start, end, claim, count)
        self._total, good = amounts(segments, 2)
        self._doubt.rows(rows[~good])
        there, start, end = segments.spans(5)
        parts, claim = Components(tokens, start, end), np.arange(count)[there]
        self.undeclared_component = bool(((parts.count == 1) & (end - start > 2)).any())
        self._facility, self._frequency = (parts.texts(rank, claim, count) for rank in (0, 2))
        there, start, end = segments.spans(11)
        parts, claim = Components(tokens, start, end), np.arange(count)[there]
        self._accident = {
            "accident_cause_code": parts.texts(0, claim, count),
            "accident_state": parts.texts(3, claim, count),
        }

    def _read_notes(self) -> None:
        """NTE of 2300 and 2400."""
        tokens = self.tokens
        rows = tokens.rows("NTE")
        base = self.scopes.base[rows]
        rows = rows[(base == BASE["2300"]) | (base == BASE["2400"])]
        there, start, end = tokens.spans(rows, 2)
        rows = rows[there]
        self._note_rows, self._note = rows, Texts(tokens, start, end, NOWHERE)

    # ── tables ────────────────────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def clean(self) -> Array:
        """Units of the claims that are taken."""
        return self.claims[~self.doubtful[self.claims]]

    def is_claim(self, unit: int) -> bool:
        """Whether a unit is a claim of a transaction of claims."""
        return bool(self.levels.ids[unit] == ID["CLM"] and self.levels.in_claims[unit])

    def kind_before(self, unit: int) -> str | None:
        """Kind of the last claim before a unit, if it is taken and of the transaction that is open there."""
        place = int(np.searchsorted(self.claims, unit)) - 1
        if place < 0:
            return None
        claim = self.claims[place]
        if self.doubtful[claim] or self.levels.transaction[claim] != self.levels.transaction[unit - 1]:
            return None
        return "institutional" if self._lines.institutional[place] else "professional"

    def tables(self, submission_date: Array, offset: int) -> dict[str, dict[str, Any]]:
        """Columns of the claims that are taken; keys count from 0.

        Parameters
        ----------
        submission_date
            By claim that is taken: days since 1970-01-01.
        offset
            Byte offset in the file of the block's first byte.
        """
        claims = self._claim_table(submission_date, offset)
        key_of_unit: Array = np.full(len(self.levels.rows), -1)
        key_of_unit[self.clean] = np.arange(len(self.clean))
        return {
            "claims": claims,
            "service_lines": self._line_table(key_of_unit, claims),
            "diagnoses": self._diagnoses.table(key_of_unit),
            "notes": self._note_table(key_of_unit),
            **self._diagnoses.codes.tables(key_of_unit),
            **self._attachments.tables(key_of_unit),
            **other_payers(self._payers, self._fields, key_of_unit),
            **prior_payments(self._payments, self._fields, self._lines, key_of_unit),
            **self._adjustments.tables(self._fields, self._lines, key_of_unit),
        }

    def _claim_table(self, submission_date: Array, offset: int) -> dict[str, Any]:
        levels, units = self.levels, self.clean
        a, b, c = levels.billing[units], levels.subscriber[units], levels.patient[units]
        claim = np.searchsorted(self.claims, units)
        institutional = self._lines.institutional[claim]
        of_patient = pa.array(c >= 0)
        has_patients, any_institutional = bool((c >= 0).any()), bool(institutional.any())

        def either(column: str, patient_loop: str, subscriber_loop: str) -> pa.Array:
            own = self._fields.text(subscriber_loop, column, b)
            return pc.if_else(of_patient, self._fields.text(patient_loop, column, c), own) if has_patients else own

        subscriber_sexes = sexes = self._fields.word("2010B:IL", "patient_sex", b)
        subscriber_born = born = self._fields.day("2010B:IL", "patient_birth_date", b)
        if has_patients:
            sexes = pc.if_else(of_patient, self._fields.word("2010C:QC", "patient_sex", c), sexes)
            born = np.where(c >= 0, self._fields.day("2010C:QC", "patient_birth_date", c), born)
        facility = self._facility.array(self._facility.taken(claim), upper=True)
        frequency = self._frequency.array(self._frequency.taken(claim), upper=True)
        place_of_service, bill_type = facility, pa.nulls(len(units), pa.large_string())
        rendering = self._fields.text("2310:82", "rendering_npi", units)
        if any_institutional:
            is_institutional = pa.array(institutional)
            nothing = pa.scalar("", pa.large_string())
            null = pa.scalar(None, pa.large_string())
            joined = pc.binary_join_element_wise(facility, frequency, nothing)
            bill_type = pc.if_else(is_institutional, joined, null)
            place_of_service = pc.if_else(is_institutional, null, facility)
            attending = pc.if_else(is_institutional, self._fields.text("2310:71", "attending_npi", units), null)
            rendering = pc.coalesce(rendering, attending)
        self._statement = (
            self._fields.day("2300", "statement_from_date", units),
            self._fields.day("2300", "statement_to_date", units),
        )
        billing_state = self._fields.text("2010A:85", "billing_state", a)
        return {
            "claim_id": self._claim_id.array(self._claim_id.taken(claim)),
            "source_offset": self.tokens.start[levels.rows[units]] + offset,
            "claim_kind": _KINDS.take(pa.array(institutional.astype(np.int64))),
            "payer_id": self._fields.text("2010B:PR", "payer_id", b),
            "payer_name": self._fields.text("2010B:PR", "payer_name", b),
            "payer_type": self._fields.word("2000B", "payer_type", b),
            "member_id": self._fields.text("2010B:IL", "member_id", b),
            "subscriber_relationship_code": either("subscriber_relationship_code", "2000C", "2000B"),
            "patient_birth_date": born,
            "patient_sex": sexes,
            "patient_state": either("patient_state", "2010C:QC", "2010B:IL"),
            "billing_npi": self._fields.text("2010A:85", "billing_npi", a),
            "billing_taxonomy_code": self._fields.text("2000A", "billing_taxonomy_code", a),
            "rendering_npi": rendering,
            "referring_npi": pc.coalesce(
                self._fields.text("2310:DN", "referring_npi", units),
                self._fields.text("2310:P3", "primary_care_npi", units),
            ),
            "facility_npi": self._fields.text("2310:77", "facility_npi", units),
            "facility_state": pc.coalesce(self._fields.text("2310:77", "facility_state", units), billing_state),
            "place_of_service_code": place_of_service,
            "bill_type_code": bill_type,
            "claim_frequency_code": frequency,
            "submission_date": submission_date,
            "prior_auth_number": self._fields.text("2300", "prior_auth_number", units),
            "total_charge_cents": self._total[claim],
            "payer_responsibility_code": self._fields.text("2000B", "payer_responsibility_code", b),
            "subscriber_birth_date": subscriber_born,
            "subscriber_sex": subscriber_sexes,
            "drg_code": self._diagnoses.drg.array(self._diagnoses.drg.taken(units), upper=True),
            **{name: texts.array(texts.taken(claim), upper=True) for name, texts in self._accident.items()},
            **{column: self._fields.own(loop, column, units) for loop, column in _OF_CLAIM},
        }

    def _line_table(self, key_of_unit: Array, claims: dict[str, Any]) -> dict[str, Any]:
        key = key_of_unit[self._lines.unit]
        line = np.flatnonzero(key >= 0)
        key = key[line]
        index = pa.array(key)

        def own_or_claims(own: pa.Array, column: str) -> pa.Array:
            return pc.coalesce(own, claims[column].take(index)) if own.null_count else own

        begins = self._fields.day("2400", "service_from_date", line)
        ends = self._fields.day("2400", "service_to_date", line)
        services = self._services
        by_statement = (begins == NO_DAY) & services.institutional[line]
        if by_statement.any():
            begins = np.where(by_statement, self._statement[0][key], begins)
            ends = np.where(by_statement, self._statement[1][key], ends)

        def codes(texts: Texts) -> pa.Array:
            return texts.array(texts.taken(line), upper=True)

        return {
            "claim_key": key,
            "line_number": self._lines.number[line],
            "procedure_code": codes(services.procedure),
            **{column: codes(texts) for column, texts in zip(MODIFIERS, services.modifiers, strict=True)},
            "quantity": services.quantity[line],
            "line_charge_cents": services.charge[line],
            **{column: pointers[line] for column, pointers in zip(POINTERS, services.pointers, strict=True)},
            "service_from_date": begins,
            "service_to_date": ends,
            "revenue_center_code": codes(services.revenue),
            "place_of_service_code": own_or_claims(codes(services.place), "place_of_service_code"),
            "rendering_npi": own_or_claims(self._fields.text("2420:82", "rendering_npi", line), "rendering_npi"),
            "prior_auth_number": own_or_claims(
                self._fields.text("2400", "prior_auth_number", line), "prior_auth_number"
            ),
            **{column: self._fields.own(loop, column, line) for loop, column in _OF_LINE},
        }

    def _note_table(self, key_of_unit: Array) -> dict[str, Any]:
        key = key_of_unit[self.levels.unit_of_row[self._note_rows]]
        kept = np.flatnonzero(key >= 0)
        rows = self._note_rows[kept]
        of_line = self.scopes.base[rows] == BASE["2400"]
        number = np.zeros(len(rows), dtype=np.int64)
        number[of_line] = self._lines.number[self._lines.of_row[rows[of_line]]]
        return {"claim_key": key[kept], "line_number": number, "note_text": self._note.array(kept)}


_KINDS = pa.array(["professional", "institutional"], pa.large_string())
#: Fields of claims and lines that no other field fills and nothing depends on.
_COMPOSED = {"rendering_npi", "referring_npi", "facility_npi", "facility_state", "prior_auth_number"}
_OF_CLAIM = [
    (field.loop, field.column)
    for field in FIELDS
    if field.loop.startswith(("2300", "2310")) and field.column in CLAIMS and field.column not in _COMPOSED
]
_OF_LINE = [
    ("2400", "line_control_number"),
    ("2410", "ndc_code"),
    ("2420:DK", "ordering_npi"),
    ("2420:DQ", "supervising_npi"),
    ("2420:DN", "referring_npi"),
]
