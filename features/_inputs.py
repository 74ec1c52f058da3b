"""What a feature may read, and the intermediate tables that several of them share."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pandas as pd

from features._asof import History, patients_of
from features._shared import (
    Coded,
    Dates,
    Flags,
    Floats,
    Rows,
    costliest_rows,
    floats,
    principal_rows,
    remembered,
    section_of,
)
from risk.claims.columns import absent
from risk.claims.said import says_what_an_837_says
from risk.claims.tables import MODIFIERS, ClaimBatch
from risk.notes import note_facts
from risk.reference import Reference
from risk.reference.procedures import VISIT_CODES

_VISIT = re.compile(VISIT_CODES)


class NoteFacts(NamedTuple):
    """Facts found in the notes, one entry per mention; see :func:`risk.notes.note_facts`."""

    claims: Rows  # claim_key
    fact: Coded
    state: Coded
    detail: Coded


class Pairs(NamedTuple):
    """NCCI pairs among the lines of each claim and day, one entry per pair; see ``Procedures.same_day_pairs``."""

    claims: Rows  # claim_key
    modifier_indicator: Floats
    bypassed: Flags


class PastServices(NamedTuple):
    """Earlier services of the patient of the same kind, by claim_key; see :meth:`History.services_before`."""

    in_year: Floats  # how many in the last ``PAST_DAYS``
    days_since: Floats


@dataclass(frozen=True, eq=False)
class FeatureInputs:
    """All that a feature may read, and the intermediate tables that several of them share.

    No finding of a rule, no remittance of the claim itself and nothing about the other claims of the batch is in
    reach: a claim scores the same alone or among others. Past outcomes are read through ``history`` alone, which
    knows only what had come back before the claim's submission.

    Arrays named ``line_…`` have one entry per row of ``service_lines``, ``dx_…`` one per row of ``diagnoses``, the
    others one per claim in claim order. They are shared: none is to be changed in place.
    """

    batch: ClaimBatch
    reference: Reference
    history: History

    # --- claims ---------------------------------------------------------------------------------------------------

    @remembered
    def claim_codes(self, column: str) -> Coded:
        """Return a column of codes of ``claims``."""
        return Coded.of(self.batch.claims[column])

    @remembered
    def absent(self, column: str) -> Flags:
        """Whether a column of ``claims`` is null."""
        return absent(self.batch.claims[column])

    @cached_property
    def is_institutional(self) -> Flags:
        """Whether each claim is an 837I."""
        return self.batch.institutional

    @cached_property
    def says_what_an_837_says(self) -> Flags:
        """Whether what an 837 can carry is absent from a claim only where it was left out."""
        return says_what_an_837_says(self.batch)

    @cached_property
    def first_service_date(self) -> Dates:
        """Earliest date of service; NaT where no line has one."""
        return np.asarray(self.batch.first_service_date)

    @cached_property
    def last_service_date(self) -> Dates:
        """Latest date of service; NaT where no line has one."""
        return np.asarray(self.batch.last_service_date)

    @cached_property
    def submission_date(self) -> Dates:
        """Day of submission; NaT where there is none."""
        return np.asarray(self.batch.claims["submission_date"])

    # --- service lines --------------------------------------------------------------------------------------------

    @cached_property
    def line_claims(self) -> Rows:
        """claim_key of each service line."""
        return np.asarray(self.batch.service_lines["claim_key"])

    @cached_property
    def line_procedures(self) -> Coded:
        """Procedure code of each service line."""
        return Coded.of(self.batch.service_lines["procedure_code"])

    @cached_property
    def line_families(self) -> Coded:
        """Family of each line's procedure in the procedure reference, else the section its code belongs to."""
        return self.line_procedures.renamed(self._family_of)

    @cached_property
    def line_modifiers(self) -> tuple[Coded, ...]:
        """The four modifiers of each service line."""
        return tuple(Coded.of(self.batch.service_lines[column]) for column in MODIFIERS)

    @cached_property
    def line_authorization(self) -> Coded:
        """Whether the payer wants authorisation of each service line: required, likely, or null."""
        asked = self.reference.payers.authorization_required(self.batch)
        requirement = Coded.of(asked["requirement"])
        # line numbers are unique within a claim, so claim × reach + number names a line, and names ascend as lines do
        numbers, own = floats(self.batch.service_lines["line_number"]), floats(asked["line_number"])
        reach = np.nanmax(numbers, initial=0) + 1
        rows = np.searchsorted(self.line_claims * reach + numbers, asked["claim_key"].to_numpy() * reach + own)
        positions = np.full(len(numbers), -1)
        positions[rows] = requirement.positions
        return Coded(positions, requirement.names)

    @cached_property
    def line_has_authorization(self) -> Flags:
        """Whether each service line carries a prior authorisation number, its own or its claim's."""
        return ~absent(self.batch.service_lines["prior_auth_number"])

    @remembered
    def line_has_modifier(self, *modifiers: str) -> Flags:
        """Whether each service line carries one of the modifiers."""
        return np.asarray(np.logical_or.reduce([one.isin(*modifiers) for one in self.line_modifiers]))

    @cached_property
    def line_quantities(self) -> Floats:
        """Quantity of each service line; NaN where null."""
        return floats(self.batch.service_lines["quantity"])

    @cached_property
    def line_charges(self) -> Floats:
        """Charge of each service line in cents; NaN where null."""
        return floats(self.batch.service_lines["line_charge_cents"])

    @remembered
    def line_in_family(self, *families: str) -> Flags:
        """Whether the procedure of each service line belongs to one of the reference's families."""
        return self.line_procedures.flags(lambda codes: self.reference.procedures.of_family(codes, *families))

    @remembered
    def line_fact(self, column: str) -> Floats:
        """Return a numeric fact of the procedure reference for each service line; NaN where it has none."""
        return self.line_procedures.numbers(lambda codes: self.reference.procedures.fact(column, codes))

    @cached_property
    def line_is_visit(self) -> Flags:
        """Whether each service line is a visit of any specialty: 992xx–994xx, or an eye examination, 920xx."""
        return self.line_procedures.holds(_VISIT.fullmatch)

    @cached_property
    def same_day_pairs(self) -> Pairs:
        """NCCI pairs among the lines of each claim and day."""
        pairs = self.reference.procedures.same_day_pairs(self.batch)
        indicator, bypassed = floats(pairs["modifier_indicator"]), pairs["bypassed"].to_numpy(dtype=bool)
        return Pairs(pairs["claim_key"].to_numpy(dtype="int64"), indicator, bypassed)

    def count_lines(self, flags: Flags | None = None) -> Floats:
        """Service lines with the flag set, by claim; 0 for a claim without lines."""
        return self.count(self.line_claims if flags is None else self.line_claims[flags])

    def count(self, keys: Rows) -> Floats:
        """How often each claim's claim_key is among the keys."""
        return np.bincount(keys, minlength=len(self.batch)).astype("float64")

    @cached_property
    def main_rows(self) -> Rows:
        """Row of each claim's costliest service line (the first of equals); −1 where it has no line."""
        return costliest_rows(self.batch)

    @cached_property
    def main_procedure(self) -> Coded:
        """Procedure of the costliest service line; null where the claim has no line or no code."""
        return self.line_procedures.take(self.main_rows)

    @cached_property
    def main_family(self) -> Coded:
        """Family or section of each claim's main procedure; see ``line_families``."""
        return self.line_families.take(self.main_rows)

    # --- diagnoses ------------------------------------------------------------------------------------------------

    @cached_property
    def dx_claims(self) -> Rows:
        """claim_key of each diagnosis."""
        return np.asarray(self.batch.diagnoses["claim_key"])

    @cached_property
    def dx_codes(self) -> Coded:
        """Code of each diagnosis."""
        return Coded.of(self.batch.diagnoses["dx_code"])

    @cached_property
    def principal_rows(self) -> Rows:
        """Row of each claim's principal or first-listed diagnosis; −1 where there is none."""
        return principal_rows(self.batch)

    @cached_property
    def principal(self) -> Coded:
        """Principal or first-listed diagnosis of each claim; null where there is none."""
        return self.dx_codes.take(self.principal_rows)

    @cached_property
    def principal_category(self) -> Coded:
        """First three characters of the principal diagnosis."""
        return self.dx_codes.each(lambda code: code[:3]).take(self.principal_rows)

    @cached_property
    def dx_dates(self) -> pd.Series:
        """Date each diagnosis is judged on: the first date of service, institutional the last.

        An institutional claim is coded by the edition in force at its through date (ICD-10-CM Official Guidelines:
        the discharge date for an inpatient stay).
        """
        served = np.where(self.is_institutional, self.last_service_date, self.first_service_date)
        return pd.Series(served[self.dx_claims])

    @cached_property
    def dx_status(self) -> Coded:
        """Status of each diagnosis (valid, header, ended …) on its date."""
        return Coded.of(self.reference.icd10.status(self.batch.diagnoses["dx_code"], self.dx_dates))

    @cached_property
    def dx_side(self) -> Coded:
        """Side each diagnosis states: right, left, bilateral or unspecified; null where it has no laterality axis."""
        return self.dx_codes.renamed(self.reference.icd10.side)

    @remembered
    def dx_in_group(self, group: str) -> Flags:
        """Whether each diagnosis belongs to the named group of the reference."""
        return self.dx_codes.flags(lambda codes: self.reference.dx_groups.of_group(codes, group))

    def count_diagnoses(self, flags: Flags | None = None) -> Floats:
        """Diagnoses with the flag set, by claim; 0 for a claim without diagnoses."""
        return self.count(self.dx_claims if flags is None else self.dx_claims[flags])

    @cached_property
    def line_dx_rows(self) -> Rows:
        """Diagnosis rows each line points to: lines × 4, −1 where a pointer is null or reaches no diagnosis."""
        positions = floats(self.batch.diagnoses["dx_position"])
        reach = int(np.nanmax(positions, initial=0)) + 2
        known = np.append(self.dx_claims * reach + np.nan_to_num(positions).astype("int64"), -1)
        order = np.argsort(known, kind="stable")
        pointers = self.batch.pointers.clip(0, reach - 1)  # 0 where there is none
        wanted = self.line_claims[:, np.newaxis] * reach + pointers
        found = order[np.searchsorted(known, wanted, sorter=order).clip(max=len(order) - 1)]
        return np.where((pointers > 0) & (known[found] == wanted), found, -1)

    def line_points_to(self, dx_flags: Flags) -> Flags:
        """Whether each line points to a flagged diagnosis; without pointers on its claim, to any of the claim's."""
        if not dx_flags.any():
            return np.zeros(len(self.line_claims), dtype=bool)
        pointed = np.append(dx_flags, False)[self.line_dx_rows].any(axis=1)
        has_pointers = self.batch.has_pointers
        if has_pointers.all():
            return np.asarray(pointed)
        flagged = self.count_diagnoses(dx_flags) > 0
        return np.where(has_pointers[self.line_claims], pointed, flagged[self.line_claims])

    # --- notes and past outcomes ----------------------------------------------------------------------------------

    @cached_property
    def has_note(self) -> Flags:
        """Whether each claim or one of its lines carries a note."""
        return self.count(self.batch.notes["claim_key"].to_numpy()) > 0

    @cached_property
    def note_facts(self) -> NoteFacts:
        """Facts found in the notes."""
        facts = note_facts(self.batch)
        return NoteFacts(
            facts["claim_key"].to_numpy(), *(Coded.of(facts[column]) for column in ("fact", "state", "detail"))
        )

    @cached_property
    def claim_index(self) -> pd.Index:
        """Index of what is asked of the history: claim_key, 0 … n−1."""
        return pd.RangeIndex(len(self.batch), name="claim_key")

    @cached_property
    def known_by(self) -> pd.Series:
        """Day whose past the claim may know, by claim_key.

        The day of submission; without one the last date of service, since no claim is submitted before it.
        """
        undated = np.isnat(self.submission_date)
        return pd.Series(np.where(undated, self.last_service_date, self.submission_date), index=self.claim_index)

    @cached_property
    def past_keys(self) -> pd.DataFrame:
        """What a claim may ask the history about, by claim_key; columns as in the history."""
        claims = self.batch.claims
        return pd.DataFrame(
            {
                "payer_id": claims["payer_id"].array,
                "billing_npi": claims["billing_npi"].array,
                "rendering_npi": claims["rendering_npi"].array,
                "procedure_code": self.main_procedure.array(),
                "dx_category": self.principal_category.array(),
            },
            index=self.claim_index,
        )

    @cached_property
    def past_services(self) -> PastServices:
        """Earlier services of the patient of the same kind; NaN without a history."""
        if not self.history.has_services:
            unknown = np.full(len(self.batch), np.nan)
            return PastServices(unknown, unknown)
        patients, families, when = (
            pd.Series(values, index=self.claim_index)
            for values in (patients_of(self.batch).array, self.main_family.array(), self.first_service_date)
        )
        past = self.history.services_before(patients, families, when, self._family_of)
        return PastServices(floats(past["count"]), floats(past["days_since"]))

    @cached_property
    def overall_past_rate(self) -> Floats:
        """Share denied of all claims whose outcome was known by then."""
        return floats(self.history.overall_rate_before(self.known_by))

    @cached_property
    def payer_rate(self) -> Floats:
        """Past denial rate of each claim's payer."""
        return self.past_rate("payer_id")

    @cached_property
    def provider_rate(self) -> Floats:
        """Past denial rate of each claim's billing provider."""
        return self.past_rate("billing_npi")

    def past_rate(self, *columns: str, toward: Floats | None = None) -> Floats:
        """Denial rate of the past year's claims with the same values, shrunk toward ``toward`` or the overall rate."""
        if not self.history.has_outcomes:
            return np.full(len(self.batch), np.nan)
        prior = pd.Series(self.overall_past_rate if toward is None else toward, index=self.claim_index)
        return floats(self.history.rate_before(self.past_keys[list(columns)], self.known_by, prior))

    def _family_of(self, procedures: pd.Series) -> pd.Series:
        families = self.reference.procedures.fact("family", procedures)
        return families.fillna(section_of(procedures))
