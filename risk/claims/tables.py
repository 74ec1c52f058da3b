"""The canonical claim tables: what every reader fills and everything else reads.

Long, never ``dx_1 … dx_12``. Money is integer cents, codes and ids are strings, dates are dates, absent is null.

    claims         one row per claim         key claim_key
    service_lines  one row per service line  key claim_key, line_number
    diagnoses      one row per diagnosis     key claim_key, dx_position
    notes          one row per note          key claim_key, line_number (null: of the claim), position in the file

Those that only an 837 fills are described in :mod:`risk.claims.tables_837`.

``claim_key`` is the claim's position in the batch, 0 … n−1, so that ``claims[column].to_numpy()[claim_key]`` joins.
The claim id is what people see; it may occur more than once in a file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property, partial
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from risk.claims.columns import one_of
from risk.claims.frames import TYPES, frame_of, integers_of, texts_of
from risk.claims.kinds import Kind
from risk.claims.tables_837 import KEYS_OF_837, TABLES_OF_837

CLAIMS: dict[str, Kind] = {
    "claim_key": "key",
    "claim_id": "text",
    "source_file": "text",
    "source_offset": "count",  # byte offset of the CLM segment; row of the first line in a CSV (the header is row 1)
    "claim_kind": "text",  # professional | institutional
    "payer_id": "text",
    "payer_name": "text",
    "payer_type": "text",  # PAYER_TYPES
    "member_id": "text",
    "subscriber_relationship_code": "text",  # SBR02 / PAT01; 18 = self
    "patient_birth_date": "date",
    "patient_sex": "text",  # F, M or U
    "patient_state": "text",
    "billing_npi": "text",
    "billing_taxonomy_code": "text",
    "rendering_npi": "text",
    "referring_npi": "text",
    "facility_npi": "text",
    "facility_state": "text",  # of the service facility, else of the billing provider
    "place_of_service_code": "text",
    "bill_type_code": "text",  # institutional: three digits, e.g. 131
    "claim_frequency_code": "text",  # 1 original, 7 replacement, 8 void
    "submission_date": "date",
    "prior_auth_number": "text",
    "total_charge_cents": "cents",
}

#: What only an 837 says of a claim.
CLAIMS_OF_837: dict[str, Kind] = {
    "payer_responsibility_code": "text",  # SBR01: P primary, S secondary, T tertiary …
    "subscriber_birth_date": "date",  # of the subscriber, also where the patient is another person
    "subscriber_sex": "text",
    "attending_npi": "text",
    "operating_npi": "text",
    "supervising_npi": "text",
    "original_claim_number": "text",  # REF*F8: the payer's number of the claim this one replaces or voids
    "provider_signature_code": "text",  # CLM06
    "assignment_code": "text",  # CLM07: A assigned, B on clinical laboratory services only, C not assigned
    "benefits_assignment_code": "text",  # CLM08
    "release_code": "text",  # CLM09
    "accident_cause_code": "text",  # CLM11-1: AA auto, EM employment, OA other
    "accident_state": "text",  # CLM11-4
    "accident_date": "date",  # DTP*439
    "onset_date": "date",  # DTP*431
    "initial_treatment_date": "date",  # DTP*454
    "last_seen_date": "date",  # DTP*304
    "admission_date": "date",  # DTP*435
    "admission_type_code": "text",  # CL101
    "admission_source_code": "text",  # CL102
    "patient_status_code": "text",  # CL103
    "drg_code": "text",  # HI*DR
}
CLAIMS |= CLAIMS_OF_837

SERVICE_LINES: dict[str, Kind] = {
    "claim_key": "key",
    "line_number": "count",
    "procedure_code": "text",
    "modifier_1": "text",
    "modifier_2": "text",
    "modifier_3": "text",
    "modifier_4": "text",
    "quantity": "number",
    "line_charge_cents": "cents",
    "dx_pointer_1": "count",
    "dx_pointer_2": "count",
    "dx_pointer_3": "count",
    "dx_pointer_4": "count",
    "service_from_date": "date",
    "service_to_date": "date",
    "revenue_center_code": "text",
    "place_of_service_code": "text",  # the line's own, else the claim's
    "rendering_npi": "text",  # the line's own, else the claim's
    "prior_auth_number": "text",  # the line's own, else the claim's
}

#: What only an 837 says of a line.
LINES_OF_837: dict[str, Kind] = {
    "line_control_number": "text",  # REF*6R; comes back in the 835
    "ndc_code": "text",  # LIN*N4
    "ordering_npi": "text",
    "supervising_npi": "text",
    "referring_npi": "text",  # the line's own
}
SERVICE_LINES |= LINES_OF_837

DIAGNOSES: dict[str, Kind] = {
    "claim_key": "key",
    "dx_position": "count",  # 1 = principal or first-listed; pointers count the same way
    "dx_code": "text",  # upper case, without the dot
    "dx_qualifier": "text",  # principal | other | admitting | reason_for_visit | external_cause
    "present_on_admission": "text",  # Y, N, U or W; institutional claims only
}

NOTES: dict[str, Kind] = {
    "claim_key": "key",
    "line_number": "count",  # null: the note belongs to the claim
    "note_text": "text",  # never leaves risk.notes
}

TABLES: dict[str, dict[str, Kind]] = {
    "claims": CLAIMS,
    "service_lines": SERVICE_LINES,
    "diagnoses": DIAGNOSES,
    "notes": NOTES,
    **TABLES_OF_837,
}

MODIFIERS = ["modifier_1", "modifier_2", "modifier_3", "modifier_4"]
#: Stands for a pointer that is not there.
NO_POINTER = int(np.iinfo(np.int64).min)
POINTERS = ["dx_pointer_1", "dx_pointer_2", "dx_pointer_3", "dx_pointer_4"]
PAYER_TYPES = ("medicare", "medicare_advantage", "medicaid", "commercial", "workers_comp", "tricare", "other")

_ARRAYS = (np.ndarray, pd.api.extensions.ExtensionArray)

_MOST_PER_CLAIM = 1 << 24  # lines or diagnoses of one claim, for sorting by one number

#: Columns a line takes from its claim where it has none of its own (837P: 2310 against 2420, CLM05 against SV105).
INHERITED = ("place_of_service_code", "rendering_npi", "prior_auth_number")


@cache
def _empty(name: str) -> pd.DataFrame:
    """A table of no rows; every batch that lacks the table has this one."""
    columns = {column: np.arange(0) if kind == "key" else _nulls(kind, 0) for column, kind in TABLES[name].items()}
    return frame_of(columns, pd.RangeIndex(0))


@dataclass(frozen=True)
class ClaimBatch:
    """Claims as tables; see the module docstring for grain and keys.

    Build one with :func:`make_batch`, which gives every column its type; the tables are not to be changed in place.
    """

    claims: pd.DataFrame
    service_lines: pd.DataFrame
    diagnoses: pd.DataFrame
    notes: pd.DataFrame
    claim_codes: pd.DataFrame = field(default_factory=partial(_empty, "claim_codes"))
    attachments: pd.DataFrame = field(default_factory=partial(_empty, "attachments"))
    other_payers: pd.DataFrame = field(default_factory=partial(_empty, "other_payers"))
    prior_payments: pd.DataFrame = field(default_factory=partial(_empty, "prior_payments"))
    prior_adjustments: pd.DataFrame = field(default_factory=partial(_empty, "prior_adjustments"))
    extra_values: pd.DataFrame = field(default_factory=partial(_empty, "extra_values"))

    def __len__(self) -> int:
        return len(self.claims)

    def of_claim(self, column: str, claim_keys: pd.Series) -> pd.Series:
        """Value of a claim column for rows of another table, aligned with ``claim_keys``."""
        values = self.claims[column].array.take(claim_keys.to_numpy())
        return pd.Series(values, index=claim_keys.index, name=column)

    def lines_with(self, *columns: str) -> pd.DataFrame:
        """Service lines with columns of their claim added, one row per service line."""
        lines = self.service_lines
        keys = lines["claim_key"].to_numpy()
        return lines.assign(**{column: self.claims[column].array.take(keys) for column in columns})

    def lines_where(self, chosen: NDArray[np.bool_], *columns: str) -> pd.DataFrame:
        """Service lines that are chosen: claim_key, line_number and the named columns; all where none is named.

        ``chosen`` is bool, in row order. The rows keep their index.
        """
        return _rows_where("service_lines", self.service_lines, chosen, columns)

    def claims_where(self, chosen: NDArray[np.bool_], *columns: str) -> pd.DataFrame:
        """Claims that are chosen: claim_key and the named columns; otherwise as :meth:`lines_where`."""
        return _rows_where("claims", self.claims, chosen, columns)

    def diagnoses_where(self, chosen: NDArray[np.bool_]) -> pd.DataFrame:
        """Diagnoses that are chosen, with all columns; otherwise as :meth:`lines_where`."""
        return _rows_where("diagnoses", self.diagnoses, chosen, ())

    def select(self, claim_keys: Sequence[int] | np.ndarray[Any, Any] | pd.Series) -> ClaimBatch:
        """Keep some claims, in the given order, with keys renumbered."""
        kept = np.asarray(claim_keys, dtype="int64")
        children = {}
        for name in TABLES:
            table = getattr(self, name)
            if name == "claims" or table.empty:
                children[name] = table
                continue
            rows, counts = rows_of_claims(table["claim_key"].to_numpy(), len(self), kept)
            children[name] = _taken(table, rows, np.repeat(np.arange(len(kept)), counts))
        return ClaimBatch(**children | {"claims": _taken(self.claims, kept, np.arange(len(kept)))})

    @cached_property
    def professional(self) -> NDArray[np.bool_]:
        """Whether each claim is a professional one, by claim_key."""
        return one_of(self.claims["claim_kind"], ("professional",))

    @cached_property
    def institutional(self) -> NDArray[np.bool_]:
        """Whether each claim is an institutional one, by claim_key."""
        return one_of(self.claims["claim_kind"], ("institutional",))

    @cached_property
    def first_service_date(self) -> pd.Series:
        """Earliest date of service of each claim, indexed by claim_key; null where no line has one."""
        return self._by_claim("service_from_date", np.fmin, self.service_lines["service_from_date"].to_numpy())

    @cached_property
    def last_service_date(self) -> pd.Series:
        """Latest date of service of each claim, indexed by claim_key; null where no line has one."""
        begins, ends = (self.service_lines[f"service_{name}_date"].to_numpy() for name in ("from", "to"))
        return self._by_claim("service_to_date", np.fmax, np.where(np.isnat(ends), begins, ends))

    def _by_claim(self, name: str, least_or_most: np.ufunc, dates: NDArray[np.datetime64]) -> pd.Series:
        """Least or most of the lines' dates by claim."""
        found = np.full(len(self), np.datetime64("NaT"), dtype="datetime64[s]")
        least_or_most.at(found, self.service_lines["claim_key"].to_numpy(), dates)
        return pd.Series(found, index=pd.Index(self.claims["claim_key"]), name=name)

    @cached_property
    def pointers(self) -> NDArray[np.int64]:
        """The four pointers of each line: one row per line; ``NO_POINTER`` where there is none."""
        lines = self.service_lines
        return np.column_stack([lines[name].to_numpy(dtype="int64", na_value=NO_POINTER) for name in POINTERS])

    @cached_property
    def has_pointers(self) -> np.ndarray[Any, Any]:
        """Whether any line of each claim has a diagnosis pointer, by claim_key."""
        keys = self.service_lines["claim_key"].to_numpy()
        pointed = (self.pointers != NO_POINTER).any(axis=1)
        return np.bincount(keys[pointed], minlength=len(self)) > 0

    @cached_property
    def line_diagnoses(self) -> pd.DataFrame:
        """Diagnoses each line points to: claim_key, line_number, pointer_rank (1–4), dx_position, dx_code.

        Only pointers that reach a diagnosis. Where no line of a claim has a pointer (institutional claims, files
        without the column), every line takes every diagnosis of the claim, in position order.
        """
        lines, diagnoses = self.service_lines, self.diagnoses
        keys, of_claim = lines["claim_key"].to_numpy(), diagnoses["claim_key"].to_numpy()
        positions = diagnoses["dx_position"].to_numpy(dtype="int64")
        line, rank = np.nonzero(self.pointers != NO_POINTER)
        line, dx, rank = _matched(line, rank + 1, keys[line], self.pointers[line, rank], of_claim, positions)
        bare = np.flatnonzero(~self.has_pointers[keys])
        inherited, counts = rows_of_claims(of_claim, len(self), keys[bare])
        line, dx = np.append(line, np.repeat(bare, counts)), np.append(dx, inherited)
        rank = np.append(rank, positions[inherited])
        numbers = lines["line_number"].to_numpy(dtype="int64", na_value=np.iinfo(np.int64).max)
        order = np.lexsort((rank, numbers[line], keys[line]))
        line, dx = line[order], dx[order]
        return frame_of(
            {
                "claim_key": keys[line],
                "line_number": lines["line_number"].array.take(line),
                "pointer_rank": integers_of(rank[order]),
                "dx_position": diagnoses["dx_position"].array.take(dx),
                "dx_code": diagnoses["dx_code"].array.take(dx),
            },
            pd.RangeIndex(len(line)),
        )


