"""Claims in the making: plain arrays that mistakes can be put into, and the canonical tables they become."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from risk.claims.tables import ClaimBatch, make_batch
from synthetic_data.catalogue import MODIFIERS_PER_LINE, Array, Catalogue
from synthetic_data.period import Period

MODIFIERS = tuple(f"modifier_{rank}" for rank in range(1, MODIFIERS_PER_LINE + 1))
POINTERS = tuple(f"dx_pointer_{rank}" for rank in range(1, 5))

#: Columns of the claims that the canonical table takes as they are.
CLAIM_COLUMNS = (
    "claim_id",
    "payer_id",
    "payer_name",
    "payer_type",
    "member_id",
    "subscriber_relationship_code",
    "patient_birth_date",
    "patient_sex",
    "patient_state",
    "billing_npi",
    "billing_taxonomy_code",
    "rendering_npi",
    "referring_npi",
    "facility_npi",
    "facility_state",
    "place_of_service_code",
    "claim_frequency_code",
    "submission_date",
    "prior_auth_number",
    "total_charge_cents",
    "admission_date",
)
#: Those that only institutional claims have, text.
INSTITUTIONAL_COLUMNS = (
    "bill_type_code",
    "payer_responsibility_code",
    "attending_npi",
    "operating_npi",
    "original_claim_number",
    "assignment_code",
    "benefits_assignment_code",
    "release_code",
    "admission_type_code",
    "admission_source_code",
    "patient_status_code",
    "drg_code",
)
#: Columns of the condition, occurrence and value codes of institutional claims.
CODE_COLUMNS = ("claim", "position", "code_kind", "code", "from_date", "to_date", "amount_cents")

#: SBR01 and CLM07, which the 837 guides demand of every claim: primary, assigned.
SAID_BY_EVERY_837 = {"payer_responsibility_code": "P", "assignment_code": "A"}


@dataclass
class Draft:
    """Claims as arrays, one entry per row; text is an object array whose null is ``None`` (modifiers: ``""``).

    ``claims`` has the canonical columns and what only the world knows: numbers of ``patient``, ``provider``, ``payer``,
    ``encounter`` and ``condition`` (−1: none), the ``side`` treated (0 none, 1 right, 2 left, 3 bilateral), ``session``
    (sessions of the family in twelve months, this one included), ``new_patient``, ``note``, ``institutional``, and the
    ``filing_date`` from which the payer's limit counts (the first day, of institutional claims the last).
    ``lines`` and ``diagnoses`` belong to a ``claim`` (its row) and are kept in claim order; the ``fault`` of a line is
    the mistake on it. ``codes`` (``CODE_COLUMNS``; no amount: −1) are those of institutional claims. ``mistakes`` tells
    for each mistake which claims carry it. Nothing is submitted after ``last_submission``.
    """

    catalogue: Catalogue
    claims: dict[str, Array]
    lines: dict[str, Array]
    diagnoses: dict[str, Array]
    codes: dict[str, Array] = field(default_factory=lambda: no_codes())
    last_submission: np.datetime64 = field(default_factory=lambda: Period().last_submission)
    mistakes: dict[str, Array] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.claims["patient"])

    @property
    def first_line(self) -> Array:
        """Row of the first line of each claim."""
        return np.searchsorted(self.lines["claim"], np.arange(len(self)))

    @property
    def last_line(self) -> Array:
        """Row of the last line of each claim."""
        return np.searchsorted(self.lines["claim"], np.arange(len(self)), side="right") - 1

    @property
    def first_diagnosis(self) -> Array:
        """Row of the first diagnosis of each claim."""
        return np.searchsorted(self.diagnoses["claim"], np.arange(len(self)))

    @property
    def line_count(self) -> Array:
        """Lines of each claim."""
        return np.bincount(self.lines["claim"], minlength=len(self))

    @property
    def families(self) -> Array:
        """Procedure family of each claim, by name."""
        return np.array([one.family for one in self.catalogue.encounters], dtype=object)[self.claims["encounter"]]

    def in_family(self, *families: str) -> Array:
        """Which claims bill an encounter of one of the families."""
        return np.isin(np.array([one.family in families for one in self.catalogue.encounters]), True)[
            self.claims["encounter"]
        ]

    def any_line(self, lines: Array) -> Array:
        """Which claims have at least one of the marked lines."""
        return np.bincount(self.lines["claim"], weights=lines, minlength=len(self)) > 0

    def any_diagnosis(self, rows: Array) -> Array:
        """Which claims have at least one of the marked diagnoses."""
        return np.bincount(self.diagnoses["claim"], weights=rows, minlength=len(self)) > 0

    def add_lines(self, claims: Array, **columns: Array | str | float | int) -> None:
        """Add one line to each of the claims: a copy of its first line with the given columns changed."""
        rows = self.first_line[claims]
        added = {name: column[rows].copy() for name, column in self.lines.items()}
        for name, values in columns.items():
            added[name][:] = values
        self.lines = {name: np.concatenate([column, added[name]]) for name, column in self.lines.items()}
        self._settle_lines()

    def remove_lines(self, rows: Array) -> None:
        """Take lines away; a claim keeps at least one."""
        keep = np.ones(len(self.lines["claim"]), dtype=bool)
        keep[rows] = False
        self.lines = {name: column[keep] for name, column in self.lines.items()}
        self._settle_lines()

    def add_diagnosis(self, claims: Array, codes: Array) -> None:
        """Add one diagnosis, in last place, to each of the claims; no line points to it."""
        rows = np.searchsorted(self.diagnoses["claim"], claims, side="right") - 1
        added = {name: column[rows].copy() for name, column in self.diagnoses.items()}
        added["position"] = added["position"] + 1
        added["dx_code"][:] = codes
        added["sided"][:] = False
        added["qualifier"][:] = ""
        joined = {name: np.concatenate([column, added[name]]) for name, column in self.diagnoses.items()}
        order = np.argsort(joined["claim"], kind="stable")
        self.diagnoses = {name: column[order] for name, column in joined.items()}

    def total_charges(self) -> Array:
        """Cents each claim's lines add up to."""
        sums = np.bincount(self.lines["claim"], weights=self.lines["line_charge_cents"], minlength=len(self))
        return sums.astype("int64")

    def take(self, order: Array) -> None:
        """Keep the given claims, in the given order; a claim may be taken twice."""
        self.claims = {name: column[order] for name, column in self.claims.items()}
        self.mistakes = {name: column[order] for name, column in self.mistakes.items()}
        self.lines = _take_children(self.lines, order)
        self.diagnoses = _take_children(self.diagnoses, order)
        self.codes = _take_children(self.codes, order)

    def copied(self, order: Array) -> Draft:
        """Another draft of the given claims, in the given order."""
        copy = replace(self)
        copy.take(order)
        return copy

    def joined(self, other: Draft) -> Draft:
        """Another draft of the claims of both, those of the other behind."""

        def both(mine: dict[str, Array], others: dict[str, Array]) -> dict[str, Array]:
            if "claim" in others:
                others = others | {"claim": others["claim"] + len(self)}
            return {name: np.concatenate([values, others[name]]) for name, values in mine.items()}

        return replace(
            self,
            claims=both(self.claims, other.claims),
            lines=both(self.lines, other.lines),
            diagnoses=both(self.diagnoses, other.diagnoses),
            codes=both(self.codes, other.codes),
        )

    def identify(self, prefix: str, start: int = 0, of: int = 0) -> None:
        """Put the claims in the order of their submission and number them: ``<prefix>-000001`` and on.

        ``start`` is how many claims of the sample come before these, ``of`` how many it has where it has more.
        """
        self.take(np.lexsort((np.arange(len(self)), self.claims["submission_date"])))
        width = max(6, len(str(max(of, len(self)))))
        numbers = range(start + 1, start + len(self) + 1)
        self.claims["claim_id"] = np.array([f"{prefix}-{n:0{width}d}" for n in numbers], dtype=object)

    def to_batch(self) -> ClaimBatch:
        """Write the canonical tables."""
        claims, lines, diagnoses = self.claims, self.lines, self.diagnoses
        claim_table = {name: claims[name] for name in (*CLAIM_COLUMNS, *INSTITUTIONAL_COLUMNS)}
        for name, customary in SAID_BY_EVERY_837.items():
            claim_table[name] = np.where(is_null(claims[name]), customary, claims[name]).astype(object)
        claim_table["claim_kind"] = np.where(claims["institutional"], "institutional", "professional").astype(object)
        claim_table["source_file"] = np.full(len(self), "synthetic", dtype=object)
        line_table = {
            "claim_key": lines["claim"],
            "line_number": lines["position"],
            "procedure_code": only_where(lines["procedure_code"] != "", lines["procedure_code"]),
            "revenue_center_code": only_where(lines["revenue_center_code"] != "", lines["revenue_center_code"]),
            "ndc_code": only_where(lines["ndc_code"] != "", lines["ndc_code"]),
            "quantity": lines["quantity"],
            "line_charge_cents": lines["line_charge_cents"],
            "service_from_date": lines["service_from_date"],
            "service_to_date": lines["service_to_date"],
        }
        line_table |= {name: only_where(lines[name] != "", lines[name]) for name in MODIFIERS}
        line_table |= {name: only_where(lines[name] != 0, lines[name]) for name in POINTERS}
        listed = np.where(diagnoses["position"] == 1, "principal", "other").astype(object)
        stay = only_where(claims["present_on_admission"], np.full(len(self), "Y", dtype=object))[diagnoses["claim"]]
        dx_table = {
            "claim_key": diagnoses["claim"],
            "dx_position": diagnoses["position"],
            "dx_code": diagnoses["dx_code"],
            "dx_qualifier": np.where(diagnoses["qualifier"] == "", listed, diagnoses["qualifier"]),
            "present_on_admission": only_where(diagnoses["qualifier"] == "", stay),
        }
        noted = np.flatnonzero(~is_null(claims["note"]))
        note_table = {"claim_key": noted, "note_text": claims["note"][noted]}
        amounts = pd.array(self.codes["amount_cents"], dtype="Int64")
        amounts[self.codes["amount_cents"] < 0] = pd.NA
        code_table = {name: self.codes[name] for name in CODE_COLUMNS if name != "claim"}
        code_table |= {"claim_key": self.codes["claim"], "amount_cents": amounts}
        return make_batch(claim_table, line_table, dx_table, note_table, claim_codes=code_table)

    def _settle_lines(self) -> None:
        order = np.argsort(self.lines["claim"], kind="stable")
        self.lines = {name: column[order] for name, column in self.lines.items()}
        self.lines["position"] = np.arange(len(order)) - self.first_line[self.lines["claim"]] + 1


def _take_children(table: dict[str, Array], order: Array) -> dict[str, Array]:
    start = np.searchsorted(table["claim"], order)
    length = np.searchsorted(table["claim"], order, side="right") - start
    owner = np.repeat(np.arange(len(order)), length)
    rows = np.repeat(start - (np.cumsum(length) - length), length) + np.arange(len(owner))
    return {name: column[rows] for name, column in table.items()} | {"claim": owner}


def no_codes() -> dict[str, Array]:
    """Make a table of no codes."""
    kinds = {"code_kind": object, "code": object, "from_date": "datetime64[D]", "to_date": "datetime64[D]"}
    return {name: np.zeros(0, dtype=kinds.get(name, np.int64)) for name in CODE_COLUMNS}


def is_null(values: Array) -> Array:
    """Which entries of an object array are ``None``."""
    return np.fromiter((value is None for value in values), dtype=bool, count=len(values))


def only_where(mask: Array, values: Array) -> Array:
    """Copy the values as objects where the mask holds; ``None`` elsewhere."""
    found = np.full(len(values), None, dtype=object)
    found[mask] = values[mask]
    return found
