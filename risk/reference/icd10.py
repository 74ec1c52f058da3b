"""ICD-10-CM by date of service: validity, sides, Excludes1 conflicts, in the editions of FY2021 to FY2027.

What the user has imported decides for the fiscal years it is of: lists of codes, and whole tabular lists.

Codes are upper case without the dot; :func:`dotted` writes them for people. The compiled table is kept in the cache
folder (:mod:`risk.reference.home`) and is built again whenever it is absent, damaged or from other sources.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from risk.claims.columns import holds, map_unique, spread
from risk.reference.home import cache_folder
from risk.reference.icd10_build import DATE_COLUMNS, PACKAGE_VERSION, compile_icd10, lifecycle_bytes
from risk.reference.icd10_cache import cached_tables
from risk.reference.icd10_excludes import NoteArrays, conflicts, note_arrays
from risk.reference.icd10_sides import BY_HAND, SIDES
from risk.reference.icd10_years import ListedNotes, newer_lists, with_lists
from risk.reference.published.lookups import CodeYears, dx_number
from risk.reference.published.published import Published, load_published

#: The span our editions cover: the January 2021 list to the end of FY2027. Outside it nothing is called invalid.
FIRST_KNOWN_DATE, LAST_KNOWN_DATE = date(2021, 1, 1), date(2027, 9, 30)

#: Until then ICD-9-CM was the code set (45 CFR 162.1002): of earlier dates this table knows nothing.
FIRST_DAY = date(2015, 10, 1)

STATUSES = ("valid", "header", "ended", "not_yet", "unknown", "undated")
_VALID, _HEADER, _ENDED, _NOT_YET, _UNKNOWN, _UNDATED = range(len(STATUSES))

_STATUS_NAMES = pd.array(STATUSES, dtype="str")
_SIDE_NAMES = pd.array([None, *SIDES[1:]], dtype="str")

#: Three to seven characters, letter first: what the code of any edition looks like (guideline I.A.2).
_SHAPE = re.compile(r"[A-Z][0-9A][0-9A-Z]{1,5}")

#: Change it when the columns or the meaning of the compiled tables change.
SCHEMA_VERSION = 2

Array = np.ndarray[Any, Any]


def dotted(codes: pd.Series) -> pd.Series:
    """Codes as people write them, "M5416" as "M54.16", aligned with ``codes``; blocks ("M50-M54") stay as they are."""
    return map_unique(codes, lambda distinct: [dotted_code(code) for code in distinct])


def dotted_code(code: str) -> str:
    """One code as people write it."""
    return code if len(code) < 4 or "-" in code else f"{code[:3]}.{code[3:]}"


@dataclass(frozen=True, eq=False)
class Icd10:
    """The compiled code set; build one with :func:`load_icd10`.

    Attributes
    ----------
    nodes, excludes1
        The tables :func:`risk.reference.icd10_build.compile_icd10` returns.
    version
        Edition and digest of everything the tables were made from.
    years
        Lists of whole fiscal years that the user has imported: for the days of these they decide.
    listed_notes
        Excludes1 notes of the tabular lists that the user has imported.
    """

    nodes: pd.DataFrame
    excludes1: pd.DataFrame
    version: str
    years: CodeYears = field(default_factory=lambda: CodeYears(()))
    listed_notes: ListedNotes = field(default_factory=ListedNotes)

    def status(self, codes: pd.Series, on: pd.Series) -> pd.Series:
        """How each code stands on its date: one of ``STATUSES``, aligned with ``codes``.

        valid; header (exists but needs more characters); ended and not_yet (billable on other dates); unknown (in no
        edition); undated: the date is null, before ICD-10-CM or outside our editions, or lies in the span within which
        the code changed. ``on`` holds dates of service, aligned with ``codes``; null codes are unknown.
        """
        names = _STATUS_NAMES.take(self.standing(codes, on.to_numpy()))
        return pd.Series(names, index=codes.index, name="status")

    def has_status(self, codes: pd.Series, on: pd.Series, *statuses: str) -> pd.Series:
        """Whether each code has one of the given statuses on its date: bool, aligned with ``codes``."""
        return pd.Series(self.stand(codes, on.to_numpy(), *statuses), index=codes.index)

    def stand(self, codes: pd.Series, on: Array, *statuses: str) -> Array:
        """As :meth:`has_status`, of dates in row order: bool, in row order."""
        wanted = np.array([status in statuses for status in STATUSES])
        return wanted[self.standing(codes, on)]

    def has_bounds(self, codes: pd.Series) -> Array:
        """Whether each code ended or began in the editions we hold: bool, in row order; all others never change."""
        at = self._positions(codes)
        return (at >= 0) & self._bounded[at]

    def describe(self, codes: pd.Series) -> pd.Series:
        """Look up the description of each code; null for codes in no edition."""
        return self._looked_up("description", codes, "str")

    def title(self, code: str) -> str:
        """Look up the description of one code; empty for a code in no edition."""
        at = self._position.get(code, -1)
        return str(self._titles[at]) if at >= 0 else ""

    def ended_on(self, codes: pd.Series) -> pd.Series:
        """Date by which each code had ended, its last valid day where that is known; null while in force."""
        return self._looked_up("to_latest", codes, "datetime64[s]")

    def end_is_exact(self, codes: pd.Series) -> pd.Series:
        """Whether the date of :meth:`ended_on` is the last valid day itself: bool, aligned with ``codes``."""
        return self._looked_up("to_earliest", codes, "datetime64[s]") == self._looked_up(
            "to_latest", codes, "datetime64[s]"
        )

    def began_on(self, codes: pd.Series) -> pd.Series:
        """Date from which each code surely is valid; null where it is older than the editions we hold."""
        return self._looked_up("from_latest", codes, "datetime64[s]")

    def inclusion_terms(self, code: str) -> tuple[str, ...]:
        """Conditions the tabular list names under a code; empty for an unknown one."""
        at = self._position.get(code, -1)
        return tuple(self.nodes["inclusion_terms"].iloc[at].splitlines()) if at >= 0 else ()

    def billable_descendants(self, code: str, on: date | None = None) -> tuple[str, ...]:
        """Billable codes below a code, in code order: valid for certain on a date, or of the newest edition."""
        below = slice(*(int(np.searchsorted(self._codes, prefix)) for prefix in (code, code + "~")))
        chosen = self._billable[below] & (self._codes[below] != code)
        if on is None:
            chosen &= np.isnat(self._dates["to_latest"][below])
        else:
            begun, lasting = self._dates["from_latest"][below], self._dates["to_earliest"][below]
            chosen &= (np.isnat(begun) | (begun <= np.datetime64(on))) & (
                np.isnat(lasting) | (lasting >= np.datetime64(on))
            )
        return tuple(self._codes[below][chosen])

    def successors(self, code: str) -> tuple[str, ...]:
        """Codes that took a code's place when it was split: those below it on the day after its end; else empty."""
        at = self._position.get(code, -1)
        ended = self.nodes["to_latest"].iloc[at] if at >= 0 else pd.NaT
        return () if pd.isna(ended) else self.billable_descendants(code, ended.date() + timedelta(days=1))

    def side(self, codes: pd.Series) -> pd.Series:
        """Side each code states: right, left, bilateral or unspecified; null where it has no laterality axis."""
        return pd.Series(_SIDE_NAMES.take(self._side(codes)), index=codes.index, name="side")

    def has_side(self, codes: pd.Series, *sides: str) -> pd.Series:
        """Whether each code states one of the given sides: bool, aligned with ``codes``."""
        wanted = np.isin(self._side(codes), [SIDES.index(side) for side in sides])
        return pd.Series(wanted, index=codes.index)

    def sided_siblings(self, code: str) -> tuple[str, ...]:
        """Right, left and bilateral codes of the same condition, in code order; empty without a laterality axis."""
        if code in BY_HAND:
            return BY_HAND[code]
        at = self._position.get(code, -1)
        group = self.nodes["side_group"].iloc[at] if at >= 0 else -1
        if group < 0:
            return ()
        groups, rows = self._grouped
        members = rows[slice(*np.searchsorted(groups, [group, group + 1]))]
        sided = members[self.nodes["side"].to_numpy()[members] != SIDES.index("unspecified")]
        return tuple(str(sibling) for sibling in self._codes[sided] if sibling != code)

    def excludes1_conflicts(self, diagnoses: pd.DataFrame, on: pd.Series | None = None) -> pd.DataFrame:
        """Pairs of diagnoses of one claim that an Excludes1 note of the tabular list keeps apart.

        The notes of the imported tabular list of the day decide, where there is one; else the April 2026 notes serve,
        or those of a later list that was imported before the day. A note holds for everything below the code, category
        or block it stands at. It does not hold where the two conditions are unrelated (guideline I.A.12.a): a person
        decides.

        Parameters
        ----------
        diagnoses
            claim_key, dx_position, dx_code; sorted by claim_key.
        on
            Date of service, aligned with ``diagnoses`` and the same for all of a claim; null, or not given: unknown.

        Returns
        -------
        One row per claim and pair: claim_key, dx_position and dx_code of the diagnosis under the note, other_position
        and other_dx_code of the excluded one, noted_at (the code or block the note stands at).
        """
        if on is None or not self.listed_notes:
            return conflicts(diagnoses, self._readable_notes)
        return self.listed_notes.conflicts(diagnoses, on, self._readable_notes)

    @property
    def unread_notes(self) -> int:
        """How many Excludes1 notes name no code that could be read; they never lead to a conflict."""
        return int(self.excludes1["scope_start"].isna().sum())

    def standing(self, codes: pd.Series, on: Array) -> Array:
        """How each code stands on its date (in row order), as a position in ``STATUSES``; see :meth:`status`."""
        at = self._positions(codes)
        known = at >= 0
        row = np.where(known, at, 0)
        days = on.astype("datetime64[D]")
        bounds = {column: values[row] for column, values in self._dates.items()}
        # NaT compares false: a code without a bound neither starts nor ends.
        result = np.full(len(codes), _VALID, dtype="int8")
        result[(days < bounds["from_latest"]) | (days > bounds["to_earliest"])] = _UNDATED
        result[days < bounds["from_earliest"]] = _NOT_YET
        result[days > bounds["to_latest"]] = _ENDED
        result[~self._billable[row]] = _HEADER
        result[~known] = _UNKNOWN
        inside = (days >= np.datetime64(FIRST_KNOWN_DATE)) & (days <= np.datetime64(LAST_KNOWN_DATE))
        outside = np.flatnonzero(~inside)
        if len(outside):
            differing = self._may_differ(codes.iloc[outside], row[outside], known[outside], days[outside])
            result[outside[differing]] = _UNDATED
        result[days < np.datetime64(FIRST_DAY)] = _UNDATED
        return self._as_imported(result, codes, days, known)

    def _as_imported(self, status: Array, codes: pd.Series, days: Array, known: Array) -> Array:
        """Status of each code in the imported list of the year of its day, where there is one.

        A code that the list does not have ended or was to come if ours says so, or has it no more; or is unknown.
        """
        if not self.years:
            return status
        numbers = map_unique(codes, lambda distinct: [dx_number(code) for code in distinct]).fillna(-1)
        flags, told = self.years.flags(numbers.to_numpy(dtype="int64"), days.astype("int64"))
        listed = ~np.isnan(flags)
        row = np.where(known, self._positions(codes), 0)
        over = (status == _ENDED) | (known & self._billable[row] & (days > self._dates["to_latest"][row]))
        status = np.where(flags == 1, _VALID, status)
        status = np.where(flags == 0, np.where(over, _ENDED, _HEADER), status)  # a code may end by becoming a heading
        gone = told & ~listed & ~np.isin(status, (_ENDED, _NOT_YET, _HEADER))
        to_come = gone & known & (days < self._dates["from_latest"][row])
        answer: Array = np.where(to_come, _NOT_YET, np.where(gone & known, _ENDED, np.where(gone, _UNKNOWN, status)))
        return answer

    def _side(self, codes: pd.Series) -> Array:
        at = self._positions(codes)
        return np.where(at >= 0, self._sides[at], 0)

    def _positions(self, codes: pd.Series) -> Array:
        """Row of ``nodes`` of each code, −1 where there is none."""
        return spread(codes, lambda code: self._position.get(code, -1), -1)

    def _looked_up(self, column: str, codes: pd.Series, dtype: str) -> pd.Series:
        at = self._positions(codes)
        values = self.nodes[column].array.take(at, allow_fill=True)
        return pd.Series(values, index=codes.index, name=column).astype(dtype)

    def _may_differ(self, codes: pd.Series, row: Array, known: Array, days: Array) -> Array:
        """Whether a code may stand otherwise in an edition we do not hold, for dates outside those we do.

        An unknown code that has the shape of one may be of that edition. Before the first edition, a code that never
        changed since is as it was; after the last, nothing is sure. Without a date only what never changed is sure.
        """
        shaped = holds(codes, _SHAPE.fullmatch)
        no_date = np.isnat(days)
        changed = np.zeros(len(row), dtype=bool)
        for values in self._dates.values():
            changed |= ~np.isnat(values[row])
        later = days > np.datetime64(LAST_KNOWN_DATE)
        if_known = np.where(no_date, changed | self._billable[row], later | changed | ~self._billable[row])
        if_unknown = shaped & ~no_date
        may: Array = np.where(known, if_known, if_unknown)
        return may

    @cached_property
    def _codes(self) -> Array:
        codes: Array = self.nodes["code"].to_numpy(dtype=object)
        return codes

    @cached_property
    def _position(self) -> dict[str, int]:
        return {code: position for position, code in enumerate(self._codes)}

    @cached_property
    def _titles(self) -> pd.api.extensions.ExtensionArray:
        return self.nodes["description"].array

    @cached_property
    def _billable(self) -> Array:
        billable: Array = self.nodes["billable"].to_numpy(dtype=bool)
        return billable

    @cached_property
    def _dates(self) -> dict[str, Array]:
        return {column: self.nodes[column].to_numpy(dtype="datetime64[D]") for column in DATE_COLUMNS}

    @cached_property
    def _sides(self) -> Array:
        sides: Array = self.nodes["side"].to_numpy()
        return sides

    @cached_property
    def _bounded(self) -> Array:
        bounded: Array = ~(np.isnat(self._dates["to_latest"]) & np.isnat(self._dates["from_latest"]))
        return bounded

    @cached_property
    def _grouped(self) -> tuple[Array, Array]:
        """Side groups in ascending order, and the row of each member in code order within its group."""
        group = self.nodes["side_group"].to_numpy()
        rows = np.argsort(group, kind="stable")
        return group[rows], rows

    @cached_property
    def _readable_notes(self) -> NoteArrays:
        return note_arrays(self.excludes1)