def make_batch(
    claims: pd.DataFrame | Mapping[str, Any],
    service_lines: pd.DataFrame | Mapping[str, Any],
    diagnoses: pd.DataFrame | Mapping[str, Any],
    notes: pd.DataFrame | Mapping[str, Any] | None = None,
    **others: pd.DataFrame | Mapping[str, Any],
) -> ClaimBatch:
    """Give every table its columns, types and order; absent columns become null.

    ``others`` are tables that only an 837 fills, by name. The rows of ``claims`` must be in key order. Lines take place
    of service, rendering provider and authorisation from their claim where they have none. Raises ``ValueError`` for
    tables and columns that are not declared.
    """
    parts = {"claims": claims, "service_lines": service_lines, "diagnoses": diagnoses, "notes": notes} | others
    if strangers := sorted(set(parts) - set(TABLES)):
        raise ValueError(f"no such table: {', '.join(strangers)}")
    tables = {name: _typed(name, part) for name, part in parts.items()}
    own, lines = tables["claims"], tables["service_lines"]
    own["claim_key"] = np.arange(len(own["claim_key"]))
    for column in INHERITED:
        unsaid = lines[column].isna()
        if unsaid.any():
            inherited = own[column].take(np.asarray(lines["claim_key"]))
            lines[column] = inherited if unsaid.all() else lines[column].fillna(inherited)
    return ClaimBatch(**{name: _in_order(name, columns) for name, columns in tables.items()})


