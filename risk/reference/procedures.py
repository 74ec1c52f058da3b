"""Facts of the pain procedures: families, bilateral indicators, unit limits, pairs, add-ons, same-session exclusions.

The data is our own and small: the codes the built-in pain rules speak of, described in our own words. Each row names
the edition it was checked against. Everything is looked up through :class:`Procedures`.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from risk.claims.columns import factorized, holds, one_of, spread
from risk.claims.frames import frame_of
from risk.claims.tables import ClaimBatch, empty_batch
from risk.reference._procedure_tables import (
    FILES,
    long_pairs,
    procedure_facts,
    read_table,
    session_limits,
    table_bytes,
)
from risk.reference._remember import remember_last
from risk.reference.modifiers import carries_modifier
from risk.reference.published.codes import numbers_of_series
from risk.reference.published.fee_schedule import GLOBAL_DAYS
from risk.reference.published.published import Published, load_published
from risk.reference.sessions import DAYS_APART, day_numbers, meet, pairs_of_lines

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Institutional bill types that the outpatient-hospital tables apply to: hospital outpatient, hospital-based surgery.
OUTPATIENT_BILL_TYPES = ("13", "83")
#: Visits, of established and of new patients.
VISIT_FAMILIES = ("office_visit", "new_patient_visit")
#: Codes of visits of any specialty: 992xx–994xx, or an eye examination, 920xx.
VISIT_CODES = r"99[2-4]\d\d|920(02|04|12|14)"
#: Families without a site of their own: the side of an injection says nothing about a visit or about imaging.
SITELESS_FAMILIES = (*VISIT_FAMILIES, "imaging_guidance", "injection_administration")

#: Comes after whatever number there is.
_LAST = np.iinfo(np.int64).max

#: The NCCI tables, which claims are judged by one or the other of, or by none: see ``Procedures.setting``.
SETTINGS = ("practitioner", "outpatient")
_PRACTITIONER, _OUTPATIENT, _NO_SETTING = 0, 1, -1
_SETTING_NAMES = pd.array(SETTINGS, dtype="str")

PAIR_COLUMNS = [
    "claim_key",
    "line_number",
    "procedure_code",
    "column_1_line",
    "column_1_code",
    "service_from_date",
    "modifier_indicator",
    "bypassed",
    "source",
    "edition",
]
SESSION_COLUMNS = ["claim_key", "line_number", "procedure_code", "other_line", "other_code", "source"]


@dataclass(frozen=True, eq=False)
class Procedures:
    """What is known of the pain procedures.

    Attributes
    ----------
    facts
        One row per procedure, indexed by ``procedure_code``: family, region, meaning (our words), global_days,
        bilateral_indicator (PFS: 1 payable at 150 % with 50, 0 no adjustment, 9 does not apply), assistant_indicator
        (PFS: 0 paid with documentation only, 1 not paid, 2 paid, 9 does not apply), cosurgeon_indicator and
        team_indicator (PFS: 0 not paid, 1 paid with documentation, 2 paid, 9 does not apply), mue_* (units) with
        their MAI (1 per line, 2 per day and absolute, 3 per day and appealable), level (first, second, third of a
        session; null where each further level has one code), max_levels (levels a session covers, by LCD), add_on,
        imaging_included, billed_by (practitioner or facility, where Medicare has a code for each), source. Null: not
        in our data.
    ptp
        One row per pair and setting: column_1_code, column_2_code, setting (practitioner, outpatient),
        modifier_indicator (0 never, 1 with a modifier), source.
    add_on_primaries
        Add-on code to the codes of which one must be on the same day (NCCI add-on code edits, type 1).
    same_session
        One row per pair of families that the contractors' policies do not cover in one session: family_at_risk,
        other_family, excepted_dx (diagnosis prefixes that lift the exclusion), source.
    session_limits
        How many sessions (days of service) contractors cover in a span, indexed by ``limit``: families (those whose
        sessions count together, by region), sessions, days (length of the span, the day of service included),
        uncounted_modifiers (a day with one on a line is no session of the limit; empty: none), counted_modifiers (only
        days with one are; empty: all), source.
    bypass_modifiers
        Modifiers that let a pair with indicator 1 be paid separately (NCCI PTP-associated modifiers).
    published
        What the user has imported: it counts before the above, edition by edition.
    version
        Digest of the data files and of what was imported.
    """

    facts: pd.DataFrame
    ptp: pd.DataFrame
    add_on_primaries: dict[str, tuple[str, ...]]
    same_session: pd.DataFrame
    session_limits: pd.DataFrame
    bypass_modifiers: frozenset[str]
    version: str
    published: Published = field(default_factory=Published)

    def fact(self, column: str, codes: pd.Series) -> pd.Series:
        """Value of a column of ``facts`` for each code, aligned; null (False for flags) where the code is not in it."""
        if column in self._flagged:
            return pd.Series(self.flagged(column, codes), index=codes.index)
        rows = spread(codes, lambda code: self._row.get(code, -1), -1)
        return pd.Series(self._columns[column].take(rows, allow_fill=True), index=codes.index, name=column)

    def number(self, column: str, codes: pd.Series) -> NDArray[np.float64]:
        """Value of a numeric column of ``facts`` for each code, in row order; NaN where it says nothing."""
        rows = spread(codes, lambda code: self._row.get(code, -1), -1)
        values: NDArray[np.float64] = self._numbers[column][rows]
        return values

    @cached_property
    def _numbers(self) -> dict[str, NDArray[np.float64]]:
        """Values of each numeric column of ``facts``, and NaN for what is not in it."""
        numeric = self.facts.select_dtypes("Int64")
        return {
            str(name): np.append(values.to_numpy("float64", na_value=np.nan), np.nan)
            for name, values in numeric.items()
        }

    @cached_property
    def _columns(self) -> dict[str, Any]:
        """Values of each column of ``facts``."""
        return {str(name): values.array for name, values in self.facts.items()}

    def flagged(self, column: str, codes: pd.Series) -> NDArray[np.bool_]:
        """Whether a flag of ``facts`` holds for each code: bool, in row order."""
        return one_of(codes, self._flagged[column])

    def told(self, column: str, codes: pd.Series) -> NDArray[np.bool_]:
        """Whether a column of ``facts`` says something of each code: bool, in row order."""
        return one_of(codes, self._told[column])

    @cached_property
    def _told(self) -> dict[str, frozenset[str]]:
        """Codes of which each column of ``facts`` says something."""
        return {str(name): frozenset(values.dropna().index) for name, values in self.facts.items()}

    def session_limit(self, limit: str) -> Mapping[str, Any]:
        """One of ``session_limits``, by column."""
        return self._session_limits[limit]

    @cached_property
    def _session_limits(self) -> dict[str, dict[str, Any]]:
        return {str(limit): terms for limit, terms in self.session_limits.to_dict("index").items()}

    @cached_property
    def limited_families(self) -> frozenset[str]:
        """Families of any of ``session_limits``."""
        return frozenset(family for families in self.session_limits["families"] for family in families)

    def of_family(self, codes: pd.Series, *families: str) -> NDArray[np.bool_]:
        """Whether each code belongs to one of the families: bool, in row order."""
        return holds(codes, lambda code: self._family.get(code) in families)

    @cached_property
    def _row(self) -> dict[str, int]:
        return {str(code): row for row, code in enumerate(self.facts.index)}

    @cached_property
    def _family(self) -> dict[str, str]:
        return dict(zip(self.facts.index.tolist(), self.facts["family"].tolist(), strict=True))

    @cached_property
    def _global_days(self) -> dict[str, str]:
        """Global period of each code that has one."""
        known = self.facts["global_days"].dropna()
        return dict(zip(known.index.tolist(), known.tolist(), strict=True))

    @cached_property
    def _flagged(self) -> dict[str, frozenset[str]]:
        """Codes of which each flag of ``facts`` holds."""
        flags = self.facts.select_dtypes(bool)
        return {str(name): frozenset(flags.index[flags[name]]) for name in flags}

    @remember_last
    def same_day_pairs(self, batch: ClaimBatch) -> pd.DataFrame:
        """Lines of one claim and day that an NCCI procedure-to-procedure edit pairs; ``PAIR_COLUMNS``.

        One row per pair of lines; ``line_number`` is the column-2 line, the one at risk. ``bypassed`` tells whether a
        PTP-associated modifier on either line allows both; for ``SITELESS_FAMILIES`` only the line's own count, but
        for two visits those of either. ``edition`` is the imported one that pairs them, null where that is built in.
        Institutional claims outside ``OUTPATIENT_BILL_TYPES`` have no pairs.
        """
        sides = self._may_be_paired(batch.service_lines["procedure_code"])
        if not meet(batch, *sides):
            return self._no_pairs
        met = pairs_of_lines(batch, *sides)
        found = self._with_edits(met, batch) if len(met) else met
        return self._pairs(found, batch) if len(found) else self._no_pairs

    @cached_property
    def _no_pairs(self) -> pd.DataFrame:
        batch = empty_batch()
        sides = self._may_be_paired(batch.service_lines["procedure_code"])
        return self._pairs(self._with_edits(pairs_of_lines(batch, *sides), batch), batch)

    def _pairs(self, found: pd.DataFrame, batch: ClaimBatch) -> pd.DataFrame:
        """Pairs with their edits as :meth:`same_day_pairs` gives them."""
        carried = carries_modifier(batch.service_lines, self.bypass_modifiers)
        own, other = (carried[found[row].to_numpy()] for row in ("row", "column_1_row"))
        siteless = self.of_family(found["column_2_code"], *SITELESS_FAMILIES)
        other &= ~siteless | self.of_family(found["column_1_code"], *VISIT_FAMILIES)
        columns = {str(name): values.array for name, values in found.items()}
        columns["procedure_code"] = columns["column_2_code"]
        columns["bypassed"] = (found["modifier_indicator"].to_numpy() == 1) & (own | other)
        number, other_number = (
            columns[name].to_numpy(dtype="int64", na_value=_LAST) for name in ("line_number", "column_1_line")
        )
        order = np.lexsort((other_number, number, found["claim_key"].to_numpy()))
        return frame_of({name: columns[name].take(order) for name in PAIR_COLUMNS}, pd.RangeIndex(len(order)))

    def _may_be_paired(self, codes: pd.Series) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Whether each code may be column 1, and column 2, of an edit: bool, in row order."""
        if self.published.pairs:
            known = numbers_of_series(codes) >= 0
            return known, known
        first, second = self._paired
        return one_of(codes, first), one_of(codes, second)

    @cached_property
    def _paired(self) -> tuple[frozenset[str], frozenset[str]]:
        """Codes of column 1 and of column 2 of the built-in edits."""
        return frozenset(self.ptp["column_1_code"]), frozenset(self.ptp["column_2_code"])

    def _with_edits(self, met: pd.DataFrame, batch: ClaimBatch) -> pd.DataFrame:
        """Pairs of lines that an edit in force pairs, with modifier_indicator, source and edition.

        By setting, the imported editions where there are any; the built-in pairs otherwise.
        """
        setting = _settings(batch)[met["claim_key"].to_numpy()]
        edit = self._built_in_edits(met, setting)
        for name in self.published.pairs:
            edit[setting == SETTINGS.index(name)] = -1
        edited = np.flatnonzero(edit >= 0)
        told = {name: self.ptp[name].array.take(edit[edited]) for name in ("modifier_indicator", "source")}
        parts = [_with_columns(met, edited, told | {"edition": pd.array([None] * len(edited), dtype="str")})]
        for name, edits in self.published.pairs.items():
            pairs = np.flatnonzero(setting == SETTINGS.index(name))
            first, second = (numbers_of_series(met[f"column_{rank}_code"])[pairs] for rank in (1, 2))
            indicator, editions = edits.indicators(first, second, day_numbers(met["service_from_date"])[pairs])
            edited = np.flatnonzero(np.isin(indicator, (0, 1)))
            cited = pd.array(edits.cited(editions[edited]), dtype="str")
            told = {"modifier_indicator": indicator[edited].astype("int64"), "source": cited}
            parts.append(_with_columns(met, pairs[edited], told | {"edition": cited}))
        return pd.concat(parts, ignore_index=True) if len(parts) > 1 else parts[0]

    def _built_in_edits(self, met: pd.DataFrame, setting: NDArray[np.intp]) -> NDArray[np.intp]:
        """Row of ``ptp`` that pairs each two lines in their setting (its position in ``SETTINGS``), or −1."""
        numbers, known, rows = self._numbered_edits
        first, second = (spread(met[f"column_{rank}_code"], lambda code: numbers.get(code, -1), -1) for rank in (1, 2))
        wanted = (first * len(numbers) + second) * len(SETTINGS) + setting
        at = np.searchsorted(known, wanted)
        return np.where((np.minimum(first, second) >= 0) & (setting >= 0) & (known[at] == wanted), rows[at], -1)

    @cached_property
    def _numbered_edits(self) -> tuple[dict[str, int], NDArray[np.int64], NDArray[np.intp]]:
        """Number of each code of ``ptp``; each edit as one number, ascending, and its row; then a last one of none."""
        numbers = {code: number for number, code in enumerate(sorted(frozenset().union(*self._paired)))}
        first, second = (self.ptp[f"column_{rank}_code"].map(numbers).to_numpy("int64") for rank in (1, 2))
        setting = self.ptp["setting"].map(SETTINGS.index).to_numpy("int64")
        edits = (first * len(numbers) + second) * len(SETTINGS) + setting
        order = np.argsort(edits, kind="stable")
        return numbers, np.append(edits[order], _LAST), np.append(order, -1)

    @remember_last
    def same_session_exclusions(self, batch: ClaimBatch) -> pd.DataFrame:
        """Lines of one claim and day whose kinds of block the contractors do not cover together; ``SESSION_COLUMNS``.

        One row per pair of lines, ``line_number`` the one at risk; add-on lines go with their primary and have no row
        of their own. A diagnosis of a facet cyst on the facet line lifts the exclusion against an epidural.
        """
        kept = self._may_exclude(batch)
        return self._exclusions(batch, kept) if meet(batch, kept, kept) else self._no_exclusions

    @cached_property
    def _no_exclusions(self) -> pd.DataFrame:
        return self._exclusions(empty_batch(), self._may_exclude(empty_batch()))

    def _may_exclude(self, batch: ClaimBatch) -> NDArray[np.bool_]:
        """Whether each line is of a family that excludes another, and no add-on."""
        codes = batch.service_lines["procedure_code"]
        return self.of_family(codes, *self._excluding_families) & ~self.flagged("add_on", codes)

    @cached_property
    def _excluding_families(self) -> frozenset[str]:
        """Families that may not meet another in one session."""
        return frozenset(self.same_session["family_at_risk"]) | frozenset(self.same_session["other_family"])

    def _exclusions(self, batch: ClaimBatch, kept: NDArray[np.bool_]) -> pd.DataFrame:
        met = pairs_of_lines(batch, kept, kept)
        met["family_at_risk"] = self.fact("family", met["column_2_code"])
        met["other_family"] = self.fact("family", met["column_1_code"])
        found = met.merge(self.same_session, on=["family_at_risk", "other_family"])
        found = found[~_excepted(found, batch)]
        found = found.rename(
            columns={"column_2_code": "procedure_code", "column_1_line": "other_line", "column_1_code": "other_code"}
        )
        return found.sort_values(["claim_key", "line_number", "other_line"], ignore_index=True)[SESSION_COLUMNS]

    def setting(self, batch: ClaimBatch, claim_keys: pd.Series) -> pd.Series:
        """NCCI table of each claim, aligned with the keys: practitioner, outpatient, or null for other bills."""
        names = _SETTING_NAMES.take(_settings(batch)[claim_keys.to_numpy()], allow_fill=True)
        return pd.Series(names, index=claim_keys.index)

    def unit_limits(self, batch: ClaimBatch, lines: pd.DataFrame) -> pd.DataFrame:
        """Medically unlikely edit of each line, aligned: ``units`` a day or line and ``mai``; null where none is known.

        ``lines`` are rows of ``service_lines``. The practitioner or the outpatient value, by the claim.
        """
        codes, setting = lines["procedure_code"], _settings(batch)[lines["claim_key"].to_numpy()]
        rows = spread(codes, lambda code: self._row.get(code, -1), -1)
        rows = np.where((rows >= 0) & (setting >= 0), rows + setting * len(self.facts), -1)
        values = {name: limits.take(rows, allow_fill=True) for name, limits in self._unit_limits.items()}
        limits = frame_of(values, lines.index)
        for name, published in self.published.unit_limits.items():
            days = day_numbers(lines["service_from_date"])
            judged = (setting == SETTINGS.index(name)) & (published.of_days(days) >= 0)
            units, mai = published.limits(numbers_of_series(codes[judged]), days[judged])
            limits.loc[judged, "units"] = pd.array(units, dtype="Float64").astype("Int64")
            limits.loc[judged, "mai"] = pd.array(mai, dtype="Float64").astype("Int64")
        return limits

    @cached_property
    def _unit_limits(self) -> dict[str, Any]:
        """Units and MAI of the unit limits in ``facts``: all rows of each of ``SETTINGS``, one after the other."""
        return {
            name: pd.concat([self.facts[f"mue_{table}{suffix}"] for table in SETTINGS]).array
            for name, suffix in (("units", ""), ("mai", "_mai"))
        }

    def unit_limit_editions(self, batch: ClaimBatch, lines: pd.DataFrame) -> pd.Series:
        """How to cite the imported edition whose unit limits each line is held against, aligned; null: built in."""
        setting, days = self.setting(batch, lines["claim_key"]), day_numbers(lines["service_from_date"])
        cited = pd.Series(None, index=lines.index, dtype="str")
        for name, published in self.published.unit_limits.items():
            cited = cited.mask(setting == name, pd.Series(published.cited(published.of_days(days)), lines.index))
        return cited

    def may_be_without_units(self, codes: pd.Series) -> NDArray[np.bool_]:
        """Whether each code has a limit of no unit at all in any imported edition: bool, in row order.

        The built-in data has no such limit.
        """
        limits = self.published.unit_limits.values()
        if not limits:
            return np.zeros(len(codes), dtype=bool)
        without = np.concatenate([one.codes_without_units for one in limits])
        return np.isin(numbers_of_series(codes), without)

    def primaries_of(self, lines: pd.DataFrame) -> list[tuple[str, ...]]:
        """Codes of which each line's procedure needs one on its day, in row order; none where it is no such add-on.

        ``lines`` are rows of ``service_lines`` that have a date.
        """
        if not self.published.add_ons:
            positions, distinct = factorized(lines["procedure_code"])
            primaries = [*(self.add_on_primaries.get(code, ()) for code in distinct), ()]
        else:
            codes, days = numbers_of_series(lines["procedure_code"]), day_numbers(lines["service_from_date"])
            _, first, positions = np.unique(codes * DAYS_APART + days, return_index=True, return_inverse=True)
            primaries = self.published.add_ons.primaries(codes[first], days[first])
        return [primaries[at] for at in positions.tolist()]

    def add_on_editions(self, lines: pd.DataFrame) -> pd.Series:
        """How to cite the imported edition that tells of each line's primaries, aligned; null: built in."""
        edits = self.published.add_ons
        positions = np.maximum(edits.of_days(day_numbers(lines["service_from_date"])), 0) if edits else -1
        return pd.Series(edits.cited(np.broadcast_to(positions, len(lines))), index=lines.index, dtype="str")

    def are_add_ons(self, codes: pd.Series) -> NDArray[np.bool_]:
        """Whether each code is an add-on of any day: bool, in row order."""
        if self.published.add_ons:
            return np.isin(numbers_of_series(codes), self.published.add_ons.add_ons)
        return one_of(codes, self.add_on_primaries)

    def bilateral_indicator(self, lines: pd.DataFrame) -> pd.Series:
        """Bilateral indicator of each line's procedure on its day, aligned; null where it is not known."""
        return self.indicator("bilateral_indicator", lines)

    def indicator(self, column: str, lines: pd.DataFrame) -> pd.Series:
        """An indicator of each line's procedure on its day by a column of ``facts``, aligned; null where not known."""
        return self._indicator(column, lines, self.fact(column, lines["procedure_code"]))

    def has_indicator(self, column: str, lines: pd.DataFrame, *indicators: int) -> NDArray[np.bool_]:
        """Whether an indicator of each line's procedure on its day is one of the given: bool, in row order."""
        if self.published.indicators:
            values = self.indicator(column, lines).to_numpy("float64", na_value=np.nan)
        else:
            values = self.number(column, lines["procedure_code"])
        return np.isin(values, indicators)

    def global_days(self, lines: pd.DataFrame) -> pd.Series:
        """Global period of each line's procedure on its day, such as 010, aligned; null where it is not known."""
        built_in = self.fact("global_days", lines["procedure_code"])
        if not self.published.indicators:
            return built_in
        ranks = self._indicator("global_days", lines, pd.Series(pd.NA, index=lines.index, dtype="Int64"))
        known = ranks.notna() & (ranks >= 0)
        names = pd.Series(np.array(GLOBAL_DAYS)[ranks.where(known, 0).to_numpy(dtype="int64")], index=lines.index)
        return built_in.mask(known, names.astype(built_in.dtype))

    def has_global_days(self, lines: pd.DataFrame, *global_days: str) -> NDArray[np.bool_]:
        """Whether each line's procedure has one of the global periods on its day: bool, in row order."""
        if self.published.indicators:
            return one_of(self.global_days(lines), global_days)
        return holds(lines["procedure_code"], lambda code: self._global_days.get(code) in global_days)

    def _indicator(self, column: str, lines: pd.DataFrame, otherwise: pd.Series) -> pd.Series:
        """Imported indicator of the fee schedule where the edition of the day has the code."""
        if not self.published.indicators:
            return otherwise
        codes, days = numbers_of_series(lines["procedure_code"]), day_numbers(lines["service_from_date"])
        found = pd.Series(self.published.indicators.values(column, codes, days), index=lines.index)
        known = found >= 0
        return otherwise.mask(known, found.where(known).astype("Float64").astype("Int64"))

    def indicator_editions(self, column: str, lines: pd.DataFrame) -> pd.Series:
        """How to cite the imported fee schedule that has a column of each line's procedure, aligned; null: built in."""
        indicators = self.published.indicators
        codes, days = numbers_of_series(lines["procedure_code"]), day_numbers(lines["service_from_date"])
        told = indicators.values(column, codes, days) >= 0
        return pd.Series(indicators.cited(np.where(told, indicators.of_days(days), -1)), index=lines.index, dtype="str")

    @cached_property
    def families(self) -> tuple[str, ...]:
        """Names of all families, sorted."""
        return tuple(sorted(self.facts["family"].unique()))


