"""What a feature may read, and the intermediate tables that several of them share."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from features._asof import History, patients_of
from features._shared import (
    Coded,
    Flags,
    Floats,
    Rows,
    costliest_rows,
    floats,
    principal_rows,
    section_of,
    taken,
)
from risk.claims.said import says_what_an_837_says
from risk.claims.tables import MODIFIERS, POINTERS, ClaimBatch
from risk.notes import note_facts
from risk.reference import Reference
from risk.reference.procedures import VISIT_CODES


@dataclass(frozen=True, eq=False)
class FeatureInputs:
    """All that a feature may read, and the intermediate tables that several of them share.

    No finding of a rule, no remittance of the claim itself and nothing about the other claims of the batch is in
    reach: a claim scores the same alone or among others. Past outcomes are read through ``history`` alone, which
    knows only what had come back before the claim's submission.

    Arrays named ``line_…`` have one entry per row of ``service_lines``, ``dx_…`` one per row of ``diagnoses``.
    """

    batch: ClaimBatch
    reference: Reference
    history: History

    # --- claims ---------------------------------------------------------------------------------------------------

    @cached_property
    def claim_index(self) -> pd.Index:
        """Index of every feature: claim_key, 0 … n−1."""
        return pd.RangeIndex(len(self.batch), name="claim_key")

    def claim_series(self, values: object) -> pd.Series:
        """One value per claim in claim order, under the index of a feature."""
        return pd.Series(values, index=self.claim_index)

    def claim_column(self, column: str) -> pd.Series:
        """Return a column of ``claims`` by claim_key."""
        return self.claim_series(self.batch.claims[column].array)

    @cached_property
    def is_institutional(self) -> Flags:
        """Whether each claim is an 837I."""
        return np.asarray(Coded.of(self.batch.claims["claim_kind"]).isin("institutional"))

    @cached_property
    def says_what_an_837_says(self) -> Flags:
        """Whether what an 837 can carry is absent from a claim only where it was left out."""
        return says_what_an_837_says(self.batch)

    @cached_property
    def first_service_date(self) -> pd.Series:
        """Earliest date of service by claim_key; null where no line has one."""
        return self.claim_series(self.batch.first_service_date.array)

    @cached_property
    def last_service_date(self) -> pd.Series:
        """Latest date of service by claim_key; null where no line has one."""
        return self.claim_series(self.batch.last_service_date.array)

    @cached_property
    def known_by(self) -> pd.Series:
        """Day whose past the claim may know, by claim_key.

        The day of submission; without one the last date of service, since no claim is submitted before it.
        """
        return self.claim_column("submission_date").fillna(self.last_service_date)

    # --- service lines --------------------------------------------------------------------------------------------

    @cached_property
    def line_claims(self) -> Rows:
        """claim_key of each service line."""
        return np.asarray(self.batch.service_lines["claim_key"].to_numpy())

    @cached_property
    def line_procedures(self) -> Coded:
        """Procedure code of each service line."""
        return Coded.of(self.batch.service_lines["procedure_code"])

    @cached_property
    def line_modifiers(self) -> tuple[Coded, ...]:
        """The four modifiers of each service line."""
        return tuple(Coded.of(self.batch.service_lines[column]) for column in MODIFIERS)

    @cached_property
    def line_authorization(self) -> Coded:
        """Whether the payer wants authorisation of each service line: required, likely, or null."""
        asked = self.reference.payers.authorization_required(self.batch).drop_duplicates(["claim_key", "line_number"])
        # line numbers are unique within a claim, so claim × reach + number names a line
        numbers, own = floats(self.batch.service_lines["line_number"]), floats(asked["line_number"])
        reach = np.nanmax(numbers, initial=0) + 1
        wanted = pd.Index(asked["claim_key"].to_numpy() * reach + own)
        found = wanted.get_indexer(self.line_claims * reach + numbers)
        return Coded.of(pd.Series(asked["requirement"].array.take(found, allow_fill=True), dtype="str"))

    @cached_property
    def filing_limits(self) -> pd.DataFrame:
        """Filing limit of each claim by claim_key, null where unknown; see ``PayerTerms.filing_limits``."""
        return self.reference.payers.filing_limits(self.batch).reindex(self.claim_index)

    def line_has_modifier(self, *modifiers: str) -> Flags:
        """Whether each service line carries one of the modifiers."""
        return np.asarray(np.logical_or.reduce([one.isin(*modifiers) for one in self.line_modifiers]))

    @cached_property
    def line_quantities(self) -> Floats:
        """Quantity of each service line; NaN where null."""
        return floats(self.batch.service_lines["quantity"])

    def line_in_family(self, *families: str) -> Flags:
        """Whether the procedure of each service line belongs to one of the reference's families."""
        return self.line_procedures.flags(lambda codes: self.reference.procedures.in_family(codes, *families))

    def line_fact(self, column: str) -> Floats:
        """Return a numeric fact of the procedure reference for each service line; NaN where it has none."""
        return self.line_procedures.numbers(lambda codes: self.reference.procedures.fact(column, codes))

    @cached_property
    def same_day_pairs(self) -> pd.DataFrame:
        """NCCI pairs among the lines of each claim and day; see ``Procedures.same_day_pairs``."""
        return self.reference.procedures.same_day_pairs(self.batch)

    def count_lines(self, flags: Flags | None = None) -> pd.Series:
        """Service lines with the flag set, by claim_key; 0 for a claim without lines."""
        return self._count(self.line_claims if flags is None else self.line_claims[flags])

    def count_rows(self, rows: pd.DataFrame) -> pd.Series:
        """Rows of a reference look-up that has a ``claim_key`` column, by claim_key."""
        return self._count(rows["claim_key"].to_numpy(dtype="int64"))

    @cached_property
    def main_rows(self) -> Rows:
        """Row of each claim's costliest service line (the first of equals); −1 where it has no line."""
        return costliest_rows(self.batch)

    @cached_property
    def main_procedure(self) -> pd.Series:
        """Procedure of the costliest service line by claim_key; null where the claim has no line or no code."""
        return taken(self.batch.service_lines["procedure_code"], self.main_rows, self.claim_index)

    @cached_property
    def main_procedure_code(self) -> Coded:
        """The same, taken apart."""
        return Coded.of(self.main_procedure)

    @cached_property
    def main_family(self) -> Coded:
        """Family of each claim's main procedure in the procedure reference, else the section its code belongs to."""
        return Coded.of(self.main_procedure_code.texts(self._family_of))

    @cached_property
    def payer_code(self) -> Coded:
        """Payer of each claim, taken apart."""
        return Coded.of(self.batch.claims["payer_id"])

    @cached_property
    def is_visit(self) -> Flags:
        """Whether each service line is a visit of any specialty: 992xx–994xx, or an eye examination, 920xx."""
        return self.line_procedures.flags(lambda codes: codes.str.fullmatch(VISIT_CODES))

    def claim_codes(self, first: Coded, second: Coded) -> pd.Series:
        """Pairs of two codes of each claim, by claim_key; see :meth:`Coded.with_code`."""
        return self.claim_series(first.with_code(second).column().array)

    # --- diagnoses ------------------------------------------------------------------------------------------------

    @cached_property
    def dx_claims(self) -> Rows:
        """claim_key of each diagnosis."""
        return np.asarray(self.batch.diagnoses["claim_key"].to_numpy())

    @cached_property
    def dx_codes(self) -> Coded:
        """Code of each diagnosis."""
        return Coded.of(self.batch.diagnoses["dx_code"])

    @cached_property
    def principal(self) -> pd.Series:
        """Principal or first-listed diagnosis of each claim, by claim_key; null where there is none."""
        return taken(self.batch.diagnoses["dx_code"], principal_rows(self.batch), self.claim_index)

    @cached_property
    def principal_code(self) -> Coded:
        """The same, taken apart."""
        return Coded.of(self.principal)

    @cached_property
    def dx_dates(self) -> pd.Series:
        """Date each diagnosis is judged on: the first date of service, institutional the last.

        An institutional claim is coded by the edition in force at its through date (ICD-10-CM Official Guidelines:
        the discharge date for an inpatient stay).
        """
        served = self.first_service_date.where(~self.is_institutional, self.last_service_date)
        return pd.Series(served.array.take(self.dx_claims))

    @cached_property
    def dx_status(self) -> Coded:
        """Status of each diagnosis (valid, header, ended …) on its date."""
        return Coded.of(self.reference.icd10.status(self.batch.diagnoses["dx_code"], self.dx_dates))

    def dx_in_group(self, group: str) -> Flags:
        """Whether each diagnosis belongs to the named group of the reference."""
        return self.dx_codes.flags(lambda codes: self.reference.dx_groups.matches(group, codes))

    def count_diagnoses(self, flags: Flags | None = None) -> pd.Series:
        """Diagnoses with the flag set, by claim_key; 0 for a claim without diagnoses."""
        return self._count(self.dx_claims if flags is None else self.dx_claims[flags])

    @cached_property
    def line_dx_rows(self) -> Rows:
        """Diagnosis rows each line points to: lines × 4, −1 where a pointer is null or reaches no diagnosis."""
        positions = floats(self.batch.diagnoses["dx_position"])
        reach = int(np.nanmax(positions, initial=0)) + 2
        known = np.append(self.dx_claims * reach + np.nan_to_num(positions).astype("int64"), -1)
        order = np.argsort(known, kind="stable")
        columns = []
        for column in POINTERS:
            pointer = np.nan_to_num(floats(self.batch.service_lines[column])).clip(0, reach - 1).astype("int64")
            wanted = self.line_claims * reach + pointer
            found = order[np.searchsorted(known, wanted, sorter=order).clip(max=len(order) - 1)]
            columns.append(np.where((pointer > 0) & (known[found] == wanted), found, -1))
        return np.column_stack(columns)

    def line_points_to(self, dx_flags: Flags) -> Flags:
        """Whether each line points to a flagged diagnosis; without pointers on its claim, to any of the claim's."""
        pointed = np.append(dx_flags, False)[self.line_dx_rows].any(axis=1)
        has_pointers = self.batch.has_pointers
        if has_pointers.all():
            return np.asarray(pointed)
        flagged = np.bincount(self.dx_claims[dx_flags], minlength=len(self.batch)) > 0
        return np.asarray(np.where(has_pointers[self.line_claims], pointed, flagged[self.line_claims]))

    # --- notes and past outcomes ----------------------------------------------------------------------------------

    @cached_property
    def note_facts(self) -> pd.DataFrame:
        """Facts found in the notes, one row per mention; see :func:`risk.notes.note_facts`."""
        return note_facts(self.batch)

    @cached_property
    def past_keys(self) -> pd.DataFrame:
        """What a claim may ask the history about, by claim_key; columns as in the history."""
        claims = self.batch.claims
        return pd.DataFrame(
            {
                "payer_id": claims["payer_id"].array,
                "billing_npi": claims["billing_npi"].array,
                "rendering_npi": claims["rendering_npi"].array,
                "procedure_code": self.main_procedure.array,
                "dx_category": self.principal.str[:3].array,
            },
            index=self.claim_index,
        ).astype("category")  # taken apart once, asked about several times

    @cached_property
    def past_services(self) -> pd.DataFrame:
        """Earlier services of the patient of the same kind, by claim_key; see :meth:`History.services_before`."""
        if not self.history.has_services:
            return pd.DataFrame(np.nan, index=self.claim_index, columns=["count", "days_since"])
        patients = self.claim_series(patients_of(self.batch).array)
        families = self.claim_series(self.main_family.column().array)
        return self.history.services_before(patients, families, self.first_service_date, self._family_of)

    @cached_property
    def overall_past_rate(self) -> pd.Series:
        """Share denied of all claims whose outcome was known by then, by claim_key."""
        return self.history.overall_rate_before(self.known_by)

    @cached_property
    def payer_rate(self) -> pd.Series:
        """Past denial rate of each claim's payer, by claim_key."""
        return self.past_rate("payer_id")

    @cached_property
    def provider_rate(self) -> pd.Series:
        """Past denial rate of each claim's billing provider, by claim_key."""
        return self.past_rate("billing_npi")

    def past_rate(self, *columns: str, toward: pd.Series | None = None) -> pd.Series:
        """Denial rate of the past year's claims with the same values, shrunk toward ``toward`` or the overall rate."""
        if not self.history.has_outcomes:
            return self.claim_series(np.nan)
        prior = self.overall_past_rate if toward is None else toward
        return self.history.rate_before(self.past_keys[list(columns)], self.known_by, prior)

    def _family_of(self, procedures: pd.Series) -> pd.Series:
        known = pd.Series(self.reference.procedures.fact("family", procedures)).astype("str")
        return known.fillna(section_of(procedures))

    def _count(self, keys: Rows) -> pd.Series:
        return self.claim_series(np.bincount(keys, minlength=len(self.batch)).astype("float64"))