def _rows_where(name: str, table: pd.DataFrame, chosen: NDArray[np.bool_], columns: tuple[str, ...]) -> pd.DataFrame:
    """Rows of a table of that name that are chosen, with its key and some of its columns; all where none is given."""
    rows = np.flatnonzero(chosen)
    if not len(rows):
        return _no_rows(name, columns).copy(deep=False)
    if not columns:
        return table.take(rows)
    taken = {column: table[column].array.take(rows) for column in _kept(name, columns)}
    return frame_of(taken, table.index.take(rows))


def _matched(
    line: NDArray[np.intp],
    rank: NDArray[np.intp],
    keys: NDArray[np.int64],
    pointed: NDArray[np.int64],
    of_claim: NDArray[np.int64],
    positions: NDArray[np.int64],
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
    """Line, diagnosis (its row) and rank of each pointer that reaches a diagnosis, or several in one position.

    ``pointed`` are the positions pointed to on the claims ``keys``; ``of_claim`` and ``positions``, ascending, are of
    the diagnoses.
    """
    known = of_claim * _MOST_PER_CLAIM + positions
    wanted = keys * _MOST_PER_CLAIM + np.clip(pointed, -1, _MOST_PER_CLAIM - 1)
    first, end = np.searchsorted(known, wanted), np.searchsorted(known, wanted, side="right")
    counts = np.where(pointed > 0, end - first, 0)
    dx = np.arange(counts.sum()) + np.repeat(first - (np.cumsum(counts) - counts), counts)
    return np.repeat(line, counts), dx, np.repeat(rank, counts)


def _kept(name: str, columns: Sequence[str]) -> list[str]:
    """Key of a table and the named columns, each once."""
    return list(dict.fromkeys((*(key for key in ("claim_key", "line_number") if key in TABLES[name]), *columns)))


@cache
def _no_rows(name: str, columns: tuple[str, ...]) -> pd.DataFrame:
    """No row of a table: its key and the named columns; all where none is named."""
    return _empty(name)[_kept(name, columns)] if columns else _empty(name)


def rows_of_claims(
    claim_keys: np.ndarray[Any, Any], claims: int, kept: np.ndarray[Any, Any]
) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Rows of some claims in a table that has several of each, in the order of ``kept``, and how many each has.

    ``claim_keys`` are those of the table, ascending, of so many ``claims``.
    """
    begins = np.searchsorted(claim_keys, np.arange(claims + 1))
    counts = np.diff(begins)[kept]
    ends = np.cumsum(counts)
    return np.arange(counts.sum()) + np.repeat(begins[kept] - (ends - counts), counts), counts


def _taken(table: pd.DataFrame, rows: np.ndarray[Any, Any], claim_keys: np.ndarray[Any, Any]) -> pd.DataFrame:
    """Rows of a table under new keys; a run of rows is cut out, which copies nothing."""
    run = len(rows) > 0 and bool((np.diff(rows) == 1).all())
    taken = table.iloc[rows[0] : rows[-1] + 1] if run else table.take(rows)
    taken.index = pd.RangeIndex(len(rows))
    taken["claim_key"] = claim_keys
    return taken


@cache
def empty_batch() -> ClaimBatch:
    """Return a batch of no claims, with every column in place."""
    return make_batch({}, {}, {})


def concat_batches(batches: Sequence[ClaimBatch]) -> ClaimBatch:
    """Join batches in order, renumbering claim keys."""
    if not batches:
        return empty_batch()
    if len(batches) == 1:
        return batches[0]
    starts = np.cumsum([0, *(len(batch) for batch in batches)])
    joined = {}
    for name in TABLES:
        tables = [getattr(batch, name) for batch in batches]
        if all(table.empty for table in tables):
            continue
        joined[name] = pd.concat(
            [table.assign(claim_key=table["claim_key"] + start) for table, start in zip(tables, starts, strict=False)],
            ignore_index=True,
        )
    return replace(batches[0], **joined)


def _nulls(kind: Kind, length: int) -> Any:
    """Give back a column of nothing."""
    if kind == "date":
        return pd.array(np.full(length, np.datetime64("NaT"), dtype=TYPES[kind]))
    if kind == "number":
        return np.full(length, np.nan)
    if kind == "text":
        return texts_of(pa.nulls(length, pa.large_string()))
    return integers_of(np.zeros(length, dtype=np.int64), np.ones(length, dtype=bool))


#: Columns by which the rows of each table are ordered; claims are in the order they come in.
_ORDER: dict[str, tuple[str, ...]] = {
    "claims": (),
    "service_lines": ("claim_key", "line_number"),
    "diagnoses": ("claim_key", "dx_position"),
    "notes": ("claim_key",),
    **KEYS_OF_837,
}


def _in_order(name: str, columns: Mapping[str, Any]) -> pd.DataFrame:
    """Make a table of its columns, its rows in the order of their keys; most come that way."""
    count = len(columns["claim_key"])
    if not count:
        return _empty(name)
    table = frame_of(columns, pd.RangeIndex(count))
    rank = np.zeros(count, dtype=np.int64)
    for key in _ORDER[name]:
        numbers = columns[key]
        if key != "claim_key" and numbers.isna().any():
            break
        rank = rank * _MOST_PER_CLAIM + np.asarray(numbers, dtype=np.int64)
    else:
        if (rank[1:] >= rank[:-1]).all():
            return table
    return table.sort_values(list(_ORDER[name]), kind="stable", ignore_index=True)


def _typed(name: str, part: pd.DataFrame | Mapping[str, Any] | None) -> dict[str, Any]:
    """Columns of a table, all of them, in order and of their types; those not given are null."""
    given = _arrays(part)
    if unknown := sorted(set(given) - set(TABLES[name])):
        raise ValueError(f"{name}: columns not in the table: {', '.join(unknown)}")
    length, *others = {len(values) for values in given.values()} or {0}
    if others:
        raise ValueError(f"{name}: columns of different lengths")
    nothing: dict[Kind, Any] = {}  # one column of each kind is enough: most tables lack many
    typed = {}
    for column, kind in TABLES[name].items():
        if column in given and length:
            own, dtype = given[column], TYPES[kind]
            typed[column] = own if own.dtype == dtype else pd.Series(own, copy=False).array.astype(dtype)
        elif kind == "key":
            typed[column] = np.arange(length)
        else:
            if kind not in nothing:
                nothing[kind] = _nulls(kind, length)
            typed[column] = nothing[kind].copy()
    return typed


def _arrays(part: pd.DataFrame | Mapping[str, Any] | None) -> Mapping[str, Any]:
    """Columns of a table as arrays; what is an array already stays as it is."""
    if not isinstance(part, pd.DataFrame):
        if not part or all(isinstance(values, _ARRAYS) for values in part.values()):
            return part or {}
        part = pd.DataFrame(part, copy=False)
    return {column: values.array for column, values in part.items()}