def load_icd10() -> Icd10:
    """Load the code set from the cache, compiling it first where that is needed (about five seconds, once).

    A cache that cannot be written costs the compilation on every start, and nothing else. Raises
    :class:`risk.errors.ReferenceDataError` where the tabular list it is compiled from is not installed.
    """
    key = _source_key()
    folder = cache_folder() / f"icd10cm-{key}"
    tables = cached_tables(folder, lambda: dict(zip(("nodes", "excludes1"), compile_icd10(), strict=True)))
    published = load_published()
    imported = (*published.dx_years.tables, *published.dx_lists, *published.dx_excludes1)
    years = dict.fromkeys(f"+{one.edition.name}-{one.edition.digest}" for one in imported)
    version = f"icd10cm-2026-04+FY2027-{key}{''.join(years)}"
    nodes = _with_imported(tables["nodes"], key, published)
    return Icd10(nodes, tables["excludes1"], version, published.dx_years, ListedNotes(published.dx_excludes1))


def _with_imported(nodes: pd.DataFrame, key: str, published: Published) -> pd.DataFrame:
    """Codes with the newer imported lists laid over them, kept in a cache folder of their own."""
    lists = newer_lists(published.dx_lists)
    if not lists:
        return nodes
    digest = hashlib.sha256(" ".join(f"{one.edition.name} {one.edition.digest}" for one in lists).encode())
    folder = cache_folder() / f"icd10cm-{key}-{digest.hexdigest()[:12]}"
    return cached_tables(folder, lambda: {"nodes": with_lists(nodes, lists, LAST_KNOWN_DATE)})["nodes"]


def _source_key() -> str:
    """Digest of what the compiled tables depend on: the tabular list's release, our lifecycle data, our schema."""
    digest = hashlib.sha256(f"{PACKAGE_VERSION} {SCHEMA_VERSION} ".encode())
    digest.update(lifecycle_bytes())
    return digest.hexdigest()[:12]