def load_procedures() -> Procedures:
    """Load the built-in procedure data, and open what the user has imported.

    Raises :class:`risk.errors.ReferenceDataError` for an imported table that is damaged.
    """
    published = load_published()
    digest = hashlib.sha256(b"".join(map(table_bytes, FILES)) + published.version.encode())
    add_ons = read_table("add_ons.csv")
    return Procedures(
        facts=procedure_facts(),
        ptp=long_pairs(read_table("ptp_pairs.csv")),
        add_on_primaries=dict(
            zip(add_ons["add_on_code"], map(tuple, add_ons["primary_codes"].str.split()), strict=True)
        ),
        same_session=read_table("same_session.csv"),
        session_limits=session_limits(read_table("session_limits.csv")),
        bypass_modifiers=frozenset(read_table("bypass_modifiers.csv")["modifier"]),
        version=digest.hexdigest()[:12],
        published=published,
    )


def _settings(batch: ClaimBatch) -> NDArray[np.intp]:
    """NCCI table of each claim, by claim_key: its position in ``SETTINGS``, −1 for bills outside both."""
    outpatient = holds(batch.claims["bill_type_code"], lambda code: code[:2] in OUTPATIENT_BILL_TYPES)
    settings: NDArray[np.intp] = np.where(outpatient, _OUTPATIENT, _NO_SETTING)
    return np.where(batch.institutional, settings, _PRACTITIONER)


def _with_columns(table: pd.DataFrame, rows: NDArray[np.intp], columns: Mapping[str, Any]) -> pd.DataFrame:
    """Rows of a table, by position, numbered from 0, with further columns of as many values."""
    taken = {str(name): values.array.take(rows) for name, values in table.items()}
    return frame_of(taken | dict(columns), pd.RangeIndex(len(rows)))


def _excepted(found: pd.DataFrame, batch: ClaimBatch) -> pd.Series:
    """Whether the line at risk points to a diagnosis that lifts the exclusion, aligned with ``found``."""
    excepted = pd.Series(False, index=found.index)
    place = ["claim_key", "line_number"]
    for prefixes, rows in found[found["excepted_dx"].notna()].groupby("excepted_dx"):
        pointed = batch.line_diagnoses
        lifting = pointed[pointed["dx_code"].str.startswith(tuple(str(prefixes).split()))]
        hit = pd.MultiIndex.from_frame(rows[place]).isin(pd.MultiIndex.from_frame(lifting[place]))
        excepted.loc[rows.index[hit]] = True
    return excepted
